// SPDX-License-Identifier: GPL-2.0

//! Resilient hashing: who has which bucket, and which buckets are quiet (option
//! `resilient_buckets`; the engine is [`crate::engine::resilient`]).
//!
//! Packets are counted by bucket and CPU. A bucket whose counts stay the same for
//! `resilient_idle_ms` is idle; nobody looks unless a bucket waits to move.

use super::Bond;
use crate::{
    engine::resilient::{find, rebalance, Buckets, Share, NOBODY},
    net::{
        context::{Rcu, Rtnl},
        percpu::Counters,
        work::jiffies_of_ms,
    },
};
use kernel::{prelude::*, sync::Arc};

/// What the control plane knows.
pub(crate) struct Flows {
    buckets: Buckets,
    /// The member of each bucket, by its number.
    owners: KVec<u32>,
    /// The parts of the usable members.
    shares: KVec<Share>,
    /// The counts when the wait began.
    seen: KVec<u32>,
    counts: Arc<Counters>,
    /// Buckets that should move but may not be idle.
    waiting: u32,
    /// Whether the end of a wait is awaited, and whether it has come.
    watching: bool,
    ripe: bool,
}

/// What the data path needs: from buckets to the usable ways out.
pub(crate) struct BucketWays {
    buckets: Buckets,
    /// The index of each bucket's way.
    ways: KVec<u16>,
    counts: Arc<Counters>,
}

fn filled(value: u32, n: usize) -> Result<KVec<u32>> {
    let mut v = KVec::new();
    v.resize(n, value, GFP_KERNEL)?;
    Ok(v)
}

impl Flows {
    /// A table of `count` buckets that nobody has; none for a count that is none.
    fn new(count: u32, members: usize) -> Result<Option<Self>> {
        let Some(buckets) = Buckets::new(count) else {
            return Ok(None);
        };
        Ok(Some(Self {
            owners: filled(NOBODY, buckets.count())?,
            shares: KVec::with_capacity(members, GFP_KERNEL)?,
            seen: filled(0, buckets.count())?,
            counts: Arc::new(Counters::new(buckets.count())?, GFP_KERNEL)?,
            buckets,
            waiting: 0,
            watching: false,
            ripe: false,
        }))
    }

    /// Makes room for `n` usable members.
    pub(super) fn reserve(&mut self, n: usize) -> Result {
        let more = n.saturating_sub(self.shares.len());
        Ok(self.shares.reserve(more, GFP_KERNEL)?)
    }

    /// Begins to name the usable members.
    pub(super) fn begin(&mut self) {
        self.shares.clear();
    }

    /// Names the next usable member, in the order of enslaving. Allocates nothing, after `reserve`.
    pub(super) fn add(&mut self, number: u32) {
        let _ = self.shares.push(Share::new(number), GFP_KERNEL);
    }

    /// Hands out the buckets to the members named.
    pub(super) fn spread(&mut self, idle_ms: u32) {
        let (seen, counts, ripe) = (&self.seen, &self.counts, self.ripe);
        let is_idle = |bucket: usize| {
            idle_ms == 0 || (ripe && seen.get(bucket).copied() == Some(counts.sum(bucket)))
        };
        let outcome = rebalance(&mut self.owners, &mut self.shares, is_idle);
        self.waiting = outcome.waiting;
    }

    /// Writes what `spread` decided to `ways`, whose room is not grown.
    pub(super) fn ways(&self, mut ways: KVec<u16>) -> Option<BucketWays> {
        ways.clear();
        if ways.capacity() < self.owners.len() {
            return None;
        }
        for owner in &self.owners {
            let way = find(&self.shares, *owner).and_then(|i| u16::try_from(i).ok());
            let _ = ways.push(way.unwrap_or(u16::MAX), GFP_KERNEL);
        }
        Some(BucketWays {
            buckets: self.buckets,
            ways,
            counts: self.counts.clone(),
        })
    }

    /// Whether a wait must begin; if so, it has.
    fn watch(&mut self) -> bool {
        self.ripe = false;
        if self.waiting == 0 || self.watching {
            return false;
        }
        let mut bucket = 0usize;
        for seen in self.seen.iter_mut() {
            *seen = self.counts.sum(bucket);
            bucket = bucket.wrapping_add(1);
        }
        self.watching = true;
        true
    }
}

impl BucketWays {
    /// The index of the way for a hash.
    #[inline(always)]
    pub(super) fn way(&self, hash: u32) -> usize {
        let way = self.ways.get(self.buckets.of(hash)).copied();
        way.unwrap_or(u16::MAX).into()
    }

    /// The same, counting a packet.
    #[inline(always)]
    pub(super) fn take(&self, hash: u32, rcu: Rcu<'_>) -> usize {
        self.counts.add(self.buckets.of(hash), rcu);
        self.way(hash)
    }

    /// The way's index and the packets so far of each bucket.
    pub(crate) fn load(&self, mut f: impl FnMut(usize, usize, u32)) {
        let mut bucket = 0usize;
        for way in &self.ways {
            f(bucket, usize::from(*way), self.counts.sum(bucket));
            bucket = bucket.wrapping_add(1);
        }
    }

    /// For how many buckets there is room.
    pub(super) fn room(&self) -> usize {
        self.ways.capacity()
    }

    /// Gives the room back.
    pub(super) fn into_room(self) -> KVec<u16> {
        self.ways
    }
}

impl Bond {
    /// How many buckets there are.
    pub(super) fn buckets(&self, rtnl: &Rtnl) -> usize {
        let flows = &self.state.get(rtnl).flows;
        flows.as_ref().map_or(0, |flows| flows.owners.len())
    }

    /// Makes the buckets that `count` asks for, and room for them in the tables to come.
    pub(super) fn change_buckets(&self, rtnl: &mut Rtnl, count: u32) -> Result {
        if usize::try_from(count) == Ok(self.buckets(rtnl)) {
            return Ok(());
        }
        let n = self.state.get(rtnl).members.len();
        let flows = Flows::new(count, n)?;
        self.reserve_with(rtnl, n, flows.as_ref().map_or(0, |f| f.owners.len()))?;
        self.state.get_mut(rtnl).flows = flows;
        Ok(())
    }

    /// After a publication: lets buckets wait that could not move.
    pub(super) fn watch_flows(&self, rtnl: &mut Rtnl) {
        let state = self.state.get_mut(rtnl);
        let idle_ms = state.settings.resilient_idle_ms();
        let running = self.dev().running();
        if let Some(flows) = state.flows.as_mut() {
            if running && flows.watch() {
                self.flows.queue(jiffies_of_ms(idle_ms));
            }
        }
    }

    /// The wait is over: moves the buckets that were idle.
    pub(crate) fn move_idle_flows(&self, rtnl: &mut Rtnl) {
        if let Some(flows) = self.state.get_mut(rtnl).flows.as_mut() {
            flows.watching = false;
            flows.ripe = true;
            self.publish(rtnl);
        }
    }

    /// The bond goes down: ends a wait.
    pub(super) fn stop_flows(&self, rtnl: &mut Rtnl) {
        self.flows.cancel();
        if let Some(flows) = self.state.get_mut(rtnl).flows.as_mut() {
            flows.watching = false;
        }
    }
}
