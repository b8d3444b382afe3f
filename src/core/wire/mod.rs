// SPDX-License-Identifier: GPL-2.0

//! Frames as bytes: views of the headers that the driver reads, and builders of those it sends.
//!
//! A view wraps an array as long as the header, so that fetching the bytes is the only step that can
//! fail; every accessor is total. Numbers are in host order unless the accessor says otherwise.
//! Offsets into a packet count from its MAC header.

pub(crate) mod arp;
pub(crate) mod detect;
pub(crate) mod eth;
pub(crate) mod ipv4;
pub(crate) mod ipv6;
pub(crate) mod lacpdu;
pub(crate) mod marker;
pub(crate) mod nd;
pub(crate) mod vlan;

/// Ethertype of IPv4.
pub(crate) const ETHERTYPE_IPV4: u16 = 0x0800;
/// Ethertype of ARP.
pub(crate) const ETHERTYPE_ARP: u16 = 0x0806;
/// Ethertype of an IEEE 802.1Q customer tag.
pub(crate) const ETHERTYPE_CTAG: u16 = 0x8100;
/// Ethertype of an IEEE 802.1ad service tag.
pub(crate) const ETHERTYPE_STAG: u16 = 0x88a8;
/// Ethertype of IPv6.
pub(crate) const ETHERTYPE_IPV6: u16 = 0x86dd;

/// IP protocol number of ICMP.
pub(crate) const PROTOCOL_ICMP: u8 = 1;
/// IP protocol number of IGMP.
pub(crate) const PROTOCOL_IGMP: u8 = 2;
/// IP protocol number of TCP.
pub(crate) const PROTOCOL_TCP: u8 = 6;
/// IP protocol number of UDP.
pub(crate) const PROTOCOL_UDP: u8 = 17;
/// IP protocol number of ICMPv6.
pub(crate) const PROTOCOL_ICMPV6: u8 = 58;

/// A packet to look into, whether or not its bytes lie in one piece.
pub(crate) trait PacketView {
    /// The bytes that can be read in place, from the MAC header on.
    fn linear(&self) -> &[u8];

    /// Copies the bytes at `offset` out of any part of the packet; false if it is too short.
    fn copy(&self, offset: usize, into: &mut [u8]) -> bool;
}

/// A packet that lies in one piece, such as an XDP buffer.
impl PacketView for &[u8] {
    #[inline(always)]
    fn linear(&self) -> &[u8] {
        self
    }

    #[inline(always)]
    fn copy(&self, _offset: usize, _into: &mut [u8]) -> bool {
        false
    }
}

/// Reads `N` bytes at `offset` in place; `None` if they do not lie in one piece or are not there.
///
/// Hot paths read with this alone and leave the rest to a cold path that uses [`read`].
#[inline(always)]
pub(crate) fn read_linear<const N: usize>(
    packet: &impl PacketView,
    offset: usize,
) -> Option<[u8; N]> {
    let linear = packet.linear().get(offset..);
    linear.and_then(<[u8]>::first_chunk).copied()
}

/// Reads `N` bytes at `offset`, wherever they lie; `None` if the packet is too short.
#[inline]
pub(crate) fn read<const N: usize>(packet: &impl PacketView, offset: usize) -> Option<[u8; N]> {
    if let Some(bytes) = read_linear(packet, offset) {
        return Some(bytes);
    }
    let mut bytes = [0; N];
    packet.copy(offset, &mut bytes).then_some(bytes)
}

/// The `N` bytes at `AT` of a header of `L` bytes; that they lie within is checked at build time.
#[inline(always)]
pub(crate) fn part<const AT: usize, const N: usize, const L: usize>(header: &[u8; L]) -> [u8; N] {
    const { assert!(AT <= L && N <= L.wrapping_sub(AT)) };
    let bytes = header.get(AT..).and_then(<[u8]>::first_chunk);
    bytes.copied().unwrap_or([0; N])
}

/// Overwrites the `N` bytes at `AT` of a header of `L` bytes; checked like [`part`].
#[inline(always)]
pub(crate) fn put<const AT: usize, const N: usize, const L: usize>(
    header: &mut [u8; L],
    bytes: [u8; N],
) {
    const { assert!(AT <= L && N <= L.wrapping_sub(AT)) };
    if let Some(place) = header.get_mut(AT..).and_then(<[u8]>::first_chunk_mut) {
        *place = bytes;
    }
}
