// SPDX-License-Identifier: GPL-2.0

//! Mode broadcast: everything by every member.

use super::{drop_frame, Mode};
use crate::{
    bond::{Bond, Port, Table},
    net::{
        context::{BhOff, Rcu},
        device::NetDevice,
        print,
        skb::Skb,
    },
};

pub(super) struct Broadcast;

impl Mode for Broadcast {
    const BY_QUEUE: bool = false;

    fn xmit(_bond: &Bond, table: &Table, dev: &NetDevice, skb: Skb, bh: BhOff<'_>) -> i32 {
        to_all(table.ports.iter().filter(|p| p.usable()), dev, skb, bh)
    }

    /// There is no one way.
    fn pick<'a>(
        _bond: &Bond,
        _table: &'a Table,
        _skb: &Skb,
        _all: bool,
        _rcu: Rcu<'_>,
    ) -> Option<&'a Port> {
        None
    }
}

/// A copy to each way out but the last, which gets the frame itself; so there is one copy less, and
/// the frame is used up exactly once whatever the members do meanwhile.
pub(super) fn to_all<'a>(
    mut ways: impl Iterator<Item = &'a Port>,
    dev: &NetDevice,
    mut skb: Skb,
    bh: BhOff<'_>,
) -> i32 {
    let Some(mut port) = ways.next() else {
        return drop_frame(dev, skb);
    };
    // Once for all copies.
    skb.restore_queue_mapping();
    let mut sent = false;
    for next in ways {
        match skb.try_clone(bh) {
            Some(copy) => sent |= port.send_mapped(copy, bh) == 0,
            None => print::log_ratelimited(
                dev,
                print::Level::Error,
                format_args!("Error: bond_xmit_broadcast: skb_clone() failed"),
            ),
        }
        port = next;
    }
    sent |= port.send_mapped(skb, bh) == 0;
    if sent {
        0
    } else {
        dev.count_tx_dropped();
        crate::net::bindings_consts::NET_XMIT_DROP as i32
    }
}
