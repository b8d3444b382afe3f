// SPDX-License-Identifier: GPL-2.0

//! How a member leaves (spec/dataplane.md 1.7, 1.8).

use super::{member::Member, Bond, MemberRef};
use crate::{
    engine::{fom, select::Trigger},
    net::{
        bindings_consts::{IFF_BONDING, IFF_SLAVE, NETDEV_CHANGEADDR, NETDEV_RELEASE},
        context::Rtnl,
        control::Extack,
        device::NetDevice,
        driver::{self, randomize_address},
        kobj::Object,
        print::Level,
        upper,
    },
};
use kernel::prelude::*;

/// Why a member leaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// Somebody asked for it.
    Asked,
    /// Its device goes.
    Unregister,
    /// The bond goes.
    Destroy,
}

impl Bond {
    /// Releases the member on `dev`. EINVAL if it is none, which is said of what is a member of
    /// another bond below this one.
    pub(crate) fn release(&self, rtnl: &mut Rtnl, dev: &NetDevice, why: Why) -> Result {
        if !dev.has_flags(IFF_SLAVE) || !upper::is_below(dev, self.dev(), rtnl) {
            return Err(EINVAL);
        }
        let Some(m) = self.member_of(rtnl, dev) else {
            self.log_member(dev, Level::Info, format_args!("interface not enslaved"));
            return Err(EINVAL);
        };
        self.detach(rtnl, &m, why);
        Ok(())
    }

    /// Releases a member.
    pub(super) fn detach(&self, rtnl: &mut Rtnl, m: &MemberRef, why: Why) {
        let dev = m.dev();
        let flags = self.dev().flags();
        let challenged = self.dev().is_vlan_challenged();
        let s = self.settings(rtnl);
        let was_current = self.is_current(rtnl, m);
        self.hold_consoles(rtnl);
        m.set_inactive(rtnl, s.all_slaves_active());
        // As the C driver says it: by now every member but one of tlb or alb is a backup.
        let active = !m.is_backup();
        m.remove_files(rtnl);
        crate::frontend::unlink_member(m, rtnl);
        upper::unhook::<Object<Member>>(dev, rtnl);
        self.unbind_port(rtnl, m);
        upper::unlink(self.dev(), dev, rtnl);
        dev.change_flags(rtnl, 0, IFF_SLAVE);

        // Unpublish first: nobody finds the member by the table any more.
        let state = self.state.get_mut(rtnl);
        let mut place = 0;
        while state.members.get(place).is_some_and(|other| !other.is(m)) {
            place = place.wrapping_add(1);
        }
        drop(state.members.remove(place));
        if state.primary.as_ref().is_some_and(|p| p.is(m)) {
            state.primary = None;
        }
        if !was_current {
            self.publish(rtnl);
        }
        let role = if active { "active" } else { "backup" };
        self.log_member(dev, Level::Info, format_args!("Releasing {role} interface"));
        self.warn_of_address(rtnl, m, why);
        if was_current {
            // Which publishes.
            self.change_active(rtnl, None);
        }
        let trigger = Trigger::Released {
            was_current,
            destroying: why == Why::Destroy,
        };
        if trigger.asks() {
            self.select_active(rtnl);
        }
        self.update_carrier(rtnl);
        let last = self.state.get(rtnl).members.is_empty();
        if last {
            randomize_address(self.dev(), rtnl);
        }
        let retired = self.state.get_mut(rtnl).retired.take();
        self.unhold_consoles(rtnl);
        self.settle(rtnl, retired);
        // Nobody sends by the member or reads its counters for us any more: this is all there is.
        self.fold_last(m);
        if last {
            let _ = self.dev().notify(rtnl, NETDEV_CHANGEADDR);
            let _ = self.dev().notify(rtnl, NETDEV_RELEASE);
        }
        self.dev().recompute_master_features(rtnl);
        if challenged && !self.dev().is_vlan_challenged() {
            self.log_member(
                dev,
                Level::Info,
                format_args!("last VLAN challenged slave left bond - VLAN blocking is removed"),
            );
        }
        self.dev().unshare_vlans(dev, rtnl);
        if !s.mode().uses_primary() {
            self.drop_filters(rtnl, m, flags);
        }
        m.poll.give_back(rtnl);
        dev.close(rtnl);
        dev.set_no_addrconf(rtnl, false);
        if fom::restores_permanent(self.fail_over_mac(rtnl)) {
            let _ = dev.set_address(rtnl, &m.permanent, Extack::NONE);
        }
        if why == Why::Asked {
            let _ = dev.set_mtu(rtnl, m.mtu);
        } else {
            dev.set_mtu_quietly(rtnl, m.mtu);
        }
        if driver::private_of::<Bond>(dev).is_none() {
            dev.change_priv_flags(rtnl, 0, IFF_BONDING);
        }
        m.del(rtnl);
    }

    fn warn_of_address(&self, rtnl: &Rtnl, m: &MemberRef, why: Why) {
        let keeps = !fom::restores_permanent(self.fail_over_mac(rtnl));
        let alone = self.state.get(rtnl).members.is_empty();
        if why == Why::Destroy || keeps || alone || m.permanent != self.dev().address(rtnl) {
            return;
        }
        let addr = &m.permanent;
        self.log_member(
            m.dev(),
            Level::Warning,
            format_args!(
                "the permanent HWaddr of slave - {addr} - is still in use by bond - set the HWaddr of slave to a different address to avoid conflicts"
            ),
        );
    }

    /// Releases everything: the bond goes.
    pub(super) fn release_all(&self, rtnl: &mut Rtnl) {
        let mut gone = KVec::new();
        while let Some(m) = self.member(rtnl, 0) {
            self.detach(rtnl, &m, Why::Destroy);
            let _ = gone.push(m, GFP_KERNEL);
        }
        Object::let_go(gone, rtnl);
        crate::net::print::log(self.dev(), Level::Info, format_args!("Released all slaves"));
    }
}
