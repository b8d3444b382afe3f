// SPDX-License-Identifier: GPL-2.0

//! Port keys (spec/dataplane.md 7.5): ports aggregate only if their keys are equal.
//!
//! ```text
//!   15            6 5         1    0
//!  +---------------+-----------+------+
//!  |   user key    |   speed   |duplex|
//!  +---------------+-----------+------+
//! ```

/// A port key in the layout above.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Key(pub(crate) u16);

const DUPLEX: u16 = 0x0001;
const SPEED: u16 = 0x003e;
const USER_SHIFT: u32 = 6;

/// Speed classes by Mbit/s. Class 1 (1 Mbit/s) is part of the numbering but never used.
const CLASSES: [(u32, u16); 18] = [
    (10, 2),
    (100, 3),
    (1_000, 4),
    (2_500, 5),
    (5_000, 6),
    (10_000, 7),
    (14_000, 8),
    (20_000, 9),
    (25_000, 10),
    (40_000, 11),
    (50_000, 12),
    (56_000, 13),
    (80_000, 14),
    (100_000, 15),
    (200_000, 16),
    (400_000, 17),
    (800_000, 18),
    (1_600_000, 19),
];

impl Key {
    /// A key with this user part (10 bits) on a link that is down.
    pub(crate) const fn new(user: u16) -> Self {
        Self(user.wrapping_shl(USER_SHIFT))
    }

    /// With the speed (Mbit/s) and duplex of a link that is up; a speed not listed is class 0.
    pub(crate) fn with_link(self, mbps: u32, full_duplex: bool) -> Self {
        let class = CLASSES
            .iter()
            .find_map(|&(speed, class)| (speed == mbps).then_some(class));
        let class = class.unwrap_or(0).wrapping_shl(1);
        Self(self.without_link().0 | class | u16::from(full_duplex))
    }

    /// As on a link that is down.
    pub(crate) const fn without_link(self) -> Self {
        Self(self.0 & !(DUPLEX | SPEED))
    }

    /// Whether the link is full duplex; LACP runs on no other.
    pub(crate) const fn is_full_duplex(self) -> bool {
        self.0 & DUPLEX != 0
    }

    /// Speed class, 0 if there is none.
    pub(crate) const fn speed_class(self) -> u16 {
        (self.0 & SPEED) >> 1
    }

    /// Mbit/s of the speed class, 0 if there is none.
    pub(crate) fn mbps(self) -> u32 {
        let class = self.speed_class();
        let speed = CLASSES
            .iter()
            .find_map(|&(speed, listed)| (listed == class).then_some(speed));
        speed.unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_hold_user_part_speed_and_duplex() {
        let key = Key::new(1023).with_link(1000, true);
        assert_eq!(key.0, 1023 << 6 | 4 << 1 | 1);
        assert_eq!((key.mbps(), key.is_full_duplex()), (1000, true));
        assert_eq!(key.without_link(), Key::new(1023));
        assert_eq!(Key::new(0).with_link(123, false), Key(0));
    }

    #[test]
    fn every_speed_has_its_own_class() {
        for (speed, class) in CLASSES {
            let key = Key::default().with_link(speed, true);
            assert_eq!((key.speed_class(), key.mbps()), (class, speed));
        }
    }
}
