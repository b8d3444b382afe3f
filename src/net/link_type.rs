// SPDX-License-Identifier: GPL-2.0

//! The link layer of a device of ours: Ethernet, or whatever its lower devices have.
//!
//! C header: [`include/linux/netdevice.h`](srctree/include/linux/netdevice.h), `struct header_ops`. The
//! type changes under RTNL; headers are made and read under RCU, in any context.

use super::{
    bindings,
    context::{Rcu, Rtnl},
    device::NetDevice,
    driver::{self, Driver},
};
use core::{
    marker::PhantomData,
    ptr::{addr_of, addr_of_mut},
};
use kernel::{
    ffi::{c_int, c_uchar, c_uint, c_ushort, c_void},
    prelude::*,
};

/// What the headers of a device that is not Ethernet are made and read by.
pub(crate) trait Headers: Driver {
    /// The lower device whose headers ours are; none, and there are no headers.
    fn header_device<'a>(&'a self, rcu: Rcu<'a>) -> Option<&'a NetDevice>;
}

struct Calls<D>(PhantomData<D>);

/// The header operations of a lower device of `dev`, together with that device, which alone they
/// may be called for: they read its private data.
///
/// Devices that are stacked on others tend to copy header operations, so `dev` may be anything.
fn forward<'a, D: Headers>(
    dev: &'a NetDevice,
    rcu: Rcu<'a>,
) -> Option<(&'a NetDevice, &'a bindings::header_ops)> {
    let lower = driver::private_of::<D>(dev)?.header_device(rcu)?;
    // SAFETY: Alive; the operations of a device are static, or are kept as long as it is.
    let ops = unsafe {
        addr_of!((*lower.as_ptr()).header_ops)
            .read_volatile()
            .as_ref()
    }?;
    Some((lower, ops))
}

impl<D: Headers> Calls<D> {
    /// # Safety
    ///
    /// Called by `dev_hard_header()`: the frame is valid and has room for the header.
    unsafe extern "C" fn create(
        skb: *mut bindings::sk_buff,
        dev: *mut bindings::net_device,
        protocol: c_ushort,
        daddr: *const c_void,
        saddr: *const c_void,
        len: c_uint,
    ) -> c_int {
        Rcu::read(|rcu| {
            // SAFETY: The device that the caller sends by is alive.
            let dev = unsafe { NetDevice::from_raw(dev) };
            let Some((lower, ops)) = forward::<D>(dev, rcu) else {
                return 0;
            };
            let Some(create) = ops.create else {
                return 0;
            };
            // SAFETY: Valid by contract.
            let room = unsafe { (*skb).data.addr().wrapping_sub((*skb).head.addr()) };
            // The caller made room for what our header was when it made the frame. Meanwhile a lower
            // device may have come whose header is longer.
            if room < usize::from(lower.hard_header_len()) {
                return EINVAL.to_errno();
            }
            // SAFETY: The arguments are the caller's, and there is room for the header of the lower
            // device.
            unsafe { create(skb, lower.as_ptr(), protocol, daddr, saddr, len) }
        })
    }

    /// # Safety
    ///
    /// Called by `dev_parse_header()`: the frame is valid, the result has room for an address.
    unsafe extern "C" fn parse(
        skb: *const bindings::sk_buff,
        dev: *const bindings::net_device,
        addr: *mut c_uchar,
    ) -> c_int {
        Rcu::read(|rcu| {
            // SAFETY: The device that the frame is taken to have come by is alive.
            let dev = unsafe { NetDevice::from_raw(dev.cast_mut()) };
            let Some((lower, ops)) = forward::<D>(dev, rcu) else {
                return 0;
            };
            let Some(parse) = ops.parse else {
                return 0;
            };
            // SAFETY: The arguments are the caller's. The device is handed on: a lower that
            // forwards as well goes on from itself, not from the frame's device.
            unsafe { parse(skb, lower.as_ptr(), addr) }
        })
    }

    const OPS: bindings::header_ops = bindings::header_ops {
        create: Some(Self::create),
        parse: Some(Self::parse),
        cache: None,
        cache_update: None,
        validate: None,
        parse_protocol: None,
    };
}

/// Makes `dev`, a device of `D` that is closed, of the link type of `lower`, another device. Does
/// nothing to any other.
pub(crate) fn imitate<D: Headers>(dev: &NetDevice, lower: &NetDevice, _rtnl: &mut Rtnl) {
    if driver::private_of::<D>(dev).is_none() || dev.running() || dev.is(lower) {
        return;
    }
    // SAFETY: Both are alive and differ; the fields change under RTNL, those that are read without
    // are single words. An address is at most as long as the array.
    unsafe {
        let (to, from) = (dev.as_ptr(), lower.as_ptr());
        let has_headers = !addr_of!((*from).header_ops).read_volatile().is_null();
        let ops: *const bindings::header_ops = if has_headers {
            const { &Calls::<D>::OPS }
        } else {
            core::ptr::null()
        };
        addr_of_mut!((*to).header_ops).write_volatile(ops);
        addr_of_mut!((*to).type_).write_volatile((*from).type_);
        addr_of_mut!((*to).hard_header_len).write_volatile((*from).hard_header_len);
        addr_of_mut!((*to).needed_headroom).write_volatile((*from).needed_headroom);
        addr_of_mut!((*to).addr_len).write_volatile((*from).addr_len);
        (*to).broadcast = (*from).broadcast;
        if lower.has_flags(bindings::IFF_POINTOPOINT) {
            let flags = (*to).flags & !(bindings::IFF_BROADCAST | bindings::IFF_MULTICAST);
            addr_of_mut!((*to).flags)
                .write_volatile(flags | bindings::IFF_POINTOPOINT | bindings::IFF_NOARP);
        }
    }
}

/// Gives a device of `D` what every Ethernet device has, but for the MTU, which it keeps, and the
/// bounds of the MTU, which a virtual device does not have.
///
/// # Safety
///
/// The device is new, or RTNL is held.
pub(super) unsafe fn ethernet_defaults<D: Driver>(dev: *mut bindings::net_device) {
    let t = D::traits();
    // SAFETY: By the caller's promise the fields are ours to write.
    unsafe {
        let mtu = (*dev).mtu;
        bindings::ether_setup(dev);
        if mtu != 0 {
            addr_of_mut!((*dev).mtu).write_volatile(mtu);
        }
        (*dev).min_mtu = bindings::ETH_MIN_MTU;
        (*dev).max_mtu = bindings::ETH_MAX_MTU;
        (*dev).flags |= t.flags;
        let p = NetDevice::from_raw(dev).priv_flags_ptr();
        p.write(p.read() & !bindings::IFF_TX_SKB_SHARING);
    }
}

/// Makes a device of `D` an Ethernet device again, whatever it was. Does nothing to any other.
pub(crate) fn become_ethernet<D: Headers>(dev: &NetDevice, _rtnl: &mut Rtnl) {
    // What the core or others count or own stays.
    const KEPT: u32 =
        bindings::IFF_UP | bindings::IFF_SLAVE | bindings::IFF_PROMISC | bindings::IFF_ALLMULTI;
    if driver::private_of::<D>(dev).is_none() {
        return;
    }
    let flags = dev.flags() & KEPT;
    // SAFETY: RTNL is held, and the device is one of `D`.
    unsafe {
        ethernet_defaults::<D>(dev.as_ptr());
        (*dev.as_ptr()).flags |= flags;
    }
}

/// Forgets the secondary addresses of a device, before its link type changes.
pub(crate) fn flush_addresses(dev: &NetDevice, _rtnl: &mut Rtnl) {
    // SAFETY: Alive; both take the address lock.
    unsafe {
        bindings::dev_uc_flush(dev.as_ptr());
        bindings::dev_mc_flush(dev.as_ptr());
    }
}
