// SPDX-License-Identifier: GPL-2.0

//! Which devices may become members, and what the first one makes of the bond (spec/dataplane.md
//! 1.1, 1.8).

use super::Bond;
use crate::{
    engine::types::{FailOverMac, Mode},
    net::{
        bindings_consts::{
            ARPHRD_ETHER, ARPHRD_INFINIBAND, IFF_DISABLE_NETPOLL, IFF_MASTER, IFF_UP,
            NETDEV_CHANGEADDR, NETDEV_POST_TYPE_CHANGE, NETDEV_PRE_TYPE_CHANGE,
        },
        context::Rtnl,
        control::Extack,
        create,
        device::{DevRef, HwAddr, NetDevice},
        driver::{self, randomize_address, restore_address},
        link_type,
        print::{self, Level},
        upper,
    },
};
use kernel::prelude::*;

/// What a bond without members is like, to go back to when its first member is not to be.
pub(super) struct Before {
    address: HwAddr,
    assigned: u8,
    up: bool,
    ethernet: bool,
    fail_over_mac: FailOverMac,
}

fn is_ethernet(dev: &NetDevice) -> bool {
    u32::from(dev.type_()) == ARPHRD_ETHER
}

impl Bond {
    /// Says why a request to enslave `dev` is refused: to its sender, or to the log.
    fn refuse(&self, dev: &NetDevice, extack: Extack, text: &'static CStr, e: Error) -> Result {
        self.tell_refusal(Some(dev), extack, text);
        Err(e)
    }

    /// The same for devices of a kind that no bond takes, which the log does not name.
    fn refuse_kind(&self, extack: Extack, text: &'static CStr) -> Result {
        self.tell_refusal(None, extack, text);
        Err(EPERM)
    }

    fn tell_refusal(&self, dev: Option<&NetDevice>, extack: Extack, text: &'static CStr) {
        if extack.is_some() {
            extack.set(text);
            return;
        }
        let text = text.to_str().unwrap_or("");
        match dev {
            Some(dev) => self.log_member(dev, Level::Error, format_args!("Error: {text}")),
            None => print::log(self.dev(), Level::Error, format_args!("Error: {text}")),
        }
    }

    /// Refuses what can never be a member of this bond as it is. Changes nothing.
    pub(super) fn check_new_member(&self, rtnl: &Rtnl, dev: &NetDevice, extack: Extack) -> Result {
        let refuse = |text, e| self.refuse(dev, extack, text, e);
        if dev.is_can() {
            return self.refuse_kind(extack, c"CAN devices cannot be enslaved");
        }
        if dev.has_flags(IFF_MASTER) && driver::private_of::<Bond>(dev).is_none() {
            return self.refuse_kind(extack, c"Device type (master device) cannot be enslaved");
        }
        if upper::is_port(dev, rtnl) {
            return refuse(c"Device is in use and cannot be enslaved", EBUSY);
        }
        if dev.is(self.dev()) {
            return self.refuse_kind(extack, c"Cannot enslave bond to itself.");
        }
        if dev.is_vlan_challenged() {
            if upper::vlan_uppers(self.dev(), rtnl) {
                return refuse(
                    c"Can not enslave VLAN challenged device to VLAN enabled bond",
                    EPERM,
                );
            }
            self.log_member(
                dev,
                Level::Warning,
                format_args!(
                    "enslaved VLAN challenged slave. Adding VLANs will be blocked as long as it is part of bond."
                ),
            );
        }
        if dev.has_flags(IFF_UP) {
            return refuse(c"Device can not be enslaved while up", EPERM);
        }
        if dev.type_() != self.dev().type_() {
            if !self.state.get(rtnl).members.is_empty() {
                return refuse(c"Device type is different from other slaves", EINVAL);
            }
            if !is_ethernet(dev) && self.mode(rtnl) == Mode::Ieee8023ad {
                return refuse(c"8023AD mode requires Ethernet devices", EINVAL);
            }
        }
        Ok(())
    }

    /// Remembers what a first member changes.
    pub(super) fn before_first(&self, rtnl: &Rtnl) -> Option<Before> {
        self.state.get(rtnl).members.is_empty().then(|| Before {
            address: self.dev().address(rtnl),
            assigned: self.dev().addr_assign_type(rtnl),
            up: self.dev().has_flags(IFF_UP),
            ethernet: is_ethernet(self.dev()),
            fail_over_mac: self.settings(rtnl).fail_over_mac(),
        })
    }

    /// Takes back what a first member that failed to join has changed.
    pub(super) fn undo_first(&self, rtnl: &mut Rtnl, before: &Before) {
        if !is_ethernet(self.dev()) {
            self.dev().close(rtnl);
            link_type::become_ethernet::<Self>(self.dev(), rtnl);
        }
        let changed = self.dev().address(rtnl) != before.address;
        if !before.ethernet {
            // The address of another link layer is of no use any more.
            randomize_address(self.dev(), rtnl);
        } else {
            restore_address(self.dev(), rtnl, &before.address, before.assigned);
        }
        if changed {
            let _ = self.dev().notify(rtnl, NETDEV_CHANGEADDR);
        }
        let state = self.state.get_mut(rtnl);
        if state.settings.fail_over_mac() != before.fail_over_mac {
            state.settings.force_fail_over_mac(before.fail_over_mac);
            self.publish(rtnl);
        }
        if before.up && !self.dev().has_flags(IFF_UP) {
            if let Err(e) = self.dev().open(rtnl, Extack::NONE) {
                let errno = e.to_errno();
                print::log(
                    self.dev(),
                    Level::Error,
                    format_args!("Error {errno} opening the bond again"),
                );
            }
        }
    }

    /// Asks the devices above whether the bond may become of the link type of its first member.
    pub(super) fn may_take_type(&self, rtnl: &mut Rtnl, dev: &NetDevice) -> Result {
        if dev.type_() == self.dev().type_()
            || self.dev().notify(rtnl, NETDEV_PRE_TYPE_CHANGE).is_ok()
        {
            return Ok(());
        }
        self.log_member(
            dev,
            Level::Error,
            format_args!("refused to change device type"),
        );
        Err(EBUSY)
    }

    /// Becomes of the link type of the first member.
    pub(super) fn take_type(&self, rtnl: &mut Rtnl, dev: &NetDevice) -> Result {
        let bond = self.dev();
        if dev.type_() == bond.type_() {
            return Ok(());
        }
        link_type::flush_addresses(bond, rtnl);
        if is_ethernet(dev) {
            link_type::become_ethernet::<Self>(bond, rtnl);
        } else {
            let up = bond.has_flags(IFF_UP);
            bond.close(rtnl);
            link_type::imitate::<Self>(bond, dev, rtnl);
            if up {
                bond.open(rtnl, Extack::NONE)?;
            }
        }
        let _ = bond.notify(rtnl, NETDEV_POST_TYPE_CHANGE);
        Ok(())
    }

    /// Refuses a device whose address the mode would have to change but cannot. With the first
    /// one, active-backup goes over to `fail_over_mac=active`.
    pub(super) fn check_address_rules(
        &self,
        rtnl: &mut Rtnl,
        dev: &NetDevice,
        extack: Extack,
    ) -> Result {
        let s = self.settings(rtnl);
        let backup_mode = s.mode() == Mode::ActiveBackup;
        let infiniband = u32::from(dev.type_()) == ARPHRD_INFINIBAND;
        if infiniband && !backup_mode {
            return self.refuse(
                dev,
                extack,
                c"Only active-backup mode is supported for infiniband slaves",
                EOPNOTSUPP,
            );
        }
        if dev.can_set_address() && !infiniband {
            return Ok(());
        }
        self.log_member(
            dev,
            Level::Warning,
            format_args!("The slave device specified does not support setting the MAC address"),
        );
        if !backup_mode || s.fail_over_mac() == FailOverMac::Active {
            return Ok(());
        }
        if !self.state.get(rtnl).members.is_empty() {
            return self.refuse(
                dev,
                extack,
                c"Slave device does not support setting the MAC address, but fail_over_mac is not set to active",
                EOPNOTSUPP,
            );
        }
        let state = self.state.get_mut(rtnl);
        state.settings.force_fail_over_mac(FailOverMac::Active);
        self.log_member(
            dev,
            Level::Warning,
            format_args!("Setting fail_over_mac to active for active-backup mode"),
        );
        Ok(())
    }

    /// A bond that the device of its last member left for good is of no use if it is not Ethernet:
    /// what was to be bonded does not exist any more. `dev` is the bond's device.
    pub(super) fn destroy_if_bare(&self, rtnl: &mut Rtnl, dev: &DevRef) {
        let bare = self.state.get(rtnl).members.is_empty() && !is_ethernet(dev);
        if !bare || !dev.is_registered(rtnl) {
            return;
        }
        dev.change_priv_flags(rtnl, IFF_DISABLE_NETPOLL, 0);
        print::log(dev, Level::Info, format_args!("Destroying bond"));
        create::unregister::<Self>(dev, rtnl);
    }
}
