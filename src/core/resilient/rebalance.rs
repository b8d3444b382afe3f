// SPDX-License-Identifier: GPL-2.0

//! Spreading the buckets of a table evenly, with the fewest that change hands.

use super::{find, less, more, part, Bucket, Outcome, Place, Share, Traffic, NOBODY};
use core::cmp::Reverse;

/// Spreads the table's buckets evenly over the usable members.
///
/// `shares` holds the members in ascending order without repetition; who is missing there is gone.
/// Buckets whose owner is not usable move at once. Others move only if they are idle, from members
/// that have more than their quota to such that have less:
///
/// 1. Those whose home lacks buckets go home.
/// 2. What a member lacks beyond those that are to come home, it gets from what is not at home.
/// 3. Only then from the rest, which is at home with the new owner from then on.
///
/// So as many move as the members lack, and no more. The orphans of each home are spread evenly over
/// the heirs: then each can give back those that it has, and still has its part. Once all are back,
/// the table is what it was, if members go and come one at a time and there are enough buckets for
/// that (`Documentation/design.rst`).
///
/// With no usable member, every bucket becomes [`NOBODY`]'s and keeps its home.
pub(crate) fn rebalance(
    table: &mut [Bucket],
    shares: &mut [Share],
    traffic: &impl Traffic,
) -> Outcome {
    let mut deal = Deal {
        table,
        shares,
        traffic,
        members: 0,
        kin: 0,
        moved: 0,
    };
    deal.rehome();
    deal.count();
    deal.set_quotas();
    deal.send_home(Owner::Lost);
    deal.send_home(Owner::Usable);
    deal.by_home(Owner::Lost, Deal::hand_out);
    if deal.lacking() != 0 {
        deal.keep_for_home();
        for level in Level::ALL {
            deal.by_home(Owner::Usable, |deal, at, bucket| {
                deal.take_stray(level, at, bucket);
            });
        }
        deal.take_any();
    }
    let waiting = deal.waiting();
    deal.settle(waiting);
    Outcome {
        moved: deal.moved,
        waiting,
    }
}

/// Which buckets a step is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// Those whose owner is not usable.
    Lost,
    /// The others.
    Usable,
}

/// How much a move has to level out who has how many buckets of a home.
#[derive(Clone, Copy)]
enum Level {
    /// From above the mean to below, by whole buckets.
    Whole,
    /// From above the mean to below.
    Mean,
    /// From more to fewer.
    Fewer,
    /// Not at all.
    Any,
}

impl Level {
    /// The strictest first: what is left over by the division of one home evens out with another's.
    const ALL: [Self; 4] = [Self::Whole, Self::Mean, Self::Fewer, Self::Any];

    /// Whether a bucket may go from `from` of its home to `to`, of `sum` that `members` have.
    fn lets(self, from: u32, to: u32, sum: u32, members: u32) -> bool {
        let whole = sum.checked_div(members).unwrap_or(0);
        let rest = sum.checked_rem(members).unwrap_or(0);
        match self {
            Self::Whole => from > whole && to < whole,
            Self::Mean => from > whole && (to < whole || to == whole && rest != 0),
            Self::Fewer => from > to,
            Self::Any => true,
        }
    }
}

/// A call of [`rebalance()`].
struct Deal<'a, T> {
    table: &'a mut [Bucket],
    shares: &'a mut [Share],
    traffic: &'a T,
    /// The usable members.
    members: u32,
    /// Buckets, with an owner, whose home is the one looked at.
    kin: u32,
    moved: u32,
}

impl<T: Traffic> Deal<'_, T> {
    /// Calls `f` with each bucket and its number.
    fn each(&mut self, mut f: impl FnMut(&mut Self, usize, Bucket)) {
        // Counted by hand, because `enumerate` checks its count for overflow.
        let mut at = 0usize;
        while let Some(bucket) = self.table.get(at).copied() {
            f(self, at, bucket);
            at = at.wrapping_add(1);
        }
    }

    /// Which part is that of a usable member.
    fn usable(&self, member: u32) -> Option<usize> {
        find(self.shares, member).filter(|i| self.shares.get(*i).is_some_and(Share::is_usable))
    }

    /// The part of the owner, if it has too many.
    fn giver(&self, bucket: Bucket) -> Option<&Share> {
        let owner = find(self.shares, bucket.owner).and_then(|i| self.shares.get(i));
        owner.filter(|share| share.is_usable() && share.surplus() != 0)
    }

    /// The sum of what members lack and nothing is kept for.
    fn lacking(&self) -> u32 {
        let sum = |sum: u32, share: &Share| sum.saturating_add(share.lack());
        self.shares.iter().fold(0, sum)
    }

    /// Gives the bucket to the member whose part is at `to`, or to nobody.
    fn give(&mut self, at: usize, to: Option<usize>) {
        let Some(bucket) = self.table.get_mut(at) else {
            return;
        };
        let heir = to.and_then(|to| self.shares.get(to));
        let heir = heir.map_or(NOBODY, |share| share.member);
        if bucket.owner == heir {
            return;
        }
        let packets = self.traffic.packets(at);
        if let Some(share) = part(self.shares, bucket.owner) {
            share.credit = share.credit.wrapping_add(packets);
            less(&mut share.held);
            less(&mut share.kin);
        }
        bucket.owner = heir;
        if let Some(share) = part(self.shares, heir) {
            share.credit = share.credit.wrapping_sub(packets);
            more(&mut share.held);
            more(&mut share.kin);
            if bucket.home == NOBODY {
                bucket.home = heir;
            }
        }
        more(&mut self.moved);
    }

    /// Gives buckets whose home is gone the home of their owner.
    fn rehome(&mut self) {
        for bucket in self.table.iter_mut() {
            if part(self.shares, bucket.home).is_none() {
                let owner = part(self.shares, bucket.owner);
                bucket.home = owner.map_or(NOBODY, |share| share.member);
            }
        }
    }

    /// Counts what each member has.
    fn count(&mut self) {
        for share in self.shares.iter_mut() {
            *share = Share {
                credit: share.credit,
                ..Share::new(share.member, share.place)
            };
        }
        for bucket in self.table.iter() {
            let at_home = bucket.owner == bucket.home;
            let mut goes_home = false;
            if let Some(share) = part(self.shares, bucket.home) {
                more(&mut share.homes);
                goes_home = share.is_usable() && !at_home;
            }
            if let Some(share) = part(self.shares, bucket.owner).filter(|s| s.is_usable()) {
                more(&mut share.held);
                if goes_home {
                    more(&mut share.leaving);
                }
            }
        }
    }

    /// Divides the buckets evenly. What is left over goes first to members that are the home of more
    /// than the even part, so that in the end all have theirs again; then to such as have more and
    /// are going to keep them, and such as have more, so that nothing moves without need.
    fn set_quotas(&mut self) {
        for _ in self.shares.iter().filter(|share| share.is_usable()) {
            more(&mut self.members);
        }
        let buckets = u32::try_from(self.table.len()).unwrap_or(u32::MAX);
        let even = buckets.checked_div(self.members).unwrap_or(0);
        let mut left = buckets.checked_rem(self.members).unwrap_or(0);
        for share in self.shares.iter_mut().filter(|share| share.is_usable()) {
            share.quota = even;
        }
        let first: [fn(&Share) -> u32; 4] = [
            |share| share.homes,
            |share| share.held.saturating_sub(share.leaving),
            |share| share.held,
            |_| u32::MAX,
        ];
        for measure in first {
            for share in self.shares.iter_mut().filter(|share| share.is_usable()) {
                if left > 0 && share.quota == even && measure(share) > even {
                    more(&mut share.quota);
                    less(&mut left);
                }
            }
        }
    }

    /// Sends buckets home to members that lack some.
    fn send_home(&mut self, which: Owner) {
        self.each(|deal, at, bucket| {
            let home = deal.usable(bucket.home);
            let lacks = |i: &usize| deal.shares.get(*i).is_some_and(|share| share.lack() != 0);
            let Some(home) = home.filter(lacks) else {
                return;
            };
            let goes = match which {
                Owner::Lost => deal.usable(bucket.owner).is_none(),
                Owner::Usable => {
                    let gives = bucket.owner != bucket.home && deal.giver(bucket).is_some();
                    gives && deal.traffic.is_idle(at)
                }
            };
            if goes {
                deal.give(at, Some(home));
            }
        });
    }

    /// Whether a bucket is without an owner, or with one that is not its home.
    fn is_stray(&self, which: Owner, bucket: Bucket) -> bool {
        let owned = self.usable(bucket.owner).is_some();
        match which {
            Owner::Lost => !owned,
            Owner::Usable => owned && bucket.owner != bucket.home,
        }
    }

    /// Calls `f` with each stray bucket, home by home, while it is known who has how many of the home
    /// and members lack some. (Members lack at least what has no owner.)
    fn by_home(&mut self, which: Owner, f: impl Fn(&mut Self, usize, Bucket)) {
        let mut last = None;
        while self.members == 0 || self.lacking() != 0 {
            let strays = self.table.iter().filter(|b| self.is_stray(which, **b));
            let homes = strays.map(|bucket| bucket.home);
            let Some(home) = homes.filter(|home| Some(*home) > last).min() else {
                return;
            };
            last = Some(home);
            self.count_kin(last);
            self.each(|deal, at, bucket| {
                if bucket.home == home && deal.is_stray(which, bucket) {
                    f(deal, at, bucket);
                }
            });
        }
    }

    /// Counts who has how many buckets of a home.
    fn count_kin(&mut self, home: Option<u32>) {
        self.kin = 0;
        for share in self.shares.iter_mut() {
            share.kin = 0;
        }
        for bucket in self.table.iter().filter(|b| Some(b.home) == home) {
            let owner = part(self.shares, bucket.owner);
            if let Some(share) = owner.filter(|share| share.is_usable()) {
                more(&mut share.kin);
                more(&mut self.kin);
            }
        }
    }

    /// Who is to get a bucket next: of those that lack some, who has the fewest of the same home.
    fn neediest(&self) -> Option<usize> {
        let mut best = None;
        let mut at = 0usize;
        for share in self.shares.iter() {
            let rank = (share.kin, Reverse(share.lack()));
            if share.lack() != 0 && best.is_none_or(|(least, _)| rank < least) {
                best = Some((rank, at));
            }
            at = at.wrapping_add(1);
        }
        best.map(|(_, at)| at)
    }

    /// Hands out a bucket whose owner is not usable.
    fn hand_out(&mut self, at: usize, _: Bucket) {
        let heir = self.neediest();
        self.give(at, heir);
    }

    /// Keeps room, and those that fill it, for the buckets that are to go home but are not idle.
    fn keep_for_home(&mut self) {
        self.each(|deal, _, bucket| {
            let (Some(owner), Some(home)) = (deal.usable(bucket.owner), deal.usable(bucket.home))
            else {
                return;
            };
            let lacks = deal.shares.get(home).is_some_and(|share| share.lack() != 0);
            let gives = deal.giver(bucket).is_some();
            if owner == home || !lacks || !gives {
                return;
            }
            if let Some(share) = deal.shares.get_mut(home) {
                more(&mut share.reserved);
            }
            if let Some(share) = deal.shares.get_mut(owner) {
                more(&mut share.pledged);
            }
        });
    }

    /// Moves a bucket that is not at home, if `level` lets it.
    fn take_stray(&mut self, level: Level, at: usize, bucket: Bucket) {
        // The question that costs least comes first.
        let Some(from) = self.giver(bucket).map(|share| share.kin) else {
            return;
        };
        let lets = |i: &usize| {
            let to = self.shares.get(*i).map_or(0, |share| share.kin);
            level.lets(from, to, self.kin, self.members) && self.traffic.is_idle(at)
        };
        if let Some(heir) = self.neediest().filter(lets) {
            self.give(at, Some(heir));
        }
    }

    /// Moves buckets whatever their home, which is where they go from then on.
    fn take_any(&mut self) {
        self.count_kin(None);
        self.each(|deal, at, bucket| {
            if deal.giver(bucket).is_none() {
                return;
            }
            let Some(heir) = deal.neediest().filter(|_| deal.traffic.is_idle(at)) else {
                return;
            };
            deal.give(at, Some(heir));
            let heir = deal.shares.get(heir).map(|share| share.member);
            if let (Some(bucket), Some(heir)) = (deal.table.get_mut(at), heir) {
                bucket.home = heir;
            }
        });
    }

    /// What members lack still.
    fn waiting(&self) -> u32 {
        let lack = |share: &Share| share.quota.saturating_sub(share.held);
        let sum = |sum: u32, share: &Share| sum.saturating_add(lack(share));
        self.shares.iter().filter(|s| s.is_usable()).fold(0, sum)
    }

    /// When all is well, buckets are at home where they are.
    fn settle(&mut self, waiting: u32) {
        let away = |share: &Share| share.place == Place::Away;
        if waiting != 0 || self.shares.iter().any(away) {
            return;
        }
        for bucket in self.table.iter_mut().filter(|b| b.owner != NOBODY) {
            bucket.home = bucket.owner;
        }
    }
}
