// SPDX-License-Identifier: GPL-2.0

//! Periodic transmission machine (IEEE 802.1AX-2014 clause 6.4.13).

use crate::engine::lacp::port::Port;
use crate::engine::wire::lacpdu::State;

/// Ticks from one transmission to the next, less the one spent in `Tx`.
const FAST_WAIT: u16 = 9;
const SLOW_WAIT: u16 = 299;

/// State of the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
    pub(crate) fn tick(&mut self, port: &mut Port) {
        let next = self.next(port);
        if next == Self::Tx && *self != Self::Tx {
            port.ntt = true;
        }
        *self = next;
    }

    fn next(self, port: &Port) -> Self {
        const FAST: Periodic = Periodic::Fast { left: FAST_WAIT };
        const SLOW: Periodic = Periodic::Slow { left: SLOW_WAIT };
        let active = port.actor.state.or(port.partner.state).has(State::ACTIVITY);
        if port.begin || !port.lacp_enabled || !port.enabled || !active {
            return Self::No;
        }
        let short = port.partner.state.has(State::SHORT_TIMEOUT);
        match self {
            Self::No => FAST,
            Self::Fast { left: 0 | 1 } | Self::Slow { left: 0 | 1 } => Self::Tx,
            Self::Fast { .. } if !short => SLOW,
            Self::Fast { left } => Self::Fast {
                left: left.saturating_sub(1),
            },
            Self::Slow { .. } if short => Self::Tx,
            Self::Slow { left } => Self::Slow {
                left: left.saturating_sub(1),
            },
            Self::Tx if short => FAST,
            Self::Tx => SLOW,
        }
    }
}
