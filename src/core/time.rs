// SPDX-License-Identifier: GPL-2.0

//! Time as the engines see it: an instant handed in by the caller, and counts of monitor passes.

/// A point in time, in milliseconds since an arbitrary start.
///
/// The engines never read a clock. The 64-bit count does not wrap within the life of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instant(u64);

impl Instant {
    /// The instant `millis` milliseconds after the start.
    pub(crate) const fn from_millis(millis: u64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the start.
    pub(crate) const fn as_millis(self) -> u64 {
        self.0
    }

    /// Milliseconds from `earlier` to `self`, 0 if `earlier` is in fact later.
    pub(crate) const fn millis_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The instant `millis` milliseconds after `self`.
    pub(crate) const fn plus_millis(self, millis: u64) -> Self {
        Self(self.0.saturating_add(millis))
    }
}

/// A number of passes of the active monitor (miimon or arp_interval).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ticks(pub(crate) u32);

impl Ticks {
    /// No pass at all.
    pub(crate) const ZERO: Self = Self(0);

    /// Whether no pass is left.
    pub(crate) const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// One pass fewer, stopping at zero.
    pub(crate) const fn less_one(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// The passes of `self` that are not in `part`, in milliseconds of a monitor with this period.
    ///
    /// Negative if `self` was lowered meanwhile; what does not fit wraps. Only to be shown.
    pub(crate) const fn elapsed_ms(self, part: Self, period_ms: u32) -> i32 {
        self.0.wrapping_sub(part.0).wrapping_mul(period_ms) as i32
    }

    /// `self` in milliseconds of a monitor with this period; what does not fit wraps. Only to be
    /// shown.
    pub(crate) const fn as_ms(self, period_ms: u32) -> i32 {
        self.0.wrapping_mul(period_ms) as i32
    }

    /// How many whole passes of `period_ms` fit into `ms`; 0 if there is no monitor.
    ///
    /// The remainder is dropped, as the options that are given in milliseconds ask for.
    pub(crate) const fn from_ms(ms: u32, period_ms: u32) -> Self {
        match ms.checked_div(period_ms) {
            Some(ticks) => Self(ticks),
            None => Self::ZERO,
        }
    }
}
