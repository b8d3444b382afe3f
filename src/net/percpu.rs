// SPDX-License-Identifier: GPL-2.0

//! A counter per CPU.
//!
//! C header: [`include/linux/percpu.h`](srctree/include/linux/percpu.h).

use super::{bindings, context::BhOff};
use core::ptr::NonNull;
use kernel::prelude::*;

/// A wrapping counter per CPU.
pub(crate) struct Counter(NonNull<u32>);

// SAFETY: Each CPU has its own word.
unsafe impl Send for Counter {}
// SAFETY: As above.
unsafe impl Sync for Counter {}

impl Counter {
    /// Counters at zero; process context.
    pub(crate) fn new() -> Result<Self> {
        // SAFETY: No precondition but process context.
        NonNull::new(unsafe { bindings::bond_helper_alloc_counter() })
            .map(Self)
            .ok_or(ENOMEM)
    }

    /// Counts one on this CPU and returns the result.
    #[inline(always)]
    pub(crate) fn next(&self, _bh: BhOff<'_>) -> u32 {
        // SAFETY: Allocated by `new`.
        unsafe { bindings::bond_helper_counter_inc(self.0.as_ptr()) }
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        // SAFETY: Allocated by `new`.
        unsafe { bindings::bond_helper_free_counter(self.0.as_ptr()) };
    }
}

/// A random number.
#[inline(always)]
pub(crate) fn random() -> u32 {
    // SAFETY: No precondition.
    unsafe { bindings::get_random_u32() }
}
