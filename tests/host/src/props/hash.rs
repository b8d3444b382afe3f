// SPDX-License-Identifier: GPL-2.0

use proptest::prelude::*;

use crate::engine::hash::tests::layer23;
use crate::engine::wire::vlan::Tci;
use crate::engine::wire::{
    ETHERTYPE_IPV4,
    ETHERTYPE_IPV6, //
};
use crate::shared::packet::Packet;

fn protocol() -> impl Strategy<Value = u16> {
    prop_oneof![Just(ETHERTYPE_IPV4), Just(ETHERTYPE_IPV6), any::<u16>()]
}

/// Random bytes, with the fields that decide the way through a header often meaningful.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let kind = prop_oneof![Just(1u8), Just(58), Just(6), Just(51), any::<u8>()];
    (
        prop::collection::vec(any::<u8>(), 0..160),
        kind.clone(),
        kind,
        any::<bool>(),
    )
        .prop_map(|(mut bytes, v4, v6, whole)| {
            let mut set = |at: usize, value: u8| {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = value;
                }
            };
            set(20, v6);
            set(23, v4);
            if whole {
                set(14, 0x45);
                set(20, 0);
                set(21, 0);
            }
            bytes
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn any_bytes_hash_the_same_however_they_lie(
        bytes in bytes(),
        protocol in protocol(),
        network in prop_oneof![Just(14usize), 0usize..200, Just(usize::MAX)],
        split in 0usize..160,
        tag in any::<Option<u16>>(),
    ) {
        let tag = tag.map(Tci);
        Packet { bytes: &bytes, linear: split, protocol, network, tag, flow: None }.check();
    }

    #[test]
    fn both_directions_of_a_flow_share_layers_2_and_3(
        mut frame in prop::collection::vec(any::<u8>(), 60),
    ) {
        // Neither of them an ICMP error.
        frame[23] = 6;
        let forward = layer23(&&frame[..], ETHERTYPE_IPV4, 14);
        let mut back = frame.clone();
        back[..6].copy_from_slice(&frame[6..12]);
        back[6..12].copy_from_slice(&frame[..6]);
        back[26..30].copy_from_slice(&frame[30..34]);
        back[30..34].copy_from_slice(&frame[26..30]);
        prop_assert_eq!(layer23(&&back[..], ETHERTYPE_IPV4, 14), forward);
    }
}
