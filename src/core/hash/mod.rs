// SPDX-License-Identifier: GPL-2.0

//! Transmit hash: from a packet to the number that picks its member (spec/dataplane.md 3.4).
//!
//! One function per policy, so that a transmit path built for one policy contains only that one. The
//! numbers equal the C driver's frame by frame, but `vlan+srcmac` uses the VLAN ID alone (design
//! decision H8). Words are taken in memory order as the C driver does, so on big-endian machines the
//! numbers differ from those on little-endian ones.

pub(crate) mod flow;
mod source;

use self::flow::Flow;
use self::source::{
    Linear,
    Slow,
    Whole, //
};
use super::wire::{
    eth,
    read,
    read_linear,
    vlan::Tci,
    PacketView, //
};

/// Policy `layer2`: last bytes of both MAC addresses, and the ethertype in the frame.
///
/// 0 if there is no whole Ethernet header.
#[inline(always)]
pub(crate) fn layer2(packet: &impl PacketView) -> u32 {
    match read_linear(packet, 0) {
        Some(bytes) => mix_frame(&eth::Header(bytes)),
        None => layer2_scattered(packet),
    }
}

#[cold]
#[inline(never)]
fn layer2_scattered(packet: &impl PacketView) -> u32 {
    read(packet, 0).map_or(0, |bytes| mix_frame(&eth::Header(bytes)))
}

#[inline(always)]
fn mix_frame(header: &eth::Header) -> u32 {
    let [.., destination] = header.destination();
    let [.., source] = header.source();
    u32::from(destination ^ source) ^ u32::from(header.ethertype())
}

/// Policy `layer2+3`: both MAC and IP addresses; `layer2` for what is not IP.
///
/// `protocol` is the packet's protocol in host order, `network` the offset of its network header.
#[inline(always)]
pub(crate) fn layer23(packet: &impl PacketView, protocol: u16, network: usize) -> u32 {
    let frame = layer2(packet);
    match Flow::dissect::<false>(&Linear(packet), protocol, network) {
        Ok(Some(flow)) => flow.addresses.fold(frame),
        Ok(None) => frame,
        Err(Slow) => layer23_slow(packet, protocol, network),
    }
}

#[cold]
#[inline(never)]
fn layer23_slow(packet: &impl PacketView, protocol: u16, network: usize) -> u32 {
    let flow = Flow::dissect::<false>(&Whole(packet), protocol, network);
    encap23(packet, flow.unwrap_or(None))
}

/// Policy `layer3+4`: both IP addresses and ports; `layer2` for what is not IP.
///
/// `protocol` is the packet's protocol in host order, `network` the offset of its network header.
#[inline(always)]
pub(crate) fn layer34(packet: &impl PacketView, protocol: u16, network: usize) -> u32 {
    match Flow::dissect::<true>(&Linear(packet), protocol, network) {
        Ok(Some(flow)) => flow.hash34(),
        Ok(None) => layer2(packet),
        Err(Slow) => layer34_slow(packet, protocol, network),
    }
}

#[cold]
#[inline(never)]
fn layer34_slow(packet: &impl PacketView, protocol: u16, network: usize) -> u32 {
    let flow = Flow::dissect::<true>(&Whole(packet), protocol, network);
    encap34(packet, flow.unwrap_or(None))
}

/// Policy `encap2+3`: as `layer2+3` with the addresses that the kernel's dissector found innermost.
pub(crate) fn encap23(packet: &impl PacketView, flow: Option<Flow>) -> u32 {
    let frame = layer2(packet);
    flow.map_or(frame, |flow| flow.addresses.fold(frame))
}

/// Policy `encap3+4`: as `layer3+4` with what the kernel's dissector found innermost.
///
/// A packet that carries a transport hash of the kernel's is not asked for: that hash is the answer.
pub(crate) fn encap34(packet: &impl PacketView, flow: Option<Flow>) -> u32 {
    flow.map_or_else(|| layer2(packet), |flow| flow.hash34())
}

/// Policy `vlan+srcmac`: VLAN ID of the hardware-accelerated tag, and both halves of the source MAC.
///
/// 0 if there is no whole Ethernet header.
#[inline(always)]
pub(crate) fn vlan_srcmac(packet: &impl PacketView, tag: Option<Tci>) -> u32 {
    match read_linear(packet, 0) {
        Some(bytes) => mix_source(&eth::Header(bytes), tag),
        None => vlan_srcmac_scattered(packet, tag),
    }
}

#[cold]
#[inline(never)]
fn vlan_srcmac_scattered(packet: &impl PacketView, tag: Option<Tci>) -> u32 {
    read(packet, 0).map_or(0, |bytes| mix_source(&eth::Header(bytes), tag))
}

#[inline(always)]
fn mix_source(header: &eth::Header, tag: Option<Tci>) -> u32 {
    let [a, b, c, d, e, f] = header.source();
    let vid = tag.map_or(0, Tci::vid);
    u32::from(vid) ^ u32::from_be_bytes([0, a, b, c]) ^ u32::from_be_bytes([0, d, e, f])
}

#[cfg(test)]
mod tests;
