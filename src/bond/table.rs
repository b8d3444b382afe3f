// SPDX-License-Identifier: GPL-2.0

//! What the control plane publishes for everybody else.

use super::{flows::BucketWays, Bond, Member, MemberRef, State};
use crate::{
    engine::{
        options::Settings,
        reciprocal::Modulus,
        rr::Rotation,
        types::{LinkState, Mode},
    },
    net::{
        context::{BhOff, Rcu, Rtnl},
        device::NetDevice,
        kobj::Object,
        netpoll,
        part::Part,
        rcu::{self, Node, Retired},
        skb::Skb,
    },
};
use kernel::prelude::*;

/// A way out of the bond.
pub(crate) struct Port {
    dev: Part<Object<Member>, NetDevice>,
    queue_id: u16,
    /// Whether the monitor lets the member send or, in broadcast, found its link up.
    ready: bool,
    /// Whether frames may come with interrupts off.
    polled: bool,
    /// What the counts of the way's buckets lack to be the packets of its member; wraps.
    credit: u32,
}

impl Port {
    /// Whether a frame sent now may arrive: also asks the device itself.
    #[inline(always)]
    pub(crate) fn usable(&self) -> bool {
        self.ready && self.dev.usable()
    }

    /// Where the way leads.
    pub(crate) fn dev(&self) -> &NetDevice {
        &self.dev
    }

    /// Whose way it is.
    pub(crate) fn member(&self) -> &MemberRef {
        self.dev.owner()
    }

    /// The queue that is sent by this member; 0 for none.
    pub(crate) fn queue_id(&self) -> u16 {
        self.queue_id
    }

    /// Where a hash is resilient: what the counts of the buckets that go this way lack to be the
    /// packets that its member sent by buckets; wraps.
    pub(crate) fn credit(&self) -> u32 {
        self.credit
    }

    /// Sends a frame; returns the member's verdict.
    #[inline(always)]
    pub(crate) fn send(&self, mut skb: Skb, bh: BhOff<'_>) -> i32 {
        skb.restore_queue_mapping();
        self.send_mapped(skb, bh)
    }

    /// Sends a frame that has its own queue mapping back; returns the member's verdict.
    #[inline(always)]
    pub(crate) fn send_mapped(&self, skb: Skb, bh: BhOff<'_>) -> i32 {
        if self.polled {
            return self.send_polled(skb, bh);
        }
        self.dev.queue_xmit(skb, bh)
    }

    #[cold]
    #[inline(never)]
    fn send_polled(&self, skb: Skb, bh: BhOff<'_>) -> i32 {
        if netpoll::is_sending(bh) {
            self.member().poll.send(&self.dev, skb, bh)
        } else {
            self.dev.queue_xmit(skb, bh)
        }
    }
}

/// An immutable picture of a bond. What every packet needs comes first, to be in few cache lines.
#[repr(C)]
pub(crate) struct Table {
    /// Whether there is anything to find out about a frame before the mode's turn: any member is
    /// polled or has a queue of its own.
    pub(crate) special: bool,
    /// Whether any member is polled.
    pub(crate) polled: bool,
    /// Whether neighbour discovery leaves by every port (802.3ad).
    pub(crate) broadcast_neighbor: bool,
    /// Where a hash decides and is resilient: from hashes to usable ways out.
    pub(crate) flows: Option<BucketWays>,
    /// The way out by the active member.
    pub(crate) active: Option<Port>,
    /// Where a hash decides: the ways out that worked when the table was made.
    usable: KVec<Port>,
    /// The ways out, one per member, in the order of enslaving.
    pub(crate) ports: KVec<Port>,
    /// The number of ports, or of usable ones where a hash decides, for taking remainders.
    pub(crate) modulus: Modulus,
    /// `packets_per_slave`.
    pub(crate) rotation: Rotation,
    /// Room for the ways in `flows`, while that is none.
    bucket_room: KVec<u16>,
    /// The options.
    pub(crate) settings: Settings,
    /// The active member.
    pub(crate) current: Option<MemberRef>,
    /// The primary, while it is a member.
    pub(crate) primary: Option<MemberRef>,
}

/// The room that a list for `n` members has: as much as the allocator gives anyway, so that most
/// members that join find it there. (A list of ways out has room for eight, or none.)
pub(super) fn room_for(n: usize) -> usize {
    match n {
        0 => 0,
        _ => n.checked_next_power_of_two().unwrap_or(n),
    }
}

impl Table {
    /// An empty table with room for `n` members.
    fn allocate(n: usize, buckets: usize, settings: Settings) -> Result<Node<Self>> {
        let n = if n == 0 { 0 } else { room_for(n).max(8) };
        let by_hash = settings.mode().can_use_hash();
        Node::new(
            Self {
                settings,
                current: None,
                primary: None,
                active: None,
                ports: KVec::with_capacity(n, GFP_KERNEL)?,
                usable: KVec::with_capacity(if by_hash { n } else { 0 }, GFP_KERNEL)?,
                flows: None,
                bucket_room: KVec::with_capacity(if by_hash { buckets } else { 0 }, GFP_KERNEL)?,
                modulus: Modulus::new(1),
                rotation: Rotation::new(1),
                polled: false,
                special: false,
                broadcast_neighbor: false,
            },
            GFP_KERNEL,
        )
    }

    /// Whether it can be filled with `n` members and `buckets` buckets of a bond with `settings`.
    fn has_room(&self, n: usize, buckets: usize, settings: &Settings) -> bool {
        let bucket_room = match &self.flows {
            Some(flows) => flows.room(),
            None => self.bucket_room.capacity(),
        };
        let (usable, wanted) = match settings.mode().can_use_hash() {
            true => (self.usable.capacity(), buckets),
            false => (usize::MAX, 0),
        };
        self.ports.capacity().min(usable) >= n && bucket_room >= wanted
    }

    fn clear(&mut self) {
        self.ports.clear();
        self.usable.clear();
        if let Some(flows) = self.flows.take() {
            self.bucket_room = flows.into_room();
        }
        self.current = None;
        self.primary = None;
        self.active = None;
    }

    fn port(mode: Mode, member: &MemberRef) -> Port {
        let up = member.link() == LinkState::Up;
        Port {
            dev: Part::new(member.clone(), |member| member.dev()),
            queue_id: member.head.queue_id.get(),
            ready: up && (mode == Mode::Broadcast || !member.is_backup()),
            polled: member.poll.is_taken(),
            credit: 0,
        }
    }

    /// Copies the state. Room was made by `allocate`, so the pushes allocate nothing. With
    /// `running` there may be flows whose order counts.
    fn fill(&mut self, state: &mut super::State, running: bool) {
        let mode = state.settings.mode();
        self.clear();
        self.settings = state.settings;
        let by_hash = mode.can_use_hash();
        let mut flows = state.flows.as_mut().filter(|_| by_hash);
        if let Some(flows) = &mut flows {
            flows.begin();
        }
        (self.polled, self.special) = (false, false);
        for m in &state.members {
            let port = Self::port(mode, m);
            self.polled |= port.polled;
            self.special |= port.polled || port.queue_id != 0;
            let _ = self.ports.push(port, GFP_KERNEL);
            let chosen = mode != Mode::Ieee8023ad || m.is_in_active();
            let usable = by_hash && chosen && m.can_send();
            if let Some(flows) = &mut flows {
                flows.add(m.number, usable.then_some(self.usable.len()));
            }
            if usable {
                let _ = self.usable.push(Self::port(mode, m), GFP_KERNEL);
            }
        }
        self.broadcast_neighbor = mode == Mode::Ieee8023ad && state.settings.broadcast_neighbor();
        if let Some(flows) = flows {
            let idle_ms = state.settings.resilient_idle_ms();
            flows.spread(if running { idle_ms } else { 0 });
            for (port, credit) in self.usable.iter_mut().zip(flows.credits()) {
                port.credit = credit;
            }
            self.flows = flows.ways(core::mem::take(&mut self.bucket_room));
        }
        self.current = state.current.clone();
        self.primary = state.primary.clone();
        self.active = state.current.as_ref().map(|m| Self::port(mode, m));
        let ways = if by_hash { &self.usable } else { &self.ports };
        self.modulus = Modulus::new(ways.len() as u32);
        self.rotation = Rotation::new(state.settings.packets_per_slave());
    }

    /// The members, in the order of enslaving.
    pub(crate) fn members(&self) -> impl Iterator<Item = &MemberRef> {
        self.ports.iter().map(Port::member)
    }

    /// Where a hash decides: the ways out.
    pub(crate) fn usable(&self) -> &[Port] {
        &self.usable
    }

    /// The way out for a hash, if there is one and the hash is not resilient.
    #[inline(always)]
    pub(crate) fn by_remainder(&self, hash: u32) -> Option<&Port> {
        self.usable.get(self.modulus.of(hash) as usize)
    }

    /// The way out for a hash, counting nothing.
    pub(crate) fn by_hash(&self, hash: u32) -> Option<&Port> {
        match &self.flows {
            Some(flows) => self.usable.get(flows.way(hash)),
            None => self.by_remainder(hash),
        }
    }

    /// The way out for the resilient hash of a packet, which is counted.
    #[inline(always)]
    pub(crate) fn by_bucket(&self, flows: &BucketWays, hash: u32, rcu: Rcu<'_>) -> Option<&Port> {
        self.usable.get(flows.take(hash, rcu))
    }

    /// The way out for a hash if all members worked.
    pub(crate) fn by_hash_of_all(&self, hash: u32) -> Option<&Port> {
        let all = Modulus::new(self.ports.len() as u32);
        self.ports.get(all.of(hash) as usize)
    }

    /// In 802.3ad, whether there is an active aggregator.
    pub(crate) fn is_aggregated(&self) -> bool {
        self.members().any(|m| m.is_in_active())
    }

    /// The member whose queue the frame was put on, if its link is up (`queue_id`). A member that
    /// is not usable ends the search.
    pub(crate) fn by_queue(&self, skb: &Skb) -> Option<&Port> {
        let wanted = skb.queue_mapping();
        if wanted == 0 {
            return None;
        }
        let port = self.ports.iter().find(|p| p.queue_id() == wanted)?;
        (port.member().link() == LinkState::Up && port.dev.usable()).then_some(port)
    }
}

/// A table to publish when there is no memory for a new one.
pub(super) enum Spare {
    /// Nobody reads it.
    Ready(Node<Table>),
    /// It was published until a moment ago. Waiting for its last reader is left to the next who
    /// needs it: a failover must not wait before it tells anybody.
    Resting(Retired<Table>),
}

impl Spare {
    /// Whether it can be published with that much, without waiting.
    fn has_room(&self, n: usize, buckets: usize, settings: &Settings) -> bool {
        match self {
            Self::Ready(node) => node.has_room(n, buckets, settings),
            Self::Resting(_) => false,
        }
    }

    /// The table, after a grace period if need be.
    fn ready(self, rtnl: &mut Rtnl) -> Node<Table> {
        match self {
            Self::Ready(node) => node,
            Self::Resting(retired) => {
                let mut node = retired.reclaim(rtnl);
                node.clear();
                node
            }
        }
    }
}

impl Bond {
    /// Publishes the state; cannot fail once a spare table is reserved.
    pub(crate) fn publish(&self, rtnl: &mut Rtnl) {
        let state = self.state.get_mut(rtnl);
        let (n, settings) = (state.members.len(), state.settings);
        let fresh = state.fresh.take();
        let buckets = self.buckets(rtnl);
        let node = match fresh {
            Some(fresh) if fresh.has_room(n, buckets, &settings) => Ok(fresh),
            _ => Table::allocate(n, buckets, settings),
        };
        if let Ok(node) = node {
            let retired = self.publish_as(rtnl, node);
            if self.is_changing() {
                self.state.get_mut(rtnl).retired = retired;
            }
        } else if let Some(spare) = self.state.get_mut(rtnl).spare.take() {
            // What was there has room for as many members, so it is the next spare.
            let node = spare.ready(rtnl);
            let retired = self.publish_as(rtnl, node);
            self.state.get_mut(rtnl).spare = retired.map(Spare::Resting);
        }
        self.watch_flows(rtnl);
    }

    /// Publishes the state in `node`, which has room for the members; returns what was there.
    fn publish_as(&self, rtnl: &mut Rtnl, mut node: Node<Table>) -> Option<Retired<Table>> {
        let running = self.dev().running();
        node.fill(self.state.get_mut(rtnl), running);
        let state = self.state.get(rtnl);
        let active = state.current.as_ref();
        self.head.set_active(rtnl, active.map(|m| &**m));
        let mode = state.settings.mode();
        self.head.mode.set(rtnl, mode.number() as i32);
        self.table().replace(rtnl, Some(node))
    }

    /// Waits until nobody uses what was published before, `retired` among it, and gives up what that
    /// still refers to. After publishing that a member left: its device would not go else.
    pub(super) fn settle(&self, rtnl: &mut Rtnl, retired: Option<Retired<Table>>) {
        match retired {
            // Freed here, it is no work for RCU, for which whoever deletes the bond would wait.
            Some(retired) => drop(retired.reclaim(rtnl)),
            None => rcu::synchronize_net(rtnl),
        }
        let resting = |spare: &mut Spare| matches!(spare, Spare::Resting(_));
        if let Some(spare) = self.state.get_mut(rtnl).spare.take_if(resting) {
            let node = spare.ready(rtnl);
            self.state.get_mut(rtnl).spare = Some(Spare::Ready(node));
        }
    }

    /// Makes sure that no publication fails as long as there are at most `n` members: the table that
    /// is published, or a fresh one that will be next, and the spare one, which take turns without
    /// memory, both get the room.
    pub(super) fn reserve(&self, rtnl: &mut Rtnl, n: usize) -> Result {
        self.reserve_with(rtnl, n, self.buckets(rtnl))
    }

    /// The same with another number of buckets than there are.
    pub(super) fn reserve_with(&self, rtnl: &mut Rtnl, n: usize, buckets: usize) -> Result {
        if let Some(flows) = self.state.get_mut(rtnl).flows.as_mut() {
            flows.reserve(n)?;
        }
        let s = self.settings(rtnl);
        let there = self.table().held(rtnl);
        let State { fresh, spare, .. } = self.state.get(rtnl);
        let next = fresh.as_deref().or(there);
        if next.is_some_and(|t| t.has_room(n, buckets, &s))
            && spare.as_ref().is_some_and(|t| t.has_room(n, buckets, &s))
        {
            return Ok(());
        }
        let next = Table::allocate(n, buckets, s)?;
        let spare = Table::allocate(n, buckets, s)?;
        let state = self.state.get_mut(rtnl);
        state.spare = Some(Spare::Ready(spare));
        state.fresh = Some(next);
        Ok(())
    }
}
