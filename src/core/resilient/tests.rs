// SPDX-License-Identifier: GPL-2.0

use super::*;

/// Whether buckets are idle.
struct Idle<F>(F);

impl<F: Fn(usize) -> bool> Traffic for Idle<F> {
    fn is_idle(&self, bucket: usize) -> bool {
        self.0(bucket)
    }

    fn packets(&self, _: usize) -> u32 {
        0
    }
}

const ALL_IDLE: Idle<fn(usize) -> bool> = Idle(|_| true);

/// The parts of `members`, of which `away` are not usable.
fn shares(members: &[u32], away: &[u32]) -> Vec<Share> {
    let place = |m| {
        if away.contains(m) {
            Place::Away
        } else {
            Place::Here(0)
        }
    };
    members.iter().map(|m| Share::new(*m, place(m))).collect()
}

fn owners(table: &[Bucket]) -> Vec<u32> {
    table.iter().map(|bucket| bucket.owner).collect()
}

fn fresh(buckets: usize, members: &[u32]) -> Vec<Bucket> {
    let mut table = vec![Bucket::NEW; buckets];
    rebalance(&mut table, &mut shares(members, &[]), &ALL_IDLE);
    table
}

#[test]
fn tables_are_powers_of_two_up_to_4096() {
    for count in [1, 2, 256, 4096] {
        assert_eq!(Buckets::new(count).unwrap().count(), count as usize);
    }
    for count in [0, 3, 8192] {
        assert_eq!(Buckets::new(count), None);
    }
    assert_eq!(Buckets::new(1).unwrap().of(u32::MAX), 0);
}

#[test]
fn a_lost_member_moves_only_its_buckets_and_gets_them_back() {
    let all = [0, 1, 2, 3];
    let full = fresh(256, &all);
    let mut table = full.clone();
    let outcome = rebalance(&mut table, &mut shares(&all, &[2]), &ALL_IDLE);
    assert_eq!((outcome.moved, outcome.waiting), (64, 0));
    for (before, after) in full.iter().zip(&table) {
        assert!(before == after || before.owner == 2);
        assert_eq!(before.home, after.home);
    }
    let outcome = rebalance(&mut table, &mut shares(&all, &[]), &ALL_IDLE);
    assert_eq!((outcome.moved, outcome.waiting), (64, 0));
    assert_eq!(table, full);
}

#[test]
fn what_is_left_over_returns_as_well() {
    for lost in 0..3 {
        let full = fresh(4096, &[0, 1, 2]);
        let mut table = full.clone();
        rebalance(&mut table, &mut shares(&[0, 1, 2], &[lost]), &ALL_IDLE);
        rebalance(&mut table, &mut shares(&[0, 1, 2], &[]), &ALL_IDLE);
        assert_eq!(table, full);
    }
}

#[test]
fn busy_buckets_wait() {
    let mut table = fresh(8, &[0]);
    let only_5 = Idle(|bucket| bucket == 5);
    let outcome = rebalance(&mut table, &mut shares(&[0, 1], &[]), &only_5);
    assert_eq!((outcome.moved, outcome.waiting), (1, 3));
    assert_eq!(owners(&table), [0, 0, 0, 0, 0, 1, 0, 0]);
}

#[test]
fn a_member_waits_for_its_own_buckets_though_others_are_idle() {
    let all = [0, 1, 2, 3];
    let full = fresh(64, &all);
    let mut table = full.clone();
    rebalance(&mut table, &mut shares(&all, &[1]), &ALL_IDLE);
    rebalance(&mut table, &mut shares(&all, &[1, 2]), &ALL_IDLE);
    let before = table.clone();
    let others = Idle(|bucket: usize| full[bucket].home != 1);
    let outcome = rebalance(&mut table, &mut shares(&all, &[2]), &others);
    // A third of the table, of which a quarter has to be its own.
    assert_eq!((outcome.moved, outcome.waiting), (5, 16));
    for (before, after) in before.iter().zip(&table) {
        assert!(before == after || before.home == 2 && after.home == 2);
    }
    rebalance(&mut table, &mut shares(&all, &[2]), &ALL_IDLE);
    rebalance(&mut table, &mut shares(&all, &[]), &ALL_IDLE);
    assert_eq!(table, full);
}

#[test]
fn without_members_nobody_owns_a_bucket_and_homes_stay() {
    let full = fresh(8, &[0, 1]);
    let mut table = full.clone();
    rebalance(&mut table, &mut shares(&[0, 1], &[0, 1]), &ALL_IDLE);
    assert_eq!(owners(&table), [NOBODY; 8]);
    rebalance(&mut table, &mut shares(&[0, 1], &[]), &ALL_IDLE);
    assert_eq!(table, full);
    rebalance(&mut table, &mut [], &ALL_IDLE);
    assert_eq!(table, [Bucket::NEW; 8]);
}

#[test]
fn the_buckets_of_a_member_that_left_are_at_home_with_their_heirs() {
    let mut table = fresh(64, &[0, 1, 2]);
    rebalance(&mut table, &mut shares(&[0, 1, 2], &[0, 2]), &ALL_IDLE);
    // 2 leaves while 0 is away, and 1 has all.
    rebalance(&mut table, &mut shares(&[0, 1], &[0]), &ALL_IDLE);
    assert!(table.iter().all(|bucket| bucket.home != 2));
    // Whoever gets its number is new, and has to share with all.
    rebalance(&mut table, &mut shares(&[0, 1, 2], &[]), &ALL_IDLE);
    let held = |m| table.iter().filter(|bucket| bucket.owner == m).count();
    assert_eq!([held(0), held(1), held(2)], [22, 21, 21]);
    assert!(table.iter().all(|bucket| bucket.home == bucket.owner));
}

#[test]
fn a_new_member_keeps_what_it_got() {
    let mut table = fresh(256, &[0, 1]);
    rebalance(&mut table, &mut shares(&[0, 1, 2], &[]), &ALL_IDLE);
    let three = table.clone();
    rebalance(&mut table, &mut shares(&[0, 1, 2], &[2]), &ALL_IDLE);
    rebalance(&mut table, &mut shares(&[0, 1, 2], &[]), &ALL_IDLE);
    assert_eq!(table, three);
}

#[test]
fn another_size_moves_nothing_that_evenness_does_not_ask_for() {
    for (from, to, most) in [
        (256, 512, 1),
        (512, 256, 1),
        (256, 4096, 10),
        (64, 8, 1),
        (1, 64, 42),
    ] {
        let old = fresh(from, &[0, 1, 2]);
        let mut shares = shares(&[0, 1, 2], &[]);
        let mut new = vec![Bucket::NEW; to];
        inherit(&old, &mut new, &mut shares);
        for (at, bucket) in new.iter().enumerate() {
            let same = old[at * from / to..].iter().take((from / to).max(1));
            assert!(same.into_iter().any(|old| old == bucket));
        }
        let outcome = rebalance(&mut new, &mut shares, &ALL_IDLE);
        assert!(outcome.moved <= most, "{from} to {to}: {}", outcome.moved);
    }
}

/// Packets that were counted by bucket.
struct Counted(Vec<u32>);

impl Traffic for Counted {
    fn is_idle(&self, _: usize) -> bool {
        true
    }

    fn packets(&self, bucket: usize) -> u32 {
        self.0[bucket]
    }
}

#[test]
fn the_packets_of_a_member_stay_its_own() {
    let mut members = shares(&[0, 1], &[]);
    let mut table = vec![Bucket::NEW; 4];
    let mut counted = Counted(vec![u32::MAX; 4]);
    let packets = |table: &[Bucket], members: &[Share], counted: &Counted| {
        let of = |share: &Share| {
            let own = table
                .iter()
                .zip(&counted.0)
                .filter(|(b, _)| b.owner == share.member);
            own.fold(share.credit, |sum, (_, n)| sum.wrapping_add(*n))
        };
        members.iter().map(of).collect::<Vec<u32>>()
    };
    rebalance(&mut table, &mut members, &counted);
    assert_eq!(packets(&table, &members, &counted), [0, 0]);
    counted.0.iter_mut().for_each(|n| *n = n.wrapping_add(10));
    members[1].place = Place::Away;
    rebalance(&mut table, &mut members, &counted);
    assert_eq!(packets(&table, &members, &counted), [20, 20]);
    counted.0.iter_mut().for_each(|n| *n = n.wrapping_add(1));
    members[1].place = Place::Here(1);
    rebalance(&mut table, &mut members, &counted);
    assert_eq!(packets(&table, &members, &counted), [24, 20]);
}
