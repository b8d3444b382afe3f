// SPDX-License-Identifier: GPL-2.0

//! Ports at rest: in most ticks nothing happens to a port but that its timers go on.
//!
//! After a tick, or a frame, each machine says for how many ticks it would only count down. A port
//! sleeps through the least of these: a tick costs it one decrement. Whatever else reaches a port,
//! or the aggregator that it is in, wakes it first, which lets its timers catch up; so what a
//! port does is the same with rest and without.

use super::{
    churn::{Churn, ChurnState},
    mux::Mux,
    periodic::Periodic,
    port::Port,
    receive::Receive,
    run::Run,
    selection::Lag,
    slot::{Flow, Slot},
    transmit::Transmit,
};
use crate::engine::wire::lacpdu::State;

/// How long a port rests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Rest {
    /// Ticks that it still sleeps through.
    left: u16,
    /// Ticks that it slept through, by which its timers are behind.
    passed: u16,
}

/// No tick matters: a machine that waits for something else.
const FOREVER: u16 = u16::MAX;

/// The ticks before the one in which a timer with `left` ticks runs out.
const fn before_end(left: u16) -> u16 {
    left.saturating_sub(1)
}

impl Receive {
    fn rest(self, port: &Port) -> u16 {
        let stays = match self {
            Self::Current { left } | Self::Expired { left } if port.enabled => {
                return before_end(left)
            }
            Self::Defaulted => port.enabled,
            Self::LacpDisabled => port.enabled && !port.lacp_enabled,
            Self::PortDisabled => !port.enabled,
            Self::Current { .. } | Self::Expired { .. } => false,
        };
        if stays {
            FOREVER
        } else {
            0
        }
    }

    fn skip(&mut self, ticks: u16) {
        if let Self::Current { left } | Self::Expired { left } = self {
            *left = left.saturating_sub(ticks);
        }
    }
}

impl Periodic {
    fn rest(self, port: &Port) -> u16 {
        let short = port.partner.state.has(State::SHORT_TIMEOUT);
        match (self, self.may_run(port)) {
            (Self::Fast { left }, true) if short => before_end(left),
            (Self::Slow { left }, true) if !short => before_end(left),
            (Self::No, false) => FOREVER,
            _ => 0,
        }
    }

    fn skip(&mut self, ticks: u16) {
        if let Self::Fast { left } | Self::Slow { left } = self {
            *left = left.saturating_sub(ticks);
        }
    }
}

impl Transmit {
    fn rest(&self, port: &Port) -> u16 {
        if port.ntt && port.lacp_enabled {
            before_end(self.left.into())
        } else {
            FOREVER
        }
    }

    fn skip(&mut self, ticks: u16) {
        let left = u16::from(self.left).saturating_sub(ticks);
        self.left = u8::try_from(left).unwrap_or(0);
    }
}

impl Churn {
    fn rest(&self) -> u16 {
        match self.state {
            _ if self.restart => 0,
            ChurnState::Monitor { left } => before_end(left),
            ChurnState::Churned | ChurnState::NoChurn => FOREVER,
        }
    }

    fn skip(&mut self, ticks: u16) {
        if let ChurnState::Monitor { left } = &mut self.state {
            *left = left.saturating_sub(ticks);
        }
    }
}

impl Slot {
    /// Whether the port sleeps through this tick.
    #[inline(always)]
    pub(super) fn sleeps(&mut self) -> bool {
        let Rest { left, passed } = self.rest;
        if left == 0 {
            return false;
        }
        self.rest = Rest {
            left: left.wrapping_sub(1),
            passed: passed.wrapping_add(1),
        };
        true
    }

    /// Ends the rest: timers catch up.
    pub(super) fn wake(&mut self) {
        let Rest { passed, .. } = core::mem::take(&mut self.rest);
        if passed > 0 {
            self.receive.skip(passed);
            self.periodic.skip(passed);
            self.transmit.skip(passed);
            self.actor_churn.skip(passed);
            self.partner_churn.skip(passed);
        }
    }

    /// For how many ticks nothing happens to the port, which is in `lag`.
    fn idle_ticks(&self, lag: Lag) -> u16 {
        let port = &self.port;
        // The one that mostly says no.
        let periodic = self.periodic.rest(port);
        if periodic == 0 {
            return 0;
        }
        if port.begin || !port.selected || !self.mux_rests(lag) {
            return 0;
        }
        periodic
            .min(self.receive.rest(port))
            .min(self.transmit.rest(port))
            .min(self.actor_churn.rest())
            .min(self.partner_churn.rest())
    }

    /// Whether the mux machine stays where it is and has nothing to do there.
    fn mux_rests(&self, lag: Lag) -> bool {
        let port = &self.port;
        let in_sync = port.actor_in_sync() && port.partner_in_sync();
        let collects = port.partner.state.has(State::COLLECTING);
        match self.mux {
            Mux::CollectingDistributing => in_sync && self.flow == Flow::BOTH,
            Mux::Distributing => in_sync && collects && self.flow == Flow::BOTH,
            Mux::Collecting => in_sync && !collects && self.flow.receives,
            // The active aggregator's ports wait for the partner, the others to become that. One
            // that worked alone and hears a partner is to stop.
            Mux::Attached => {
                let waits = !lag.active || (port.actor_in_sync() && !port.partner_in_sync());
                waits && (self.flow == Flow::NONE || !lag.has_partner)
            }
            Mux::Detached | Mux::Waiting { .. } => false,
        }
    }
}

/// Wakes all ports: something happens that may concern any.
pub(crate) fn wake_all(slots: &mut [Slot]) {
    for slot in slots {
        slot.wake();
    }
}

impl<H> Run<'_, H> {
    /// Lets port `i` sleep while nothing happens to it.
    pub(super) fn lie_down(&mut self, i: usize)
    where
        H: super::host::Host,
    {
        let lag = self.lag(i);
        if let Some(slot) = self.slot_mut(i) {
            slot.rest = Rest {
                left: slot.idle_ticks(lag),
                passed: 0,
            };
        }
    }
}
