// SPDX-License-Identifier: GPL-2.0

//! IPv6 header (RFC 8200).

use super::part;

/// Bytes of the fixed header.
pub(crate) const LEN: usize = 40;

/// View of a fixed IPv6 header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header(pub(crate) [u8; LEN]);

impl Header {
    /// What follows: a protocol or an extension header.
    #[inline(always)]
    pub(crate) fn next_header(&self) -> u8 {
        let [next] = part::<6, 1, LEN>(&self.0);
        next
    }

    /// Sender's address.
    #[inline(always)]
    pub(crate) fn source(&self) -> [u8; 16] {
        part::<8, 16, LEN>(&self.0)
    }

    /// Receiver's address.
    #[inline(always)]
    pub(crate) fn destination(&self) -> [u8; 16] {
        part::<24, 16, LEN>(&self.0)
    }
}
