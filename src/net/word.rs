// SPDX-License-Identifier: GPL-2.0

//! Machine words that several contexts share without a lock.
//!
//! The kernel's `READ_ONCE()` and `WRITE_ONCE()` (see `Documentation/memory-barriers.txt`): one
//! access each, no ordering unless it says so. The kernel crate's atomics are calls on kernels
//! without inlined helpers, which the transmit path cannot afford.

use super::context::Rtnl;
use core::{
    cell::UnsafeCell,
    sync::atomic::{AtomicUsize, Ordering},
};
use pin_init::Zeroable;

mod sealed {
    pub(crate) trait Sealed {}
}

/// Types that the machine reads and writes in one access.
pub(crate) trait Atom: Copy + Send + sealed::Sealed {}

macro_rules! atoms {
    ($($t:ty),*) => { $(impl sealed::Sealed for $t {} impl Atom for $t {})* };
}
atoms!(u8, i8, u16, u32, i32, u64, usize, bool);

/// A word that any context may read and write.
#[repr(transparent)]
pub(crate) struct Word<T: Atom>(UnsafeCell<T>);

// SAFETY: All access is by single volatile loads and stores of a machine word, the kernel's
// definition of a race-free marked access.
unsafe impl<T: Atom> Sync for Word<T> {}

// SAFETY: `repr(transparent)` over what may be zeroed.
unsafe impl<T: Atom + Zeroable> Zeroable for Word<T> {}

impl<T: Atom> Word<T> {
    /// A word with the value `v`.
    pub(crate) const fn new(v: T) -> Self {
        Self(UnsafeCell::new(v))
    }

    /// `READ_ONCE()`.
    #[inline(always)]
    pub(crate) fn get(&self) -> T {
        // SAFETY: Valid, aligned, and only accessed by marked accesses.
        unsafe { self.0.get().read_volatile() }
    }

    /// `WRITE_ONCE()`.
    #[inline(always)]
    pub(crate) fn set(&self, v: T) {
        // SAFETY: As in `get`.
        unsafe { self.0.get().write_volatile(v) }
    }
}

/// A word that anybody may read and only the holder of RTNL writes.
#[repr(transparent)]
pub(crate) struct RtnlWord<T: Atom>(Word<T>);

impl<T: Atom> RtnlWord<T> {
    /// A word with the value `v`.
    pub(crate) const fn new(v: T) -> Self {
        Self(Word::new(v))
    }

    /// Reads the word.
    #[inline(always)]
    pub(crate) fn get(&self) -> T {
        self.0.get()
    }

    /// Writes the word.
    #[inline(always)]
    pub(crate) fn set(&self, _rtnl: &Rtnl, v: T) {
        self.0.set(v)
    }
}

impl RtnlWord<usize> {
    /// Writes the address of what readers follow it to: `rcu_assign_pointer()`. They see what was
    /// written there before.
    pub(crate) fn publish(&self, _rtnl: &Rtnl, v: usize) {
        // SAFETY: Valid, aligned, and only accessed by marked accesses.
        let word = unsafe { AtomicUsize::from_ptr(self.0 .0.get()) };
        word.store(v, Ordering::Release);
    }
}

/// Data that only the holder of RTNL sees.
///
/// A mutable borrow takes the witness exclusively, so nothing that could re-enter the driver can
/// be called while it lives.
pub(crate) struct RtnlCell<T>(UnsafeCell<T>);

// SAFETY: The RTNL is one global mutex, so at most one task holds a witness at a time.
unsafe impl<T: Send> Sync for RtnlCell<T> {}

impl<T> RtnlCell<T> {
    /// A cell that holds `v`.
    pub(crate) const fn new(v: T) -> Self {
        Self(UnsafeCell::new(v))
    }

    /// Looks at the value.
    pub(crate) fn get<'a>(&'a self, _rtnl: &'a Rtnl) -> &'a T {
        // SAFETY: The shared witness excludes other tasks, and `get_mut` of this one.
        unsafe { &*self.0.get() }
    }

    /// Changes the value.
    #[allow(clippy::mut_from_ref)]
    pub(crate) fn get_mut<'a>(&'a self, _rtnl: &'a mut Rtnl) -> &'a mut T {
        // SAFETY: The exclusive witness excludes every other borrow.
        unsafe { &mut *self.0.get() }
    }
}
