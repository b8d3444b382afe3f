// SPDX-License-Identifier: GPL-2.0

//! Timestamps of packets, which a device has by those below it.
//!
//! C headers: [`include/linux/net_tstamp.h`](srctree/include/linux/net_tstamp.h),
//! [`include/linux/ethtool.h`](srctree/include/linux/ethtool.h). Configuring runs under RTNL; what a
//! device can do is asked under RCU, also without RTNL.

use super::{
    bindings,
    context::{Rcu, Rtnl},
    control::Extack,
    device::{DevRef, NetDevice},
    driver::{self, Driver},
};
use core::ptr::addr_of;
use kernel::{error::to_result, ffi::c_int, prelude::*, uaccess::UserSlice};

/// Whose timestamps a device has.
pub(crate) trait Timestamps: Driver {
    /// The one lower device that all packets go by, if that is so.
    fn clock<'a>(&'a self, rcu: Rcu<'a>) -> Option<&'a NetDevice>;
    /// Whether `f` holds for all lower devices, one at least.
    fn for_all_lowers(&self, rcu: Rcu<'_>, f: impl Fn(&NetDevice) -> bool) -> bool;
}

fn clock_of<D: Timestamps>(dev: &NetDevice, _rtnl: &Rtnl) -> Result<DevRef> {
    let this = driver::private_of::<D>(dev).ok_or(EOPNOTSUPP)?;
    Rcu::read(|rcu| this.clock(rcu).map(DevRef::new)).ok_or(EOPNOTSUPP)
}

/// Says in an answer that its clock changes with the active lower device.
fn mark(config: &mut bindings::kernel_hwtstamp_config) -> Result {
    const MARK: c_int = bindings::HWTSTAMP_FLAG_BONDED_PHC_INDEX as c_int;
    if !config.copied_to_user {
        config.flags |= MARK;
        return Ok(());
    }
    // The lower driver is of the kind that answers by itself. The flags come first.
    // SAFETY: The request came by ioctl, so there is an `ifreq`; its union holds a user pointer.
    let at = unsafe {
        addr_of!((*config.ifr).ifr_ifru)
            .cast::<*mut kernel::ffi::c_void>()
            .read_unaligned()
    };
    let answer = || UserSlice::new(kernel::uaccess::UserPtr::from_ptr(at), size_of::<c_int>());
    let flags: c_int = answer().reader().read()?;
    answer().writer().write_slice(&(flags | MARK).to_ne_bytes())
}

fn ret(r: Result) -> c_int {
    r.map_or_else(|e| e.to_errno(), |()| 0)
}

/// `ndo_hwtstamp_get`.
///
/// # Safety
///
/// Called by the core for a device of `D`, with RTNL held.
unsafe extern "C" fn get<D: Timestamps>(
    dev: *mut bindings::net_device,
    config: *mut bindings::kernel_hwtstamp_config,
) -> c_int {
    // SAFETY: By the contract.
    let (rtnl, dev, config) =
        unsafe { (Rtnl::assume_held(), NetDevice::from_raw(dev), &mut *config) };
    ret(clock_of::<D>(dev, &rtnl).and_then(|lower| {
        // SAFETY: Alive, RTNL is held, the instance lock is not.
        to_result(unsafe { bindings::generic_hwtstamp_get_lower(lower.as_ptr(), config) })?;
        mark(config)
    }))
}

/// `ndo_hwtstamp_set`: only for those who know that the clock may change.
///
/// # Safety
///
/// As for [`get`].
unsafe extern "C" fn set<D: Timestamps>(
    dev: *mut bindings::net_device,
    config: *mut bindings::kernel_hwtstamp_config,
    extack: *mut bindings::netlink_ext_ack,
) -> c_int {
    // SAFETY: By the contract.
    let (rtnl, dev, config, extack) = unsafe {
        (
            Rtnl::assume_held(),
            NetDevice::from_raw(dev),
            &mut *config,
            Extack::from_raw(extack),
        )
    };
    if config.flags as u32 & bindings::HWTSTAMP_FLAG_BONDED_PHC_INDEX == 0 {
        return EOPNOTSUPP.to_errno();
    }
    ret(clock_of::<D>(dev, &rtnl).and_then(|lower| {
        // SAFETY: As in `get`.
        to_result(unsafe {
            bindings::generic_hwtstamp_set_lower(lower.as_ptr(), config, extack.as_ptr())
        })?;
        mark(config)
    }))
}

/// Whether a device makes timestamps when it is handed a packet.
fn stamps_sent(dev: &NetDevice, _rcu: Rcu<'_>) -> bool {
    let mut info = bindings::kernel_ethtool_ts_info::default();
    // SAFETY: Alive, in a read side section.
    let ret = unsafe { bindings::ethtool_get_ts_info_by_layer(dev.as_ptr(), &mut info) };
    ret == 0 && info.so_timestamping & bindings::SOF_TIMESTAMPING_TX_SOFTWARE != 0
}

/// `get_ts_info` of ethtool.
///
/// # Safety
///
/// Called by ethtool for a device of `D`, in a read side section.
pub(super) unsafe extern "C" fn info<D: Timestamps>(
    dev: *mut bindings::net_device,
    info: *mut bindings::kernel_ethtool_ts_info,
) -> c_int {
    // SAFETY: By the contract.
    let (this, info) = unsafe { (driver::private::<D>(dev), &mut *info) };
    Rcu::read(|rcu| {
        if let Some(lower) = this.clock(rcu) {
            // SAFETY: Alive, in a read side section.
            return unsafe { bindings::ethtool_get_ts_info_by_layer(lower.as_ptr(), info) };
        }
        if this.for_all_lowers(rcu, |lower| stamps_sent(lower, rcu)) {
            info.so_timestamping |= bindings::SOF_TIMESTAMPING_TX_SOFTWARE;
        }
        0
    })
}

/// Adds the operations for timestamps to those of a device of `D`.
pub(super) const fn add_ops<D: Timestamps>(ops: &mut bindings::net_device_ops) {
    ops.ndo_hwtstamp_get = Some(get::<D>);
    ops.ndo_hwtstamp_set = Some(set::<D>);
}
