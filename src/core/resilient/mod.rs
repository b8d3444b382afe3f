// SPDX-License-Identifier: GPL-2.0

//! Resilient hashing: a table of buckets between hash and member, so that a member that goes takes
//! only its own flows with it, and one that comes back gets them back.
//!
//! ```text
//!   hash --[Buckets]--> bucket --[table]--> member
//! ```
//!
//! - **Owner**: the member that sends a bucket's packets now.
//! - **Home**: the member that a bucket was dealt to while all was well. An orphan, whose home is not
//!   usable, keeps its home while an heir owns it.
//! - **Quota**: a usable member's part of an even spread.
//!
//! The table is the caller's. [`rebalance()`] changes as few owners as the quotas allow, and [`inherit`]
//! fills a table of another size. A [`wait::Wait`] is the time that buckets must be idle for.
//!
//! Members go by numbers. The number of a member that left the bond means nothing any more: buckets
//! at home there get the home of whoever owns them. Who gets the number next is a new member.

mod rebalance;
mod resize;
pub(crate) mod wait;

pub(crate) use self::{rebalance::rebalance, resize::inherit};

/// Owner or home of a bucket that has none.
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

/// One entry of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bucket {
    /// The member that sends its packets, or [`NOBODY`].
    pub(crate) owner: u32,
    /// The member that it returns to, or [`NOBODY`].
    pub(crate) home: u32,
}

impl Bucket {
    /// Never dealt to anybody.
    pub(crate) const NEW: Self = Self {
        owner: NOBODY,
        home: NOBODY,
    };
}

/// Where a member is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Usable, by the way out that the caller gave this number.
    Here(u16),
    /// Not usable now; its buckets' home all the same.
    Away,
    /// No member any more.
    Gone,
}

/// One member's part of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    /// The member, by a number that stays its own while it is enslaved.
    pub(crate) member: u32,
    /// Where it is.
    pub(crate) place: Place,
    /// What the counts of its buckets lack to be the packets that it sent: those of buckets that it
    /// gave up, less what its buckets had counted when it got them. Wraps.
    pub(crate) credit: u32,
    /// Buckets it has, while usable.
    held: u32,
    /// Buckets that are at home there, whoever has them.
    homes: u32,
    /// Buckets it has that are to go home to another.
    leaving: u32,
    /// Buckets it should have, while usable.
    quota: u32,
    /// Buckets above quota that are promised to their home.
    pledged: u32,
    /// Buckets below quota that are to come home later.
    reserved: u32,
    /// Buckets it has whose home is the one looked at.
    kin: u32,
}

impl Share {
    /// The part, not yet known, of this member.
    pub(crate) const fn new(member: u32, place: Place) -> Self {
        Self {
            member,
            place,
            credit: 0,
            held: 0,
            homes: 0,
            leaving: 0,
            quota: 0,
            pledged: 0,
            reserved: 0,
            kin: 0,
        }
    }

    /// Buckets that anybody may give it.
    fn lack(&self) -> u32 {
        let has = self.held.saturating_add(self.reserved);
        self.quota.saturating_sub(has)
    }

    /// Buckets that anybody may take from it.
    fn surplus(&self) -> u32 {
        let should = self.quota.saturating_add(self.pledged);
        self.held.saturating_sub(should)
    }

    fn is_usable(&self) -> bool {
        matches!(self.place, Place::Here(_))
    }
}

/// What the caller knows of the packets of a bucket.
pub(crate) trait Traffic {
    /// Whether it may change its owner without need: nothing was sent for some time.
    fn is_idle(&self, bucket: usize) -> bool;

    /// Packets so far; wraps.
    fn packets(&self, bucket: usize) -> u32;
}

/// What [`rebalance()`] did and left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// Buckets that changed their owner.
    pub(crate) moved: u32,
    /// Buckets that should move but are not idle; try again later.
    pub(crate) waiting: u32,
}

/// Where the member's part is among those of `shares`, which ascend.
pub(crate) fn find(shares: &[Share], member: u32) -> Option<usize> {
    shares
        .binary_search_by_key(&member, |share| share.member)
        .ok()
}

/// The member's part, if it is a member.
fn part(shares: &mut [Share], member: u32) -> Option<&mut Share> {
    let share = find(shares, member).and_then(|index| shares.get_mut(index))?;
    (share.place != Place::Gone).then_some(share)
}

/// More by one; no table is that large.
fn more(n: &mut u32) {
    *n = n.saturating_add(1);
}

/// Less by one.
fn less(n: &mut u32) {
    *n = n.saturating_sub(1);
}

#[cfg(test)]
mod tests;
