// SPDX-License-Identifier: GPL-2.0

//! Division and remainder by a number known in advance, without dividing.
//!
//! Both multiply by the reciprocal in 64-bit fixed point, which is exact for every 32-bit dividend
//! (Lemire, Kaser, Kurz: "Faster remainder by direct computation", 2019).

/// Bits 64 and up of `a * b`.
#[inline(always)]
fn multiply_high(a: u64, b: u32) -> u32 {
    let b = u64::from(b);
    #[cfg(target_pointer_width = "64")]
    {
        ((u128::from(a).wrapping_mul(u128::from(b))) >> u64::BITS) as u32
    }
    // Without a 128-bit product, in two halves that cannot overflow 64 bits.
    #[cfg(not(target_pointer_width = "64"))]
    {
        let low = (a & u64::from(u32::MAX)).wrapping_mul(b) >> u32::BITS;
        ((a >> u32::BITS).wrapping_mul(b).wrapping_add(low) >> u32::BITS) as u32
    }
}

/// The reciprocal of `divisor` in 64-bit fixed point, rounded up; 0 for 1.
const fn reciprocal(divisor: u32) -> u64 {
    match u64::MAX.checked_div(divisor as u64) {
        Some(quotient) => quotient.wrapping_add(1),
        None => 0,
    }
}

/// Computes `n % count` for a fixed `count`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Modulus {
    reciprocal: u64,
    count: u32,
}

impl Modulus {
    /// Prepares for `count`. A count of 0 is kept as it is, and every remainder is then 0.
    pub(crate) const fn new(count: u32) -> Self {
        Self {
            reciprocal: reciprocal(count),
            count,
        }
    }

    /// The number divided by.
    #[inline(always)]
    pub(crate) const fn count(&self) -> u32 {
        self.count
    }

    /// The remainder of `n`: below the count unless that is 0.
    #[inline(always)]
    pub(crate) fn of(&self, n: u32) -> u32 {
        multiply_high(self.reciprocal.wrapping_mul(u64::from(n)), self.count)
    }
}

/// Computes `n / divisor` for a fixed divisor of at least 2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Divisor {
    reciprocal: u64,
}

impl Divisor {
    /// Prepares for `divisor`; `None` for 0 and 1, whose reciprocals do not fit.
    pub(crate) const fn new(divisor: u32) -> Option<Self> {
        if divisor < 2 {
            return None;
        }
        Some(Self {
            reciprocal: reciprocal(divisor),
        })
    }

    /// The quotient of `n`.
    #[inline(always)]
    pub(crate) fn divide(&self, n: u32) -> u32 {
        multiply_high(self.reciprocal, n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDGES: [u32; 10] = [
        0,
        1,
        2,
        3,
        255,
        256,
        0x7fff_ffff,
        0x8000_0000,
        u32::MAX - 1,
        u32::MAX,
    ];

    #[test]
    fn edges_are_exact() {
        for n in EDGES {
            assert_eq!(Modulus::new(0).of(n), 0);
            for d in EDGES.into_iter().filter(|&d| d != 0) {
                assert_eq!(Modulus::new(d).of(n), n % d, "{n} % {d}");
                if let Some(divisor) = Divisor::new(d) {
                    assert_eq!(divisor.divide(n), n / d, "{n} / {d}");
                }
            }
        }
    }
}
