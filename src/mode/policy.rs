// SPDX-License-Identifier: GPL-2.0

//! The policies of the transmit hash, one type each, so that the transmit function of a bond
//! contains only its own (spec/dataplane.md 3.4).

use crate::{
    engine::{
        hash::{
            self,
            flow::{Addresses, Flow, Tail},
            Linear, Slow, Source, Whole,
        },
        wire::{vlan::Tci, PacketView},
    },
    net::{
        device::NetDevice,
        frame::{self, Frame, InnerFlow, Socket},
        skb::Skb,
    },
};

/// A policy.
pub(super) trait Policy: 'static {
    /// The hash of a frame that leaves by the bond `dev`. What it needs of the bytes comes from
    /// `bytes`, another view of the same frame.
    fn of(bytes: &impl Source, frame: &Frame<'_>, dev: &NetDevice) -> Result<u32, Slow>;

    /// The hash of a frame by plain loads, or [`Slow`].
    #[inline(always)]
    fn quick_hash(skb: &Skb, dev: &NetDevice) -> Result<u32, Slow> {
        let frame = skb.frame();
        Self::of(&Linear(&frame), &frame, dev)
    }

    /// The hash of any frame.
    fn hash(skb: &Skb, dev: &NetDevice) -> u32 {
        let frame = skb.frame();
        // Reading thoroughly never is too slow.
        Self::of(&Whole(&frame), &frame, dev).unwrap_or(0)
    }

    /// The hash of what a connected socket sends, if that can be told from the socket.
    fn socket_hash(_socket: &Socket<'_>) -> Option<u32> {
        None
    }
}

impl PacketView for Frame<'_> {
    #[inline(always)]
    fn linear(&self) -> &[u8] {
        Frame::linear(self)
    }

    fn copy(&self, offset: usize, into: &mut [u8]) -> bool {
        Frame::copy(self, offset, into)
    }
}

impl From<InnerFlow> for Flow {
    fn from(flow: InnerFlow) -> Self {
        Self {
            addresses: Addresses::mixed(flow.addresses),
            tail: match flow.icmp {
                Some((kind, code, id)) => Tail::icmp(kind, code, id),
                None => Tail::ports(flow.ports),
            },
        }
    }
}

/// The innermost flow of a frame: at first glance, if there is only one, else by the kernel's dissector.
#[inline(always)]
fn innermost<const TAIL: bool>(
    bytes: &impl Source,
    frame: &Frame<'_>,
    dev: &NetDevice,
) -> Result<Option<Flow>, Slow> {
    match bytes.is_thorough() {
        Ok(()) => Ok(frame.dissect(dev).map(Flow::from)),
        Err(slow) if frame::is_dissector_replaced(dev) => Err(slow),
        Err(_) => Flow::innermost::<TAIL>(bytes, frame.protocol(), frame.network()).map(Some),
    }
}

pub(super) struct Layer2;
pub(super) struct Layer23;
pub(super) struct Layer34;
pub(super) struct Encap23;
pub(super) struct Encap34;
pub(super) struct VlanSrcMac;

impl Policy for Layer2 {
    #[inline(always)]
    fn of(bytes: &impl Source, _frame: &Frame<'_>, _dev: &NetDevice) -> Result<u32, Slow> {
        hash::layer2(bytes)
    }
}

impl Policy for Layer23 {
    #[inline(always)]
    fn of(bytes: &impl Source, frame: &Frame<'_>, _dev: &NetDevice) -> Result<u32, Slow> {
        hash::layer23(bytes, frame.protocol(), frame.network())
    }
}

impl Policy for Layer34 {
    #[inline(always)]
    fn of(bytes: &impl Source, frame: &Frame<'_>, _dev: &NetDevice) -> Result<u32, Slow> {
        hash::layer34(bytes, frame.protocol(), frame.network())
    }

    fn socket_hash(socket: &Socket<'_>) -> Option<u32> {
        Some(Flow::from(socket.flow()).hash34())
    }
}

impl Policy for Encap23 {
    #[inline(always)]
    fn of(bytes: &impl Source, frame: &Frame<'_>, dev: &NetDevice) -> Result<u32, Slow> {
        hash::encap23(bytes, innermost::<false>(bytes, frame, dev)?)
    }
}

impl Policy for Encap34 {
    #[inline(always)]
    fn of(bytes: &impl Source, frame: &Frame<'_>, dev: &NetDevice) -> Result<u32, Slow> {
        match frame.transport_hash() {
            Some(hash) => Ok(hash),
            None => hash::encap34(bytes, innermost::<true>(bytes, frame, dev)?),
        }
    }
}

impl Policy for VlanSrcMac {
    #[inline(always)]
    fn of(bytes: &impl Source, frame: &Frame<'_>, _dev: &NetDevice) -> Result<u32, Slow> {
        hash::vlan_srcmac(bytes, frame.vlan_tci().map(Tci))
    }
}
