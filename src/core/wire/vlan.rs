// SPDX-License-Identifier: GPL-2.0

//! VLAN tag (IEEE 802.1Q clause 9.6).

use super::{
    part,
    put,
    ETHERTYPE_CTAG,
    ETHERTYPE_STAG, //
};

/// Bytes a tag adds to a frame.
pub(crate) const LEN: usize = 4;

/// Tag control information: priority, drop eligibility and VLAN ID.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tci(pub(crate) u16);

impl Tci {
    /// The VLAN ID, 0 to 4095.
    #[inline(always)]
    pub(crate) const fn vid(self) -> u16 {
        self.0 & 0x0fff
    }
}

/// A tag inside a frame: the control information, then the ethertype of what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tag(pub(crate) [u8; LEN]);

impl Tag {
    /// Builds a tag.
    pub(crate) fn new(tci: Tci, ethertype: u16) -> Self {
        let mut bytes = [0; LEN];
        put::<0, 2, LEN>(&mut bytes, tci.0.to_be_bytes());
        put::<2, 2, LEN>(&mut bytes, ethertype.to_be_bytes());
        Self(bytes)
    }

    /// The control information.
    pub(crate) fn tci(&self) -> Tci {
        Tci(u16::from_be_bytes(part::<0, 2, LEN>(&self.0)))
    }

    /// What follows the tag.
    pub(crate) fn ethertype(&self) -> u16 {
        u16::from_be_bytes(part::<2, 2, LEN>(&self.0))
    }
}

/// Whether an ethertype announces a tag.
pub(crate) const fn is_tag(ethertype: u16) -> bool {
    matches!(ethertype, ETHERTYPE_CTAG | ETHERTYPE_STAG)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vid_leaves_out_the_priority() {
        let tag = Tag::new(Tci(0xe064), 0x0800);
        assert_eq!(tag.0, [0xe0, 0x64, 0x08, 0x00]);
        assert_eq!((tag.tci().vid(), tag.ethertype()), (100, 0x0800));
    }
}
