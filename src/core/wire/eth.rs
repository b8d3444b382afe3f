// SPDX-License-Identifier: GPL-2.0

//! Ethernet II header.

use super::{
    part,
    put, //
};

/// Bytes of the header, without VLAN tags.
pub(crate) const LEN: usize = 14;

/// View of an Ethernet header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header(pub(crate) [u8; LEN]);

impl Header {
    /// Builds a header.
    pub(crate) fn new(destination: [u8; 6], source: [u8; 6], ethertype: u16) -> Self {
        let mut bytes = [0; LEN];
        put::<0, 6, LEN>(&mut bytes, destination);
        put::<6, 6, LEN>(&mut bytes, source);
        put::<12, 2, LEN>(&mut bytes, ethertype.to_be_bytes());
        Self(bytes)
    }

    /// Receiver's address.
    #[inline(always)]
    pub(crate) fn destination(&self) -> [u8; 6] {
        part::<0, 6, LEN>(&self.0)
    }

    /// Sender's address.
    #[inline(always)]
    pub(crate) fn source(&self) -> [u8; 6] {
        part::<6, 6, LEN>(&self.0)
    }

    /// The last bytes of the addresses, the receiver's and the sender's.
    #[inline(always)]
    pub(crate) fn last_bytes(&self) -> (u8, u8) {
        let [_, _, _, _, _, to, _, _, _, _, _, from, ..] = self.0;
        (to, from)
    }

    /// What follows; for a tagged frame, the outermost tag's ethertype.
    #[inline(always)]
    pub(crate) fn ethertype(&self) -> u16 {
        u16::from_be_bytes(part::<12, 2, LEN>(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_where_the_standard_puts_them() {
        let header = Header::new([1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12], 0x86dd);
        assert_eq!(
            header.0,
            [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x86, 0xdd]
        );
        assert_eq!(header.destination(), [1, 2, 3, 4, 5, 6]);
        assert_eq!(header.source(), [7, 8, 9, 10, 11, 12]);
        assert_eq!(header.last_bytes(), (6, 12));
        assert_eq!(header.ethertype(), 0x86dd);
    }
}
