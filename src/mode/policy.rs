// SPDX-License-Identifier: GPL-2.0

//! The policies of the transmit hash, one type each, so that the transmit function of a bond
//! contains only its own (spec/dataplane.md 3.4).

use crate::{
    engine::{
        hash::{
            self,
            flow::{Addresses, Flow, Tail},
        },
        wire::{vlan::Tci, PacketView},
    },
    net::{
        device::NetDevice,
        frame::{Frame, InnerFlow, Socket},
        skb::Skb,
    },
};

/// A policy.
pub(super) trait Policy: 'static {
    /// The hash of a frame that leaves by the bond `dev`.
    fn hash(skb: &Skb, dev: &NetDevice) -> u32;

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

pub(super) struct Layer2;
pub(super) struct Layer23;
pub(super) struct Layer34;
pub(super) struct Encap23;
pub(super) struct Encap34;
pub(super) struct VlanSrcMac;

impl Policy for Layer2 {
    #[inline(always)]
    fn hash(skb: &Skb, _dev: &NetDevice) -> u32 {
        hash::layer2(&skb.frame())
    }
}

impl Policy for Layer23 {
    #[inline(always)]
    fn hash(skb: &Skb, _dev: &NetDevice) -> u32 {
        let frame = skb.frame();
        hash::layer23(&frame, skb.protocol(), frame.network())
    }
}

impl Policy for Layer34 {
    #[inline(always)]
    fn hash(skb: &Skb, _dev: &NetDevice) -> u32 {
        let frame = skb.frame();
        hash::layer34(&frame, skb.protocol(), frame.network())
    }

    fn socket_hash(socket: &Socket<'_>) -> Option<u32> {
        Some(Flow::from(socket.flow()).hash34())
    }
}

impl Policy for Encap23 {
    fn hash(skb: &Skb, dev: &NetDevice) -> u32 {
        hash::encap23(&skb.frame(), skb.dissect(dev).map(Flow::from))
    }
}

impl Policy for Encap34 {
    fn hash(skb: &Skb, dev: &NetDevice) -> u32 {
        match skb.transport_hash() {
            Some(hash) => hash,
            None => hash::encap34(&skb.frame(), skb.dissect(dev).map(Flow::from)),
        }
    }
}

impl Policy for VlanSrcMac {
    #[inline(always)]
    fn hash(skb: &Skb, _dev: &NetDevice) -> u32 {
        hash::vlan_srcmac(&skb.frame(), skb.vlan_tci().map(Tci))
    }
}
