// SPDX-License-Identifier: GPL-2.0

//! Mode 802.3ad: by a hash over the ports of the active aggregator that distribute, which are those
//! that the published table has as usable (spec/dataplane.md 3.2, 3.3).

use super::{broadcast, policy::Policy, xor::BalanceXor, Mode};
use crate::{
    bond::{Bond, Port, Table},
    engine::wire::detect::is_neighbor,
    net::{
        context::{BhOff, Rcu},
        device::NetDevice,
        frame::Socket,
        skb::Skb,
    },
};
use core::marker::PhantomData;

/// The mode with one hash policy.
pub(super) struct Ieee8023ad<P>(PhantomData<P>);

impl<P: Policy> Mode for Ieee8023ad<P> {
    const BY_QUEUE: bool = false;

    #[inline(always)]
    fn xmit(bond: &Bond, table: &Table, dev: &NetDevice, skb: Skb, bh: BhOff<'_>) -> i32 {
        if table.broadcast_neighbor {
            return xmit_neighbor::<P>(bond, table, dev, skb, bh);
        }
        BalanceXor::<P>::xmit(bond, table, dev, skb, bh)
    }

    fn pick<'a>(
        bond: &Bond,
        table: &'a Table,
        skb: &Skb,
        all: bool,
        rcu: Rcu<'_>,
    ) -> Option<&'a Port> {
        // Without an active aggregator there is no way, whatever the members could.
        if all && !table.is_aggregated() {
            return None;
        }
        BalanceXor::<P>::pick(bond, table, skb, all, rcu)
    }

    fn pick_for_socket<'a>(table: &'a Table, socket: &Socket<'_>) -> Option<&'a Port> {
        BalanceXor::<P>::pick_for_socket(table, socket)
    }
}

/// With `broadcast_neighbor`: what neighbours must hear goes out by every port, so that switches that
/// act as one partner all hear it.
#[inline(never)]
fn xmit_neighbor<P: Policy>(
    bond: &Bond,
    table: &Table,
    dev: &NetDevice,
    skb: Skb,
    bh: BhOff<'_>,
) -> i32 {
    let frame = skb.frame();
    if is_neighbor(&frame, frame.protocol(), frame.network()) {
        let usable = table.usable().iter().filter(|p| p.usable());
        return broadcast::to_all(usable, dev, skb, bh);
    }
    BalanceXor::<P>::xmit(bond, table, dev, skb, bh)
}
