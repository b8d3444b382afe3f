// SPDX-License-Identifier: GPL-2.0

//! Hashes recorded from the C driver (spec/dataplane.md 3.4), and what they must not depend on.

use super::flow::{
    Addresses,
    Tail, //
};
use super::*;
use crate::engine::wire::{
    PacketView,
    ETHERTYPE_IPV4,
    ETHERTYPE_IPV6, //
};

const SOURCE: [u8; 6] = [0, 0x0a, 0x0b, 0x0c, 0x0d, 1];
const DESTINATION: [u8; 6] = [0, 0x0a, 0x0b, 0x0c, 0x0d, 2];
/// Port 40000 to port 443.
const PORTS: [u8; 4] = [0x9c, 0x40, 0x01, 0xbb];

fn frame(ethertype: u16, network: &[u8], payload: &[u8]) -> Vec<u8> {
    let mut frame = eth::Header::new(DESTINATION, SOURCE, ethertype).0.to_vec();
    frame.extend(network);
    frame.extend(payload);
    frame
}

fn ipv4(protocol: u8, fragment: [u8; 2], payload: &[u8]) -> Vec<u8> {
    let [f0, f1] = fragment;
    let network = [
        0x45, 0, 0, 0, 0, 0, f0, f1, 64, protocol, 0, 0, 192, 0, 2, 1, 192, 0, 2, 10,
    ];
    frame(ETHERTYPE_IPV4, &network, payload)
}

fn ipv6(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let mut network = [0; 40];
    network[6] = protocol;
    network[8..12].copy_from_slice(&[0x20, 1, 0x0d, 0xb8]);
    network[23] = 1;
    network[24..28].copy_from_slice(&[0x20, 1, 0x0d, 0xb8]);
    network[39] = 0x10;
    frame(ETHERTYPE_IPV6, &network, payload)
}

/// The hash by the thorough way; the quick one agrees unless it gives up.
macro_rules! settled {
    ($packet:expr, $policy:ident $(, $fact:expr)*) => {{
        let hash = super::$policy(&Whole($packet) $(, $fact)*).unwrap();
        if let Ok(quick) = super::$policy(&Linear($packet) $(, $fact)*) {
            assert_eq!(quick, hash);
        }
        hash
    }};
}

pub(crate) fn layer2(packet: &impl PacketView) -> u32 {
    settled!(packet, layer2)
}

pub(crate) fn layer23(packet: &impl PacketView, protocol: u16, network: usize) -> u32 {
    settled!(packet, layer23, protocol, network)
}

pub(crate) fn layer34(packet: &impl PacketView, protocol: u16, network: usize) -> u32 {
    settled!(packet, layer34, protocol, network)
}

pub(crate) fn vlan_srcmac(packet: &impl PacketView, tag: Option<Tci>) -> u32 {
    settled!(packet, vlan_srcmac, tag)
}

fn encap23(packet: &impl PacketView, flow: Option<Flow>) -> u32 {
    settled!(packet, encap23, flow)
}

fn encap34(packet: &impl PacketView, flow: Option<Flow>) -> u32 {
    settled!(packet, encap34, flow)
}

fn hash34(frame: &[u8]) -> u32 {
    let protocol = u16::from_be_bytes([frame[12], frame[13]]);
    layer34(&frame, protocol, 14)
}

/// The same frame with only its first bytes in one piece.
struct Scattered<'a> {
    frame: &'a [u8],
    linear: usize,
}

impl PacketView for Scattered<'_> {
    fn linear(&self) -> &[u8] {
        &self.frame[..self.linear]
    }

    fn copy(&self, offset: usize, into: &mut [u8]) -> bool {
        match self
            .frame
            .get(offset..)
            .and_then(|rest| rest.get(..into.len()))
        {
            Some(bytes) => {
                into.copy_from_slice(bytes);
                true
            }
            None => false,
        }
    }
}

#[cfg(target_endian = "little")]
#[test]
fn recorded_hashes_are_reproduced() {
    let tcp = ipv4(6, [0, 0], &PORTS);
    assert_eq!(layer2(&&tcp[..]), 0x803);
    assert_eq!(layer23(&&tcp[..], ETHERTYPE_IPV4, 14), 0x0b0b_0300);
    assert_eq!(hash34(&tcp), 0x5858_f8b6);

    let tcp6 = ipv6(6, &PORTS);
    assert_eq!(layer2(&&tcp6[..]), 0x86de);
    assert_eq!(layer23(&&tcp6[..], ETHERTYPE_IPV6, 14), 0x1111_9749);
    assert_eq!(hash34(&tcp6), 0x5555_f5bb);

    assert_eq!(hash34(&ipv4(6, [0x20, 0], &PORTS)), 0x0585_8585);
    assert_eq!(hash34(&ipv4(6, [0, 5], &PORTS)), 0x0585_8585);
    assert_eq!(hash34(&ipv4(47, [0, 0], &PORTS)), 0x0585_8585);
    assert_eq!(
        hash34(&ipv4(1, [0, 0], &[8, 0, 0, 0, 0x12, 0x34, 0, 1])),
        0x0c96_9692
    );
}

#[test]
fn vlan_srcmac_uses_the_vlan_id_only() {
    let tcp = ipv4(6, [0, 0], &PORTS);
    assert_eq!(vlan_srcmac(&&tcp[..], Some(Tci(100))), 0x000c_076e);
    assert_eq!(vlan_srcmac(&&tcp[..], Some(Tci(0xe000 | 100))), 0x000c_076e);
    assert_eq!(vlan_srcmac(&&tcp[..], None), 0x000c_070a);
}

#[test]
fn short_frames_hash_to_zero() {
    let short: &[u8] = &[1; 13];
    assert_eq!(layer2(&short), 0);
    assert_eq!(layer23(&short, ETHERTYPE_IPV4, 14), 0);
    assert_eq!(layer34(&short, ETHERTYPE_IPV4, 14), 0);
    assert_eq!(vlan_srcmac(&short, Some(Tci(1))), 0);
}

#[test]
fn an_icmp_error_hashes_as_the_flow_it_quotes() {
    let tcp = ipv4(6, [0, 0], &PORTS);
    for kind in [3, 4, 5, 11, 12] {
        let mut payload = vec![kind, 0, 0, 0, 0, 0, 0, 0];
        payload.extend(&tcp[14..]);
        assert_eq!(hash34(&ipv4(1, [0, 0], &payload)), hash34(&tcp));
    }
    let tcp6 = ipv6(6, &PORTS);
    let mut payload = vec![1, 0, 0, 0, 0, 0, 0, 0];
    payload.extend(&tcp6[14..]);
    assert_eq!(hash34(&ipv6(58, &payload)), hash34(&tcp6));
    // A quoted header that is cut off leaves only layer 2.
    let cut = &ipv6(58, &payload)[..80];
    assert_eq!(hash34(cut), layer2(&cut));
}

#[test]
fn an_icmp_identifier_of_zero_counts_as_one() {
    let zero = ipv4(1, [0, 0], &[8, 0, 0, 0, 0, 0, 0, 9]);
    let one = ipv4(1, [0, 0], &[8, 0, 0, 0, 0, 1, 0, 9]);
    assert_eq!(hash34(&zero), hash34(&one));
}

#[test]
fn where_the_bytes_lie_does_not_matter() {
    for frame in [
        ipv4(6, [0, 0], &PORTS),
        ipv6(17, &PORTS),
        ipv4(1, [0, 0], &[8, 0, 0, 0, 0x12, 0x34, 0, 1]),
        ipv4(51, [0, 0], &[6, 0, 0, 0, 1, 2, 3, 4]),
    ] {
        let protocol = u16::from_be_bytes([frame[12], frame[13]]);
        let whole = &frame[..];
        for linear in 0..=frame.len() {
            let scattered = Scattered {
                frame: whole,
                linear,
            };
            assert_eq!(layer2(&scattered), layer2(&whole));
            assert_eq!(
                layer23(&scattered, protocol, 14),
                layer23(&whole, protocol, 14)
            );
            assert_eq!(
                layer34(&scattered, protocol, 14),
                layer34(&whole, protocol, 14)
            );
        }
    }
}

#[test]
fn dissected_flows_hash_like_plain_ones() {
    let tcp = ipv4(6, [0, 0], &PORTS);
    let flow = Flow {
        addresses: Addresses::v4([192, 0, 2, 1], [192, 0, 2, 10]),
        tail: Tail::ports(PORTS),
    };
    let packet = &tcp[..];
    assert_eq!(encap34(&packet, Some(flow)), hash34(&tcp));
    assert_eq!(
        encap23(&packet, Some(flow)),
        layer23(&packet, ETHERTYPE_IPV4, 14)
    );
    assert_eq!(encap34(&packet, None), layer2(&packet));
}

/// The innermost flow at first glance; network headers follow the Ethernet header.
fn at_first_glance(packet: &[u8]) -> Option<Flow> {
    let protocol = u16::from_be_bytes([packet[12], packet[13]]);
    let flow = Flow::innermost::<true>(&Linear(&packet), protocol, 14).ok()?;
    let addresses = Flow::innermost::<false>(&Linear(&packet), protocol, 14)
        .unwrap()
        .addresses;
    assert_eq!(addresses, flow.addresses);
    Some(flow)
}

#[test]
fn flows_with_none_inside_are_innermost() {
    for protocol in [6, 17] {
        for packet in [ipv4(protocol, [0, 0], &PORTS), ipv6(protocol, &PORTS)] {
            let ethertype = u16::from_be_bytes([packet[12], packet[13]]);
            let flow = Flow::dissect::<true>(&Whole(&&packet[..]), ethertype, 14);
            assert_eq!(at_first_glance(&packet), flow.unwrap());
        }
    }
}

#[test]
fn other_packets_are_left_to_the_dissector() {
    for protocol in 0..=255 {
        if ![6, 17].contains(&protocol) {
            assert_eq!(at_first_glance(&ipv4(protocol, [0, 0], &[0; 64])), None);
            assert_eq!(at_first_glance(&ipv6(protocol, &[0; 64])), None);
        }
    }
    // Fragments, the first among them.
    assert_eq!(at_first_glance(&ipv4(17, [0x20, 0], &PORTS)), None);
    assert_eq!(at_first_glance(&ipv4(17, [0, 1], &PORTS)), None);
    // A header that says it is shorter than a header can be.
    let mut short = ipv4(17, [0, 0], &PORTS);
    short[14] = 0x44;
    assert_eq!(at_first_glance(&short), None);
    // No room for ports.
    assert_eq!(at_first_glance(&ipv4(17, [0, 0], &PORTS[..3])), None);
    // No IP, and IP behind a tag.
    assert_eq!(at_first_glance(&frame(0x0806, &[0; 28], &[])), None);
    assert_eq!(
        at_first_glance(&frame(0x8100, &[0; 4], &ipv4(17, [0, 0], &PORTS)[14..])),
        None
    );
}
