// SPDX-License-Identifier: GPL-2.0

use proptest::prelude::*;

use crate::engine::lacp::churn::{
    Churn,
    ChurnState, //
};
use crate::engine::lacp::key::Key;
use crate::engine::lacp::periodic::Periodic;
use crate::engine::lacp::port::Port;
use crate::engine::lacp::receive::Receive;
use crate::engine::lacp::timing::Timing;
use crate::engine::lacp::trace::Reason;
use crate::engine::lacp::transmit::Transmit;
use crate::engine::wire::lacpdu::{
    self,
    Info,
    Repr,
    State, //
};

const TIMING: &Timing = &Timing::STANDARD;
const ACTOR: Info = Info {
    system_priority: 65535,
    system: [2, 0, 0, 0, 0, 1],
    key: 0,
    port_priority: 255,
    port: 1,
    state: State(0x05),
};
const UNKNOWN: Info = Port::NOBODY;
const PARTNER: Info = Info {
    system: [2, 0, 0, 0, 0, 2],
    key: 9,
    port: 7,
    ..ACTOR
};

fn port() -> Port {
    let key = Key::new(0).with_link(1000, true);
    Port {
        actor: Info {
            key: key.0,
            ..ACTOR
        },
        partner: UNKNOWN,
        partner_admin: UNKNOWN,
        begin: false,
        enabled: true,
        lacp_enabled: true,
        selected: false,
        unselected: Reason::Begin,
        ready: false,
        matched: false,
        ntt: false,
    }
}

fn info() -> impl Strategy<Value = Info> {
    (any::<(u16, [u8; 6], u16)>(), any::<(u16, u16, u8)>()).prop_map(|(a, b)| Info {
        system_priority: a.0,
        system: a.1,
        key: a.2,
        port_priority: b.0,
        port: b.1,
        state: State(b.2),
    })
}

/// Ticks at which the port sends within the first `ticks`.
fn sent(port: &mut Port, ticks: u32) -> Vec<u32> {
    let (mut periodic, mut transmit) = (Periodic::default(), Transmit::new(TIMING));
    let mut sent = Vec::new();
    for tick in 0..ticks {
        periodic.tick(port, TIMING);
        if transmit.tick(port).is_some() {
            transmit.sent(port, TIMING);
            sent.push(tick);
        }
    }
    sent
}

/// Lets ticks pass without a frame.
fn idle(rx: &mut Receive, port: &mut Port, ticks: u32) {
    for _ in 0..ticks {
        rx.tick(port, TIMING);
    }
}

fn gaps(times: &[u32]) -> Vec<u32> {
    times.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[test]
fn a_partner_with_short_timeout_hears_from_us_every_second() {
    let mut port = port();
    port.partner.state = State::SHORT_TIMEOUT;
    let gaps = gaps(&sent(&mut port, 1000));
    assert!(
        gaps.len() > 90 && gaps.iter().all(|&gap| gap == 10),
        "{gaps:?}"
    );
}

#[test]
fn a_partner_with_long_timeout_hears_from_us_every_30_seconds() {
    let gaps = gaps(&sent(&mut port(), 3000));
    assert!(
        gaps.len() > 7 && gaps.iter().all(|&gap| gap == 300),
        "{gaps:?}"
    );
}

#[test]
fn two_passive_ends_keep_silent() {
    let mut port = port();
    port.actor.state.set(State::ACTIVITY, false);
    assert!(sent(&mut port, 1000).is_empty());
}

#[test]
fn need_to_transmit_is_served_at_most_every_third_tick() {
    let (mut port, mut transmit) = (port(), Transmit::new(TIMING));
    let mut times = Vec::new();
    for tick in 0..30u32 {
        port.ntt = true;
        if transmit.tick(&port).is_some() {
            transmit.sent(&mut port, TIMING);
            times.push(tick);
        }
    }
    assert!(gaps(&times).iter().all(|&gap| gap == 3));
}

#[test]
fn a_silent_partner_expires_then_defaults() {
    for (state, timeout) in [(State(0x05), 900), (State(0x07), 30)] {
        let (mut port, mut rx) = (port(), Receive::default());
        port.actor.state = state;
        rx.tick(&mut port, TIMING);
        let pdu = Repr {
            actor: PARTNER,
            partner: port.actor,
        };
        assert!(rx.receive(&mut port, &pdu, TIMING).restart_churn);
        assert_eq!(port.partner.system, PARTNER.system);
        for _ in 1..timeout {
            rx.tick(&mut port, TIMING);
            assert!(matches!(rx, Receive::Current { .. }));
        }
        rx.tick(&mut port, TIMING);
        assert_eq!(rx, Receive::Expired { left: 30 });
        assert!(port.actor.state.has(State::EXPIRED));
        idle(&mut rx, &mut port, 30);
        assert_eq!(rx, Receive::Defaulted);
        assert_eq!(port.partner, UNKNOWN);
    }
}

#[test]
fn our_own_frame_changes_nothing() {
    let (mut port, mut rx) = (port(), Receive::Current { left: 17 });
    let before = port;
    let pdu = Repr {
        actor: port.actor,
        partner: port.partner,
    };
    assert!(rx.receive(&mut port, &pdu, TIMING).loopback);
    assert_eq!((rx, port), (Receive::Current { left: 17 }, before));
}

#[test]
fn churn_is_found_after_a_minute_out_of_sync() {
    let mut churn = Churn::new(TIMING);
    (0..599).for_each(|_| churn.tick(false, TIMING));
    assert_eq!(churn.state, ChurnState::Monitor { left: 1 });
    churn.tick(false, TIMING);
    assert_eq!((churn.state, churn.count), (ChurnState::Churned, 1));
    churn.restart();
    (0..601).for_each(|_| churn.tick(true, TIMING));
    assert_eq!((churn.state, churn.count), (ChurnState::NoChurn, 1));
}

proptest! {
    #[test]
    fn lacpdus_survive_the_wire(actor in info(), partner in info()) {
        let repr = Repr { actor, partner };
        prop_assert_eq!(Repr::parse(&repr.emit()), repr);
    }

    #[test]
    fn any_payload_of_a_slow_protocol_is_read_and_counted(
        mut payload in prop::collection::vec(any::<u8>(), lacpdu::LEN),
        (subtype, kind) in (0u8..4, 0u8..4),
    ) {
        payload[0] = subtype;
        payload[2] = kind;
        crate::shared::lacpdu::check(&payload.try_into().unwrap());
    }

    /// Whatever an attacker sends, the port forgets it within the timeouts.
    #[test]
    fn any_history_ends_in_defaulted_when_the_partner_falls_silent(
        pdus in prop::collection::vec((info(), info(), any::<bool>(), 0u8..40), 0..20),
    ) {
        let (mut port, mut rx) = (port(), Receive::default());
        for (actor, partner, enabled, ticks) in pdus {
            port.enabled = enabled;
            rx.receive(&mut port, &Repr { actor, partner }, TIMING);
            idle(&mut rx, &mut port, ticks.into());
        }
        port.enabled = true;
        idle(&mut rx, &mut port, 900 + 31);
        prop_assert_eq!(rx, Receive::Defaulted);
        prop_assert_eq!(port.partner, UNKNOWN);
        prop_assert!(port.actor.state.has(State::DEFAULTED));
    }

    /// recordPDU: the partner counts as in sync only if it says so and knows us.
    #[test]
    fn partner_sync_needs_match(actor in info(), partner in info()) {
        let (mut port, mut rx) = (port(), Receive::Defaulted);
        rx.receive(&mut port, &Repr { actor, partner }, TIMING);
        if port.partner.state.has(State::SYNCHRONIZATION) {
            prop_assert!(port.matched && actor.state.has(State::SYNCHRONIZATION));
        }
    }
}
