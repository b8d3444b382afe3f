// SPDX-License-Identifier: GPL-2.0

//! IPv4 header (RFC 791).

use super::part;

/// Bytes of the header without options.
pub(crate) const LEN: usize = 20;

/// View of the fixed part of an IPv4 header. Its fields may contradict the packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header(pub(crate) [u8; LEN]);

impl Header {
    /// Bytes of the header by its own account, 0 to 60; honest packets say at least 20.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        let [first] = part::<0, 1, LEN>(&self.0);
        usize::from(first & 0x0f).wrapping_mul(4)
    }

    /// Whether this is one of several fragments, the first included.
    #[inline(always)]
    pub(crate) fn is_fragment(&self) -> bool {
        // More-fragments flag and fragment offset.
        u16::from_be_bytes(part::<6, 2, LEN>(&self.0)) & 0x3fff != 0
    }

    /// Protocol of the payload.
    #[inline(always)]
    pub(crate) fn protocol(&self) -> u8 {
        let [protocol] = part::<9, 1, LEN>(&self.0);
        protocol
    }

    /// Sender's address.
    #[inline(always)]
    pub(crate) fn source(&self) -> [u8; 4] {
        part::<12, 4, LEN>(&self.0)
    }

    /// Receiver's address.
    #[inline(always)]
    pub(crate) fn destination(&self) -> [u8; 4] {
        part::<16, 4, LEN>(&self.0)
    }
}
