// SPDX-License-Identifier: GPL-2.0

//! How neighbours on a device are set up, which is up to the device below it.
//!
//! C header: [`include/net/neighbour.h`](srctree/include/net/neighbour.h).

use super::{
    bindings,
    context::Rcu,
    device::NetDevice,
    driver::{self, Driver},
};
use core::ptr::addr_of;
use kernel::ffi::c_int;

/// Which lower device sets up neighbours.
pub(crate) trait Neighbours: Driver {
    /// The lower device that all neighbours are set up for.
    fn neighbour_device<'a>(&'a self, rcu: Rcu<'a>) -> Option<&'a NetDevice>;
}

/// Sets up a neighbour as the lower device wants it, which is asked then, since it was not there
/// yet when the device itself was asked.
///
/// # Safety
///
/// Called by the core for a new neighbour.
unsafe extern "C" fn init<D: Neighbours>(neighbour: *mut bindings::neighbour) -> c_int {
    Rcu::read(|rcu| {
        // SAFETY: The neighbour's device is alive.
        let dev = unsafe { NetDevice::from_raw((*neighbour).dev) };
        let lower = driver::private_of::<D>(dev).and_then(|d| d.neighbour_device(rcu));
        let Some(lower) = lower else {
            return 0;
        };
        let mut parms = bindings::neigh_parms::default();
        // SAFETY: Alive, as are its operations. They look at no parameters, they only set their
        // function for neighbours, which the core may call for this one.
        unsafe {
            let ops = addr_of!((*lower.as_ptr()).netdev_ops).read_volatile();
            let Some(setup) = (*ops).ndo_neigh_setup else {
                return 0;
            };
            match (setup(lower.as_ptr(), &mut parms), parms.neigh_setup) {
                (0, Some(setup)) => setup(neighbour),
                (ret, _) => ret,
            }
        }
    })
}

/// `ndo_neigh_setup`. Devices above ask as well, for parameters of their own: those stay.
///
/// # Safety
///
/// Called by the core for a device of `D`.
pub(super) unsafe extern "C" fn setup<D: Neighbours>(
    dev: *mut bindings::net_device,
    parms: *mut bindings::neigh_parms,
) -> c_int {
    // SAFETY: The parameters are new, and the caller's.
    unsafe {
        if (*parms).dev == dev {
            (*parms).neigh_setup = Some(init::<D>);
        }
    }
    0
}
