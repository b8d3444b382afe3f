// SPDX-License-Identifier: GPL-2.0

//! Resilient hashing: who has which bucket, and which buckets are quiet (option
//! `resilient_buckets`; the engine is [`crate::engine::resilient`]).
//!
//! Packets are counted by bucket and CPU. A bucket whose counts stay the same for
//! `resilient_idle_ms` is idle; nobody looks unless a bucket waits to move.

use super::Bond;
use crate::{
    engine::resilient::{
        find, inherit, rebalance, wait::Wait, Bucket, Buckets, Place, Share, Traffic,
    },
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
    table: KVec<Bucket>,
    /// The parts of the members, in the order of enslaving.
    shares: KVec<Share>,
    /// The counts when the wait began.
    seen: KVec<u32>,
    counts: Arc<Counters>,
    /// Buckets that should move but may not be idle.
    waiting: u32,
    /// The wait for them to be idle.
    wait: Option<Wait>,
    /// Whether it has come to its end, for the publication that follows.
    ripe: bool,
}

/// What the data path needs: from buckets to the usable ways out.
pub(crate) struct BucketWays {
    buckets: Buckets,
    /// The index of each bucket's way.
    ways: KVec<u16>,
    counts: Arc<Counters>,
}

/// What the engine asks about packets.
struct Seen<'a> {
    counts: &'a Counters,
    /// The counts to compare with; `None` if every bucket is taken for idle.
    before: Option<&'a [u32]>,
    /// Whether comparing them says anything.
    ripe: bool,
}

impl Traffic for Seen<'_> {
    fn is_idle(&self, bucket: usize) -> bool {
        self.before.is_none_or(|before| {
            self.ripe && before.get(bucket).copied() == Some(self.packets(bucket))
        })
    }

    fn packets(&self, bucket: usize) -> u32 {
        self.counts.sum(bucket)
    }
}

fn filled<T: Clone>(value: T, n: usize) -> Result<KVec<T>> {
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
            table: filled(Bucket::NEW, buckets.count())?,
            shares: KVec::with_capacity(members, GFP_KERNEL)?,
            seen: filled(0, buckets.count())?,
            counts: Arc::new(Counters::new(buckets.count())?, GFP_KERNEL)?,
            buckets,
            waiting: 0,
            wait: None,
            ripe: false,
        }))
    }

    /// Takes over members, owners and homes from a table of another size. Its wait does not go on:
    /// what was counted are other buckets.
    fn succeed(&mut self, old: Self) {
        self.shares = old.shares;
        inherit(&old.table, &mut self.table, &mut self.shares);
        // The new table counts from 0. What is on its way now is in no count.
        let mut at = 0usize;
        for bucket in &old.table {
            let share = find(&self.shares, bucket.owner).and_then(|i| self.shares.get_mut(i));
            if let Some(share) = share {
                share.credit = share.credit.wrapping_add(old.counts.sum(at));
            }
            at = at.wrapping_add(1);
        }
    }

    /// Makes room for `n` members.
    pub(super) fn reserve(&mut self, n: usize) -> Result {
        let more = n.saturating_sub(self.shares.len());
        Ok(self.shares.reserve(more, GFP_KERNEL)?)
    }

    /// Begins to name the members; who is not named has left.
    pub(super) fn begin(&mut self) {
        for share in &mut self.shares {
            share.place = Place::Gone;
        }
    }

    /// Names the next member, in the order of enslaving, and the index of its way if it is usable.
    /// Allocates nothing, after `reserve`.
    pub(super) fn add(&mut self, number: u32, way: Option<usize>) {
        let way = way.and_then(|way| u16::try_from(way).ok());
        let place = way.map_or(Place::Away, Place::Here);
        match find(&self.shares, number).and_then(|i| self.shares.get_mut(i)) {
            Some(share) => share.place = place,
            // Numbers ascend, so its place is the last.
            None => drop(self.shares.push(Share::new(number, place), GFP_KERNEL)),
        }
    }

    /// Hands out the buckets to the members named; with `idle_ms` 0 all may move.
    pub(super) fn spread(&mut self, idle_ms: u32) {
        let traffic = Seen {
            counts: &self.counts,
            before: (idle_ms != 0).then_some(&self.seen),
            ripe: self.ripe,
        };
        self.waiting = rebalance(&mut self.table, &mut self.shares, &traffic).waiting;
        let gone = |share: &&Share| share.place == Place::Gone;
        // `retain` would bring a panic along.
        while let Some(share) = self.shares.iter().find(gone) {
            let at = find(&self.shares, share.member);
            if at.is_none_or(|at| self.shares.remove(at).is_err()) {
                break;
            }
        }
    }

    /// By way: what the counts of its buckets lack to be the packets of its member; wraps.
    pub(super) fn credits(&self) -> impl Iterator<Item = u32> + '_ {
        let usable = |share: &&Share| matches!(share.place, Place::Here(_));
        self.shares.iter().filter(usable).map(|share| share.credit)
    }

    /// Writes what `spread` decided to `ways`, whose room is not grown.
    pub(super) fn ways(&self, mut ways: KVec<u16>) -> Option<BucketWays> {
        ways.clear();
        if ways.capacity() < self.table.len() {
            return None;
        }
        for bucket in &self.table {
            let share = find(&self.shares, bucket.owner).and_then(|i| self.shares.get(i));
            let way = match share.map(|share| share.place) {
                Some(Place::Here(way)) => way,
                _ => u16::MAX,
            };
            let _ = ways.push(way, GFP_KERNEL);
        }
        Some(BucketWays {
            buckets: self.buckets,
            ways,
            counts: self.counts.clone(),
        })
    }

    /// Whether a wait of `idle_ms` must begin; if so, it has.
    fn watch(&mut self, idle_ms: u32) -> bool {
        if self.waiting == 0 {
            self.wait = None;
            return false;
        }
        if self.wait.is_some_and(|wait| wait.is_of(idle_ms)) {
            return false;
        }
        let mut bucket = 0usize;
        for seen in self.seen.iter_mut() {
            *seen = self.counts.sum(bucket);
            bucket = bucket.wrapping_add(1);
        }
        self.wait = Some(Wait::new(Bond::now(), idle_ms));
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
        flows.as_ref().map_or(0, |flows| flows.table.len())
    }

    /// Makes the buckets that `count` asks for, and room for them in the tables to come.
    pub(super) fn change_buckets(&self, rtnl: &mut Rtnl, count: u32) -> Result {
        if usize::try_from(count) == Ok(self.buckets(rtnl)) {
            return Ok(());
        }
        let n = self.state.get(rtnl).members.len();
        let mut new = Flows::new(count, n)?;
        self.reserve_with(rtnl, n, new.as_ref().map_or(0, |f| f.table.len()))?;
        let flows = &mut self.state.get_mut(rtnl).flows;
        if let (Some(new), Some(old)) = (&mut new, flows.take()) {
            new.succeed(old);
        }
        *flows = new;
        Ok(())
    }

    /// After a publication: lets buckets wait that could not move. A wait goes on while its time is
    /// still the one that is asked for.
    pub(super) fn watch_flows(&self, rtnl: &mut Rtnl) {
        let state = self.state.get_mut(rtnl);
        let idle_ms = state.settings.resilient_idle_ms();
        let running = self.dev().running();
        if let Some(flows) = state.flows.as_mut() {
            flows.ripe = false;
            if running && flows.watch(idle_ms) {
                self.flows.requeue(jiffies_of_ms(idle_ms));
            }
        }
    }

    /// A wait may be over: if so, moves the buckets that were idle.
    pub(crate) fn move_idle_flows(&self, rtnl: &mut Rtnl) {
        let Some(flows) = self.state.get_mut(rtnl).flows.as_mut() else {
            return;
        };
        // The work may be one of an earlier wait that was about to run.
        match flows.wait.map(|wait| wait.left_ms(Self::now())) {
            None => {}
            Some(0) => {
                flows.wait = None;
                flows.ripe = true;
                self.publish(rtnl);
            }
            Some(left) => self.flows.requeue(jiffies_of_ms(left)),
        }
    }

    /// The bond goes down: ends a wait.
    pub(super) fn stop_flows(&self, rtnl: &mut Rtnl) {
        self.flows.cancel();
        if let Some(flows) = self.state.get_mut(rtnl).flows.as_mut() {
            flows.wait = None;
        }
    }
}
