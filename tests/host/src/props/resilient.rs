// SPDX-License-Identifier: GPL-2.0

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::engine::hash::{
    layer34,
    Whole, //
};
use crate::engine::resilient::{
    rebalance,
    Buckets,
    Share,
    NOBODY, //
};
use crate::engine::wire::ETHERTYPE_IPV4;

fn shares(members: &BTreeSet<u32>) -> Vec<Share> {
    members.iter().copied().map(Share::new).collect()
}

fn members() -> impl Strategy<Value = BTreeSet<u32>> {
    prop::collection::btree_set(0u32..40, 1..12)
}

proptest! {
    #[test]
    fn any_change_moves_the_fewest_buckets_and_ends_even(
        bits in 0u32..=8,
        history in prop::collection::vec(members(), 1..8),
    ) {
        let mut owners = vec![NOBODY; 1 << bits];
        for members in history {
            let before = owners.clone();
            let mut parts = shares(&members);
            let outcome = rebalance(&mut owners, &mut parts, |_| true);

            prop_assert_eq!(outcome.waiting, 0);
            let held = |m: u32| owners.iter().filter(|&&o| o == m).count();
            let counts: Vec<usize> = members.iter().map(|&m| held(m)).collect();
            prop_assert_eq!(counts.iter().sum::<usize>(), owners.len());
            prop_assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1);

            // No spread that is as even could keep more buckets where they were.
            let even = owners.len() / members.len();
            let mut extra = owners.len() % members.len();
            let mut kept = 0;
            for &member in &members {
                let had = before.iter().filter(|&&o| o == member).count();
                let room = if had > even && extra > 0 {
                    extra -= 1;
                    even + 1
                } else {
                    even
                };
                kept += had.min(room);
            }
            let moved = before.iter().zip(&owners).filter(|(a, b)| a != b).count();
            prop_assert_eq!(moved, owners.len() - kept);
            prop_assert_eq!(moved, outcome.moved as usize);
        }
    }

    #[test]
    fn a_lost_member_takes_only_its_own_buckets(bits in 0u32..=8, all in members(), lost: prop::sample::Index) {
        let mut owners = vec![NOBODY; 1 << bits];
        rebalance(&mut owners, &mut shares(&all), |_| true);
        let before = owners.clone();
        let lost = *lost.get(&all.iter().copied().collect::<Vec<_>>());
        let mut rest = all;
        rest.remove(&lost);
        rebalance(&mut owners, &mut shares(&rest), |_| true);
        for (before, after) in before.into_iter().zip(owners) {
            prop_assert!(before == after || before == lost);
        }
    }

    #[test]
    fn busy_buckets_stay_with_their_member(
        bits in 0u32..=8,
        first in members(),
        second in members(),
        busy in prop::collection::vec(any::<bool>(), 256),
    ) {
        let mut owners = vec![NOBODY; 1 << bits];
        rebalance(&mut owners, &mut shares(&first), |_| true);
        let before = owners.clone();
        rebalance(&mut owners, &mut shares(&second), |bucket| !busy[bucket]);
        for (bucket, (before, after)) in before.into_iter().zip(owners).enumerate() {
            prop_assert!(before == after || !busy[bucket] || !second.contains(&before));
        }
    }
}

/// 8 members, 4096 flows of neighbouring addresses and ports, one member lost.
#[test]
fn imbalance_stays_below_15_percent() {
    for count in [256, 1024, 4096] {
        let buckets = Buckets::new(count).unwrap();
        let mut owners = vec![NOBODY; buckets.count()];
        let mut members: BTreeSet<u32> = (0..8).collect();
        rebalance(&mut owners, &mut shares(&members), |_| true);
        members.remove(&3);
        rebalance(&mut owners, &mut shares(&members), |_| true);

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
            load[owners[buckets.of(hash)] as usize] += 1;
        }
        let mean = 4096.0 / 7.0;
        let worst = f64::from(*load.iter().max().unwrap());
        assert!(worst / mean < 1.15, "{count} buckets: {load:?}");
    }
}
