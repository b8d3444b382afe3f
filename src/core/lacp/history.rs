// SPDX-License-Identifier: GPL-2.0

//! The last transitions of a port, for whoever comes later and asks why it left its aggregator.
//!
//! A ring of constant size, so that noting a transition neither allocates nor takes long. Readers work
//! on copies, which they empty: [`take_first`] merges those of several ports.

use super::trace::{Machine, Reason, Transition};
use core::fmt;

/// How many transitions a port remembers. A link that is lost and comes back causes about twelve.
pub(crate) const LEN: usize = 32;

/// What unused places hold.
const NOTHING: Transition = Transition {
    machine: Machine::Receive,
    old: 0,
    new: 0,
    reason: Reason::Begin,
};

/// A point in time: nanoseconds since boot, by the monotonic clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stamp(pub(crate) u64);

impl fmt::Display for Stamp {
    /// Seconds with microseconds, as in the kernel log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0 / 1000;
        write!(f, "{:5}.{:06}", micros / 1_000_000, micros % 1_000_000)
    }
}

/// A transition and its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// When it happened.
    pub(crate) at: Stamp,
    /// What happened.
    pub(crate) transition: Transition,
}

/// The last [`LEN`] transitions of a port.
///
/// Times and transitions are two arrays, since pairs of them would be padded to a bigger allocation.
#[derive(Clone, Copy)]
pub(crate) struct History {
    /// The number of the port.
    pub(crate) port: u16,
    /// Where the oldest one is, less than `LEN`.
    first: usize,
    /// How many there are, at most `LEN`.
    count: usize,
    times: [Stamp; LEN],
    transitions: [Transition; LEN],
}

impl History {
    /// Nothing has happened to port `port`.
    pub(crate) const fn new(port: u16) -> Self {
        Self {
            port,
            first: 0,
            count: 0,
            times: [Stamp(0); LEN],
            transitions: [NOTHING; LEN],
        }
    }

    /// The place `n` after the oldest one.
    fn place(&self, n: usize) -> usize {
        self.first.wrapping_add(n) % LEN
    }

    /// Notes what happened now; the oldest one makes room.
    pub(crate) fn note(&mut self, at: Stamp, transition: Transition) {
        if self.count == LEN {
            self.drop_oldest();
        }
        let place = self.place(self.count);
        if let (Some(time), Some(what)) =
            (self.times.get_mut(place), self.transitions.get_mut(place))
        {
            (*time, *what) = (at, transition);
            self.count = self.count.saturating_add(1);
        }
    }

    /// The oldest one.
    pub(crate) fn oldest(&self) -> Option<Record> {
        if self.count == 0 {
            return None;
        }
        let place = self.place(0);
        Some(Record {
            at: *self.times.get(place)?,
            transition: *self.transitions.get(place)?,
        })
    }

    /// Forgets the oldest one.
    pub(crate) fn drop_oldest(&mut self) {
        if let Some(left) = self.count.checked_sub(1) {
            self.first = self.place(1);
            self.count = left;
        }
    }
}

/// Takes the oldest of all records, and tells whose it is. Those of one port stay in their order.
pub(crate) fn take_first<'a>(
    histories: impl Iterator<Item = &'a mut History>,
) -> Option<(usize, Record)> {
    let mut best: Option<(usize, Record, &mut History)> = None;
    for (i, history) in histories.enumerate() {
        let Some(record) = history.oldest() else {
            continue;
        };
        if best.as_ref().is_none_or(|(_, b, _)| record.at < b.at) {
            best = Some((i, record, history));
        }
    }
    let (i, record, history) = best?;
    history.drop_oldest();
    Some((i, record))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(new: u16) -> Transition {
        Transition {
            machine: Machine::Selection,
            old: 0,
            new,
            reason: Reason::Selected,
        }
    }

    fn drain(history: &mut History) -> Vec<u16> {
        let all = std::iter::from_fn(|| take_first([&mut *history].into_iter()));
        all.map(|(_, record)| record.transition.new).collect()
    }

    #[test]
    fn the_last_ones_are_kept_in_order() {
        for n in [0, 1, LEN - 1, LEN, LEN + 1, 5 * LEN + 3] {
            let mut history = History::new(1);
            for i in 0..n {
                history.note(Stamp(i as u64), step(i as u16));
            }
            let kept: Vec<_> = (n.saturating_sub(LEN)..n).map(|i| i as u16).collect();
            assert_eq!(drain(&mut history), kept);
            assert_eq!(history.oldest(), None);
        }
    }

    #[test]
    fn a_copy_that_was_read_goes_on() {
        let mut history = History::new(1);
        (0..40).for_each(|i| history.note(Stamp(i), step(i as u16)));
        history.drop_oldest();
        history.note(Stamp(40), step(40));
        assert_eq!(drain(&mut history), (9..=40).collect::<Vec<_>>());
        history.note(Stamp(41), step(41));
        assert_eq!(drain(&mut history), [41]);
    }

    #[test]
    fn ports_are_merged_by_time_and_keep_their_order() {
        let mut ports = [History::new(1), History::new(2), History::new(3)];
        for (port, at, new) in [(0, 5, 1), (0, 7, 2), (2, 5, 3), (2, 5, 4), (2, 6, 5)] {
            ports[port].note(Stamp(at), step(new));
        }
        let merged = std::iter::from_fn(|| take_first(ports.iter_mut()));
        let merged: Vec<_> = merged.map(|(i, r)| (i, r.transition.new)).collect();
        assert_eq!(merged, [(0, 1), (2, 3), (2, 4), (2, 5), (0, 2)]);
    }

    #[test]
    fn it_fits_an_allocation_of_512_bytes() {
        assert!(size_of::<History>() <= 512);
    }

    #[test]
    fn times_read_as_in_the_kernel_log() {
        assert_eq!(Stamp(1_234_567_890).to_string(), "    1.234567");
        assert_eq!(Stamp(0).to_string(), "    0.000000");
        assert_eq!(Stamp(86_400_000_000_999).to_string(), "86400.000000");
    }
}
