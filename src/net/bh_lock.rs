// SPDX-License-Identifier: GPL-2.0

//! A spin lock that softirqs take as well as process context.
//!
//! C header: [`include/linux/spinlock.h`](srctree/include/linux/spinlock.h). Bottom halves are off
//! while it is held, which the witness shows.

use super::{bindings, context::BhOff};
use core::cell::UnsafeCell;
use kernel::{prelude::*, types::Opaque};

/// Data behind a spin lock. Not for use in hard interrupts.
#[pin_data]
pub(crate) struct BhLock<T> {
    #[pin]
    raw: Opaque<bindings::spinlock_t>,
    data: UnsafeCell<T>,
}

// SAFETY: The lock hands the data from one context to another, one at a time.
unsafe impl<T: Send> Send for BhLock<T> {}
// SAFETY: As above.
unsafe impl<T: Send> Sync for BhLock<T> {}

impl<T> BhLock<T> {
    /// An unlocked lock around `data`.
    pub(crate) fn new(data: T) -> impl PinInit<Self> {
        pin_init!(Self {
            // SAFETY: The slot is a lock's memory, which does not move any more.
            raw <- Opaque::ffi_init(|slot| unsafe { bindings::bond_helper_bh_lock_init(slot) }),
            data: UnsafeCell::new(data),
        })
    }

    /// Runs `f` with the data. `f` must not sleep nor take this lock again: that is a deadlock with
    /// SMP, but without it spin locks do nothing and both would have the data. No type shows that
    /// it does not; lockdep reports it on any kernel.
    pub(crate) fn with<R>(&self, _bh: BhOff<'_>, f: impl FnOnce(&mut T) -> R) -> R {
        let raw = self.raw.get();
        // SAFETY: Initialised by `new`; no softirq can interrupt, so none spins on this processor.
        unsafe { bindings::bond_helper_spin_lock(raw) };
        // SAFETY: Other processors wait for the lock, nothing on this one can come in between that
        // takes it, and `f` does not take it again, by the rule above.
        let out = f(unsafe { &mut *self.data.get() });
        // SAFETY: Taken above.
        unsafe { bindings::bond_helper_spin_unlock(raw) };
        out
    }
}
