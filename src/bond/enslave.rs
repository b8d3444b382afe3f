// SPDX-License-Identifier: GPL-2.0

//! How a device becomes a member (spec/dataplane.md 1.1 to 1.3).
//!
//! [`Joining`] records how far a device has come; giving up takes it back from exactly there.

use super::{bond_log, lacp, member::Member, Bond, MemberRef};
use crate::{
    engine::{
        fom::{self, AtEnslave},
        linkmon::LinkMonitor,
        types::{LinkState, Mode},
    },
    net::{
        bindings_consts::{IFF_BONDING, IFF_SLAVE, NETDEV_JOIN, NETIF_F_LRO, NET_ADDR_RANDOM},
        context::{OpsLocked, Rtnl},
        control::Extack,
        device::NetDevice,
        driver::{self, random_address, stats_of},
        netpoll,
        print::Level,
        upper,
    },
};
use kernel::prelude::*;

/// How far a device has come; each step includes those before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Allocated,
    Mtu,
    Address,
    Opened,
    Vlans,
    Hooked,
    Listed,
    Linked,
    Files,
    Filtered,
    Bound,
}

/// A device on its way to become a member.
struct Joining<'a> {
    bond: &'a Bond,
    member: MemberRef,
    /// For the history of its port.
    room: lacp::Room,
    step: Step,
}

impl Bond {
    /// Enslaves `dev`. RTNL is held, the instance lock of `dev` is not. A failure leaves no trace.
    pub(crate) fn enslave(&self, rtnl: &mut Rtnl, dev: &NetDevice, extack: Extack) -> Result {
        self.check_new_member(rtnl, dev, extack)?;
        let before = self.before_first(rtnl);
        if before.is_some() {
            self.may_take_type(rtnl, dev)?;
        }
        let result = self.admit(rtnl, dev, extack, before.is_some());
        if let (Err(_), Some(before)) = (&result, &before) {
            self.undo_first(rtnl, before);
        }
        result
    }

    fn admit(&self, rtnl: &mut Rtnl, dev: &NetDevice, extack: Extack, first: bool) -> Result {
        if first {
            self.take_type(rtnl, dev)?;
        }
        self.check_address_rules(rtnl, dev, extack)?;
        let _ = dev.notify(rtnl, NETDEV_JOIN);
        let random = u32::from(self.dev().addr_assign_type(rtnl)) == NET_ADDR_RANDOM;
        if first && random {
            let addr = dev.address(rtnl);
            self.take_address(rtnl, &addr, extack)?;
        }
        self.join(rtnl, dev, extack)
    }

    fn join(&self, rtnl: &mut Rtnl, dev: &NetDevice, extack: Extack) -> Result {
        let n = self.state.get(rtnl).members.len();
        self.reserve(rtnl, n.saturating_add(1))?;
        let room = self.reserve_port(rtnl, n.saturating_add(1))?;
        let state = self.state.get_mut(rtnl);
        state.members.reserve(1, GFP_KERNEL)?;
        // After four billion members there is no number left.
        let number = state.next_number;
        state.next_number = number.checked_add(1).ok_or(ENOSPC)?;
        let monitor = LinkMonitor::enslaved(false, None, Bond::now());
        let permanent = dev.address(rtnl);
        let member = Member::new(self, dev, permanent, dev.mtu(), number, monitor, rtnl)?;
        let mut joining = Joining {
            bond: self,
            member,
            room,
            step: Step::Allocated,
        };
        match joining.advance(rtnl, extack) {
            Ok(()) => {
                joining.finish(rtnl);
                Ok(())
            }
            Err(e) => {
                joining.undo(rtnl);
                Err(e)
            }
        }
    }
}

impl Joining<'_> {
    fn failed(&self, what: &str, e: Error) -> Error {
        let errno = e.to_errno();
        self.bond.log_member(
            self.member.dev(),
            Level::Error,
            format_args!("Error {errno} calling {what}"),
        );
        e
    }

    /// Takes every step that can fail.
    fn advance(&mut self, rtnl: &mut Rtnl, extack: Extack) -> Result {
        let (bond, dev) = (self.bond, self.member.dev_ref());
        let mtu = bond.dev().mtu();
        dev.set_mtu(rtnl, mtu)
            .map_err(|e| self.failed("dev_set_mtu", e))?;
        self.step = Step::Mtu;

        let policy = bond.fail_over_mac(rtnl);
        let has_members = !bond.state.get(rtnl).members.is_empty();
        let (bond_addr, own) = (bond.dev().address(rtnl), dev.address(rtnl));
        let addr = match fom::at_enslave(policy, has_members, &own, &bond_addr) {
            AtEnslave::TakeBond => Some(bond_addr),
            AtEnslave::TakeRandom => Some(random_address()),
            AtEnslave::Keep => None,
        };
        if let Some(addr) = addr {
            dev.set_address(rtnl, &addr, extack)
                .map_err(|e| self.failed("set_mac_address", e))?;
        }
        self.step = Step::Address;

        dev.set_no_addrconf(rtnl, true);
        if let Err(e) = dev.open(rtnl, extack) {
            dev.set_no_addrconf(rtnl, false);
            bond.log_member(&dev, Level::Error, format_args!("Opening slave failed"));
            return Err(e);
        }
        self.step = Step::Opened;
        dev.change_priv_flags(rtnl, IFF_BONDING, 0);
        self.member.save_stats(&stats_of(&dev));

        if let Err(e) = bond.dev().share_vlans(&dev, rtnl) {
            bond.log_member(
                &dev,
                Level::Error,
                format_args!("Couldn't add bond vlan ids"),
            );
            return Err(e);
        }
        self.step = Step::Vlans;
        self.set_first_state(rtnl);

        if netpoll::is_polled(bond.dev(), rtnl) && self.member.poll.take(&dev, rtnl).is_err() {
            bond.log_member(
                &dev,
                Level::Info,
                format_args!(
                    "master_dev is using netpoll, but new slave device does not support netpoll"
                ),
            );
            return Err(EBUSY);
        }
        if bond.dev().features() & NETIF_F_LRO == 0 {
            dev.disable_lro(rtnl);
        }
        // Linking refuses this as well, but a frame that met both hooks before would go round for good.
        if upper::is_below(bond.dev(), &dev, rtnl) {
            return Err(EBUSY);
        }
        upper::hook(&dev, self.member.clone(), rtnl)?;
        self.step = Step::Hooked;

        let s = bond.settings(rtnl);
        let lag = (
            s.mode().lag_tx().number(),
            s.mode().lag_hash(s.xmit_policy()).number(),
        );
        // Listeners, who may ask the bond for its speed, find the member. Room was reserved, so this
        // allocates nothing.
        let state = bond.state.get_mut(rtnl);
        state.members.push(self.member.clone(), GFP_KERNEL)?;
        self.step = Step::Listed;
        // They are told of the new upper device before the flag is seen.
        upper::link(bond.dev(), &dev, lag, extack, rtnl)?;
        dev.change_flags(rtnl, IFF_SLAVE, 0);
        self.step = Step::Linked;
        self.member.announce_state(rtnl);
        crate::frontend::link_member(&self.member, rtnl);
        self.member.create_files(rtnl)?;
        self.step = Step::Files;

        if !s.mode().uses_primary() {
            bond.add_filters(rtnl, &self.member, true)?;
        }
        self.step = Step::Filtered;

        bond.bind_port(rtnl, &self.member, self.room.take());
        self.step = Step::Bound;
        Ok(())
    }

    /// Link, primary role and sending state at the beginning (1.2 k to o).
    fn set_first_state(&self, rtnl: &mut Rtnl) {
        let (bond, m) = (self.bond, &self.member);
        let lock = OpsLocked::lock(m.dev(), rtnl);
        m.refresh_speed(&lock, rtnl);
        drop(lock);
        let s = bond.settings(rtnl);
        let sensed = s.miimon() == 0 || crate::monitor::mii::sense(m, &s, rtnl);
        let delays = (s.miimon() > 0).then(|| bond.delays(rtnl));
        *m.monitor.get_mut(rtnl) = LinkMonitor::enslaved(sensed, delays, Bond::now());
        let link = m.monitor.get(rtnl).link;
        m.set_link(rtnl, link);
        let named = bond.state.get(rtnl).primary_name;
        let is_primary = named.is_some_and(|n| n.as_bytes() == m.dev().name().as_bytes());
        if s.mode().uses_primary() && is_primary {
            let state = bond.state.get_mut(rtnl);
            state.primary = Some(m.clone());
            state.force_primary = true;
        }
        if matches!(s.mode(), Mode::ActiveBackup | Mode::Ieee8023ad) {
            m.set_inactive(rtnl, s.all_slaves_active());
        } else if bond.state.get(rtnl).current.is_none() && link == LinkState::Up {
            bond.state.get_mut(rtnl).current = Some(m.clone());
        }
    }

    /// What cannot fail: the member starts to work.
    fn finish(self, rtnl: &mut Rtnl) {
        let (bond, m) = (self.bond, &self.member);
        bond.publish(rtnl);
        bond.dev().recompute_master_features(rtnl);
        bond.update_carrier(rtnl);
        if bond.mode(rtnl).uses_primary() {
            bond.select_active(rtnl);
        }
        let state = if m.is_backup() {
            "a backup"
        } else {
            "an active"
        };
        let link = if m.link() == LinkState::Down {
            "a down"
        } else {
            "an up"
        };
        bond.log_member(
            m.dev(),
            Level::Info,
            format_args!("Enslaving as {state} interface with {link} link"),
        );
        m.announce_info(rtnl);
    }

    /// Takes everything back, in reverse.
    fn undo(self, rtnl: &mut Rtnl) {
        let (bond, m) = (self.bond, &self.member);
        let dev = m.dev();
        if self.step >= Step::Filtered && !bond.mode(rtnl).uses_primary() {
            bond.drop_filters(rtnl, m, bond.dev().flags());
        }
        if self.step >= Step::Files {
            m.remove_files(rtnl);
        }
        if self.step >= Step::Linked {
            crate::frontend::unlink_member(m, rtnl);
            upper::unlink(bond.dev(), dev, rtnl);
            dev.change_flags(rtnl, 0, IFF_SLAVE);
        }
        if self.step >= Step::Listed {
            let state = bond.state.get_mut(rtnl);
            // It was the last to come.
            drop(state.members.pop());
        }
        if self.step >= Step::Hooked {
            upper::unhook::<crate::net::kobj::Object<Member>>(dev, rtnl);
        }
        if self.step >= Step::Vlans {
            bond.dev().unshare_vlans(dev, rtnl);
            let state = bond.state.get_mut(rtnl);
            if state.primary.as_ref().is_some_and(|p| p.is(m)) {
                state.primary = None;
            }
            if state.current.as_ref().is_some_and(|c| c.is(m)) {
                state.current = None;
                bond.select_active(rtnl);
                bond.publish(rtnl);
            }
            bond.settle(rtnl, None);
            m.poll.give_back(rtnl);
        }
        if self.step >= Step::Opened {
            if driver::private_of::<Bond>(dev).is_none() {
                dev.change_priv_flags(rtnl, 0, IFF_BONDING);
            }
            dev.close(rtnl);
            dev.set_no_addrconf(rtnl, false);
        }
        if self.step >= Step::Address && dev.address(rtnl) != m.permanent {
            // A device that took an address a moment ago takes its own back.
            let _ = dev.set_address(rtnl, &m.permanent, Extack::NONE);
        }
        if self.step >= Step::Mtu {
            if let Err(e) = dev.set_mtu(rtnl, m.mtu) {
                bond_log!(bond, Warning, "Error {} restoring the MTU", e.to_errno());
            }
        }
        m.del(rtnl);
    }
}
