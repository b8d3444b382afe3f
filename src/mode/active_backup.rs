// SPDX-License-Identifier: GPL-2.0

//! Mode active-backup: everything by the active member.

use super::{send_or_drop, Mode};
use crate::{
    bond::{Bond, Port, Table},
    net::{
        context::{BhOff, Rcu},
        device::NetDevice,
        skb::Skb,
    },
};

pub(super) struct ActiveBackup;

impl Mode for ActiveBackup {
    const BY_QUEUE: bool = true;

    #[inline(always)]
    fn xmit(_bond: &Bond, table: &Table, dev: &NetDevice, skb: Skb, bh: BhOff<'_>) -> i32 {
        send_or_drop(table.active.as_ref(), dev, skb, bh)
    }

    fn pick<'a>(
        _bond: &Bond,
        table: &'a Table,
        _skb: &Skb,
        _all: bool,
        _rcu: Rcu<'_>,
    ) -> Option<&'a Port> {
        table.active.as_ref()
    }
}
