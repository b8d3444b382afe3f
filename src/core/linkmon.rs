// SPDX-License-Identifier: GPL-2.0

//! The MII monitor's view of one member (spec/dataplane.md 5.3, 5.4).
//!
//! ```text
//!          lost                    downdelay over
//!   Up ------------> Fail ------------------------> Down
//!    ^ <------------                                | ^
//!    |     found                              found | | lost
//!    |                 updelay over                 v |
//!    +--------------------------------------------- Back
//! ```
//!
//! A state with no delay to wait for is left in the pass that entered it. The caller holds RTNL, walks
//! the members in list order with one [`Pass`], and for each member calls [`LinkMonitor::inspect`],
//! then, if a state was proposed, [`LinkMonitor::commit`] (or [`LinkMonitor::reject_up`]). Members for
//! which [`is_idle`] holds need no inspection, so a pass over a quiet bond takes no lock.

use super::link_event::{
    LinkEvent,
    Role, //
};
use super::time::{
    Instant,
    Ticks, //
};
use super::types::{
    LinkState,
    Mode, //
};

/// The options that the monitor obeys.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Delays {
    /// Option `updelay` in passes.
    pub(crate) up: Ticks,
    /// Option `downdelay` in passes.
    pub(crate) down: Ticks,
    /// Option `miimon`, in milliseconds; only used to report times.
    pub(crate) period_ms: u32,
}

/// Why a member is inspected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A periodic pass; delays count down.
    Tick,
    /// The device reported a change between two passes; delays start but do not count down, so that
    /// they never come out shorter than asked for.
    CarrierEvent,
}

/// What is common to the members inspected in one go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pass {
    cause: Cause,
    ignore_updelay: bool,
}

impl Pass {
    /// Starts a pass over a bond that does (`working`) or does not have a working member.
    ///
    /// Without one, the first link that comes up in this pass is used at once, in every mode (design
    /// decision H4).
    pub(crate) fn new(cause: Cause, working: bool) -> Self {
        Self {
            cause,
            ignore_updelay: !working,
        }
    }
}

/// Whether the bond has a working member, as [`Pass::new`] wants to know.
///
/// In active-backup that is the active member (it may be serving out its downdelay). In the other
/// modes it is any member that can send, in 802.3ad with the consent of LACP.
pub(crate) fn is_working(
    mode: Mode,
    has_current: bool,
    can_send: impl IntoIterator<Item = bool>,
) -> bool {
    match mode {
        Mode::ActiveBackup => has_current,
        _ => can_send.into_iter().any(|can| can),
    }
}

/// The state in which inspecting a member whose link was sensed so has no effect.
#[inline(always)]
pub(crate) const fn settled(sensed: bool) -> LinkState {
    if sensed {
        LinkState::Up
    } else {
        LinkState::Down
    }
}

/// Whether inspecting a member in state `link` would have no effect.
pub(crate) fn is_idle(link: LinkState, sensed: bool) -> bool {
    link == settled(sensed)
}

/// The outcome of [`LinkMonitor::inspect`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Inspection {
    /// The state to commit; `None` if nothing changes.
    pub(crate) proposal: Option<LinkState>,
    /// What to tell the user, rate-limited.
    pub(crate) event: Option<LinkEvent>,
}

/// Link of one member as the monitor keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LinkMonitor {
    /// The state that counts for selection, transmission and the bond's carrier.
    pub(crate) link: LinkState,
    /// Passes left in `Fail` or `Back`; meaningless in the other states.
    pub(crate) remaining: Ticks,
    /// Whether the link was found between two passes: the next one ends the first of its updelay.
    pub(crate) early: bool,
    /// When the link last came up or was made the active one; `None` if it never was.
    pub(crate) last_link_up: Option<Instant>,
    /// Times that the link was found down after being up, saturating.
    pub(crate) failures: u32,
}

impl LinkMonitor {
    /// The link of a member at the moment it is enslaved (1.2 step m).
    ///
    /// With miimon, pass `Some` delays; with the ARP monitor, `None` and the carrier; with no monitor,
    /// `None` and `true`.
    pub(crate) fn enslaved(sensed: bool, delays: Option<Delays>, now: Instant) -> Self {
        let updelay = delays.map_or(Ticks::ZERO, |delays| delays.up);
        let (link, remaining) = match (sensed, updelay.is_zero()) {
            (false, _) => (LinkState::Down, Ticks::ZERO),
            (true, true) => (LinkState::Up, Ticks::ZERO),
            (true, false) => (LinkState::Back, updelay),
        };
        Self {
            link,
            remaining,
            early: false,
            last_link_up: sensed.then_some(now),
            failures: 0,
        }
    }

    /// Compares the link with what was `sensed` and proposes its next state.
    ///
    /// `role` only words the report. The state itself changes when the proposal is committed.
    pub(crate) fn inspect(
        &mut self,
        sensed: bool,
        role: Role,
        delays: Delays,
        pass: &mut Pass,
        now: Instant,
    ) -> Inspection {
        match (self.link, sensed) {
            (LinkState::Up, true) | (LinkState::Down, false) => Inspection::default(),
            (LinkState::Up, false) => {
                let done = self.begin(delays.down, pass.cause, LinkState::Down);
                let event = (!delays.down.is_zero()).then(|| LinkEvent::GoingDown {
                    role,
                    ms: delays.down.as_ms(delays.period_ms),
                });
                Inspection {
                    proposal: Some(done.unwrap_or(LinkState::Fail)),
                    event,
                }
            }
            (LinkState::Fail, false) => Inspection {
                proposal: self.wait(pass.cause, LinkState::Down),
                event: None,
            },
            (LinkState::Fail, true) => {
                self.last_link_up = Some(now);
                Inspection {
                    proposal: Some(LinkState::Up),
                    event: Some(LinkEvent::UpAgain {
                        ms: delays.down.elapsed_ms(self.remaining, delays.period_ms),
                    }),
                }
            }
            (LinkState::Down, true) => {
                let (wait, ms) = if pass.ignore_updelay {
                    (Ticks::ZERO, 0)
                } else {
                    (delays.up, delays.up.as_ms(delays.period_ms))
                };
                let event = (!delays.up.is_zero()).then_some(LinkEvent::ComingUp { ms });
                let done = self.begin(wait, pass.cause, LinkState::Up);
                if done.is_some() {
                    pass.ignore_updelay = false;
                }
                Inspection {
                    proposal: Some(done.unwrap_or(LinkState::Back)),
                    event,
                }
            }
            (LinkState::Back, true) => Inspection {
                proposal: self.wait_back(pass),
                event: None,
            },
            (LinkState::Back, false) => Inspection {
                proposal: Some(LinkState::Down),
                event: Some(LinkEvent::DownAgain {
                    ms: delays.up.elapsed_ms(self.remaining, delays.period_ms),
                }),
            },
        }
    }

    /// Begins to wait for so many passes; yields `next` if that is none.
    fn begin(&mut self, delay: Ticks, cause: Cause, next: LinkState) -> Option<LinkState> {
        self.remaining = delay;
        self.early = cause == Cause::CarrierEvent;
        if delay.is_zero() {
            return Some(next);
        }
        self.wait(cause, next)
    }

    /// Waits in `Back`; the first to get here while nothing works does not wait.
    fn wait_back(&mut self, pass: &mut Pass) -> Option<LinkState> {
        if pass.ignore_updelay {
            pass.ignore_updelay = false;
            self.remaining = Ticks::ZERO;
            return Some(LinkState::Up);
        }
        self.wait(pass.cause, LinkState::Up)
    }

    /// Spends one pass of the delay; yields `next` if there was none left to spend. Time between two
    /// passes does not count.
    fn wait(&mut self, cause: Cause, next: LinkState) -> Option<LinkState> {
        if cause == Cause::CarrierEvent {
            return None;
        }
        self.early = false;
        if self.remaining.is_zero() {
            return Some(next);
        }
        self.remaining = self.remaining.less_one();
        None
    }

    /// Passes left of updelay as the selection compares them. A link that was found between two
    /// passes counts as if the pass had found it, which spends one at once.
    pub(crate) fn left(&self) -> Ticks {
        if self.early {
            self.remaining.less_one()
        } else {
            self.remaining
        }
    }

    /// Adopts a proposed state.
    ///
    /// Before committing `Up`, the caller refreshes speed and duplex; if they are unknown and the mode
    /// depends on them, it calls [`LinkMonitor::reject_up`] instead.
    pub(crate) fn commit(&mut self, state: LinkState, now: Instant) {
        match state {
            LinkState::Up => self.last_link_up = Some(now),
            LinkState::Down => self.failures = self.failures.saturating_add(1),
            LinkState::Fail | LinkState::Back => {}
        }
        self.link = state;
    }

    /// Turns down a proposal of `Up` because speed and duplex are unknown.
    ///
    /// The link counts as down and, while it stays up, is proposed again in later passes.
    pub(crate) fn reject_up(&mut self) -> LinkEvent {
        self.link = LinkState::Down;
        LinkEvent::NoSpeed
    }

    /// Makes this the active member (4.2 step 2), ending its updelay if it was in one.
    ///
    /// Yields what to log in the modes that use a primary. When the state was `Back`, it is now `Up`
    /// and the caller handles that as a link change.
    pub(crate) fn activate(&mut self, delays: Delays, now: Instant) -> LinkEvent {
        self.last_link_up = Some(now);
        if self.link != LinkState::Back {
            return LinkEvent::NewActive;
        }
        let ms = delays.up.elapsed_ms(self.remaining, delays.period_ms);
        self.remaining = Ticks::ZERO;
        self.link = LinkState::Up;
        LinkEvent::NewActiveEarly { ms }
    }

    /// Notes that an 802.3ad member lost speed and duplex outside the monitor (5.5).
    pub(crate) fn lose_speed(&mut self) {
        self.link = match self.last_link_up {
            Some(_) => LinkState::Fail,
            None => LinkState::Down,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::from_millis(1000);
    const DELAYS: Delays = Delays {
        up: Ticks(2),
        down: Ticks(1),
        period_ms: 100,
    };
    const NO_DELAYS: Delays = Delays {
        up: Ticks::ZERO,
        down: Ticks::ZERO,
        period_ms: 100,
    };

    fn member(link: LinkState) -> LinkMonitor {
        LinkMonitor {
            link,
            remaining: Ticks::ZERO,
            early: false,
            last_link_up: None,
            failures: 0,
        }
    }

    /// One periodic pass over a bond of one member that has another one working.
    fn tick(member: &mut LinkMonitor, sensed: bool, delays: Delays) -> Inspection {
        let mut pass = Pass::new(Cause::Tick, true);
        let seen = member.inspect(sensed, Role::Unnamed, delays, &mut pass, NOW);
        if let Some(state) = seen.proposal {
            member.commit(state, NOW);
        }
        seen
    }

    #[test]
    fn without_delays_one_pass_is_enough() {
        let mut m = member(LinkState::Up);
        let seen = tick(&mut m, false, NO_DELAYS);
        assert_eq!((seen.proposal, seen.event), (Some(LinkState::Down), None));
        assert_eq!(m.failures, 1);
        let seen = tick(&mut m, true, NO_DELAYS);
        assert_eq!((seen.proposal, seen.event), (Some(LinkState::Up), None));
    }

    #[test]
    fn downdelay_of_n_passes_ends_n_passes_after_detection() {
        let mut m = member(LinkState::Up);
        let seen = tick(&mut m, false, DELAYS);
        assert_eq!(seen.proposal, Some(LinkState::Fail));
        let event = LinkEvent::GoingDown {
            role: Role::Unnamed,
            ms: 100,
        };
        assert_eq!(seen.event, Some(event));
        assert_eq!(tick(&mut m, false, DELAYS).proposal, Some(LinkState::Down));
    }

    #[test]
    fn recovery_from_fail_reports_the_time_lost() {
        let mut m = member(LinkState::Up);
        tick(&mut m, false, DELAYS);
        let seen = tick(&mut m, true, DELAYS);
        assert_eq!(seen.event, Some(LinkEvent::UpAgain { ms: 100 }));
        assert_eq!((m.link, m.failures), (LinkState::Up, 0));
    }

    #[test]
    fn updelay_counts_down_and_falls_back() {
        let mut m = member(LinkState::Down);
        let seen = tick(&mut m, true, DELAYS);
        assert_eq!(seen.proposal, Some(LinkState::Back));
        assert_eq!(seen.event, Some(LinkEvent::ComingUp { ms: 200 }));
        assert_eq!(tick(&mut m, true, DELAYS), Inspection::default());
        let seen = tick(&mut m, false, DELAYS);
        assert_eq!(seen.event, Some(LinkEvent::DownAgain { ms: 200 }));
        assert_eq!(m.link, LinkState::Down);
    }

    #[test]
    fn only_the_first_member_of_a_dead_bond_skips_updelay() {
        let mut pass = Pass::new(Cause::Tick, false);
        let mut first = member(LinkState::Down);
        let mut second = member(LinkState::Down);
        let seen = first.inspect(true, Role::Unnamed, DELAYS, &mut pass, NOW);
        assert_eq!(seen.proposal, Some(LinkState::Up));
        assert_eq!(seen.event, Some(LinkEvent::ComingUp { ms: 0 }));
        let seen = second.inspect(true, Role::Unnamed, DELAYS, &mut pass, NOW);
        assert_eq!(seen.proposal, Some(LinkState::Back));
        assert_eq!(seen.event, Some(LinkEvent::ComingUp { ms: 200 }));
    }

    #[test]
    fn an_event_between_passes_does_not_shorten_a_delay() {
        let mut m = member(LinkState::Up);
        let mut pass = Pass::new(Cause::CarrierEvent, true);
        m.inspect(false, Role::Unnamed, DELAYS, &mut pass, NOW);
        assert_eq!(m.remaining, DELAYS.down);
        m.commit(LinkState::Fail, NOW);
        // Another event when the last pass of the delay has not ended.
        tick(&mut m, false, DELAYS);
        assert_eq!(m.remaining, Ticks::ZERO);
        let mut pass = Pass::new(Cause::CarrierEvent, true);
        let seen = m.inspect(false, Role::Unnamed, DELAYS, &mut pass, NOW);
        assert_eq!(seen.proposal, None);
        assert_eq!(tick(&mut m, false, DELAYS).proposal, Some(LinkState::Down));
    }

    #[test]
    fn a_link_found_between_passes_can_be_chosen_before_the_next() {
        let mut m = member(LinkState::Down);
        let mut pass = Pass::new(Cause::CarrierEvent, true);
        let seen = m.inspect(true, Role::Unnamed, DELAYS, &mut pass, NOW);
        assert_eq!(seen.proposal, Some(LinkState::Back));
        m.commit(LinkState::Back, NOW);
        assert_eq!((m.remaining, m.left()), (Ticks(2), Ticks(1)));
        // As after a pass that found it, which is one sooner.
        tick(&mut m, true, DELAYS);
        assert_eq!((m.remaining, m.left()), (Ticks(1), Ticks(1)));
        let enslaved = LinkMonitor::enslaved(true, Some(DELAYS), NOW);
        assert_eq!(enslaved.left(), Ticks(2));
    }

    #[test]
    fn times_of_delays_that_changed_meanwhile_are_as_the_c_driver_shows_them() {
        let mut m = member(LinkState::Down);
        tick(&mut m, true, DELAYS);
        let lowered = Delays {
            up: Ticks::ZERO,
            ..DELAYS
        };
        let seen = tick(&mut m, false, lowered);
        assert_eq!(seen.event, Some(LinkEvent::DownAgain { ms: -100 }));
        let endless = Delays {
            up: Ticks(i32::MAX as u32),
            period_ms: 1000,
            ..DELAYS
        };
        let seen = tick(&mut m, true, endless);
        assert_eq!(seen.event, Some(LinkEvent::ComingUp { ms: -1000 }));
    }

    #[test]
    fn activation_ends_updelay() {
        let mut m = LinkMonitor::enslaved(true, Some(DELAYS), NOW);
        assert_eq!(m.link, LinkState::Back);
        tick(&mut m, true, DELAYS);
        let event = m.activate(DELAYS, NOW);
        assert_eq!(event, LinkEvent::NewActiveEarly { ms: 100 });
        assert_eq!(m.link, LinkState::Up);
    }
}
