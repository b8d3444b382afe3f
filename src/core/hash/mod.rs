// SPDX-License-Identifier: GPL-2.0

//! Transmit hash: from a packet to the number that picks its member (spec/dataplane.md 3.4).
//!
//! One function per policy, so that a transmit path built for one policy contains only that one, and
//! each for both ways to read a packet: [`Linear`] for the path of nearly all packets, which makes no
//! call, and [`Whole`] for those that the first gives up on. The numbers equal the C driver's frame by frame, but `vlan+srcmac` uses the VLAN ID alone (design
//! decision H8). Words are taken in memory order as the C driver does, so on big-endian machines the
//! numbers differ from those on little-endian ones.

pub(crate) mod flow;
mod source;

pub(crate) use self::source::{
    Linear,
    Slow,
    Source,
    Whole, //
};

use self::flow::Flow;
use super::wire::{
    eth,
    vlan::Tci, //
};

/// Policy `layer2`: last bytes of both MAC addresses, and the ethertype in the frame.
///
/// 0 if there is no whole Ethernet header.
#[inline(always)]
pub(crate) fn layer2(source: &impl Source) -> Result<u32, Slow> {
    let Some(bytes) = source.get(0)? else {
        return Ok(0);
    };
    let header = eth::Header(bytes);
    let (to, from) = header.last_bytes();
    Ok(u32::from(to ^ from) ^ u32::from(header.ethertype()))
}

/// Policy `layer2+3`: both MAC and IP addresses; `layer2` for what is not IP.
///
/// `protocol` is the packet's protocol in host order, `network` the offset of its network header.
#[inline(always)]
pub(crate) fn layer23(source: &impl Source, protocol: u16, network: usize) -> Result<u32, Slow> {
    encap23(source, Flow::dissect::<false>(source, protocol, network)?)
}

/// Policy `layer3+4`: both IP addresses and ports; `layer2` for what is not IP.
///
/// `protocol` is the packet's protocol in host order, `network` the offset of its network header.
#[inline(always)]
pub(crate) fn layer34(source: &impl Source, protocol: u16, network: usize) -> Result<u32, Slow> {
    encap34(source, Flow::dissect::<true>(source, protocol, network)?)
}

/// Policy `encap2+3`: as `layer2+3` with the addresses that the kernel's dissector found innermost.
#[inline(always)]
pub(crate) fn encap23(source: &impl Source, flow: Option<Flow>) -> Result<u32, Slow> {
    let frame = layer2(source)?;
    Ok(flow.map_or(frame, |flow| flow.addresses.fold(frame)))
}

/// Policy `encap3+4`: as `layer3+4` with what the kernel's dissector found innermost.
///
/// A packet that carries a transport hash of the kernel's is not asked for: that hash is the answer.
#[inline(always)]
pub(crate) fn encap34(source: &impl Source, flow: Option<Flow>) -> Result<u32, Slow> {
    match flow {
        Some(flow) => Ok(flow.hash34()),
        None => layer2(source),
    }
}

/// Policy `vlan+srcmac`: VLAN ID of the hardware-accelerated tag, and both halves of the source MAC.
///
/// 0 if there is no whole Ethernet header.
#[inline(always)]
pub(crate) fn vlan_srcmac(source: &impl Source, tag: Option<Tci>) -> Result<u32, Slow> {
    let Some(bytes) = source.get(0)? else {
        return Ok(0);
    };
    let [a, b, c, d, e, f] = eth::Header(bytes).source();
    let vid = tag.map_or(0, Tci::vid);
    Ok(u32::from(vid) ^ u32::from_be_bytes([0, a, b, c]) ^ u32::from_be_bytes([0, d, e, f]))
}

#[cfg(test)]
pub(crate) mod tests;
