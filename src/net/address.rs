// SPDX-License-Identifier: GPL-2.0

//! The hardware address of a device of ours.
//!
//! C header: [`include/linux/etherdevice.h`](srctree/include/linux/etherdevice.h).

use super::{
    bindings,
    context::Rtnl,
    device::{HwAddr, NetDevice},
};

/// `eth_hw_addr_random()`: of our own device.
pub(crate) fn randomize_address(dev: &NetDevice, rtnl: &mut Rtnl) {
    dev.store_address(rtnl, &random_address(), bindings::NET_ADDR_RANDOM as u8);
}

/// A random, locally administered unicast address.
pub(crate) fn random_address() -> HwAddr {
    let mut mac = [0u8; 6];
    // SAFETY: Writes 6 bytes.
    unsafe { bindings::get_random_bytes(mac.as_mut_ptr().cast(), mac.len()) };
    mac[0] = (mac[0] & 0xfe) | 0x02;
    HwAddr::new(&mac)
}

/// Makes a device of ours take over an address (`NET_ADDR_STOLEN`).
pub(crate) fn steal_address(dev: &NetDevice, rtnl: &mut Rtnl, addr: &HwAddr) {
    dev.store_address(rtnl, addr, bindings::NET_ADDR_STOLEN as u8);
}

/// Stores the address that the user set on a device of ours.
pub(crate) fn keep_address(dev: &NetDevice, rtnl: &mut Rtnl, addr: &HwAddr) {
    let assign = dev.addr_assign_type(rtnl);
    dev.store_address(rtnl, addr, assign);
}

/// Gives a device of ours back an address, and how it came about (`NET_ADDR_*`).
pub(crate) fn restore_address(dev: &NetDevice, rtnl: &mut Rtnl, addr: &HwAddr, assign: u8) {
    dev.store_address(rtnl, addr, assign);
}
