// SPDX-License-Identifier: GPL-2.0

//! What makes up a flow: addresses, and ports or an ICMP identifier.

use super::source::{
    Slow,
    Source, //
};
use crate::engine::wire::{
    ipv4,
    ipv6,
    ETHERTYPE_IPV4,
    ETHERTYPE_IPV6,
    PROTOCOL_ICMP,
    PROTOCOL_ICMPV6,
    PROTOCOL_TCP,
    PROTOCOL_UDP, //
};

/// Bytes of an ICMP or ICMPv6 header.
const ICMP_LEN: usize = 8;

/// Both addresses, each reduced to one word in memory order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Addresses {
    /// Exclusive or of source and destination.
    mixed: u32,
}

impl Addresses {
    /// Of IPv4.
    #[inline(always)]
    pub(crate) fn v4(source: [u8; 4], destination: [u8; 4]) -> Self {
        Self {
            mixed: u32::from_ne_bytes(source) ^ u32::from_ne_bytes(destination),
        }
    }

    /// Of IPv6: the exclusive or of the four words of each.
    #[inline(always)]
    pub(crate) fn v6(source: [u8; 16], destination: [u8; 16]) -> Self {
        let mixed = u128::from_ne_bytes(source) ^ u128::from_ne_bytes(destination);
        let half = (mixed >> 64) as u64 ^ mixed as u64;
        Self {
            mixed: (half >> 32) as u32 ^ half as u32,
        }
    }

    /// As the kernel's dissector gives them: the exclusive or of both, each reduced to one word.
    pub(crate) fn mixed(mixed: u32) -> Self {
        Self { mixed }
    }

    /// Mixes the addresses into `hash`, and the upper bytes of the result into the lowest.
    #[inline(always)]
    pub(crate) fn fold(self, hash: u32) -> u32 {
        let hash = hash ^ self.mixed;
        let hash = hash ^ (hash >> 16);
        hash ^ (hash >> 8)
    }
}

/// What tells flows between the same addresses apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tail(u32);

impl Tail {
    /// Nothing does.
    pub(crate) const NONE: Self = Self(0);

    /// Source and destination port as they stand in the packet.
    #[inline(always)]
    pub(crate) fn ports(ports: [u8; 4]) -> Self {
        Self(u32::from_ne_bytes(ports))
    }

    /// ICMP type, code and identifier; the identifier in host order and not 0.
    #[inline(always)]
    pub(crate) fn icmp(kind: u8, code: u8, id: u16) -> Self {
        let [high, low] = id.to_ne_bytes();
        Self(u32::from_ne_bytes([kind, code, high, low]))
    }
}

/// A flow as the policies see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flow {
    /// Where from and where to.
    pub(crate) addresses: Addresses,
    /// Ports or the like.
    pub(crate) tail: Tail,
}

/// An IP header, and what it says about the one that follows.
struct Network {
    addresses: Addresses,
    /// `None` for a fragment of IPv4, whose payload may have no header.
    protocol: Option<u8>,
    /// Offset of the payload.
    payload: usize,
}

impl Network {
    #[inline(always)]
    fn parse(source: &impl Source, protocol: u16, offset: usize) -> Result<Option<Self>, Slow> {
        Ok(match protocol {
            ETHERTYPE_IPV4 => source.get(offset)?.map(ipv4::Header).map(|header| Self {
                addresses: Addresses::v4(header.source(), header.destination()),
                protocol: (!header.is_fragment()).then_some(header.protocol()),
                payload: offset.wrapping_add(header.len()),
            }),
            ETHERTYPE_IPV6 => source.get(offset)?.map(ipv6::Header).map(|header| Self {
                addresses: Addresses::v6(header.source(), header.destination()),
                protocol: Some(header.next_header()),
                payload: offset.wrapping_add(ipv6::LEN),
            }),
            _ => None,
        })
    }
}

impl Flow {
    /// Finds the flow of a packet by its outermost IP header; `Ok(None)` if it has none.
    ///
    /// Without `TAIL`, ports and identifiers are not looked for. An ICMP error belongs to the flow
    /// that it reports on; `Ok(None)` if the header of that flow cannot be read. `Err` asks to try
    /// again with the [`Whole`](super::source::Whole) packet.
    #[inline(always)]
    pub(super) fn dissect<const TAIL: bool>(
        source: &impl Source,
        protocol: u16,
        network: usize,
    ) -> Result<Option<Self>, Slow> {
        let Some(outer) = Network::parse(source, protocol, network)? else {
            return Ok(None);
        };
        match outer.protocol {
            Some(PROTOCOL_ICMP | PROTOCOL_ICMPV6) => {
                source.is_thorough()?;
                Self::icmp::<TAIL>(source, protocol, outer)
            }
            _ => Self::plain::<TAIL>(source, outer).map(Some),
        }
    }

    /// Finds the flow of a TCP or UDP packet right behind an IP header. Inside of it there is no other,
    /// so the kernel's dissector would find the same. [`Slow`] for any packet that it must be asked for.
    #[inline(always)]
    pub(crate) fn innermost<const TAIL: bool>(
        source: &impl Source,
        protocol: u16,
        network: usize,
    ) -> Result<Self, Slow> {
        let outer = Network::parse(source, protocol, network)?.ok_or(Slow)?;
        let is_valid = outer.payload >= network.wrapping_add(ipv4::LEN);
        match outer.protocol {
            Some(PROTOCOL_TCP | PROTOCOL_UDP) if is_valid => Self::plain::<TAIL>(source, outer),
            _ => Err(Slow),
        }
    }

    #[inline(always)]
    fn plain<const TAIL: bool>(source: &impl Source, network: Network) -> Result<Self, Slow> {
        let ports = match network.protocol.and_then(ports_offset) {
            Some(offset) if TAIL => source.get(network.payload.wrapping_add(offset))?,
            _ => None,
        };
        Ok(Self {
            addresses: network.addresses,
            tail: ports.map_or(Tail::NONE, Tail::ports),
        })
    }

    fn icmp<const TAIL: bool>(
        source: &impl Source,
        protocol: u16,
        outer: Network,
    ) -> Result<Option<Self>, Slow> {
        let header: Option<[u8; ICMP_LEN]> = source.get(outer.payload)?;
        let tail = match header {
            Some([kind, ..]) if is_error(outer.protocol, kind) => {
                let offset = outer.payload.wrapping_add(ICMP_LEN);
                return match Network::parse(source, protocol, offset)? {
                    Some(inner) => Self::plain::<TAIL>(source, inner).map(Some),
                    None => Ok(None),
                };
            }
            Some([kind, code, _, _, high, low, ..]) if has_id(kind) => {
                Tail::icmp(kind, code, u16::from_be_bytes([high, low]).max(1))
            }
            _ => Tail::NONE,
        };
        Ok(Some(Self {
            addresses: outer.addresses,
            tail,
        }))
    }

    /// The hash of the policies that look at layers 3 and 4. Its lowest bit is dropped, since many
    /// systems use even ports only.
    #[inline(always)]
    pub(crate) fn hash34(&self) -> u32 {
        self.addresses.fold(self.tail.0) >> 1
    }
}

/// Where, from the start of its header, a protocol has its ports or the like.
#[inline(always)]
fn ports_offset(protocol: u8) -> Option<usize> {
    match protocol {
        // With DCCP, ESP (its SPI), SCTP and UDP-Lite.
        PROTOCOL_TCP | PROTOCOL_UDP | 33 | 50 | 132 | 136 => Some(0),
        // AH (its SPI)
        51 => Some(4),
        _ => None,
    }
}

/// Whether an ICMP type reports an error, and so quotes the packet that caused it.
fn is_error(protocol: Option<u8>, kind: u8) -> bool {
    match protocol {
        Some(PROTOCOL_ICMP) => matches!(kind, 3 | 4 | 5 | 11 | 12),
        Some(PROTOCOL_ICMPV6) => matches!(kind, 1..=4),
        _ => false,
    }
}

/// Whether an ICMP type has an identifier. The C driver does not ask for the family here.
fn has_id(kind: u8) -> bool {
    matches!(kind, 0 | 8 | 13 | 14 | 128 | 129)
}
