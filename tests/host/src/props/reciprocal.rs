// SPDX-License-Identifier: GPL-2.0

use proptest::prelude::*;

use crate::engine::reciprocal::{
    Divisor,
    Modulus, //
};
use crate::engine::rr::Rotation;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn remainder_is_exact(n: u32, count in 1u32..) {
        prop_assert_eq!(Modulus::new(count).of(n), n % count);
    }

    #[test]
    fn remainder_by_few_is_exact(n: u32, count in 1u32..=256) {
        prop_assert_eq!(Modulus::new(count).of(n), n % count);
    }

    #[test]
    fn quotient_is_exact(n: u32, divisor in 2u32..) {
        let prepared = Divisor::new(divisor).unwrap();
        prop_assert_eq!(prepared.divide(n), n / divisor);
    }

    #[test]
    fn quotient_is_exact_beside_multiples(k: u32, divisor in 2u32..=65536) {
        let multiple = (k / divisor) * divisor;
        let prepared = Divisor::new(divisor).unwrap();
        for n in [multiple.wrapping_sub(1), multiple, multiple + 1] {
            prop_assert_eq!(prepared.divide(n), n / divisor);
            prop_assert_eq!(Modulus::new(divisor).of(n), n % divisor);
        }
    }

    #[test]
    fn rotation_divides_then_takes_the_remainder(id: u32, n in 1u32..=65535, count in 1u32..=256) {
        let slot = Rotation::new(n).slot(id, &Modulus::new(count));
        prop_assert_eq!(slot, id / n % count);
    }
}
