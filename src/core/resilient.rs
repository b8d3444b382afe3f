// SPDX-License-Identifier: GPL-2.0

//! Resilient hashing: a table of buckets between hash and member, so that a member that goes takes
//! only its own flows with it.
//!
//! ```text
//!   hash --[Buckets]--> bucket --[table]--> member
//! ```
//!
//! The table is the caller's; [`rebalance`] changes as few of its entries as an even spread allows.
//! Buckets of members that are gone are handed out first. What a member that came back lacks is taken
//! from those that have too much, but only from buckets that the caller calls idle: all of them to
//! move flows back at once, or those that were quiet for some time to keep flows in order.

/// Owner of a bucket that has none.
pub(crate) const NOBODY: u32 = u32::MAX;

/// Most buckets that a table may have.
pub(crate) const MAX_BUCKETS: u32 = 4096;

/// From hashes to the buckets of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Buckets {
    bits: u32,
}

impl Buckets {
    /// For a table of `count` buckets; `None` unless it is a power of two up to [`MAX_BUCKETS`].
    pub(crate) fn new(count: u32) -> Option<Self> {
        let valid = count.is_power_of_two() && count <= MAX_BUCKETS;
        valid.then(|| Self {
            bits: count.trailing_zeros(),
        })
    }

    /// Number of buckets.
    pub(crate) fn count(&self) -> usize {
        1usize.checked_shl(self.bits).unwrap_or(0)
    }

    /// The bucket of a hash, below [`Buckets::count`].
    ///
    /// The hash is spread by the golden ratio (Knuth, volume 3, section 6.4), since those of some
    /// policies differ in a few bits only.
    #[inline(always)]
    pub(crate) fn of(&self, hash: u32) -> usize {
        // In 64 bits, so that a table of one bucket is no special case.
        let spread = u64::from(hash.wrapping_mul(0x9e37_79b1)).wrapping_shl(self.bits);
        (spread >> u32::BITS) as usize
    }
}

/// One usable member's part of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    /// The member, by a number that stays its own while it is enslaved.
    pub(crate) member: u32,
    /// Buckets it has; filled in by [`rebalance`].
    pub(crate) held: u32,
    /// Buckets it should have; filled in by [`rebalance`].
    pub(crate) quota: u32,
}

impl Share {
    /// The part, not yet known, of this member.
    pub(crate) const fn new(member: u32) -> Self {
        Self {
            member,
            held: 0,
            quota: 0,
        }
    }
}

/// What [`rebalance`] did and left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Buckets that changed their owner.
    pub(crate) moved: u32,
    /// Buckets that should move but are not idle; try again later.
    pub(crate) waiting: u32,
}

/// Spreads the table's buckets evenly over the usable members.
///
/// `owners` holds the member of each bucket, `shares` the usable members in ascending order without
/// repetition. With no usable member, every bucket becomes [`NOBODY`]'s.
pub(crate) fn rebalance(
    owners: &mut [u32],
    shares: &mut [Share],
    mut is_idle: impl FnMut(usize) -> bool,
) -> Outcome {
    let mut outcome = Outcome::default();
    count(owners, shares);
    set_quotas(owners.len(), shares);

    let mut turn = 0;
    for owner in owners.iter_mut() {
        if find(shares, *owner).is_some() {
            continue;
        }
        let heir = give(shares, &mut turn).unwrap_or(NOBODY);
        if heir != *owner {
            *owner = heir;
            outcome.moved = outcome.moved.saturating_add(1);
        }
    }

    outcome.waiting = shares.iter().fold(0, |sum, share| {
        sum.saturating_add(share.quota.saturating_sub(share.held))
    });
    // Counted by hand, because `enumerate` checks its count for overflow.
    let mut next = 0usize;
    for owner in owners.iter_mut() {
        let bucket = next;
        next = next.wrapping_add(1);
        if outcome.waiting == 0 {
            break;
        }
        let Some(from) = find(shares, *owner).and_then(|index| shares.get_mut(index)) else {
            continue;
        };
        if from.held <= from.quota || !is_idle(bucket) {
            continue;
        }
        from.held = from.held.saturating_sub(1);
        *owner = give(shares, &mut turn).unwrap_or(NOBODY);
        outcome.moved = outcome.moved.saturating_add(1);
        outcome.waiting = outcome.waiting.saturating_sub(1);
    }
    outcome
}

/// Where the member's part is, if it is usable.
pub(crate) fn find(shares: &[Share], member: u32) -> Option<usize> {
    shares
        .binary_search_by_key(&member, |share| share.member)
        .ok()
}

/// Counts what each member has.
fn count(owners: &[u32], shares: &mut [Share]) {
    for share in shares.iter_mut() {
        share.held = 0;
    }
    for owner in owners {
        if let Some(share) = find(shares, *owner).and_then(|index| shares.get_mut(index)) {
            share.held = share.held.saturating_add(1);
        }
    }
}

/// Divides the buckets evenly. What is left over goes to members that have more than the even part
/// already, then to the first ones, so that nothing moves without need.
fn set_quotas(buckets: usize, shares: &mut [Share]) {
    let buckets = u32::try_from(buckets).unwrap_or(u32::MAX);
    let members = u32::try_from(shares.len()).unwrap_or(u32::MAX);
    let even = buckets.checked_div(members).unwrap_or(0);
    let mut left = buckets.checked_rem(members).unwrap_or(0);
    for share in shares.iter_mut() {
        share.quota = even;
        if share.held > even && left > 0 {
            share.quota = even.saturating_add(1);
            left = left.saturating_sub(1);
        }
    }
    for share in shares.iter_mut() {
        if share.quota == even && left > 0 {
            share.quota = even.saturating_add(1);
            left = left.saturating_sub(1);
        }
    }
}

/// Gives a bucket to the next member that lacks one, each in turn.
fn give(shares: &mut [Share], turn: &mut usize) -> Option<u32> {
    for _ in 0..shares.len() {
        let index = *turn;
        let next = index.wrapping_add(1);
        *turn = if next < shares.len() { next } else { 0 };
        if let Some(share) = shares
            .get_mut(index)
            .filter(|share| share.held < share.quota)
        {
            share.held = share.held.saturating_add(1);
            return Some(share.member);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(members: &[u32]) -> Vec<Share> {
        members.iter().copied().map(Share::new).collect()
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
    fn a_lost_member_moves_only_its_buckets_and_its_share_returns() {
        let mut owners = [NOBODY; 256];
        rebalance(&mut owners, &mut shares(&[0, 1, 2, 3]), |_| true);
        let full = owners;
        let outcome = rebalance(&mut owners, &mut shares(&[0, 1, 3]), |_| true);
        assert_eq!((outcome.moved, outcome.waiting), (64, 0));
        for (before, after) in full.iter().zip(&owners) {
            assert!(before == after || *before == 2);
        }
        let outcome = rebalance(&mut owners, &mut shares(&[0, 1, 2, 3]), |_| true);
        assert_eq!((outcome.moved, outcome.waiting), (64, 0));
    }

    #[test]
    fn busy_buckets_wait() {
        let mut owners = [0; 8];
        let outcome = rebalance(&mut owners, &mut shares(&[0, 1]), |bucket| bucket == 5);
        assert_eq!((outcome.moved, outcome.waiting), (1, 3));
        assert_eq!(owners, [0, 0, 0, 0, 0, 1, 0, 0]);
    }

    #[test]
    fn without_members_nobody_owns_a_bucket() {
        let mut owners = [0; 4];
        rebalance(&mut owners, &mut [], |_| true);
        assert_eq!(owners, [NOBODY; 4]);
    }
}
