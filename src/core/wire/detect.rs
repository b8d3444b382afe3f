// SPDX-License-Identifier: GPL-2.0

//! Recognising the few kinds of frame that some modes treat apart (spec/dataplane.md 3.2).
//!
//! `protocol` is the packet's protocol in host order and `network` the offset of its network header.

use super::{
    ipv4,
    ipv6,
    nd,
    read,
    read_linear,
    PacketView,
    ETHERTYPE_ARP,
    ETHERTYPE_IPV4,
    ETHERTYPE_IPV6,
    PROTOCOL_ICMPV6,
    PROTOCOL_IGMP, //
};

/// Whether this is IPv4 IGMP, which balance-rr keeps on one member.
pub(crate) fn is_igmp(packet: &impl PacketView, protocol: u16, network: usize) -> bool {
    protocol == ETHERTYPE_IPV4
        && read(packet, network)
            .is_some_and(|bytes| ipv4::Header(bytes).protocol() == PROTOCOL_IGMP)
}

/// Whether this may be IGMP: cheap, and never wrong with no.
#[inline(always)]
pub(crate) fn may_be_igmp(packet: &impl PacketView, protocol: u16, network: usize) -> bool {
    protocol == ETHERTYPE_IPV4
        && read_linear(packet, network)
            .is_none_or(|bytes| ipv4::Header(bytes).protocol() == PROTOCOL_IGMP)
}

/// Length of the common part of an ICMPv6 message.
const ICMPV6_LEN: usize = 8;

/// Whether this asks for or tells a link-layer address, which option `broadcast_neighbor` sends to
/// all members: ARP, or a neighbour solicitation or advertisement without extension headers.
pub(crate) fn is_neighbor(packet: &impl PacketView, protocol: u16, network: usize) -> bool {
    match protocol {
        ETHERTYPE_ARP => true,
        ETHERTYPE_IPV6 => {
            let is_icmp = read(packet, network)
                .is_some_and(|bytes| ipv6::Header(bytes).next_header() == PROTOCOL_ICMPV6);
            let header = read(packet, network.wrapping_add(ipv6::LEN));
            let kind = header.map(|[kind, ..]: [u8; ICMPV6_LEN]| kind);
            is_icmp && matches!(kind, Some(nd::SOLICITATION | nd::ADVERTISEMENT))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn igmp_is_ipv4_protocol_2() {
        let mut frame = [0u8; 34];
        frame[23] = PROTOCOL_IGMP;
        assert!(is_igmp(&&frame[..], ETHERTYPE_IPV4, 14));
        assert!(!is_igmp(&&frame[..], ETHERTYPE_IPV6, 14));
        assert!(!is_igmp(&&frame[..33], ETHERTYPE_IPV4, 14));
        assert!(may_be_igmp(&&frame[..], ETHERTYPE_IPV4, 14));
        assert!(may_be_igmp(&&frame[..33], ETHERTYPE_IPV4, 14));
        frame[23] = 17;
        assert!(!may_be_igmp(&&frame[..], ETHERTYPE_IPV4, 14));
    }

    #[test]
    fn neighbor_frames_are_arp_and_nd() {
        let mut frame = [0u8; 78];
        frame[20] = PROTOCOL_ICMPV6;
        for (kind, expected) in [(134, false), (135, true), (136, true), (137, false)] {
            frame[54] = kind;
            assert_eq!(is_neighbor(&&frame[..], ETHERTYPE_IPV6, 14), expected);
        }
        frame[54] = 135;
        assert!(!is_neighbor(&&frame[..61], ETHERTYPE_IPV6, 14));
        assert!(is_neighbor(&&frame[..62], ETHERTYPE_IPV6, 14));
        assert!(is_neighbor(&&frame[..14], ETHERTYPE_ARP, 14));
    }
}
