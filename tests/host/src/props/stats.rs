// SPDX-License-Identifier: GPL-2.0

use core::cell::Cell;

use proptest::prelude::*;

use crate::engine::stats::{
    fold,
    gained, //
};

proptest! {
    #[test]
    fn totals_never_decrease(readings: Vec<u64>, start: u64) {
        let (mut totals, last) = ([start], [Cell::new(0)]);
        for new in readings {
            let before = totals[0];
            fold(&mut totals, &[new], &last);
            prop_assert!(totals[0] >= before);
        }
    }

    #[test]
    fn a_32_bit_counter_is_summed_across_wraps(steps in prop::collection::vec(0u32..0x4000_0000, 0..50)) {
        let (mut totals, last, mut counter) = ([0], [Cell::new(0)], 0u32);
        let mut sum = 0u64;
        for step in steps {
            counter = counter.wrapping_add(step);
            sum += u64::from(step);
            fold(&mut totals, &[u64::from(counter)], &last);
        }
        prop_assert_eq!(totals[0], sum);
    }

    #[test]
    fn a_wide_counter_is_summed(start in 1u64 << 32..1 << 60, step in 0u64..1 << 60) {
        prop_assert_eq!(gained(start + step, start), step);
    }
}
