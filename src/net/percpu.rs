// SPDX-License-Identifier: GPL-2.0

//! Counters per CPU.
//!
//! C header: [`include/linux/percpu.h`](srctree/include/linux/percpu.h).

use super::{bindings, context::Rcu};
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
    #[cfg(all(CONFIG_X86_64, CONFIG_SMP, not(CONFIG_UML)))]
    #[inline(always)]
    pub(crate) fn next(&self, _rcu: Rcu<'_>) -> u32 {
        let mut count = 1_u32;
        // A call would cost more than all else that round-robin does.
        // SAFETY: `this_cpu_inc_return()`: allocated by `new`; the segment register holds this
        // CPU's offset, and one instruction cannot be torn by a move to another.
        unsafe {
            core::arch::asm!(
                "xadd {count:e}, %gs:({counter})",
                counter = in(reg) self.0.as_ptr(),
                count = inout(reg) count,
                options(att_syntax, nostack)
            );
        }
        count.wrapping_add(1)
    }

    /// Counts one on this CPU and returns the result.
    #[cfg(not(all(CONFIG_X86_64, CONFIG_SMP, not(CONFIG_UML))))]
    #[inline(always)]
    pub(crate) fn next(&self, _rcu: Rcu<'_>) -> u32 {
        // SAFETY: Allocated by `new`; one instruction, or as good as.
        unsafe { bindings::bond_helper_counter_inc(self.0.as_ptr()) }
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        // SAFETY: Allocated by `new`.
        unsafe { bindings::bond_helper_free_counter(self.0.as_ptr()) };
    }
}

/// An array of wrapping counters per CPU.
pub(crate) struct Counters {
    first: NonNull<u32>,
    len: usize,
}

// SAFETY: Each CPU has its own words.
unsafe impl Send for Counters {}
// SAFETY: As above.
unsafe impl Sync for Counters {}

impl Counters {
    /// `len` counters at zero; process context.
    pub(crate) fn new(len: usize) -> Result<Self> {
        // SAFETY: No precondition but process context.
        let first = NonNull::new(unsafe { bindings::bond_helper_alloc_counters(len) });
        Ok(Self {
            first: first.ok_or(ENOMEM)?,
            len,
        })
    }

    /// Counts one at `index` on this CPU.
    #[inline(always)]
    pub(crate) fn add(&self, index: usize, _rcu: Rcu<'_>) {
        if index >= self.len {
            return;
        }
        let counter = self.first.as_ptr().wrapping_add(index);
        // SAFETY: `this_cpu_inc()` of a word of ours; the segment register holds this CPU's offset,
        // and one instruction cannot be torn by a move to another.
        #[cfg(all(CONFIG_X86_64, CONFIG_SMP, not(CONFIG_UML)))]
        unsafe {
            core::arch::asm!(
                "incl %gs:({counter})",
                counter = in(reg) counter,
                options(att_syntax, nostack)
            );
        }
        // SAFETY: A word of ours.
        #[cfg(not(all(CONFIG_X86_64, CONFIG_SMP, not(CONFIG_UML))))]
        unsafe {
            bindings::bond_helper_counter_inc(counter);
        }
    }

    /// What was counted at `index` on all CPUs.
    pub(crate) fn sum(&self, index: usize) -> u32 {
        if index >= self.len {
            return 0;
        }
        // SAFETY: A word of ours.
        unsafe { bindings::bond_helper_counter_sum(self.first.as_ptr().wrapping_add(index)) }
    }
}

impl Drop for Counters {
    fn drop(&mut self) {
        // SAFETY: Allocated by `new`; may be called in any context.
        unsafe { bindings::bond_helper_free_counter(self.first.as_ptr()) };
    }
}

/// A random number.
#[inline(always)]
pub(crate) fn random() -> u32 {
    // SAFETY: No precondition.
    unsafe { bindings::get_random_u32() }
}
