// SPDX-License-Identifier: GPL-2.0

//! Marker and marker response (IEEE 802.1AX-2014 clause 6.5.3; offsets in spec/dataplane.md 7.1).
//!
//! The driver only answers: a response repeats the information that asked for it.

use super::{
    part,
    put, //
};

/// Bytes after the Ethernet header, the subtype included.
pub(crate) const LEN: usize = 110;

/// Slow protocols subtype of the marker protocol.
pub(crate) const SUBTYPE: u8 = 2;

/// What a marker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Asks for a response.
    Information,
    /// Answers an information.
    Response,
    /// Something of another version.
    Unknown(u8),
}

/// Tells what a marker is.
pub(crate) fn kind(bytes: &[u8; LEN]) -> Kind {
    match part::<2, 1, LEN>(bytes) {
        [1] => Kind::Information,
        [2] => Kind::Response,
        [other] => Kind::Unknown(other),
    }
}

/// The response to a marker information.
pub(crate) fn response(information: &[u8; LEN]) -> [u8; LEN] {
    let mut bytes = *information;
    put::<2, 1, LEN>(&mut bytes, [2]);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_differs_in_its_kind_only() {
        let mut information = [9; LEN];
        information[..3].copy_from_slice(&[SUBTYPE, 1, 1]);
        let response = response(&information);
        assert_eq!(kind(&information), Kind::Information);
        assert_eq!(kind(&response), Kind::Response);
        assert_eq!(response[3..], information[3..]);
    }
}
