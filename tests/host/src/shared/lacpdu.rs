// SPDX-License-Identifier: GPL-2.0

//! Payloads of slow protocols, well-formed or not.

use super::lacp_node::{Node, GIGABIT};
use crate::engine::lacp::config::Config;
use crate::engine::lacp::slot::Count;
use crate::engine::lacp::system::Verdict;
use crate::engine::wire::lacpdu::{Repr, LEN, SUBTYPE};
use crate::engine::wire::marker::{self, Kind};

impl Repr {
    /// As an array of its own.
    pub(crate) fn emit(&self) -> [u8; LEN] {
        let mut bytes = [0xff; LEN];
        self.write(&mut bytes);
        bytes
    }
}

/// Which bytes of an LACPDU stand for something in [`Repr`]: both ends, without the reserved ones.
fn is_represented(at: usize) -> bool {
    matches!(at, 4..=18 | 24..=38)
}

/// What is written is what was read, within an LACPDU of version 1 with all reserved fields 0.
fn check_lacpdu(payload: &[u8; LEN]) {
    let written = Repr::parse(payload).emit();
    assert_eq!(Repr::parse(&written), Repr::parse(payload));
    let mut blank = [0; LEN];
    blank[..4].copy_from_slice(&[SUBTYPE, 1, 1, 20]);
    blank[22..24].copy_from_slice(&[2, 20]);
    blank[42..44].copy_from_slice(&[3, 16]);
    for (at, byte) in written.iter().enumerate() {
        let expected = if is_represented(at) { payload } else { &blank };
        assert_eq!(*byte, expected[at], "byte {at}");
    }
}

/// A response is the information with another kind.
fn check_marker(payload: &[u8; LEN]) {
    let response = marker::response(payload);
    assert_eq!(marker::kind(&response), Kind::Response);
    assert_eq!(response[..2], payload[..2]);
    assert_eq!(response[3..], payload[3..]);
}

/// A system counts each frame once, answers each marker once, and knows what is not for it.
fn check_system(payload: &[u8; LEN]) {
    let mut node = Node::with_ports(Config::default(), 1, &[GIGABIT]);
    node.tick();
    let verdict = node.hear(0, payload);
    let marker = payload[0] == marker::SUBTYPE;
    let count = match (payload[0], payload[2]) {
        (SUBTYPE, _) => Count::LacpduRx,
        (marker::SUBTYPE, 1) => Count::MarkerRx,
        (marker::SUBTYPE, 2) => Count::MarkerRespRx,
        (marker::SUBTYPE, _) => Count::MarkerUnknownRx,
        _ => Count::LacpduUnknownRx,
    };
    let answered = count == Count::MarkerRx;
    let mut expected = [0; 9];
    expected[count as usize] = 1;
    expected[Count::MarkerRespTx as usize] = u64::from(answered);
    assert_eq!(node.slots[0].counters.0, expected);
    assert_eq!(node.system.counters.0, expected);
    assert_eq!(node.world.responses, usize::from(answered));
    let ours = marker || payload[0] == SUBTYPE;
    assert_eq!(verdict == Verdict::Consumed, ours);
    node.check();
    node.tick();
    node.check();
}

/// All of the above.
pub(crate) fn check(payload: &[u8; LEN]) {
    check_lacpdu(payload);
    check_marker(payload);
    check_system(payload);
}
