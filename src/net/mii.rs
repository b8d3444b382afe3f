// SPDX-License-Identifier: GPL-2.0

//! Asking a device for its link, for drivers that do not maintain carrier.
//!
//! C headers: [`include/uapi/linux/mii.h`](srctree/include/uapi/linux/mii.h),
//! [`include/linux/ethtool.h`](srctree/include/linux/ethtool.h).

use super::{
    bindings,
    context::{OpsLocked, Rtnl},
    device::NetDevice,
};
use core::ptr;

/// The link bit of the basic mode status register, by ioctl, or nothing if that fails.
fn mii_link(dev: &NetDevice, _rtnl: &mut Rtnl) -> Option<bool> {
    let mut ifr = bindings::ifreq::default();
    let mii = ptr::addr_of_mut!(ifr.ifr_ifru).cast::<bindings::mii_ioctl_data>();
    // SAFETY: The device is alive, RTNL is held, its instance lock is not; the union of `ifreq` is
    // larger than `mii_ioctl_data` and aligned for it.
    unsafe {
        if bindings::dev_eth_ioctl(dev.as_ptr(), &mut ifr, bindings::SIOCGMIIPHY) != 0 {
            return None;
        }
        (*mii).reg_num = bindings::MII_BMSR as u16;
        if bindings::dev_eth_ioctl(dev.as_ptr(), &mut ifr, bindings::SIOCGMIIREG) != 0 {
            return None;
        }
        Some(u32::from((*mii).val_out) & bindings::BMSR_LSTATUS != 0)
    }
}

/// What `ETHTOOL_GLINK` says, or nothing if the driver does not implement it.
fn ethtool_link(dev: &NetDevice, rtnl: &Rtnl) -> Option<bool> {
    let _lock = OpsLocked::lock(dev, rtnl);
    // SAFETY: Alive; the operations are valid while it is; RTNL and the instance lock are held.
    unsafe {
        let ops = (*dev.as_ptr()).ethtool_ops.as_ref()?;
        Some(ops.get_link?(dev.as_ptr()) != 0)
    }
}

/// Whether the link is up as far as the device can tell; up if it cannot (HOWTO, `use_carrier`).
pub(crate) fn link_by_query(dev: &NetDevice, rtnl: &mut Rtnl) -> bool {
    mii_link(dev, rtnl)
        .or_else(|| ethtool_link(dev, rtnl))
        .unwrap_or(true)
}
