// SPDX-License-Identifier: GPL-2.0

//! What the holder of RTNL does to a device.
//!
//! C headers: [`include/linux/netdevice.h`](srctree/include/linux/netdevice.h),
//! [`include/linux/if_vlan.h`](srctree/include/linux/if_vlan.h). All of these may sleep, run
//! notifiers (so they take the witness exclusively) and take the instance lock of a device that
//! has one: they must not be called in a notifier for that same device, see
//! `Documentation/networking/netdevices.rst`.

use super::{
    bindings,
    context::{AddrLocked, OpsLocked, Rtnl},
    device::{HwAddr, NetDevice},
};
use core::ptr;
use kernel::{error::to_result, prelude::*};

/// The netlink extended acknowledgement of a request, if it has one.
#[derive(Clone, Copy)]
pub(crate) struct Extack(*mut bindings::netlink_ext_ack);

impl Extack {
    /// No acknowledgement: the request did not come by netlink.
    pub(crate) const NONE: Self = Self(ptr::null_mut());

    /// # Safety
    ///
    /// `ptr` is null or valid while the value and its copies are used.
    pub(super) unsafe fn from_raw(ptr: *mut bindings::netlink_ext_ack) -> Self {
        Self(ptr)
    }

    /// The C pointer.
    pub(super) fn as_ptr(self) -> *mut bindings::netlink_ext_ack {
        self.0
    }

    /// Whether texts reach the sender of a request.
    pub(crate) fn is_some(self) -> bool {
        !self.0.is_null()
    }

    /// `NL_SET_ERR_MSG()`.
    pub(crate) fn set(self, text: &'static CStr) {
        if !self.0.is_null() {
            // SAFETY: Valid by `from_raw`; the text is static.
            unsafe { (*self.0)._msg = kernel::str::as_char_ptr_in_const_context(text).cast() };
        }
    }
}

impl OpsLocked<'_> {
    /// Speed in Mbit/s and duplex as `DUPLEX_*`, if the driver tells sane ones.
    pub(crate) fn speed_duplex(&self) -> Option<(u32, u8)> {
        let mut ks = bindings::ethtool_link_ksettings::default();
        // SAFETY: RTNL and the instance lock of the device are held, by the invariant.
        if unsafe { bindings::netif_get_link_ksettings(self.dev().as_ptr(), &mut ks) } < 0 {
            return None;
        }
        let (speed, duplex) = (ks.base.speed, ks.base.duplex);
        let sane = speed != 0
            && speed != bindings::SPEED_UNKNOWN as u32
            && u32::from(duplex) <= bindings::DUPLEX_FULL;
        sane.then_some((speed, duplex))
    }
}

/// Which of the two rx filters of a device to count up or down.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum RxFlag {
    /// `IFF_PROMISC`.
    Promisc,
    /// `IFF_ALLMULTI`.
    AllMulti,
}

impl NetDevice {
    /// `dev_open()`.
    pub(crate) fn open(&self, _rtnl: &mut Rtnl, extack: Extack) -> Result {
        // SAFETY: The device is alive, RTNL is held, its instance lock is not.
        to_result(unsafe { bindings::dev_open(self.as_ptr(), extack.as_ptr()) })
    }

    /// `dev_close()`.
    pub(crate) fn close(&self, _rtnl: &mut Rtnl) {
        // SAFETY: As for `open`.
        unsafe { bindings::dev_close(self.as_ptr()) };
    }

    /// Whether the device is registered and not about to go.
    pub(crate) fn is_registered(&self, _rtnl: &Rtnl) -> bool {
        // SAFETY: Alive; the state changes under RTNL.
        u32::from(unsafe { (*self.as_ptr()).reg_state }) == bindings::NETREG_REGISTERED
    }

    /// `dev_set_mtu()`.
    pub(crate) fn set_mtu(&self, _rtnl: &mut Rtnl, mtu: u32) -> Result {
        let mtu = i32::try_from(mtu).map_err(|_| EINVAL)?;
        // SAFETY: As for `open`.
        to_result(unsafe { bindings::dev_set_mtu(self.as_ptr(), mtu) })
    }

    /// Restores the MTU of a device that is being unregistered: no notifier runs.
    pub(crate) fn set_mtu_quietly(&self, rtnl: &mut Rtnl, mtu: u32) {
        let _lock = OpsLocked::lock(self, rtnl);
        if let Ok(mtu) = i32::try_from(mtu) {
            // SAFETY: RTNL and the instance lock are held. An error leaves the MTU as it was,
            // on a device that is going away.
            let _ = unsafe { bindings::__netif_set_mtu(self.as_ptr(), mtu) };
        }
    }

    /// `dev_set_mac_address()` with the device's own address family.
    pub(crate) fn set_address(&self, _rtnl: &mut Rtnl, addr: &HwAddr, extack: Extack) -> Result {
        let mut ss = bindings::__kernel_sockaddr_storage::default();
        let sa = ptr::addr_of_mut!(ss).cast::<bindings::sockaddr>();
        let bytes = addr.as_bytes();
        // SAFETY: `ss` has 128 bytes, so the family and 32 bytes behind it fit; the device is
        // alive, RTNL is held, its instance lock is not.
        to_result(unsafe {
            (*sa).sa_family = self.type_();
            ptr::copy_nonoverlapping(
                bytes.as_ptr(),
                sa.cast::<u8>().add(2),
                bytes.len().min(HwAddr::MAX),
            );
            bindings::dev_set_mac_address(self.as_ptr(), &mut ss, extack.as_ptr())
        })
    }

    /// Whether the driver can change its address.
    pub(crate) fn can_set_address(&self) -> bool {
        // SAFETY: The device is alive; its operations are valid while it is.
        unsafe { (*(*self.as_ptr()).netdev_ops).ndo_set_mac_address.is_some() }
    }

    /// Stores an address without asking the driver: `dev_addr_set()`; our own device only. It may
    /// be longer than those of the device are now, as an Ethernet address is for a while.
    pub(super) fn store_address(&self, _rtnl: &mut Rtnl, addr: &HwAddr, assign: u8) {
        let bytes = addr.as_bytes();
        // SAFETY: RTNL is held; the device has room for `HwAddr::MAX` bytes.
        unsafe {
            bindings::dev_addr_mod(self.as_ptr(), 0, bytes.as_ptr().cast(), bytes.len());
            (*self.as_ptr()).addr_assign_type = assign;
        }
    }

    /// How the address came about: `NET_ADDR_*`.
    pub(crate) fn addr_assign_type(&self, _rtnl: &Rtnl) -> u8 {
        // SAFETY: The device is alive; written under RTNL only.
        unsafe { (*self.as_ptr()).addr_assign_type }
    }

    /// `netif_pre_changeaddr_notify()`: asks whether anybody objects.
    pub(crate) fn pre_change_address(
        &self,
        _rtnl: &mut Rtnl,
        addr: &HwAddr,
        extack: Extack,
    ) -> Result {
        // SAFETY: RTNL is held; the callee reads `addr_len` bytes, and ours has 32.
        to_result(unsafe {
            bindings::netif_pre_changeaddr_notify(
                self.as_ptr(),
                addr.as_bytes().as_ptr().cast(),
                extack.as_ptr(),
            )
        })
    }

    /// Counts a filter of the device up (1) or down (-1).
    pub(crate) fn count_rx_flag(&self, _rtnl: &mut Rtnl, flag: RxFlag, by: i32) -> Result {
        // SAFETY: As for `open`.
        to_result(unsafe {
            match flag {
                RxFlag::Promisc => bindings::dev_set_promiscuity(self.as_ptr(), by),
                RxFlag::AllMulti => bindings::dev_set_allmulti(self.as_ptr(), by),
            }
        })
    }

    /// As [`Self::sync_addresses`] where the address lock of the other device is held.
    pub(crate) fn sync_addresses_locked(&self, from: &AddrLocked<'_>, several: bool) {
        let from = from.dev();
        // SAFETY: Both are alive. The functions take the address lock of the first; that of the
        // second is held, as the witness shows.
        unsafe {
            if several {
                bindings::dev_uc_sync_multiple(self.as_ptr(), from.as_ptr());
                bindings::dev_mc_sync_multiple(self.as_ptr(), from.as_ptr());
            } else {
                bindings::dev_uc_sync(self.as_ptr(), from.as_ptr());
                bindings::dev_mc_sync(self.as_ptr(), from.as_ptr());
            }
        }
    }

    /// Copies the secondary addresses of `from` to this device. With `several`, other devices
    /// get them as well.
    pub(crate) fn sync_addresses(&self, from: &NetDevice, several: bool, _rtnl: &mut Rtnl) {
        // SAFETY: `from` is alive, and its address lock is not held.
        unsafe { bindings::bond_helper_addr_lock(from.as_ptr()) };
        // SAFETY: Just taken, and given back after the witness has gone.
        self.sync_addresses_locked(&unsafe { AddrLocked::assume_held(from) }, several);
        // SAFETY: Taken above.
        unsafe { bindings::bond_helper_addr_unlock(from.as_ptr()) };
    }

    /// Takes back what [`Self::sync_addresses`] copied.
    pub(crate) fn unsync_addresses(&self, from: &NetDevice) {
        // SAFETY: Both are alive; the functions take both address locks.
        unsafe {
            bindings::dev_uc_unsync(self.as_ptr(), from.as_ptr());
            bindings::dev_mc_unsync(self.as_ptr(), from.as_ptr());
        }
    }

    /// `netif_carrier_on()` or `off()`; true if that changed something.
    pub(crate) fn set_carrier(&self, _rtnl: &Rtnl, on: bool) -> bool {
        let changed = self.carrier_ok() != on;
        // SAFETY: The device is alive. Both only queue an event.
        unsafe {
            if on {
                bindings::netif_carrier_on(self.as_ptr());
            } else {
                bindings::netif_carrier_off(self.as_ptr());
            }
        }
        changed
    }

    /// `call_netdevice_notifiers()`; the errors of vetoes.
    pub(crate) fn notify(&self, _rtnl: &mut Rtnl, event: bindings::netdev_cmd) -> Result {
        // SAFETY: RTNL is held and the device is alive.
        let ret = unsafe { bindings::call_netdevice_notifiers(event as usize, self.as_ptr()) };
        // `notifier_to_errno()`.
        if ret & 0x8000 != 0 && ret & 0x7fff > 1 {
            return Err(Error::from_errno(1i32.wrapping_sub(ret & 0x7fff)));
        }
        Ok(())
    }

    /// Adds this device's VLAN ids to `lower`, all or none.
    pub(crate) fn share_vlans(&self, lower: &NetDevice, _rtnl: &mut Rtnl) -> Result {
        // SAFETY: Both are alive and RTNL is held.
        to_result(unsafe { bindings::vlan_vids_add_by_dev(lower.as_ptr(), self.as_ptr()) })
    }

    /// Takes back what [`Self::share_vlans`] added.
    pub(crate) fn unshare_vlans(&self, lower: &NetDevice, _rtnl: &mut Rtnl) {
        // SAFETY: As above.
        unsafe { bindings::vlan_vids_del_by_dev(lower.as_ptr(), self.as_ptr()) };
    }

    /// Adds one VLAN id. `proto` is the ethertype in network order.
    pub(crate) fn add_vlan(&self, _rtnl: &mut Rtnl, proto: u16, vid: u16) -> Result {
        // SAFETY: Alive, RTNL is held.
        to_result(unsafe { bindings::vlan_vid_add(self.as_ptr(), proto, vid) })
    }

    /// Removes one VLAN id.
    pub(crate) fn del_vlan(&self, _rtnl: &mut Rtnl, proto: u16, vid: u16) {
        // SAFETY: Alive, RTNL is held.
        unsafe { bindings::vlan_vid_del(self.as_ptr(), proto, vid) };
    }

    /// `dev_disable_lro()`.
    pub(crate) fn disable_lro(&self, _rtnl: &mut Rtnl) {
        // SAFETY: As for `open`.
        unsafe { bindings::dev_disable_lro(self.as_ptr()) };
    }

    /// Sets or clears bits of `IFF_*` that drivers own.
    pub(crate) fn change_flags(&self, _rtnl: &mut Rtnl, set: u32, clear: u32) {
        // SAFETY: Alive; flags are written under RTNL.
        unsafe {
            let flags = ptr::addr_of_mut!((*self.as_ptr()).flags);
            flags.write_volatile((flags.read() & !clear) | set);
        }
    }

    /// The word of `IFF_*` private flags.
    #[inline(always)]
    pub(super) fn priv_flags_ptr(&self) -> *mut u32 {
        // The flags are a 32 bit wide bit field at the start of the first group.
        // SAFETY: Only the address of a field of a live device is taken.
        unsafe { ptr::addr_of_mut!((*self.as_ptr()).__bindgen_anon_1).cast() }
    }

    /// Sets or clears private flags.
    pub(crate) fn change_priv_flags(&self, _rtnl: &mut Rtnl, set: u32, clear: u32) {
        // SAFETY: Alive; written under RTNL.
        unsafe {
            let p = self.priv_flags_ptr();
            p.write_volatile((p.read() & !clear) | set);
        }
    }

    /// Forbids or allows IPv6 address configuration on the device.
    pub(crate) fn set_no_addrconf(&self, rtnl: &mut Rtnl, on: bool) {
        let bit = bindings::IFF_NO_ADDRCONF;
        self.change_priv_flags(rtnl, if on { bit } else { 0 }, if on { 0 } else { bit });
    }

    /// Recomputes what a master inherits from its lowers.
    pub(crate) fn recompute_master_features(&self, _rtnl: &mut Rtnl) {
        // SAFETY: Alive, RTNL is held.
        unsafe { bindings::netdev_compute_master_upper_features(self.as_ptr(), true) };
    }
}
