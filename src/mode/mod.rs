// SPDX-License-Identifier: GPL-2.0

//! How the modes send. One file and one type per mode; the operations of a bond are made for its
//! mode, so that no packet asks which mode it is.

mod active_backup;
mod broadcast;
mod lacp;
mod policy;
mod round_robin;
mod xor;

use crate::{
    bond::{Bond, Port, Table},
    engine::{
        options::Settings,
        types::{Mode as ModeId, XmitPolicy},
    },
    net::{
        context::{BhOff, Rcu},
        device::NetDevice,
        driver::{self, Ops},
        frame::Socket,
        skb::Skb,
        xmit::Xmit,
    },
};
use core::marker::PhantomData;

/// A mode.
pub(crate) trait Mode: 'static {
    /// Whether a member can be chosen by `queue_id`.
    const BY_QUEUE: bool;

    /// Sends `skb` by the members of `table`; returns `NET_XMIT_*`.
    fn xmit(bond: &Bond, table: &Table, dev: &NetDevice, skb: Skb, bh: BhOff<'_>) -> i32;

    /// The way that `skb` would take, counting it as sent. With `all`, members that cannot send
    /// now are taken into account, too, where a hash decides.
    fn pick<'a>(
        bond: &Bond,
        table: &'a Table,
        skb: &Skb,
        all: bool,
        rcu: Rcu<'_>,
    ) -> Option<&'a Port>;

    /// The way that what a connected socket sends would take, if the socket tells.
    fn pick_for_socket<'a>(_table: &'a Table, _socket: &Socket<'_>) -> Option<&'a Port> {
        None
    }
}

// Whatever is not the usual way of a packet is a function of its own that is called last: then the
// usual way needs no stack frame.

/// Drops a frame that no member can take.
#[cold]
fn drop_frame(dev: &NetDevice, skb: Skb) -> i32 {
    skb.drop_tx(dev)
}

/// Sends by `port`, or drops.
#[inline(always)]
fn send_or_drop(port: Option<&Port>, dev: &NetDevice, skb: Skb, bh: BhOff<'_>) -> i32 {
    match port {
        Some(port) => port.send(skb, bh),
        None => drop_frame(dev, skb),
    }
}

struct Transmit<M>(PhantomData<M>);

impl<M: Mode> Xmit<Bond> for Transmit<M> {
    #[inline(always)]
    fn xmit(bond: &Bond, dev: &NetDevice, skb: Skb, bh: BhOff<'_>) -> i32 {
        let Some(table) = bond.table().read(bh.rcu()) else {
            return drop_frame(dev, skb);
        };
        if table.special {
            return special::<M>(bond, table, dev, skb, bh);
        }
        M::xmit(bond, table, dev, skb, bh)
    }

    fn lower<'a>(bond: &'a Bond, skb: &Skb, all: bool, rcu: Rcu<'a>) -> Option<&'a NetDevice> {
        let table = bond.table().read(rcu)?;
        M::pick(bond, table, skb, all, rcu).map(Port::dev)
    }

    fn lower_of_socket<'a>(
        bond: &'a Bond,
        socket: &Socket<'_>,
        rcu: Rcu<'a>,
    ) -> Option<&'a NetDevice> {
        let table = bond.table().read(rcu)?;
        M::pick_for_socket(table, socket).map(Port::dev)
    }
}

/// Keeps consoles waiting; sends by the member whose queue the frame is on, else as the mode does.
#[cold]
#[inline(never)]
fn special<M: Mode>(bond: &Bond, table: &Table, dev: &NetDevice, skb: Skb, bh: BhOff<'_>) -> i32 {
    if table.polled && bond.holds(bh) {
        return skb.leave_for_later();
    }
    match table.by_queue(&skb) {
        Some(port) if M::BY_QUEUE => {
            // Whatever the member says: the frame was taken.
            port.send(skb, bh);
            crate::net::bindings_consts::NETDEV_TX_OK
        }
        _ => M::xmit(bond, table, dev, skb, bh),
    }
}

/// The operations for a mode. Modes that are not implemented are refused before they get here.
pub(crate) fn ops(settings: &Settings) -> &'static Ops<Bond> {
    match settings.mode() {
        ModeId::ActiveBackup => driver::ops::<Bond, Transmit<active_backup::ActiveBackup>>(),
        ModeId::Broadcast => driver::ops::<Bond, Transmit<broadcast::Broadcast>>(),
        ModeId::BalanceXor => match settings.xmit_policy() {
            XmitPolicy::Layer2 => xor_ops::<policy::Layer2>(),
            XmitPolicy::Layer34 => xor_ops::<policy::Layer34>(),
            XmitPolicy::Layer23 => xor_ops::<policy::Layer23>(),
            XmitPolicy::Encap23 => xor_ops::<policy::Encap23>(),
            XmitPolicy::Encap34 => xor_ops::<policy::Encap34>(),
            XmitPolicy::VlanSrcMac => xor_ops::<policy::VlanSrcMac>(),
        },
        ModeId::Ieee8023ad => match settings.xmit_policy() {
            XmitPolicy::Layer2 => lacp_ops::<policy::Layer2>(),
            XmitPolicy::Layer34 => lacp_ops::<policy::Layer34>(),
            XmitPolicy::Layer23 => lacp_ops::<policy::Layer23>(),
            XmitPolicy::Encap23 => lacp_ops::<policy::Encap23>(),
            XmitPolicy::Encap34 => lacp_ops::<policy::Encap34>(),
            XmitPolicy::VlanSrcMac => lacp_ops::<policy::VlanSrcMac>(),
        },
        _ => driver::ops::<Bond, Transmit<round_robin::RoundRobin>>(),
    }
}

fn xor_ops<P: policy::Policy>() -> &'static Ops<Bond> {
    driver::ops::<Bond, Transmit<xor::BalanceXor<P>>>()
}

fn lacp_ops<P: policy::Policy>() -> &'static Ops<Bond> {
    driver::ops::<Bond, Transmit<lacp::Ieee8023ad<P>>>()
}
