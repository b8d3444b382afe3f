// SPDX-License-Identifier: GPL-2.0

//! The active member: selection, failover and carrier (spec/dataplane.md 4, 5.1).

use super::{bond_log, Bond, MemberRef};
use crate::{
    engine::{
        carrier::has_carrier,
        fom::{self, Partner, Plan},
        linkmon::Delays,
        peers::{PeerNotifier, Reach},
        select::{choose, Rules},
        time::Ticks,
        types::{FailOverMac, LinkState, Mode},
    },
    net::{
        bindings_consts::{NETDEV_BONDING_FAILOVER, NETDEV_CHANGEADDR, NETDEV_NOTIFY_PEERS},
        context::Rtnl,
        control::Extack,
        device::HwAddr,
        driver::steal_address,
        print::Level,
        trace,
    },
};
use kernel::prelude::*;

impl Bond {
    /// The monitor's delays in passes.
    pub(crate) fn delays(&self, rtnl: &Rtnl) -> Delays {
        let s = self.settings(rtnl);
        Delays {
            up: Ticks(s.updelay_ticks()),
            down: Ticks(s.downdelay_ticks()),
            period_ms: s.miimon(),
        }
    }

    /// `fail_over_mac` as it matters: none in all modes but active-backup.
    pub(crate) fn fail_over_mac(&self, rtnl: &Rtnl) -> FailOverMac {
        let s = self.settings(rtnl);
        match s.mode() {
            Mode::ActiveBackup => s.fail_over_mac(),
            _ => FailOverMac::None,
        }
    }

    /// Recomputes the bond's carrier; true if it changed.
    pub(crate) fn update_carrier(&self, rtnl: &mut Rtnl) -> bool {
        let state = self.state.get(rtnl);
        let on = match state.settings.mode() {
            Mode::Ieee8023ad => self.lacp_carrier(),
            _ => has_carrier(state.members.iter().map(|m| m.link())),
        };
        self.dev().set_carrier(rtnl, on)
    }

    /// Chooses the active member anew and fails over to it; true if it changed, which includes a
    /// publication.
    pub(crate) fn select_active(&self, rtnl: &mut Rtnl) -> bool {
        let delays = self.delays(rtnl);
        let state = self.state.get(rtnl);
        let place = |of: &Option<MemberRef>| {
            let of = of.as_ref()?;
            state.members.iter().position(|m| m.is(of))
        };
        let rules = Rules {
            primary: place(&state.primary),
            current: place(&state.current),
            force_primary_once: state.force_primary,
            reselect: state.settings.primary_reselect(),
            updelay: delays.up,
        };
        let choice = choose(&rules, state.members.iter().map(|m| m.candidate(rtnl)));
        let best = choice.active.and_then(|i| state.members.get(i)).cloned();
        if choice.force_consumed {
            self.state.get_mut(rtnl).force_primary = false;
        }
        let same = match (&best, &self.state.get(rtnl).current) {
            (Some(a), Some(b)) => a.is(b),
            (None, None) => true,
            _ => false,
        };
        if same {
            return false;
        }
        self.change_active(rtnl, best);
        // In 802.3ad the C driver says this of every change.
        if self.update_carrier(rtnl) || self.mode(rtnl) == Mode::Ieee8023ad {
            let text = if self.dev().carrier_ok() {
                "active interface up!"
            } else {
                "now running without any active interface!"
            };
            crate::net::print::log(self.dev(), Level::Info, format_args!("{text}"));
        }
        true
    }

    /// The device of a member has another name. If it has an instance lock, the core holds that.
    pub(super) fn renamed(&self, m: &MemberRef, rtnl: &mut Rtnl) {
        if !self.mode(rtnl).uses_primary() {
            return;
        }
        let state = self.state.get(rtnl);
        let Some(wanted) = state.primary_name else {
            return;
        };
        let name = m.dev().name();
        let had = state.primary.is_some();
        if state.primary.as_ref().is_some_and(|p| p.is(m)) {
            self.state.get_mut(rtnl).primary = None;
        } else if name.as_bytes() == wanted.as_bytes() {
            self.state.get_mut(rtnl).primary = Some(m.clone());
        } else {
            return;
        }
        if had {
            bond_log!(
                self,
                Info,
                "Primary slave changed to {name}, reselecting active slave"
            );
        } else {
            bond_log!(
                self,
                Info,
                "Primary slave changed to none, reselecting active slave"
            );
        }
        self.publish(rtnl);
        if m.dev().has_ops_lock() {
            self.select_work.queue(0);
        } else {
            self.select_active(rtnl);
        }
    }

    /// Makes `new` the active member, with everything that follows (4.2).
    pub(super) fn switch_active(&self, rtnl: &mut Rtnl, new: Option<MemberRef>) {
        let old = self.state.get(rtnl).current.clone();
        let mode = self.mode(rtnl);
        if let Some(new) = &new {
            self.prepare_active(rtnl, new, mode);
        }
        if mode.uses_primary() {
            self.move_filters(rtnl, old.as_ref(), new.as_ref());
        }
        // Packets follow before anybody is told: listeners may take their time.
        let told = self.switch(rtnl, old.as_ref(), new.as_ref(), mode);
        for m in told.into_iter().flatten() {
            m.announce_now(rtnl);
        }
        if let (Some(new), Mode::ActiveBackup) = (&new, mode) {
            self.move_addresses(rtnl, old.as_ref(), new);
            // No listener may veto what has happened.
            let _ = self.dev().notify(rtnl, NETDEV_BONDING_FAILOVER);
            self.arm_peers(rtnl);
        }
        let resends = self.settings(rtnl).resend_igmp();
        let wanted = (mode.uses_primary() && new.is_some()) || mode == Mode::BalanceRr;
        if self.dev().running() && resends > 0 && wanted {
            self.state.get_mut(rtnl).igmp_left = resends;
            self.igmp.queue(1);
        }
    }

    /// Changes the roles and publishes them; returns the members whose change is news, in the
    /// order of telling.
    fn switch<'a>(
        &self,
        rtnl: &mut Rtnl,
        old: Option<&'a MemberRef>,
        new: Option<&'a MemberRef>,
        mode: Mode,
    ) -> [Option<&'a MemberRef>; 2] {
        let mut told = [None; 2];
        if mode == Mode::ActiveBackup {
            let all_active = self.settings(rtnl).all_slaves_active();
            told = [
                old.filter(|m| m.mark_inactive(rtnl, all_active)),
                new.filter(|m| m.mark_active(rtnl)),
            ];
        }
        self.state.get_mut(rtnl).current = new.cloned();
        self.publish(rtnl);
        if mode.uses_primary() {
            trace::active(self.dev(), old.map(|m| m.dev()), new.map(|m| m.dev()));
        }
        told
    }

    fn prepare_active(&self, rtnl: &mut Rtnl, new: &MemberRef, mode: Mode) {
        let delays = self.delays(rtnl);
        let monitor = new.monitor.get_mut(rtnl);
        let event = monitor.activate(delays, Bond::now());
        let link = monitor.link;
        if new.link() == LinkState::Back {
            new.set_link(rtnl, link);
            self.port_link_changed(rtnl, new, true);
        }
        if mode.uses_primary() {
            self.log_member(new.dev(), Level::Info, format_args!("{event}"));
        }
    }

    fn move_addresses(&self, rtnl: &mut Rtnl, old: Option<&MemberRef>, new: &MemberRef) {
        let policy = self.fail_over_mac(rtnl);
        if policy == FailOverMac::None {
            return;
        }
        let mut others = KVec::new();
        for m in &self.state.get(rtnl).members {
            if !m.is(new) && others.push(m.clone(), GFP_KERNEL).is_err() {
                return;
            }
        }
        let addresses = others.iter().map(|m| m.dev().address(rtnl));
        let plan = fom::on_failover(
            policy,
            self.dev().address(rtnl),
            Some(new.dev().address(rtnl)),
            old.map(|m| m.dev().address(rtnl)),
            addresses,
        );
        let report = |m: &MemberRef, e: Error, what: &str| {
            let errno = e.to_errno().wrapping_neg();
            self.log_member(
                m.dev(),
                Level::Error,
                format_args!("Error {errno} setting {what}"),
            );
        };
        match plan {
            Plan::Nothing => {}
            Plan::BondTakes(addr) => {
                if let Err(e) = self.take_address(rtnl, &addr, Extack::NONE) {
                    report(new, e, "bond MAC from slave");
                }
            }
            Plan::NewTakes(addr) => {
                if let Err(e) = new.dev().set_address(rtnl, &addr, Extack::NONE) {
                    report(new, e, "MAC of new active slave");
                }
            }
            Plan::Swap {
                partner,
                new: first,
                old: second,
            } => {
                if let Err(e) = new.dev().set_address(rtnl, &first, Extack::NONE) {
                    report(new, e, "MAC of new active slave");
                    return;
                }
                let partner = match partner {
                    Partner::Old => old,
                    Partner::Other(i) => others.get(i),
                };
                if let Some(m) = partner {
                    if let Err(e) = m.dev().set_address(rtnl, &second, Extack::NONE) {
                        report(m, e, "MAC of old active slave");
                    }
                }
            }
        }
    }

    /// The bond takes over the address of a member, unless a listener objects.
    pub(crate) fn take_address(&self, rtnl: &mut Rtnl, addr: &HwAddr, extack: Extack) -> Result {
        self.dev().pre_change_address(rtnl, addr, extack)?;
        steal_address(self.dev(), rtnl, addr);
        let _ = self.dev().notify(rtnl, NETDEV_CHANGEADDR);
        Ok(())
    }

    /// Whether a peer notification could reach anybody.
    pub(crate) fn reach(&self, rtnl: &Rtnl) -> Reach {
        let state = self.state.get(rtnl);
        let sender = match state.settings.mode() {
            Mode::Ieee8023ad => state
                .members
                .iter()
                .any(|m| m.can_send() && m.is_in_active()),
            _ => state
                .current
                .as_ref()
                .is_some_and(|m| !m.dev().linkwatch_pending()),
        };
        Reach {
            carrier: self.dev().carrier_ok(),
            sender,
        }
    }

    /// Works on the peer notifications to come, and lets the monitor know whether there are any.
    pub(super) fn with_peers<R>(
        &self,
        rtnl: &mut Rtnl,
        f: impl FnOnce(&mut PeerNotifier) -> R,
    ) -> R {
        let peers = &mut self.state.get_mut(rtnl).peers;
        let result = f(peers);
        let armed = peers.is_armed();
        self.notifying.set(rtnl, armed);
        result
    }

    /// Lets the monitor notify peers, from its next pass on.
    pub(super) fn arm_peers_only(&self, rtnl: &mut Rtnl) {
        let s = self.settings(rtnl);
        let delay = Ticks(s.peer_notif_delay_ticks());
        self.with_peers(rtnl, |peers| peers.arm(s.num_peer_notif() as u8, delay));
    }

    fn arm_peers(&self, rtnl: &mut Rtnl) {
        if !self.dev().running() {
            return;
        }
        let s = self.settings(rtnl);
        let delay = Ticks(s.peer_notif_delay_ticks());
        let reach = self.reach(rtnl);
        let now = self.with_peers(rtnl, |peers| {
            peers.arm(s.num_peer_notif() as u8, delay);
            peers.first(delay, reach)
        });
        if now {
            let _ = self.dev().notify(rtnl, NETDEV_NOTIFY_PEERS);
        }
    }

    /// One pass of the monitor for the peer notifications.
    pub(crate) fn tick_peers(&self, rtnl: &mut Rtnl) {
        if !self.notifying.get() {
            return;
        }
        let delay = Ticks(self.settings(rtnl).peer_notif_delay_ticks());
        let reach = self.reach(rtnl);
        if self.with_peers(rtnl, |peers| peers.tick(delay, reach)) {
            let _ = self.dev().notify(rtnl, NETDEV_NOTIFY_PEERS);
        }
    }
}
