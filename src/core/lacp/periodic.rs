// SPDX-License-Identifier: GPL-2.0

//! Periodic transmission machine (IEEE 802.1AX-2014 clause 6.4.13).

use super::{port::Port, timing::Timing, trace::Reason};
use crate::engine::wire::lacpdu::State;

/// State of the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Periodic {
    /// NO_PERIODIC: nothing is sent.
    #[default]
    No,
    /// FAST_PERIODIC: once a second, as a partner with short timeout wants.
    Fast {
        /// Ticks left.
        left: u16,
    },
    /// SLOW_PERIODIC: every 30 seconds.
    Slow {
        /// Ticks left.
        left: u16,
    },
    /// PERIODIC_TX: it is time to send.
    Tx,
}

impl Periodic {
    /// Advances by one tick; asks for a transmission when one is due.
    pub(crate) fn tick(&mut self, port: &mut Port, timing: &Timing) {
        let next = self.next(port, timing);
        if next == Self::Tx && *self != Self::Tx {
            port.ntt = true;
        }
        *self = next;
    }

    /// The state's number in traces.
    pub(crate) const fn number(self) -> u16 {
        match self {
            Self::No => 0,
            Self::Fast { .. } => 1,
            Self::Slow { .. } => 2,
            Self::Tx => 3,
        }
    }

    /// Why the machine came to this state from `old`.
    pub(crate) fn reason(self, old: Self, port: &Port) -> Reason {
        match (old, self) {
            (_, Self::No) if port.begin => Reason::Begin,
            (_, Self::No) if !port.enabled => Reason::LinkDown,
            (_, Self::No) if !port.lacp_enabled => Reason::HalfDuplex,
            (_, Self::No) | (Self::No, _) => Reason::Activity,
            (Self::Fast { .. }, Self::Slow { .. }) => Reason::Rate,
            _ => Reason::TimerOver,
        }
    }

    /// Whether there is any reason to send periodically: some end is active on a link that works.
    pub(super) fn may_run(self, port: &Port) -> bool {
        let states = port.actor.state.or(port.partner.state);
        port.enabled && port.lacp_enabled && states.has(State::ACTIVITY)
    }

    fn next(self, port: &Port, timing: &Timing) -> Self {
        // One tick of each period is spent in `Tx`.
        let fast = Self::Fast {
            left: timing.fast_periodic.saturating_sub(1),
        };
        let slow = Self::Slow {
            left: timing.slow_periodic.saturating_sub(1),
        };
        if port.begin || !self.may_run(port) {
            return Self::No;
        }
        let short = port.partner.state.has(State::SHORT_TIMEOUT);
        match self {
            Self::No => fast,
            Self::Fast { left: 0 | 1 } | Self::Slow { left: 0 | 1 } => Self::Tx,
            Self::Fast { .. } if !short => slow,
            Self::Fast { left } => Self::Fast {
                left: left.saturating_sub(1),
            },
            Self::Slow { .. } if short => Self::Tx,
            Self::Slow { left } => Self::Slow {
                left: left.saturating_sub(1),
            },
            Self::Tx if short => fast,
            Self::Tx => slow,
        }
    }
}
