// SPDX-License-Identifier: GPL-2.0

//! Mode balance-xor: the member is chosen by a hash of the frame (spec/dataplane.md 3.2).

use super::{policy::Policy, send_or_drop, Mode};
use crate::{
    bond::{Bond, Port, Table},
    engine::hash::Slow,
    net::{
        context::{BhOff, Rcu},
        device::NetDevice,
        frame::Socket,
        skb::Skb,
    },
};
use core::marker::PhantomData;

/// The mode with one hash policy.
pub(super) struct BalanceXor<P>(PhantomData<P>);

#[inline(never)]
fn send_slowly<P: Policy>(table: &Table, dev: &NetDevice, skb: Skb, bh: BhOff<'_>) -> i32 {
    send_or_drop(table.by_remainder(P::hash(&skb, dev)), dev, skb, bh)
}

#[inline(never)]
fn send_resiliently<P: Policy>(table: &Table, dev: &NetDevice, skb: Skb, bh: BhOff<'_>) -> i32 {
    let hash = P::quick_hash(&skb, dev).unwrap_or_else(|Slow| P::hash(&skb, dev));
    let port = match &table.flows {
        Some(flows) => table.by_bucket(flows, hash, bh.rcu()),
        None => table.by_remainder(hash),
    };
    send_or_drop(port, dev, skb, bh)
}

impl<P: Policy> Mode for BalanceXor<P> {
    const BY_QUEUE: bool = false;

    #[inline(always)]
    fn xmit(_bond: &Bond, table: &Table, dev: &NetDevice, skb: Skb, bh: BhOff<'_>) -> i32 {
        if table.flows.is_some() {
            return send_resiliently::<P>(table, dev, skb, bh);
        }
        match P::quick_hash(&skb, dev) {
            Ok(hash) => send_or_drop(table.by_remainder(hash), dev, skb, bh),
            Err(Slow) => send_slowly::<P>(table, dev, skb, bh),
        }
    }

    fn pick<'a>(
        bond: &Bond,
        table: &'a Table,
        skb: &Skb,
        all: bool,
        _rcu: Rcu<'_>,
    ) -> Option<&'a Port> {
        let hash = P::hash(skb, bond.dev());
        if all {
            table.by_hash_of_all(hash)
        } else {
            table.by_hash(hash)
        }
    }

    fn pick_for_socket<'a>(table: &'a Table, socket: &Socket<'_>) -> Option<&'a Port> {
        table.by_hash(P::socket_hash(socket)?)
    }
}
