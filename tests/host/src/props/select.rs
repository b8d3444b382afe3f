// SPDX-License-Identifier: GPL-2.0

use proptest::prelude::*;

use crate::engine::select::{
    choose,
    Candidate,
    Rules, //
};
use crate::engine::time::Ticks;
use crate::engine::types::{
    LinkState,
    PrimaryReselect, //
};

fn link() -> impl Strategy<Value = LinkState> {
    prop_oneof![
        Just(LinkState::Up),
        Just(LinkState::Fail),
        Just(LinkState::Down),
        Just(LinkState::Back),
    ]
}

prop_compose! {
    fn candidate()(
        link in link(),
        is_up: bool,
        prio in -2i32..3,
        speed in prop_oneof![Just(100u32), Just(1000), Just(u32::MAX)],
        duplex in prop_oneof![Just(0u8), Just(1), Just(255)],
        remaining in 0u32..5,
    ) -> Candidate {
        Candidate { link, is_up, prio, speed, duplex, remaining: Ticks(remaining) }
    }
}

prop_compose! {
    fn rules()(
        primary in prop::option::of(0usize..6),
        current in prop::option::of(0usize..6),
        force_primary_once: bool,
        reselect in prop_oneof![
            Just(PrimaryReselect::Always),
            Just(PrimaryReselect::Better),
            Just(PrimaryReselect::Failure),
        ],
        updelay in 0u32..6,
    ) -> Rules {
        Rules { primary, current, force_primary_once, reselect, updelay: Ticks(updelay) }
    }
}

/// The four steps of the specification, one after the other, with as many walks as they take.
fn by_the_book(rules: &Rules, members: &[Candidate]) -> (Option<usize>, bool) {
    let is_up = |index: usize| members.get(index).is_some_and(|m| m.link == LinkState::Up);
    let primary = rules.primary.filter(|&p| is_up(p));
    let current = rules.current.filter(|&c| is_up(c));
    let first_up = (0..members.len()).find(|&i| is_up(i));

    let candidate = if let Some(primary) = primary {
        if rules.force_primary_once {
            return (Some(primary), true);
        }
        Some(primary)
    } else {
        let best = (0..members.len())
            .filter(|&i| is_up(i))
            .map(|i| members[i].prio)
            .max();
        let high = (0..members.len()).find(|&i| is_up(i) && Some(members[i].prio) == best);
        high.filter(|_| high != rules.current)
    };
    let chosen = match (candidate, current) {
        (None, current) => current,
        (Some(candidate), None) => Some(candidate),
        (Some(candidate), Some(current)) => {
            let (a, b) = (&members[candidate], &members[current]);
            let keep = match rules.reselect {
                PrimaryReselect::Always => false,
                PrimaryReselect::Better => {
                    a.speed < b.speed || (a.speed == b.speed && a.duplex <= b.duplex)
                }
                PrimaryReselect::Failure => true,
            };
            Some(if keep { current } else { candidate })
        }
    };
    let soonest = || {
        (0..members.len())
            .filter(|&i| members[i].link == LinkState::Back && members[i].is_up)
            .filter(|&i| members[i].remaining < rules.updelay)
            .min_by_key(|&i| members[i].remaining)
    };
    (chosen.or(first_up).or_else(soonest), false)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn choice_is_by_the_book(rules in rules(), members in prop::collection::vec(candidate(), 0..6)) {
        let choice = choose(&rules, members.iter().copied());
        prop_assert_eq!((choice.active, choice.force_consumed), by_the_book(&rules, &members));
    }

    #[test]
    fn a_link_that_is_up_is_never_passed_over_for_one_that_is_not(
        rules in rules(),
        members in prop::collection::vec(candidate(), 0..6),
    ) {
        let any_up = members.iter().any(|m| m.link == LinkState::Up);
        let chosen = choose(&rules, members.iter().copied()).active.map(|i| members[i].link);
        if any_up {
            prop_assert_eq!(chosen, Some(LinkState::Up));
        } else {
            prop_assert_ne!(chosen, Some(LinkState::Down));
            prop_assert_ne!(chosen, Some(LinkState::Fail));
        }
    }

    #[test]
    fn choosing_again_changes_nothing(
        rules in rules(),
        members in prop::collection::vec(candidate(), 0..6),
    ) {
        let first = choose(&rules, members.iter().copied()).active;
        let again = Rules { current: first, force_primary_once: false, ..rules };
        prop_assert_eq!(choose(&again, members.iter().copied()).active, first);
    }
}
