// SPDX-License-Identifier: GPL-2.0

//! The time that buckets must be idle for before they move.

use crate::engine::time::Instant;

/// A wait for buckets to be idle, which began when their packets were counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wait {
    since: Instant,
    idle_ms: u32,
}

impl Wait {
    /// A wait of `idle_ms` that begins now.
    pub(crate) const fn new(now: Instant, idle_ms: u32) -> Self {
        Self {
            since: now,
            idle_ms,
        }
    }

    /// Whether it is one of `idle_ms`; if not, another has to begin.
    pub(crate) const fn is_of(&self, idle_ms: u32) -> bool {
        self.idle_ms == idle_ms
    }

    /// Milliseconds to its end; 0 if it is over.
    pub(crate) fn left_ms(&self, now: Instant) -> u32 {
        let passed = u32::try_from(now.millis_since(self.since)).unwrap_or(u32::MAX);
        self.idle_ms.saturating_sub(passed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_ends_after_its_time_and_not_before() {
        let at = Instant::from_millis;
        let wait = Wait::new(at(5000), 3000);
        assert!(wait.is_of(3000) && !wait.is_of(2000));
        let left = [0, 5000, 5001, 7999, 8000, u64::MAX].map(|now| wait.left_ms(at(now)));
        assert_eq!(left, [3000, 3000, 2999, 1, 0, 0]);
        assert_eq!(Wait::new(at(0), 0).left_ms(at(0)), 0);
    }
}
