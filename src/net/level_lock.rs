// SPDX-License-Identifier: GPL-2.0

//! A spin lock of devices that are stacked on one another.
//!
//! C header: [`include/linux/spinlock.h`](srctree/include/linux/spinlock.h). Reading the
//! statistics of a device may read those of the devices below it while the lock is held. Those may
//! be of the same kind and have the same lock, so lockdep must know the level: see "Exception:
//! Nested data dependencies" in `Documentation/locking/lockdep-design.rst`.

use super::{bindings, context::Rcu, device::NetDevice};
use core::cell::UnsafeCell;
use kernel::{prelude::*, types::Opaque};

/// Data of a device behind a spin lock that is taken from the top of a stack downwards.
///
/// Not for use in hard interrupts, nor in softirqs if process context uses it with them on.
#[pin_data]
pub(crate) struct LevelLock<T> {
    #[pin]
    raw: Opaque<bindings::spinlock_t>,
    data: UnsafeCell<T>,
}

// SAFETY: The lock hands the data from one context to another, one at a time.
unsafe impl<T: Send> Send for LevelLock<T> {}
// SAFETY: As above.
unsafe impl<T: Send> Sync for LevelLock<T> {}

impl<T> LevelLock<T> {
    /// An unlocked lock around `data`.
    pub(crate) fn new(data: T) -> impl PinInit<Self> {
        pin_init!(Self {
            // SAFETY: The slot is a lock's memory, which does not move any more.
            raw <- Opaque::ffi_init(|slot| unsafe { bindings::bond_helper_spin_lock_init(slot) }),
            data: UnsafeCell::new(data),
        })
    }

    /// Runs `f` with the data of `dev`, whose lock this is. Any context but interrupts; `f` must
    /// not sleep, and may take locks of this kind of devices below `dev` only.
    pub(crate) fn with<R>(&self, dev: &NetDevice, _rcu: Rcu<'_>, f: impl FnOnce(&mut T) -> R) -> R {
        let raw = self.raw.get();
        // SAFETY: Initialised by `new`. `dev` is above the device of each lock that is taken while
        // this one is held, so the locks have an order and lockdep's subclasses are it.
        unsafe { bindings::bond_helper_spin_lock_nested(raw, dev.level().into()) };
        // SAFETY: Other processors wait for the lock, and whoever preempts us cannot (without SMP, it
        // turns preemption off and does no more). `f` does not take it again, by the rule above,
        // since no device is below itself.
        let out = f(unsafe { &mut *self.data.get() });
        // SAFETY: Taken above.
        unsafe { bindings::bond_helper_spin_unlock(raw) };
        out
    }
}
