// SPDX-License-Identifier: GPL-2.0

//! Aggregators and how `ad_select` compares them (spec/dataplane.md 7.7).

use crate::engine::types::AdSelect;
use core::cmp::Ordering;

/// An aggregator. Every port owns one; any port may be in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Aggregator {
    /// Its identifier, from 1.
    pub(crate) id: u16,
    /// Whether traffic goes through it.
    pub(crate) active: bool,
    /// Whether it can have one port only.
    pub(crate) individual: bool,
    /// Operational key of its ports.
    pub(crate) key: u16,
    /// Priority of the system at the other end.
    pub(crate) partner_priority: u16,
    /// The system at the other end; zero if nobody was heard.
    pub(crate) partner_system: [u8; 6],
    /// Operational key of the ports at the other end.
    pub(crate) partner_key: u16,
}

impl Aggregator {
    /// An aggregator without ports.
    pub(crate) const fn empty(id: u16) -> Self {
        Self {
            id,
            active: false,
            individual: false,
            key: 0,
            partner_priority: 0,
            partner_system: [0; 6],
            partner_key: 0,
        }
    }

    /// Whether somebody answers at the other end.
    pub(crate) fn has_partner(&self) -> bool {
        self.partner_system != [0; 6]
    }
}

/// Sums over the ports of an aggregator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Tally {
    /// All ports.
    pub(crate) ports: u16,
    /// Ports that are enabled.
    pub(crate) enabled: u16,
    /// Ports that collect and distribute.
    pub(crate) working: u16,
    /// Whether the device of some port runs with carrier.
    pub(crate) usable: bool,
    /// Sum of the priorities of the enabled ports.
    pub(crate) priority: u32,
    /// Mbit/s of the port that joined last.
    pub(crate) mbps: u32,
}

impl Tally {
    /// Whether the aggregator may become the active one.
    pub(crate) const fn is_candidate(&self) -> bool {
        self.enabled > 0 && self.usable
    }

    fn bandwidth(&self) -> u64 {
        u64::from(self.enabled).saturating_mul(u64::from(self.mbps))
    }

    fn compare(&self, other: &Self, policy: AdSelect) -> Ordering {
        let count = self.enabled.cmp(&other.enabled);
        let bandwidth = self.bandwidth().cmp(&other.bandwidth());
        match policy {
            AdSelect::ActorPortPrio => {
                let priority = self.priority.cmp(&other.priority);
                priority.then(count).then(bandwidth)
            }
            AdSelect::Count => count.then(bandwidth),
            AdSelect::Stable | AdSelect::Bandwidth => bandwidth,
        }
    }
}

/// Whether `this` is a better choice than `best`. In a tie it is not.
pub(crate) fn is_better(
    (this, sums): (&Aggregator, &Tally),
    (best, best_sums): (&Aggregator, &Tally),
    policy: AdSelect,
) -> bool {
    let shared = best.individual.cmp(&this.individual);
    let answered = this.has_partner().cmp(&best.has_partner());
    let order = shared.then(answered).then(sums.compare(best_sums, policy));
    order == Ordering::Greater
}

/// Whether `ad_select` stable stays with `old` though `best` is better.
pub(crate) fn stays(old: (&Aggregator, &Tally), best: &Aggregator) -> bool {
    let (old, sums) = old;
    let answers = old.has_partner() || !best.has_partner();
    let keyless = old.key == 0 && best.key != 0;
    sums.enabled > 0 && answers && !keyless
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALONE: Aggregator = Aggregator::empty(1);
    const ANSWERED: Aggregator = Aggregator {
        partner_system: [2, 0, 0, 0, 0, 9],
        ..ALONE
    };
    const HALF: Aggregator = Aggregator {
        individual: true,
        ..ANSWERED
    };

    fn sums(enabled: u16, priority: u32, mbps: u32) -> Tally {
        Tally {
            ports: enabled,
            enabled,
            priority,
            mbps,
            usable: true,
            ..Tally::default()
        }
    }

    #[test]
    fn a_partner_beats_bandwidth_and_half_duplex_loses_to_all() {
        let (few, many) = (sums(1, 255, 10), sums(8, 2040, 10_000));
        for policy in AdSelect::ALL {
            assert!(is_better((&ANSWERED, &few), (&ALONE, &many), *policy));
            assert!(!is_better((&ALONE, &many), (&ANSWERED, &few), *policy));
            assert!(is_better((&ALONE, &few), (&HALF, &many), *policy));
        }
    }

    #[test]
    fn each_policy_has_its_measure() {
        let (fast, wide, preferred) = (sums(1, 1, 10_000), sums(2, 2, 1_000), sums(1, 900, 100));
        let all = [fast, wide, preferred];
        let best_by = |policy| {
            let mut best = &all[0];
            for this in &all[1..] {
                if is_better((&ANSWERED, this), (&ANSWERED, best), policy) {
                    best = this;
                }
            }
            *best
        };
        assert_eq!(best_by(AdSelect::Stable), fast);
        assert_eq!(best_by(AdSelect::Bandwidth), fast);
        assert_eq!(best_by(AdSelect::Count), wide);
        assert_eq!(best_by(AdSelect::ActorPortPrio), preferred);
    }

    #[test]
    fn ties_keep_what_is() {
        let same = sums(2, 510, 1000);
        for policy in AdSelect::ALL {
            assert!(!is_better((&ANSWERED, &same), (&ANSWERED, &same), *policy));
        }
    }
}
