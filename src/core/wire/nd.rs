// SPDX-License-Identifier: GPL-2.0

//! IPv6 neighbour solicitation and advertisement (RFC 4861 sections 4.3 and 4.4).

use super::part;

/// ICMPv6 type of a neighbour solicitation.
pub(crate) const SOLICITATION: u8 = 135;
/// ICMPv6 type of a neighbour advertisement.
pub(crate) const ADVERTISEMENT: u8 = 136;

/// Bytes of either message without options.
pub(crate) const LEN: usize = 24;

/// Which of the two messages it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Who has the target address?
    Solicitation,
    /// The sender has the target address.
    Advertisement,
}

/// The fixed part of a neighbour message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    /// Which of the two it is.
    pub(crate) kind: Kind,
    /// The address asked for or told.
    pub(crate) target: [u8; 16],
}

impl Message {
    /// Reads a message; `None` if it is another ICMPv6 message.
    pub(crate) fn parse(bytes: &[u8; LEN]) -> Option<Self> {
        let kind = match part::<0, 1, LEN>(bytes) {
            [SOLICITATION] => Kind::Solicitation,
            [ADVERTISEMENT] => Kind::Advertisement,
            _ => return None,
        };
        Some(Self {
            kind,
            target: part::<8, 16, LEN>(bytes),
        })
    }
}

/// The solicited-node multicast address of `target` (RFC 4291 section 2.7.1).
pub(crate) fn solicited_node(target: [u8; 16]) -> [u8; 16] {
    let [.., a, b, c] = target;
    [0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, a, b, c]
}

/// The Ethernet multicast address that `group` maps to (RFC 2464 section 7).
pub(crate) fn multicast_mac(group: [u8; 16]) -> [u8; 6] {
    let [.., a, b, c, d] = group;
    [0x33, 0x33, a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solicited_node_keeps_the_last_24_bits() {
        let mut target = [0x20; 16];
        target[13..].copy_from_slice(&[0xaa, 0xbb, 0xcc]);
        let group = solicited_node(target);
        assert_eq!(group[12..], [0xff, 0xaa, 0xbb, 0xcc]);
        assert_eq!(multicast_mac(group), [0x33, 0x33, 0xff, 0xaa, 0xbb, 0xcc]);
    }

    #[test]
    fn only_neighbour_messages_are_read() {
        let mut bytes = [7; LEN];
        assert_eq!(Message::parse(&bytes), None);
        bytes[0] = ADVERTISEMENT;
        let message = Message::parse(&bytes).unwrap();
        assert_eq!(
            (message.kind, message.target),
            (Kind::Advertisement, [7; 16])
        );
    }
}
