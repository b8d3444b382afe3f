// SPDX-License-Identifier: GPL-2.0

//! A network namespace.
//!
//! C header: [`include/net/net_namespace.h`](srctree/include/net/net_namespace.h).

use super::{bindings, context::Rcu, device::NetDevice};
use kernel::types::Opaque;

/// `struct net`.
///
/// # Invariants
///
/// A reference is only made while the namespace has its directories in sysfs and procfs: from the
/// `init` callback of a subsystem until the last of its exit callbacks returns.
#[repr(transparent)]
pub(crate) struct Net(Opaque<bindings::net>);

// SAFETY: The C structure is made for concurrent access.
unsafe impl Sync for Net {}

impl Net {
    /// Wraps a namespace that the core handed to a callback.
    ///
    /// # Safety
    ///
    /// `ptr` is a namespace that fulfils the invariant for `'a`.
    pub(super) unsafe fn from_raw<'a>(ptr: *mut bindings::net) -> &'a Self {
        // SAFETY: `repr(transparent)`, and the caller's promise.
        unsafe { &*ptr.cast::<Self>() }
    }

    /// The C namespace.
    pub(super) fn as_ptr(&self) -> *mut bindings::net {
        self.0.get()
    }

    /// The namespace that the machine starts with.
    pub(crate) fn initial() -> &'static Self {
        // SAFETY: It never goes, and modules are loaded after it came.
        unsafe { Self::from_raw(&raw mut bindings::init_net) }
    }

    /// Calls `f` with each device, in the order of registration.
    pub(crate) fn for_each_device(&self, _rcu: Rcu<'_>, mut f: impl FnMut(&NetDevice)) {
        let mut dev = core::ptr::null_mut();
        loop {
            // SAFETY: In a read side section; `dev` is null or was found in this section.
            dev = unsafe { bindings::bond_helper_next_device_rcu(self.as_ptr(), dev) };
            if dev.is_null() {
                return;
            }
            // SAFETY: Listed in this section, so freed after it.
            f(unsafe { NetDevice::from_raw(dev) });
        }
    }
}
