// SPDX-License-Identifier: GPL-2.0

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::engine::hash::{
    layer34,
    Whole, //
};
use crate::engine::resilient::{
    inherit,
    rebalance,
    Bucket,
    Buckets,
    Place,
    Share,
    Traffic,
    NOBODY, //
};
use crate::engine::wire::ETHERTYPE_IPV4;

/// Buckets that are busy, and what they counted.
#[derive(Default)]
struct Sent {
    busy: Vec<bool>,
    packets: Vec<u32>,
}

impl Traffic for Sent {
    fn is_idle(&self, bucket: usize) -> bool {
        !self.busy.get(bucket).copied().unwrap_or(false)
    }

    fn packets(&self, bucket: usize) -> u32 {
        self.packets.get(bucket).copied().unwrap_or(0)
    }
}

fn shares(members: &BTreeSet<u32>) -> Vec<Share> {
    let usable = |m| Share::new(m, Place::Here(0));
    members.iter().copied().map(usable).collect()
}

fn members() -> impl Strategy<Value = BTreeSet<u32>> {
    prop::collection::btree_set(0u32..40, 1..12)
}

/// Spreads a table over members that are all usable; who is not among them is gone.
fn spread(table: &mut [Bucket], members: &BTreeSet<u32>, sent: &Sent) -> (u32, u32) {
    let outcome = rebalance(table, &mut shares(members), sent);
    (outcome.moved, outcome.waiting)
}

fn fresh(buckets: usize, members: &BTreeSet<u32>) -> Vec<Bucket> {
    let mut table = vec![Bucket::NEW; buckets];
    spread(&mut table, members, &Sent::default());
    table
}

fn held(table: &[Bucket], member: u32) -> usize {
    table.iter().filter(|b| b.owner == member).count()
}

fn moved(before: &[Bucket], after: &[Bucket]) -> usize {
    let pairs = before.iter().zip(after);
    pairs.filter(|(a, b)| a.owner != b.owner).count()
}

fn is_here(share: &Share) -> bool {
    matches!(share.place, Place::Here(_))
}

/// Lets one member go, or come back.
fn toggle(shares: &mut [Share], which: &prop::sample::Index) {
    let share = which.get_mut(shares);
    share.place = match share.place {
        Place::Here(_) => Place::Away,
        _ => Place::Here(0),
    };
}

/// Lets those that are away come back, one by one.
fn all_back(table: &mut [Bucket], shares: &mut [Share], order: &[prop::sample::Index]) {
    for which in order {
        let away: Vec<usize> = (0..shares.len()).filter(|i| !is_here(&shares[*i])).collect();
        if away.is_empty() {
            return;
        }
        shares[*which.get(&away)].place = Place::Here(0);
        rebalance(table, shares, &Sent::default());
    }
}

fn flaps() -> impl Strategy<Value = Vec<prop::sample::Index>> {
    prop::collection::vec(any::<prop::sample::Index>(), 0..60)
}

fn order() -> impl Strategy<Value = Vec<prop::sample::Index>> {
    prop::collection::vec(any::<prop::sample::Index>(), 8)
}

/// A table and its members: the former has the cube of the latter, as the promise asks for.
fn enough() -> impl Strategy<Value = (usize, u32)> {
    prop_oneof![
        (6u32..=12, 2u32..=4),
        (8u32..=12, 5u32..=6),
        (9u32..=12, 7u32..=8),
    ]
    .prop_map(|(bits, n)| (1 << bits, n))
}

proptest! {
    #[test]
    fn any_change_moves_the_fewest_buckets_and_ends_even(
        bits in 0u32..=8,
        history in prop::collection::vec(members(), 1..8),
    ) {
        let mut table = vec![Bucket::NEW; 1 << bits];
        for members in history {
            let before = table.clone();
            let (moves, waiting) = spread(&mut table, &members, &Sent::default());

            prop_assert_eq!(waiting, 0);
            let counts: Vec<usize> = members.iter().map(|&m| held(&table, m)).collect();
            prop_assert_eq!(counts.iter().sum::<usize>(), table.len());
            prop_assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1);

            // None but what members lacked to the parts that they have now.
            let lacked: usize = members.iter().map(|&m| held(&table, m).saturating_sub(held(&before, m))).sum();
            prop_assert_eq!(moved(&before, &table), lacked);
            prop_assert_eq!(moves as usize, lacked);
        }
    }

    #[test]
    fn so_it_is_when_members_flap_and_leave(
        bits in 0u32..=8,
        n in 1u32..10,
        history in prop::collection::vec((any::<prop::sample::Index>(), 0u8..3), 1..40),
    ) {
        let mut table = vec![Bucket::NEW; 1 << bits];
        let mut all: Vec<Share> = (0..n).map(|m| Share::new(m, Place::Here(0))).collect();
        for (which, what) in history {
            match what {
                0 if all.len() > 1 => which.get_mut(&mut all).place = Place::Gone,
                _ => toggle(&mut all, &which),
            }
            let before = table.clone();
            let outcome = rebalance(&mut table, &mut all, &Sent::default());
            all.retain(|share| share.place != Place::Gone);

            let here: Vec<u32> = all.iter().filter(|s| is_here(s)).map(|s| s.member).collect();
            let counts: Vec<usize> = here.iter().map(|&m| held(&table, m)).collect();
            let lacked: usize = here.iter().map(|&m| held(&table, m).saturating_sub(held(&before, m))).sum();
            if here.is_empty() {
                prop_assert_eq!(held(&table, NOBODY), table.len());
                continue;
            }
            prop_assert_eq!((counts.iter().sum::<usize>(), outcome.waiting), (table.len(), 0));
            prop_assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1);
            prop_assert_eq!((moved(&before, &table), outcome.moved as usize), (lacked, lacked));
            // Every home is a member's.
            prop_assert!(table.iter().all(|b| all.iter().any(|share| share.member == b.home)));
        }
    }

    #[test]
    fn a_lost_member_takes_only_its_own_buckets(bits in 0u32..=8, all in members(), lost: prop::sample::Index) {
        let mut table = fresh(1 << bits, &all);
        let before = table.clone();
        let lost = *lost.get(&all.iter().copied().collect::<Vec<_>>());
        let mut rest = all;
        rest.remove(&lost);
        spread(&mut table, &rest, &Sent::default());
        for (before, after) in before.into_iter().zip(table) {
            prop_assert!(before.owner == after.owner || before.owner == lost);
        }
    }

    /// However few buckets there are.
    #[test]
    fn one_flap_leaves_no_trace(bits in 0u32..=12, all in members(), lost: prop::sample::Index) {
        let full = fresh(1 << bits, &all);
        let mut table = full.clone();
        let mut all = shares(&all);
        for _ in 0..2 {
            toggle(&mut all, &lost);
            rebalance(&mut table, &mut all, &Sent::default());
        }
        prop_assert_eq!(table, full);
    }

    #[test]
    fn flaps_in_any_order_leave_no_trace((buckets, n) in enough(), flaps in flaps(), order in order()) {
        let all: BTreeSet<u32> = (0..n).collect();
        let full = fresh(buckets, &all);
        let mut table = full.clone();
        let mut all = shares(&all);
        for which in flaps {
            toggle(&mut all, &which);
            rebalance(&mut table, &mut all, &Sent::default());
            // Who is there has what is its own.
            prop_assert!(table.iter().all(|b| b.owner == b.home || !is_here(&all[b.home as usize])));
        }
        all_back(&mut table, &mut all, &order);
        prop_assert_eq!(table, full);
    }

    #[test]
    fn busy_buckets_stay_with_their_member(
        bits in 0u32..=8,
        first in members(),
        second in members(),
        busy in prop::collection::vec(any::<bool>(), 256),
    ) {
        let mut table = fresh(1 << bits, &first);
        let before = table.clone();
        let sent = Sent { busy, ..Sent::default() };
        spread(&mut table, &second, &sent);
        for (bucket, (before, after)) in before.into_iter().zip(table).enumerate() {
            prop_assert!(before.owner == after.owner || sent.is_idle(bucket) || !second.contains(&before.owner));
        }
    }

    /// However long the own buckets of a member are busy, it waits for them.
    #[test]
    fn idle_buckets_go_home_one_by_one(
        bits in 6u32..=8,
        n in 2u32..5,
        lost: prop::sample::Index,
        steps in prop::collection::vec(prop::collection::vec(any::<bool>(), 256), 0..4),
    ) {
        let all: BTreeSet<u32> = (0..n).collect();
        let full = fresh(1 << bits, &all);
        let mut table = full.clone();
        let mut all = shares(&all);
        toggle(&mut all, &lost);
        rebalance(&mut table, &mut all, &Sent::default());
        toggle(&mut all, &lost);
        for busy in steps {
            let before = table.clone();
            let sent = Sent { busy, ..Sent::default() };
            let outcome = rebalance(&mut table, &mut all, &sent);
            for (bucket, (before, after)) in before.iter().zip(&table).enumerate() {
                prop_assert!(before.owner == after.owner || after.owner == after.home);
                prop_assert!(after.owner == after.home || !sent.is_idle(bucket));
            }
            prop_assert_eq!(outcome.waiting as usize, moved(&table, &full));
        }
        rebalance(&mut table, &mut all, &Sent::default());
        prop_assert_eq!(table, full);
    }

    #[test]
    fn another_size_keeps_flows_where_they_are(
        bits in 0u32..=10,
        then in 0u32..=10,
        n in 1u32..12,
        away in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        hashes in prop::collection::vec(any::<u32>(), 32),
    ) {
        let mut all: Vec<Share> = (0..n).map(|m| Share::new(m, Place::Here(0))).collect();
        let mut old = vec![Bucket::NEW; 1 << bits];
        rebalance(&mut old, &mut all, &Sent::default());
        for which in &away {
            toggle(&mut all, which);
            rebalance(&mut old, &mut all, &Sent::default());
        }
        let mut new = vec![Bucket::NEW; 1 << then];
        inherit(&old, &mut new, &mut all);
        let (from, to) = (Buckets::new(1 << bits).unwrap(), Buckets::new(1 << then).unwrap());
        for hash in hashes.into_iter().filter(|_| then >= bits) {
            prop_assert_eq!(old[from.of(hash)], new[to.of(hash)]);
        }
        for (at, bucket) in new.iter().enumerate().filter(|_| then < bits) {
            let united = 1 << (bits - then);
            prop_assert!(old[at * united..(at + 1) * united].contains(bucket));
        }
        let before = new.clone();
        let busy = vec![true; new.len()];
        rebalance(&mut new, &mut all, &Sent { busy, ..Sent::default() });
        prop_assert_eq!(moved(&before, &new), 0);
        let outcome = rebalance(&mut new, &mut all, &Sent::default());
        prop_assert_eq!(outcome.waiting, 0);
        // A bucket that splits, or one of two, is all that parts can be off by for each member.
        if then > bits {
            prop_assert!(outcome.moved <= n << (then - bits));
        }
    }

    #[test]
    fn what_members_sent_is_theirs(
        n in 1u32..6,
        history in prop::collection::vec((any::<prop::sample::Index>(), prop::collection::vec(any::<u32>(), 16)), 1..20),
    ) {
        let mut all: Vec<Share> = (0..n).map(|m| Share::new(m, Place::Here(0))).collect();
        let mut table = vec![Bucket::NEW; 16];
        let mut sent = Sent { packets: vec![7; 16], ..Sent::default() };
        let mut own = vec![0u32; n as usize];
        rebalance(&mut table, &mut all, &sent);
        for (which, packets) in history {
            for (bucket, more) in packets.into_iter().enumerate() {
                sent.packets[bucket] = sent.packets[bucket].wrapping_add(more);
                if let Some(own) = own.get_mut(table[bucket].owner as usize) {
                    *own = own.wrapping_add(more);
                }
            }
            toggle(&mut all, &which);
            rebalance(&mut table, &mut all, &sent);
            for share in &all {
                let buckets = table.iter().zip(&sent.packets).filter(|(b, _)| b.owner == share.member);
                let said = buckets.fold(share.credit, |sum, (_, n)| sum.wrapping_add(*n));
                prop_assert_eq!(said, own[share.member as usize]);
            }
        }
    }
}

/// 8 members, 4096 flows of neighbouring addresses and ports, one member lost.
#[test]
fn imbalance_stays_below_15_percent() {
    for count in [256, 1024, 4096] {
        let buckets = Buckets::new(count).unwrap();
        let mut members: BTreeSet<u32> = (0..8).collect();
        let mut table = fresh(buckets.count(), &members);
        members.remove(&3);
        spread(&mut table, &members, &Sent::default());

        let mut load = [0u32; 8];
        for flow in 0..4096u32 {
            let mut frame = [0u8; 38];
            frame[14] = 0x45;
            frame[23] = 17;
            frame[26..30].copy_from_slice(&[10, 0, 0, (flow >> 8) as u8]);
            frame[30..34].copy_from_slice(&[10, 0, 1, 1]);
            frame[34..36].copy_from_slice(&(40_000 + (flow & 255) as u16).to_be_bytes());
            frame[36..38].copy_from_slice(&443u16.to_be_bytes());
            let hash = layer34(&Whole(&&frame[..]), ETHERTYPE_IPV4, 14).unwrap();
            load[table[buckets.of(hash)].owner as usize] += 1;
        }
        let mean = 4096.0 / 7.0;
        let worst = f64::from(*load.iter().max().unwrap());
        assert!(worst / mean < 1.15, "{count} buckets: {load:?}");
    }
}
