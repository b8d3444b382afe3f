// SPDX-License-Identifier: GPL-2.0

//! Mode balance-rr: members take turns (spec/dataplane.md 3.2).

use super::{drop_frame, send_or_drop, Mode};
use crate::{
    bond::{Bond, Port, Table},
    engine::rr::Ids,
    net::{context::BhOff, device::NetDevice, percpu, skb::Skb},
};

pub(super) struct RoundRobin;

/// The first usable member from `slot` on, around the end.
#[inline(always)]
fn from_slot(table: &Table, slot: usize) -> Option<&Port> {
    let (before, after) = table.ports.split_at_checked(slot)?;
    after.iter().chain(before).find(|p| p.usable())
}

impl Mode for RoundRobin {
    const BY_QUEUE: bool = true;

    #[inline(always)]
    fn xmit(bond: &Bond, table: &Table, dev: &NetDevice, mut skb: Skb, bh: BhOff<'_>) -> i32 {
        // Group memberships must be seen where the group's traffic shall come: on one link.
        if skb.is_ipv4() && skb.is_igmp() {
            return match &table.active {
                Some(port) => port.send(skb, bh),
                None => send_or_drop(from_slot(table, 0), dev, skb, bh),
            };
        }
        let id = match table.rotation.ids() {
            Ids::Random => percpu::random(),
            Ids::Counter => bond.counter.next(bh),
        };
        let slot = table.rotation.slot(id, &table.modulus) as usize;
        match table.ports.get(slot) {
            Some(port) if port.usable() => port.send(skb, bh),
            _ => match from_slot(table, slot) {
                Some(port) => port.send(skb, bh),
                None => drop_frame(dev, skb),
            },
        }
    }
}
