// SPDX-License-Identifier: GPL-2.0

//! ARP for IPv4 over Ethernet (RFC 826).

use super::{
    part,
    put,
    ETHERTYPE_IPV4, //
};

/// Bytes of the packet after the Ethernet header.
pub(crate) const LEN: usize = 28;

const HARDWARE_ETHERNET: u16 = 1;

/// What the packet is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// Who has the target's IP address?
    Request,
    /// The sender has the sender's IP address.
    Reply,
    /// Another operation (RARP and the like).
    Other(u16),
}

impl Operation {
    const fn from_wire(code: u16) -> Self {
        match code {
            1 => Self::Request,
            2 => Self::Reply,
            other => Self::Other(other),
        }
    }

    const fn to_wire(self) -> u16 {
        match self {
            Self::Request => 1,
            Self::Reply => 2,
            Self::Other(code) => code,
        }
    }
}

/// The contents of an ARP packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Repr {
    /// What the packet is for.
    pub(crate) operation: Operation,
    /// Sender's hardware address.
    pub(crate) sender_mac: [u8; 6],
    /// Sender's IP address.
    pub(crate) sender_ip: [u8; 4],
    /// Target's hardware address; in a request, usually zero.
    pub(crate) target_mac: [u8; 6],
    /// Target's IP address.
    pub(crate) target_ip: [u8; 4],
}

impl Repr {
    /// Reads a packet; `None` unless it is about IPv4 over Ethernet.
    pub(crate) fn parse(bytes: &[u8; LEN]) -> Option<Self> {
        let hardware = u16::from_be_bytes(part::<0, 2, LEN>(bytes));
        let protocol = u16::from_be_bytes(part::<2, 2, LEN>(bytes));
        let lengths = part::<4, 2, LEN>(bytes);
        if hardware != HARDWARE_ETHERNET || protocol != ETHERTYPE_IPV4 || lengths != [6, 4] {
            return None;
        }
        Some(Self {
            operation: Operation::from_wire(u16::from_be_bytes(part::<6, 2, LEN>(bytes))),
            sender_mac: part::<8, 6, LEN>(bytes),
            sender_ip: part::<14, 4, LEN>(bytes),
            target_mac: part::<18, 6, LEN>(bytes),
            target_ip: part::<24, 4, LEN>(bytes),
        })
    }

    /// Writes the packet.
    pub(crate) fn emit(&self) -> [u8; LEN] {
        let mut bytes = [0; LEN];
        put::<0, 2, LEN>(&mut bytes, HARDWARE_ETHERNET.to_be_bytes());
        put::<2, 2, LEN>(&mut bytes, ETHERTYPE_IPV4.to_be_bytes());
        put::<4, 2, LEN>(&mut bytes, [6, 4]);
        put::<6, 2, LEN>(&mut bytes, self.operation.to_wire().to_be_bytes());
        put::<8, 6, LEN>(&mut bytes, self.sender_mac);
        put::<14, 4, LEN>(&mut bytes, self.sender_ip);
        put::<18, 6, LEN>(&mut bytes, self.target_mac);
        put::<24, 4, LEN>(&mut bytes, self.target_ip);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: [u8; LEN] = [
        0, 1, 8, 0, 6, 4, 0, 1, 0, 10, 11, 12, 13, 1, 192, 0, 2, 1, 0, 0, 0, 0, 0, 0, 192, 0, 2, 10,
    ];

    #[test]
    fn a_request_is_read_and_written_back() {
        let repr = Repr::parse(&REQUEST).unwrap();
        assert_eq!(repr.operation, Operation::Request);
        assert_eq!(repr.sender_mac, [0, 10, 11, 12, 13, 1]);
        assert_eq!(repr.target_ip, [192, 0, 2, 10]);
        assert_eq!(repr.emit(), REQUEST);
    }

    #[test]
    fn other_address_kinds_are_refused() {
        for at in [1, 3, 4, 5] {
            let mut bytes = REQUEST;
            bytes[at] ^= 1;
            assert_eq!(Repr::parse(&bytes), None);
        }
    }
}
