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

    /// A copy to each usable member but the last, which gets the frame itself; so there is one
    /// copy less, and the frame is used up exactly once whatever the members do meanwhile.
    fn xmit(_bond: &Bond, table: &Table, dev: &NetDevice, skb: Skb, bh: BhOff<'_>) -> i32 {
        let mut usable = table.ports.iter().filter(|p| p.usable());
        let Some(mut port) = usable.next() else {
            return drop_frame(dev, skb);
        };
        let mut sent = false;
        for next in usable {
            match skb.try_clone(bh) {
                Some(copy) => sent |= port.send(copy, bh) == 0,
                None => print::log_ratelimited(
                    dev,
                    print::Level::Error,
                    format_args!("Error: no memory to copy a broadcast frame"),
                ),
            }
            port = next;
        }
        sent |= port.send(skb, bh) == 0;
        if sent {
            0
        } else {
            dev.count_tx_dropped();
            crate::net::bindings_consts::NET_XMIT_DROP as i32
        }
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
