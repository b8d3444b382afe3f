// SPDX-License-Identifier: GPL-2.0

//! Making and deleting devices without rtnetlink.
//!
//! C header: [`include/linux/netdevice.h`](srctree/include/linux/netdevice.h).

use super::{
    bindings,
    context::{Rcu, Rtnl},
    device::{DevRef, NetDevice},
    driver::{self, Driver},
    netns::Net,
    pernet::Doomed,
};
use core::ptr::{null_mut, NonNull};
use kernel::prelude::*;

/// A name with its terminator, as C wants it.
fn text(name: &[u8; 16]) -> [u8; 17] {
    let mut text = [0; 17];
    for (to, from) in text.iter_mut().zip(name) {
        *to = *from;
    }
    text
}

fn find(net: &Net, name: &[u8; 16], _rtnl: &Rtnl) -> Option<NonNull<bindings::net_device>> {
    // SAFETY: The namespace is alive, RTNL is held, the name is terminated.
    NonNull::new(unsafe { bindings::__dev_get_by_name(net.as_ptr(), text(name).as_ptr().cast()) })
}

/// Whether any device of the namespace has this name.
pub(crate) fn in_use(net: &Net, name: &[u8; 16], rtnl: &Rtnl) -> bool {
    find(net, name, rtnl).is_some()
}

/// Whether a device of the driver in this namespace has this name.
pub(crate) fn is_ours<D: Driver>(net: &Net, name: &[u8; 16], rtnl: &Rtnl) -> bool {
    find(net, name, rtnl).is_some_and(|dev| {
        // SAFETY: Found in the namespace, and RTNL keeps it there.
        let dev = unsafe { NetDevice::from_raw(dev.as_ptr()) };
        // An alternative name is found, too, and is no name to delete a bond by.
        let is_name = name.split(|byte| *byte == 0).next() == Some(dev.name().as_bytes());
        is_name && driver::private_of::<D>(dev).is_some()
    })
}

/// Makes a device of the driver, without carrier; a name may hold `%d`, for the lowest free number.
pub(crate) fn create<D: Driver>(
    net: &Net,
    name: &[u8; 16],
    queues: u32,
    rtnl: &mut Rtnl,
) -> Result {
    // SAFETY: The name is terminated (the core copies it, at most 15 bytes are before the zero
    // that the type `IfName` of callers has at the end, and more would be refused by
    // `alloc_netdev_mqs()`); `setup` is for it.
    let dev = unsafe {
        if name.last() != Some(&0) {
            return Err(EINVAL);
        }
        bindings::alloc_netdev_mqs(
            core::mem::size_of::<D>() as i32,
            text(name).as_ptr().cast(),
            bindings::NET_NAME_UNKNOWN as u8,
            Some(driver::setup::<D>),
            queues,
            queues,
        )
    };
    if dev.is_null() {
        return Err(ENOMEM);
    }
    // SAFETY: Just allocated; the namespace is alive.
    unsafe { bindings::bond_helper_dev_net_set(dev, net.as_ptr()) };
    if let Err(e) = driver::register(dev, rtnl) {
        // SAFETY: Not registered any more; the core has undone `ndo_init`.
        unsafe { bindings::free_netdev(dev) };
        return Err(e);
    }
    // SAFETY: Registered.
    unsafe { NetDevice::from_raw(dev) }.set_carrier(rtnl, false);
    Ok(())
}

/// Deletes a registered device of the driver; the counted reference is what the caller may go on
/// with.
pub(crate) fn unregister<D: Driver>(dev: &DevRef, rtnl: &mut Rtnl) {
    if driver::private_of::<D>(dev).is_some() && dev.is_registered(rtnl) {
        // SAFETY: Registered; RTNL is held exclusively, and what the caller still borrows of the
        // device is kept by its reference.
        unsafe { bindings::unregister_netdevice_queue(dev.as_ptr(), null_mut()) };
    }
}

/// Deletes all devices of the driver in a namespace that goes, in the order in which they came.
pub(crate) fn doom_all<D: Driver>(net: &Net, doomed: &mut Doomed<'_>, _rtnl: &mut Rtnl) {
    Rcu::read(|rcu| {
        net.for_each_device(rcu, |dev| {
            if driver::private_of::<D>(dev).is_some() {
                // SAFETY: Registered, since it is listed and RTNL is held, exclusively; this only
                // puts the device on the list, and is done with the core's own list.
                unsafe { bindings::unregister_netdevice_queue(dev.as_ptr(), doomed.as_ptr()) };
            }
        })
    });
}

/// Deletes the driver's device of this name; `ENODEV` if there is none.
pub(crate) fn delete<D: Driver>(net: &Net, name: &[u8; 16], rtnl: &mut Rtnl) -> Result {
    if !is_ours::<D>(net, name, rtnl) {
        return Err(ENODEV);
    }
    let dev = find(net, name, rtnl).ok_or(ENODEV)?;
    // SAFETY: Registered; RTNL is held exclusively, so nothing borrows from it.
    unsafe { bindings::unregister_netdevice_queue(dev.as_ptr(), null_mut()) };
    Ok(())
}
