// SPDX-License-Identifier: GPL-2.0

//! LACP systems as a whole, in the standard's time.

use crate::engine::lacp::config::Config;
use crate::engine::lacp::host::Event;
use crate::engine::lacp::receive::Receive;
use crate::engine::lacp::slot::{Count, Link};
use crate::engine::lacp::system::{System, Verdict};
use crate::engine::lacp::trace::{Machine, Reason, Transition};
use crate::engine::types::{AdSelect, SPEED_UNKNOWN};
use crate::engine::wire::lacpdu::{Repr, LEN};
use crate::shared::lacp_node::{Node, GIGABIT};

/// Runs nodes for some ticks; `cables` join (node, port) pairs.
pub(super) fn run(
    nodes: &mut [Node],
    cables: &[[(usize, usize); 2]],
    ticks: usize,
) -> Vec<(usize, usize, usize)> {
    let mut sent = Vec::new();
    for tick in 0..ticks {
        for node in 0..nodes.len() {
            nodes[node].tick();
            nodes[node].check();
            while let Some((port, bytes)) = nodes[node].world.sent.pop_front() {
                sent.push((tick, node, port));
                let cable = cables.iter().find(|c| c.contains(&(node, port)));
                let Some([a, b]) = cable else { continue };
                let (far, far_port) = if *a == (node, port) { *b } else { *a };
                let works = |n: &Node, p: usize| n.world.links[p].usable;
                if works(&nodes[node], port) && works(&nodes[far], far_port) {
                    nodes[far].hear(far_port, &bytes);
                    nodes[far].check();
                }
            }
        }
    }
    sent
}

pub(super) fn twins(config: Config, ports: usize) -> (Vec<Node>, Vec<[(usize, usize); 2]>) {
    let links = vec![GIGABIT; ports];
    let nodes = (1..3).map(|a| Node::with_ports(config, a, &links));
    (
        nodes.collect(),
        (0..ports).map(|p| [(0, p), (1, p)]).collect(),
    )
}

pub(super) fn fast() -> Config {
    Config {
        fast: true,
        ..Config::default()
    }
}

#[test]
fn two_systems_aggregate_eight_links_within_three_seconds() {
    for coupled in [true, false] {
        let config = Config {
            coupled,
            ..Config::default()
        };
        let (mut nodes, cables) = twins(config, 8);
        run(&mut nodes, &cables, 30);
        for node in &nodes {
            assert_eq!(node.ways_out(), (0..8).collect::<Vec<_>>());
            let info = System::active_info(&node.slots).unwrap();
            assert_eq!((info.id, info.ports), (1, 8));
        }
    }
}

#[test]
fn a_port_distributes_2_3_seconds_after_its_link_came_up() {
    let (mut nodes, cables) = twins(Config::default(), 1);
    let sent = run(&mut nodes, &cables, 40);
    let first: Vec<_> = sent.iter().filter(|s| s.1 == 0).map(|s| s.0).collect();
    assert_eq!(first[0], 2, "three ticks are numbers 0 to 2");
    // Detached at 1, waiting from 2, attached 20 ticks later; the partner is in sync by then.
    let mux = nodes[0].world.trace.iter();
    let mux = mux.filter(|(_, t)| t.machine == Machine::Mux);
    let states: Vec<_> = mux.map(|&(now, t)| (now, t.new)).collect();
    assert_eq!(states, [(2, 1), (22, 2), (23, 3)]);
}

#[test]
fn rates_follow_what_the_partner_asks_for() {
    for (ours, theirs, gap) in [
        (fast(), Config::default(), 300),
        (Config::default(), fast(), 10),
    ] {
        let mut nodes = vec![
            Node::with_ports(ours, 1, &[GIGABIT]),
            Node::with_ports(theirs, 2, &[GIGABIT]),
        ];
        let cables = [[(0, 0), (1, 0)]];
        run(&mut nodes, &cables, 600);
        let sent = run(&mut nodes, &cables, 3000);
        let times: Vec<_> = sent.iter().filter(|s| s.1 == 0).map(|s| s.0).collect();
        assert!(times.len() >= 3000 / gap - 1, "{times:?}");
        assert!(times.windows(2).all(|w| w[1] - w[0] == gap), "{times:?}");
    }
}

#[test]
fn a_silent_partner_is_given_up_and_found_again() {
    for (config, timeout) in [(fast(), 30), (Config::default(), 900)] {
        let (mut nodes, cables) = twins(config, 2);
        run(&mut nodes, &cables, 60);
        assert_eq!(nodes[0].ways_out(), [0, 1]);
        // The cables carry nothing, though both ends have carrier.
        run(&mut nodes, &[], timeout + 1);
        let expired = |(_, t): &(u32, Transition)| {
            let expired = Receive::Expired { left: 0 }.number();
            (t.machine, t.new, t.reason) == (Machine::Receive, expired, Reason::Timeout)
        };
        let expired = nodes[0].world.trace.iter().filter(|t| expired(t)).count();
        assert_eq!(expired, 2, "each port once");
        run(&mut nodes, &[], 31);
        assert_eq!(nodes[0].slots[1].receive, Receive::Defaulted);
        assert_eq!(nodes[0].ways_out().len(), 1, "works without LACP");
        run(&mut nodes, &cables, 340);
        assert_eq!(
            (nodes[0].ways_out(), nodes[1].ways_out()),
            (vec![0, 1], vec![0, 1])
        );
    }
}

#[test]
fn a_port_that_worked_alone_stops_for_a_partner_that_does_not_want_it() {
    let one = |address| Node::with_ports(fast(), address, &[GIGABIT]);
    let ours = Node::with_ports(fast(), 1, &[GIGABIT; 2]);
    let mut nodes = vec![ours, one(2), one(3)];
    run(&mut nodes, &[], 60);
    assert_eq!(
        (nodes[1].ways_out(), nodes[2].ways_out()),
        (vec![0], vec![0])
    );
    // They speak every 30 s now.
    run(&mut nodes, &[[(0, 0), (1, 0)], [(0, 1), (2, 0)]], 350);
    assert_eq!(
        (nodes[0].ways_out(), nodes[1].ways_out()),
        (vec![0], vec![0])
    );
    assert!(
        nodes[2].ways_out().is_empty(),
        "ours does not take its frames"
    );
}

#[test]
fn a_pulled_link_leaves_at_once_and_comes_back() {
    let (mut nodes, cables) = twins(fast(), 2);
    run(&mut nodes, &cables, 60);
    nodes[0].set_link(0, false);
    nodes[1].set_link(0, false);
    assert_eq!(nodes[0].ways_out(), [1]);
    assert!(nodes[0].carrier());
    run(&mut nodes, &cables, 100);
    nodes[0].set_link(0, true);
    nodes[1].set_link(0, true);
    run(&mut nodes, &cables, 40);
    assert_eq!(
        (nodes[0].ways_out(), nodes[1].ways_out()),
        (vec![0, 1], vec![0, 1])
    );
}

#[test]
fn carrier_follows_min_links_and_strictness() {
    let config = Config {
        min_links: 2,
        strict: true,
        ..fast()
    };
    let (mut nodes, cables) = twins(config, 2);
    nodes[0].tick();
    assert!(!nodes[0].carrier(), "nobody answered yet");
    run(&mut nodes, &cables, 60);
    assert!(nodes[0].carrier());
    run(&mut nodes, &cables[..1], 40);
    assert!(!nodes[0].carrier(), "one of two links does not collect");
    nodes[0].configure(|config| (config.strict, config.min_links) = (false, 0));
    assert!(nodes[0].carrier());
}

#[test]
fn links_of_different_kinds_do_not_share_an_aggregator() {
    let hundred = Link {
        mbps: 100,
        ..GIGABIT
    };
    let half = Link {
        full_duplex: false,
        ..GIGABIT
    };
    for (other, policy, used) in [
        (hundred, AdSelect::Bandwidth, vec![0]),
        (half, AdSelect::Count, vec![0]),
    ] {
        let config = Config {
            select: policy,
            ..fast()
        };
        let links = [GIGABIT, other];
        let mut nodes: Vec<_> = (1..3)
            .map(|a| Node::with_ports(config, a, &links))
            .collect();
        run(&mut nodes, &[[(0, 0), (1, 0)], [(0, 1), (1, 1)]], 60);
        for node in &nodes {
            let ids = (0..2).map(|i| System::aggregator_id(&node.slots, i));
            let ids: Vec<_> = ids.collect();
            assert!(ids[0].is_some() && ids[1].is_some() && ids[0] != ids[1]);
            assert_eq!(node.ways_out(), used);
        }
    }
}

#[test]
fn a_speed_without_a_class_is_worth_a_word() {
    let logged = |mbps| {
        let link = Link { mbps, ..GIGABIT };
        let mut node = Node::with_ports(fast(), 1, &[link]);
        node.set_link(0, false);
        node.set_link(0, true);
        node.world.events
    };
    assert_eq!(logged(1000), []);
    let zero = Event::SpeedZero(1);
    assert_eq!(logged(SPEED_UNKNOWN), [zero, zero]);
    let odd = Event::UnlistedSpeed {
        port: 1,
        mbps: 30_000,
    };
    assert_eq!(logged(30_000), [odd, zero, odd, zero]);
    assert_eq!(
        odd.to_string(),
        "unknown ethtool speed (30000) for port 1 (set it to 0)"
    );
}

#[test]
fn a_new_port_runs_lacp_unless_its_key_says_that_it_has_no_duplex() {
    let down = Link {
        up: false,
        ..GIGABIT
    };
    // A port without a key that gets none stays as it began.
    for (user_key, link, lacp_enabled, events) in [
        (0, down, true, vec![]),
        (0, GIGABIT, true, vec![]),
        (1, down, false, vec![Event::SpeedZero(1)]),
        (1, GIGABIT, true, vec![]),
    ] {
        let config = Config { user_key, ..fast() };
        let mut node = Node::with_ports(config, 1, &[link]);
        assert_eq!(node.slots[0].port.lacp_enabled, lacp_enabled);
        assert_eq!(node.world.events, events);
        // Only what changes the key is.
        node.set_link(0, link.up);
        assert_eq!(node.world.events, events);
    }
}

#[test]
fn policies_choose_among_partners() {
    let slow = Link {
        mbps: 100,
        ..GIGABIT
    };
    // Two slow links to one partner, one fast link to another, and a link that is preferred.
    let links = [slow, slow, GIGABIT, slow];
    let cables = [
        [(0, 0), (1, 0)],
        [(0, 1), (1, 1)],
        [(0, 2), (2, 0)],
        [(0, 3), (3, 0)],
    ];
    for (select, used) in [
        (AdSelect::Bandwidth, vec![2]),
        (AdSelect::Count, vec![0, 1]),
        (AdSelect::ActorPortPrio, vec![3]),
    ] {
        let config = Config { select, ..fast() };
        let mut nodes = vec![
            Node::with_ports(config, 1, &links),
            Node::with_ports(config, 2, &[slow, slow]),
            Node::with_ports(config, 3, &[GIGABIT]),
            Node::with_ports(config, 4, &[slow]),
        ];
        let identity = nodes[0].system.identity;
        let Node { system, slots, .. } = &mut nodes[0];
        system.set_port_priority(slots, 3, 1000, identity);
        run(&mut nodes, &cables, 80);
        assert_eq!(nodes[0].ways_out(), used, "{select:?}");
    }
}

#[test]
fn stable_stays_until_its_partner_is_lost() {
    let (mut nodes, _) = twins(fast(), 2);
    nodes.push(Node::with_ports(fast(), 3, &[GIGABIT]));
    nodes[0].set_link(1, false);
    let cables = [[(0, 0), (1, 0)], [(0, 1), (2, 0)]];
    run(&mut nodes, &cables, 60);
    nodes[0].world.links[1].mbps = 10_000;
    nodes[0].set_link(1, true);
    run(&mut nodes, &cables, 60);
    assert_eq!(nodes[0].ways_out(), [0], "a faster partner changes nothing");
    nodes[0].set_link(0, false);
    run(&mut nodes, &cables, 60);
    assert_eq!(nodes[0].ways_out(), [1]);
    nodes[0].set_link(0, true);
    run(&mut nodes, &cables, 60);
    assert_eq!(nodes[0].ways_out(), [1]);
}

#[test]
fn an_aggregator_survives_its_owner() {
    let (mut nodes, mut cables) = twins(fast(), 3);
    run(&mut nodes, &cables, 60);
    assert_eq!(System::aggregator_id(&nodes[0].slots, 2), Some(1));
    nodes[0].unbind(0);
    nodes[0].check();
    assert_eq!(nodes[0].ways_out(), [0, 1]);
    assert_eq!(System::aggregator_id(&nodes[0].slots, 1), Some(2));
    cables = vec![[(0, 0), (1, 1)], [(0, 1), (1, 2)]];
    run(&mut nodes, &cables, 100);
    assert_eq!(nodes[0].ways_out(), [0, 1]);
    assert_eq!(nodes[1].ways_out(), [1, 2]);
}

#[test]
fn a_port_that_moves_out_of_the_active_aggregator_is_published() {
    let mut node = Node::with_ports(fast(), 1, &[GIGABIT; 2]);
    let hear = |node: &mut Node, port: usize, partner: u8| {
        let mut pdu = Repr {
            actor: node.slots[port].port.partner,
            partner: node.slots[port].port.actor,
        };
        pdu.actor.system = [2, 0, 0, 0, 0, partner];
        node.hear(port, &pdu.emit());
    };
    // Both ports wait in one aggregator; the first still sends as one that nobody answered.
    (0..2).for_each(|_| node.tick());
    (0..2).for_each(|port| hear(&mut node, port, 8));
    node.tick();
    assert_eq!(node.ways_out(), [0]);
    hear(&mut node, 0, 9);
    let said = node.system.tick(&mut node.slots, &mut node.world);
    assert!(node.ways_out().is_empty() && said.publish);
}

#[test]
fn no_memory_delays_an_lacpdu_by_ticks_only() {
    let mut node = Node::with_ports(Config::default(), 1, &[GIGABIT]);
    node.world.starved = true;
    (0..10).for_each(|_| node.tick());
    assert_eq!(node.slots[0].counters.0[Count::LacpduTx as usize], 0);
    node.world.starved = false;
    node.tick();
    assert_eq!(node.world.sent.len(), 1);
}

#[test]
fn markers_are_answered_and_counted() {
    let mut node = Node::with_ports(Config::default(), 1, &[GIGABIT]);
    let frame = |subtype: u8, kind: u8| {
        let mut bytes = [0; LEN];
        bytes[..4].copy_from_slice(&[subtype, 1, kind, 16]);
        bytes
    };
    assert_eq!(node.hear(0, &frame(2, 1)), Verdict::Consumed);
    assert_eq!(node.hear(0, &frame(2, 2)), Verdict::Consumed);
    assert_eq!(node.hear(0, &frame(2, 3)), Verdict::Consumed);
    assert_eq!(node.hear(0, &frame(7, 3)), Verdict::Foreign);
    assert_eq!(node.world.responses, 1);
    let expected = [0, 0, 1, 0, 1, 0, 1, 1, 1];
    assert_eq!(
        (node.slots[0].counters.0, node.system.counters.0),
        (expected, expected)
    );
}

#[test]
fn a_loop_is_reported_and_does_no_harm() {
    let (mut nodes, cables) = twins(fast(), 1);
    run(&mut nodes, &cables, 60);
    let own = Repr {
        actor: nodes[0].slots[0].port.actor,
        partner: nodes[0].slots[0].port.partner,
    };
    for _ in 0..100 {
        nodes[0].hear(0, &own.emit());
        run(&mut nodes, &cables, 1);
    }
    assert_eq!(nodes[0].ways_out(), [0]);
    assert!(nodes[0].world.events.contains(&Event::Loopback));
}
