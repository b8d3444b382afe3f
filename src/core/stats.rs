// SPDX-License-Identifier: GPL-2.0

//! Summing the members' counters into the bond's (spec/dataplane.md 10.1).

/// What one counter gained between two readings.
///
/// Where neither reading uses the upper half, the counter may be 32 bits wide and have wrapped. A
/// counter that went backwards was reset by its driver and gained nothing, so that totals never
/// decrease.
pub(crate) fn gained(new: u64, old: u64) -> u64 {
    let narrow = (new | old) >> u32::BITS == 0;
    let delta = if narrow {
        // The low halves hold everything; reinterpreting the difference finds the direction.
        i64::from((new as u32).wrapping_sub(old as u32) as i32)
    } else {
        new.wrapping_sub(old) as i64
    };
    u64::try_from(delta).unwrap_or(0)
}

/// Where the last reading of a counter is kept.
pub(crate) trait Baseline {
    /// The last reading.
    fn last(&self) -> u64;
    /// Makes `reading` the last one.
    fn advance(&self, reading: u64);
}

/// Adds to `totals` what the counters gained from their last readings to `new`, which become the
/// last ones.
///
/// The three hold the same counters in the same order; surplus ones are left alone. Most counters
/// of a device stand still, so these cost a comparison.
#[inline]
pub(crate) fn fold<B: Baseline>(totals: &mut [u64], new: &[u64], last: &[B]) {
    for ((total, &new), last) in totals.iter_mut().zip(new).zip(last) {
        let old = last.last();
        if new != old {
            *total = total.saturating_add(gained(new, old));
            last.advance(new);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::cell::Cell;

    impl Baseline for Cell<u64> {
        fn last(&self) -> u64 {
            self.get()
        }
        fn advance(&self, reading: u64) {
            self.set(reading);
        }
    }

    #[test]
    fn narrow_counters_wrap_forward() {
        assert_eq!(gained(5, 0xffff_fffe), 7);
        assert_eq!(gained(10, 4), 6);
    }

    #[test]
    fn resets_gain_nothing() {
        assert_eq!(gained(0, 100), 0);
        assert_eq!(gained(3, 1 << 40), 0);
    }

    #[test]
    fn wide_counters_count_in_full() {
        assert_eq!(gained((1 << 40) + 9, 1 << 40), 9);
        assert_eq!(gained(1 << 33, 7), (1 << 33) - 7);
    }

    #[test]
    fn fold_moves_the_baseline() {
        let (mut totals, last) = ([100, 0, 7], [Cell::new(10), Cell::new(5), Cell::new(3)]);
        fold(&mut totals, &[15, 2, 3], &last);
        assert_eq!(
            (totals, last.map(Cell::into_inner)),
            ([105, 0, 7], [15, 2, 3])
        );
    }
}
