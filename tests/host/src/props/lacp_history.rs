// SPDX-License-Identifier: GPL-2.0

//! LACP systems under any input: consistent all the time, and well in the end.

use proptest::prelude::*;

use super::lacp_system::{fast, run, twins};
use crate::engine::lacp::config::Config;
use crate::engine::types::AdSelect;
use crate::engine::wire::lacpdu::LEN;
use crate::shared::lacp_input::{apply, Input};
use crate::shared::lacp_node::{Node, GIGABIT};

fn input() -> impl Strategy<Value = Input> {
    let port = 0usize..6;
    let bytes = prop::collection::vec(any::<u8>(), LEN);
    let bytes = bytes.prop_map(|bytes| <[u8; LEN]>::try_from(bytes).unwrap());
    prop_oneof![
        8 => (0u16..64).prop_map(Input::Ticks),
        2 => (port.clone(), bytes).prop_map(|(p, b)| Input::Bytes(p, b)),
        6 => (port.clone(), 0u8..4, 0u8..3, any::<u8>())
            .prop_map(|(p, system, key, state)| Input::Forged(p, system, key, state)),
        1 => port.clone().prop_map(Input::Short),
        1 => port.clone().prop_map(Input::Echo),
        2 => (port.clone(), any::<bool>()).prop_map(|(p, up)| Input::Link(p, up)),
        1 => (port.clone(), prop::sample::select(vec![10u32, 1000, 10_000, 7]), any::<bool>())
            .prop_map(|(p, mbps, full)| Input::Speed(p, mbps, full)),
        1 => (port.clone(), any::<bool>()).prop_map(|(p, up)| Input::Carrier(p, up)),
        1 => Just(Input::Bind),
        1 => port.clone().prop_map(Input::Unbind),
        1 => (port, any::<u16>()).prop_map(|(p, prio)| Input::Priority(p, prio)),
        1 => any::<bool>().prop_map(Input::Rate),
        1 => any::<bool>().prop_map(Input::Activity),
        1 => (any::<u16>(), 1u8..9).prop_map(|(prio, address)| Input::Identity(prio, address)),
        1 => prop::sample::select(AdSelect::ALL.to_vec()).prop_map(Input::Select),
        1 => any::<bool>().prop_map(Input::Coupled),
        1 => any::<bool>().prop_map(Input::Strict),
        1 => (0u8..4).prop_map(Input::MinLinks),
        1 => any::<bool>().prop_map(Input::Starved),
        1 => Just(Input::Opened),
    ]
}

proptest! {
    /// Any history leaves the system consistent, and able to aggregate with an honest partner.
    #[test]
    fn any_history_ends_well(
        inputs in prop::collection::vec(input(), 0..60),
        policy in prop::sample::select(AdSelect::ALL.to_vec()),
        coupled in any::<bool>(),
    ) {
        let config = Config { select: policy, coupled, ..fast() };
        let mut node = Node::with_ports(config, 1, &[GIGABIT; 2]);
        for input in inputs {
            apply(&mut node, input);
            node.check();
        }
        while node.slots.len() < 2 {
            node.bind(1, GIGABIT);
        }
        node.world.starved = false;
        node.configure(|config| (config.active, config.fast) = (true, true));
        for port in 0..node.slots.len() {
            node.world.links[port] = GIGABIT;
            node.set_link(port, true);
        }
        node.world.sent.clear();
        let ports = node.slots.len();
        let all: Vec<_> = (0..ports).collect();
        let partner = Node::with_ports(fast(), 9, &vec![GIGABIT; ports]);
        let cables: Vec<_> = (0..ports).map(|p| [(0, p), (1, p)]).collect();
        let mut nodes = vec![node, partner];
        // The longest that a forged partner is believed, then the 8 s after a first port.
        run(&mut nodes, &cables, 950 + 100);
        prop_assert_eq!(nodes[0].ways_out(), all.clone());
        prop_assert_eq!(nodes[1].ways_out(), all);
    }

    /// Whatever comes in, a port sends at most one LACPDU in three ticks, and a farewell.
    #[test]
    fn lacpdus_are_never_less_than_three_ticks_apart(
        inputs in prop::collection::vec((0usize..2, info_like(), 0u8..3), 1..200),
    ) {
        let mut node = Node::with_ports(fast(), 1, &[GIGABIT; 2]);
        let mut last = [0u32; 2];
        let mut now = 0u32;
        for (port, (system, key, state), ticks) in inputs {
            apply(&mut node, Input::Forged(port, system, key, state));
            for _ in 0..ticks {
                now += 1;
                node.tick();
                while let Some((port, _)) = node.world.sent.pop_front() {
                    prop_assert!(now - last[port] >= 3, "{} after {}", now, last[port]);
                    last[port] = now;
                }
            }
        }
    }
}

fn info_like() -> impl Strategy<Value = (u8, u8, u8)> {
    (0u8..4, 0u8..3, any::<u8>())
}

/// Two honest ends sleep through most ticks: else [`Node::tick`] would compare nothing.
#[test]
fn settled_ports_rest() {
    let (mut nodes, cables) = twins(fast(), 2);
    run(&mut nodes, &cables, 700);
    let mut slept = 0;
    for _ in 0..100 {
        let before = nodes[0].slots[0].periodic;
        run(&mut nodes, &cables, 1);
        // A port that sleeps does not even count.
        slept += usize::from(before == nodes[0].slots[0].periodic);
    }
    assert!((60..90).contains(&slept), "{slept} of 100 ticks");
}
