// SPDX-License-Identifier: GPL-2.0

//! Mode balance-rr: members take turns (spec/dataplane.md 3.2).

use super::{send_or_drop, Mode};
use crate::{
    bond::{Bond, Port, Table},
    engine::{rr::Ids, wire::detect},
    net::{
        context::{BhOff, Rcu},
        device::NetDevice,
        percpu,
        skb::Skb,
    },
};

pub(super) struct RoundRobin;

/// The first usable member from `slot` on, around the end.
fn from_slot(table: &Table, slot: usize) -> Option<&Port> {
    let (before, after) = table.ports.split_at_checked(slot)?;
    after.iter().chain(before).find(|p| p.usable())
}

/// Sends by the first usable member from `slot` on.
#[cold]
#[inline(never)]
fn send_from(table: &Table, slot: usize, dev: &NetDevice, skb: Skb, bh: BhOff<'_>) -> i32 {
    send_or_drop(from_slot(table, slot), dev, skb, bh)
}

fn is_igmp(skb: &Skb) -> bool {
    let frame = skb.frame();
    detect::is_igmp(&frame, frame.protocol(), frame.network())
}

/// Sends the packet with this id.
#[inline(always)]
fn send_as(id: u32, table: &Table, dev: &NetDevice, skb: Skb, bh: BhOff<'_>) -> i32 {
    let slot = table.rotation.slot(id, &table.modulus) as usize;
    match table.ports.get(slot) {
        Some(port) if port.usable() => port.send(skb, bh),
        _ => send_from(table, slot, dev, skb, bh),
    }
}

/// Sends as the next in turn.
#[inline(always)]
fn send_in_turn(bond: &Bond, table: &Table, dev: &NetDevice, skb: Skb, bh: BhOff<'_>) -> i32 {
    match table.rotation.ids() {
        Ids::Counter => send_as(bond.counter.next(bh.rcu()), table, dev, skb, bh),
        Ids::Random => send_randomly(table, dev, skb, bh),
    }
}

#[inline(never)]
fn send_randomly(table: &Table, dev: &NetDevice, skb: Skb, bh: BhOff<'_>) -> i32 {
    send_as(percpu::random(), table, dev, skb, bh)
}

/// Group memberships must be seen where the group's traffic shall come: on one link.
#[cold]
#[inline(never)]
fn send_igmp(bond: &Bond, table: &Table, dev: &NetDevice, skb: Skb, bh: BhOff<'_>) -> i32 {
    if !is_igmp(&skb) {
        return send_in_turn(bond, table, dev, skb, bh);
    }
    match &table.active {
        Some(port) => port.send(skb, bh),
        None => send_from(table, 0, dev, skb, bh),
    }
}

impl Mode for RoundRobin {
    const BY_QUEUE: bool = true;

    #[inline(always)]
    fn xmit(bond: &Bond, table: &Table, dev: &NetDevice, skb: Skb, bh: BhOff<'_>) -> i32 {
        let frame = skb.frame();
        if detect::may_be_igmp(&frame, frame.protocol(), frame.network()) {
            return send_igmp(bond, table, dev, skb, bh);
        }
        send_in_turn(bond, table, dev, skb, bh)
    }

    fn pick<'a>(
        bond: &Bond,
        table: &'a Table,
        skb: &Skb,
        _all: bool,
        rcu: Rcu<'_>,
    ) -> Option<&'a Port> {
        if is_igmp(skb) {
            return table.active.as_ref().or_else(|| from_slot(table, 0));
        }
        let id = match table.rotation.ids() {
            Ids::Counter => bond.counter.next(rcu),
            Ids::Random => percpu::random(),
        };
        from_slot(table, table.rotation.slot(id, &table.modulus) as usize)
    }
}
