// SPDX-License-Identifier: GPL-2.0

//! Selection of the active member, and who asks for it (spec/dataplane.md 4.1).
//!
//! Every mode keeps an active member: active-backup, tlb and alb send through it, the others use it
//! for IGMP. [`choose`] looks at all members once, in list order, and decides; [`Trigger`] says for
//! each event whether a selection happens at all.

use super::time::Ticks;
use super::types::{
    LinkState,
    PrimaryReselect, //
};

/// What the selection has to know about one member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// State of the link according to the monitor.
    pub(crate) link: LinkState,
    /// Live check: administratively up with carrier.
    pub(crate) is_up: bool,
    /// Option `prio`; higher is preferred.
    pub(crate) prio: i32,
    /// Mbit/s; `SPEED_UNKNOWN` therefore beats every known speed.
    pub(crate) speed: u32,
    /// 0 half, 1 full, 255 unknown.
    pub(crate) duplex: u8,
    /// Passes left until a link in state `Back` counts as up.
    pub(crate) remaining: Ticks,
}

/// The bond's side of a selection. Indices count members in list order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// The enslaved primary member.
    pub(crate) primary: Option<usize>,
    /// The active member so far.
    pub(crate) current: Option<usize>,
    /// A primary was just set or enslaved: the next selection takes it without comparing.
    pub(crate) force_primary_once: bool,
    /// When a primary that is up replaces a current member that is up.
    pub(crate) reselect: PrimaryReselect,
    /// Option `updelay` in passes.
    pub(crate) updelay: Ticks,
}

/// The outcome of a selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// The member to be active from now on; equal to the current one if nothing changes.
    pub(crate) active: Option<usize>,
    /// `force_primary_once` was used up and has to be cleared.
    pub(crate) force_consumed: bool,
}

/// A member together with its place in the list.
type Entry = (usize, Candidate);

/// What one pass over the members finds out.
#[derive(Default)]
struct Survey {
    primary: Option<Entry>,
    current: Option<Entry>,
    /// First of those with the highest `prio` among the members with link up.
    preferred: Option<Entry>,
    /// The member in state `Back` that is closest to being up.
    soonest: Option<Entry>,
}

impl Survey {
    fn take(rules: &Rules, members: impl IntoIterator<Item = Candidate>) -> Self {
        let mut survey = Self::default();
        // Counted by hand, because `enumerate` checks its count for overflow.
        let mut next = 0usize;
        for member in members {
            let index = next;
            next = next.wrapping_add(1);
            let entry = (index, member);
            if rules.primary == Some(index) {
                survey.primary = Some(entry);
            }
            if rules.current == Some(index) {
                survey.current = Some(entry);
            }
            match member.link {
                LinkState::Up => {
                    if survey
                        .preferred
                        .is_none_or(|(_, best)| member.prio > best.prio)
                    {
                        survey.preferred = Some(entry);
                    }
                }
                LinkState::Back => {
                    let limit = survey
                        .soonest
                        .map_or(rules.updelay, |(_, best)| best.remaining);
                    if member.is_up && member.remaining < limit {
                        survey.soonest = Some(entry);
                    }
                }
                LinkState::Fail | LinkState::Down => {}
            }
        }
        survey
    }
}

fn up(entry: Option<Entry>) -> Option<Entry> {
    entry.filter(|(_, member)| member.link == LinkState::Up)
}

/// Chooses the active member among `members`, given in list order.
///
/// The primary wins while its link is up, then the highest `prio`; `primary_reselect` decides whether
/// either may push out a current member that still works. With no link up, the member that is
/// closest to the end of its updelay is taken ahead of time.
pub(crate) fn choose(rules: &Rules, members: impl IntoIterator<Item = Candidate>) -> Choice {
    let survey = Survey::take(rules, members);
    let primary = up(survey.primary);

    if rules.force_primary_once {
        if let Some((index, _)) = primary {
            return Choice {
                active: Some(index),
                force_consumed: true,
            };
        }
    }

    let winner = primary
        .or(survey.preferred)
        .map(|best| match up(survey.current) {
            Some(current) => contest(rules.reselect, best, current),
            None => best,
        });

    Choice {
        active: winner.or(survey.soonest).map(|(index, _)| index),
        force_consumed: false,
    }
}

/// The one that is active afterwards when `challenger` and `current` both have their link up.
fn contest(reselect: PrimaryReselect, challenger: Entry, current: Entry) -> Entry {
    let wins = match reselect {
        PrimaryReselect::Always => true,
        PrimaryReselect::Better => {
            (challenger.1.speed, challenger.1.duplex) > (current.1.speed, current.1.duplex)
        }
        PrimaryReselect::Failure => false,
    };
    if wins {
        challenger
    } else {
        current
    }
}

/// Whether the user may make this member the active one by name.
///
/// Any member that is up with link up qualifies, whether or not one is active now (design decision
/// D19/H6; the C driver asks for an active one first).
pub(crate) fn may_activate(member: &Candidate) -> bool {
    member.is_up && member.link == LinkState::Up
}

/// The events after which an active member may have to be selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trigger {
    /// A member was enslaved in a mode that uses a primary.
    Enslaved,
    /// A member was released.
    Released {
        /// It was the active one.
        was_current: bool,
        /// The whole bond is going away.
        destroying: bool,
    },
    /// miimon or the active-backup ARP monitor found a link up.
    LinkUp {
        /// `prio` of the active member, if there is one.
        current_prio: Option<i32>,
        /// The link belongs to the primary member.
        is_primary: bool,
        /// `prio` of the member whose link came up.
        prio: i32,
    },
    /// The load-balancing ARP monitor found a link up.
    ProbeUp {
        /// There is an active member.
        has_current: bool,
    },
    /// Any monitor found a link down.
    LinkDown {
        /// The link belongs to the active member.
        is_current: bool,
    },
    /// Option `primary` was cleared or set to an enslaved member, or `primary_reselect` was set.
    PrimaryChanged,
    /// Option `primary` was set to the name of a device that is not enslaved.
    PrimaryForgotten {
        /// There was a primary member until now.
        had_primary: bool,
    },
    /// Option `prio` of a member was set.
    PrioChanged {
        /// There is a primary member, which overrides `prio`.
        has_primary: bool,
    },
    /// Option `active_slave` was cleared.
    ActiveCleared,
}

impl Trigger {
    /// Whether [`choose`] has to run after this event.
    pub(crate) fn asks(self) -> bool {
        match self {
            Self::Enslaved | Self::PrimaryChanged | Self::ActiveCleared => true,
            Self::Released {
                was_current,
                destroying,
            } => was_current && !destroying,
            Self::LinkUp {
                current_prio,
                is_primary,
                prio,
            } => is_primary || current_prio.is_none_or(|current| prio > current),
            Self::ProbeUp { has_current } => !has_current,
            Self::LinkDown { is_current } => is_current,
            Self::PrimaryForgotten { had_primary } => had_primary,
            Self::PrioChanged { has_primary } => !has_primary,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UP: Candidate = Candidate {
        link: LinkState::Up,
        is_up: true,
        prio: 0,
        speed: 1000,
        duplex: 1,
        remaining: Ticks::ZERO,
    };
    const DOWN: Candidate = Candidate {
        link: LinkState::Down,
        is_up: false,
        ..UP
    };
    const RULES: Rules = Rules {
        primary: None,
        current: None,
        force_primary_once: false,
        reselect: PrimaryReselect::Always,
        updelay: Ticks(5),
    };

    fn back(remaining: u32) -> Candidate {
        Candidate {
            link: LinkState::Back,
            remaining: Ticks(remaining),
            ..UP
        }
    }

    fn active(rules: Rules, members: &[Candidate]) -> Option<usize> {
        choose(&rules, members.iter().copied()).active
    }

    #[test]
    fn empty_bond_has_no_active_member() {
        assert_eq!(active(RULES, &[]), None);
    }

    #[test]
    fn first_up_member_wins_with_equal_prio() {
        assert_eq!(active(RULES, &[DOWN, UP, UP]), Some(1));
        let rules = Rules {
            current: Some(2),
            ..RULES
        };
        assert_eq!(active(rules, &[DOWN, UP, UP]), Some(1));
        let rules = Rules {
            reselect: PrimaryReselect::Failure,
            ..rules
        };
        assert_eq!(active(rules, &[DOWN, UP, UP]), Some(2));
    }

    #[test]
    fn higher_prio_wins_and_a_primary_beats_prio() {
        let high = Candidate { prio: 7, ..UP };
        assert_eq!(active(RULES, &[UP, high, high]), Some(1));
        let rules = Rules {
            primary: Some(0),
            ..RULES
        };
        assert_eq!(active(rules, &[UP, high, high]), Some(0));
    }

    #[test]
    fn better_compares_speed_then_duplex_and_unknown_wins() {
        let rules = Rules {
            primary: Some(0),
            current: Some(1),
            reselect: PrimaryReselect::Better,
            ..RULES
        };
        let fast = Candidate {
            speed: 10_000,
            ..UP
        };
        let half = Candidate { duplex: 0, ..UP };
        let unknown = Candidate {
            speed: u32::MAX,
            duplex: 255,
            ..UP
        };
        assert_eq!(active(rules, &[fast, UP]), Some(0));
        assert_eq!(active(rules, &[UP, fast]), Some(1));
        assert_eq!(active(rules, &[UP, UP]), Some(1));
        assert_eq!(active(rules, &[UP, half]), Some(0));
        assert_eq!(active(rules, &[unknown, fast]), Some(0));
    }

    #[test]
    fn forced_primary_wins_once_and_only_with_link_up() {
        let rules = Rules {
            primary: Some(1),
            current: Some(0),
            force_primary_once: true,
            reselect: PrimaryReselect::Failure,
            ..RULES
        };
        let choice = choose(&rules, [UP, UP]);
        assert_eq!((choice.active, choice.force_consumed), (Some(1), true));
        let choice = choose(&rules, [UP, DOWN]);
        assert_eq!((choice.active, choice.force_consumed), (Some(0), false));
    }

    #[test]
    fn with_no_link_up_the_one_back_soonest_is_taken() {
        assert_eq!(active(RULES, &[back(4), back(2), back(3)]), Some(1));
        assert_eq!(active(RULES, &[back(2), back(2)]), Some(0));
        assert_eq!(active(RULES, &[back(5)]), None);
        let dead = Candidate {
            is_up: false,
            ..back(1)
        };
        assert_eq!(active(RULES, &[dead, back(4)]), Some(1));
    }
}
