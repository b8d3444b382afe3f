// SPDX-License-Identifier: GPL-2.0

//! A packet with the facts that the kernel hands over with it, true or not.

use crate::engine::hash::flow::Flow;
use crate::engine::hash::{self, Linear, Whole};
use crate::engine::wire::vlan::Tci;
use crate::engine::wire::{detect, PacketView};

/// A packet of which only the first bytes lie in one piece.
struct Scattered<'a> {
    bytes: &'a [u8],
    linear: usize,
}

impl PacketView for Scattered<'_> {
    fn linear(&self) -> &[u8] {
        &self.bytes[..self.linear]
    }

    fn copy(&self, offset: usize, into: &mut [u8]) -> bool {
        let end = offset.checked_add(into.len());
        match end.and_then(|end| self.bytes.get(offset..end)) {
            Some(bytes) => {
                into.copy_from_slice(bytes);
                true
            }
            None => false,
        }
    }
}

/// The hash by the thorough way; the quick one agrees unless it gives up.
macro_rules! settled {
    ($packet:expr, $policy:ident $(, $fact:expr)*) => {{
        let hash = hash::$policy(&Whole($packet) $(, $fact)*).unwrap();
        if let Ok(quick) = hash::$policy(&Linear($packet) $(, $fact)*) {
            assert_eq!(quick, hash, "the quick way differs");
        }
        hash
    }};
}

/// What the engines are told about a packet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packet<'a> {
    /// The bytes from the MAC header on; none if it is not set.
    pub(crate) bytes: &'a [u8],
    /// How many of them lie in one piece, or more than there are.
    pub(crate) linear: usize,
    /// The protocol in host order.
    pub(crate) protocol: u16,
    /// Offset of the network header. It wraps around if that comes before the MAC header.
    pub(crate) network: usize,
    /// The tag that is kept beside the packet.
    pub(crate) tag: Option<Tci>,
    /// What the kernel's dissector found innermost.
    pub(crate) flow: Option<Flow>,
}

impl Packet<'_> {
    /// The hash by every policy, and what `detect` says.
    fn seen(&self, view: &impl PacketView) -> ([u32; 6], [bool; 2]) {
        let (protocol, network) = (self.protocol, self.network);
        let hashes = [
            settled!(view, layer2),
            settled!(view, layer23, protocol, network),
            settled!(view, layer34, protocol, network),
            settled!(view, encap23, self.flow),
            settled!(view, encap34, self.flow),
            settled!(view, vlan_srcmac, self.tag),
        ];
        let igmp = detect::is_igmp(view, protocol, network);
        assert!(!igmp || detect::may_be_igmp(view, protocol, network));
        (hashes, [igmp, detect::is_neighbor(view, protocol, network)])
    }

    /// It does not matter where the bytes lie, nor whether they are read the quick way.
    pub(crate) fn check(&self) {
        let bytes = self.bytes;
        let whole = self.seen(&bytes);
        for linear in [self.linear.min(bytes.len()), bytes.len(), 0] {
            assert_eq!(
                self.seen(&Scattered { bytes, linear }),
                whole,
                "{linear} bytes in one piece"
            );
        }
    }
}
