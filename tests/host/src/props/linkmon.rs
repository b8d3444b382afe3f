// SPDX-License-Identifier: GPL-2.0

use proptest::prelude::*;

use crate::engine::link_event::Role;
use crate::engine::linkmon::{
    is_idle,
    is_working,
    Cause,
    Delays,
    LinkMonitor,
    Pass, //
};
use crate::engine::time::{
    Instant,
    Ticks, //
};
use crate::engine::types::{
    LinkState,
    Mode, //
};

const NOW: Instant = Instant::from_millis(7);

fn delays() -> impl Strategy<Value = Delays> {
    (0u32..5, 0u32..5).prop_map(|(up, down)| Delays {
        up: Ticks(up),
        down: Ticks(down),
        period_ms: 100,
    })
}

fn cause() -> impl Strategy<Value = Cause> {
    prop_oneof![Just(Cause::Tick), Just(Cause::CarrierEvent)]
}

fn step(m: &mut LinkMonitor, sensed: bool, delays: Delays, pass: &mut Pass) -> Option<LinkState> {
    let seen = m.inspect(sensed, Role::Unnamed, delays, pass, NOW);
    if let Some(state) = seen.proposal {
        m.commit(state, NOW);
    }
    seen.proposal
}

proptest! {
    #[test]
    fn idle_members_do_not_change(
        sensed: bool,
        delays in delays(),
        history in prop::collection::vec((any::<bool>(), cause()), 0..30),
    ) {
        let mut m = LinkMonitor::enslaved(sensed, Some(delays), NOW);
        for (sensed, cause) in history {
            let before = m;
            let proposal = step(&mut m, sensed, delays, &mut Pass::new(cause, true));
            if is_idle(before.link, sensed) {
                prop_assert_eq!((before, None), (m, proposal));
            }
        }
    }

    #[test]
    fn a_steady_link_settles_after_its_delay(
        start: bool,
        delays in delays(),
        history in prop::collection::vec((any::<bool>(), cause()), 0..30),
        end: bool,
    ) {
        let mut m = LinkMonitor::enslaved(start, Some(delays), NOW);
        for (sensed, cause) in history {
            step(&mut m, sensed, delays, &mut Pass::new(cause, true));
        }
        let settled = if end { LinkState::Up } else { LinkState::Down };
        // One pass notices, then the delay.
        for _ in 0..=delays.up.0.max(delays.down.0) {
            step(&mut m, end, delays, &mut Pass::new(Cause::Tick, true));
        }
        prop_assert_eq!(m.link, settled);
    }

    #[test]
    fn delays_are_never_cut_short(
        up: bool,
        delays in delays(),
        cause in cause(),
        events in prop::collection::vec(any::<bool>(), 5),
    ) {
        let (from, to, delay) = if up {
            (LinkState::Down, LinkState::Up, delays.up)
        } else {
            (LinkState::Up, LinkState::Down, delays.down)
        };
        let mut m = LinkMonitor { link: from, remaining: Ticks(0), early: false, last_link_up: None, failures: 0 };
        step(&mut m, up, delays, &mut Pass::new(cause, true));
        let mut passes = 0;
        while m.link != to {
            step(&mut m, up, delays, &mut Pass::new(Cause::Tick, true));
            passes += 1;
            // What comes between two passes shortens nothing.
            if m.link != to && events[passes as usize % events.len()] {
                step(&mut m, up, delays, &mut Pass::new(Cause::CarrierEvent, true));
                prop_assert!(m.link != to);
            }
        }
        let late = u32::from(cause == Cause::CarrierEvent && !delay.is_zero());
        prop_assert_eq!(passes, delay.0 + late);
    }

    #[test]
    fn a_dead_bond_uses_exactly_one_link_at_once(
        delays in delays(),
        sensed in prop::collection::vec(any::<bool>(), 0..6),
        cause in cause(),
    ) {
        let mut members = vec![LinkMonitor::enslaved(false, Some(delays), NOW); sensed.len()];
        let working = is_working(Mode::BalanceRr, false, members.iter().map(|m| m.link == LinkState::Up));
        prop_assert!(!working);
        let mut pass = Pass::new(cause, working);
        for (m, &sensed) in members.iter_mut().zip(&sensed) {
            step(m, sensed, delays, &mut pass);
        }
        let used = members.iter().filter(|m| m.link == LinkState::Up).count();
        let found = sensed.iter().filter(|&&s| s).count();
        let expected = if delays.up.is_zero() { found } else { found.min(1) };
        prop_assert_eq!(used, expected);
    }
}
