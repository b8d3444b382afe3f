// SPDX-License-Identifier: GPL-2.0

//! What `netpoll.rs` is on a kernel without CONFIG_NETPOLL: nobody is ever polled.

use super::{
    bindings,
    context::{BhOff, Rtnl},
    device::NetDevice,
    driver::Driver,
    skb::Skb,
};
use kernel::prelude::*;

/// What a driver does to be polled.
#[expect(dead_code, reason = "nobody calls it")]
pub(crate) trait Polled: Driver {
    fn poll_begins(&self, rtnl: &mut Rtnl) -> Result;
    fn poll_ends(&self, rtnl: &mut Rtnl);
    fn poll(&self, bh: BhOff<'_>);
}

/// The place for the netpoll on one lower device, always empty.
pub(crate) struct Slot;

impl Slot {
    pub(crate) const fn new() -> Self {
        Self
    }

    pub(crate) fn is_taken(&self) -> bool {
        false
    }

    pub(crate) fn take(&self, _dev: &NetDevice, _rtnl: &mut Rtnl) -> Result {
        Err(EOPNOTSUPP)
    }

    pub(crate) fn give_back(&self, _rtnl: &mut Rtnl) {}

    pub(crate) fn send(&self, dev: &NetDevice, skb: Skb, bh: BhOff<'_>) -> i32 {
        dev.queue_xmit(skb, bh)
    }
}

pub(crate) fn is_polled(_dev: &NetDevice, _rtnl: &Rtnl) -> bool {
    false
}

pub(crate) fn is_sending(_bh: BhOff<'_>) -> bool {
    false
}

#[expect(dead_code, reason = "nobody is polled")]
pub(crate) fn poll(_dev: &NetDevice, _bh: BhOff<'_>) {}

pub(super) const fn add_ops<D: Polled>(_ops: &mut bindings::net_device_ops) {}
