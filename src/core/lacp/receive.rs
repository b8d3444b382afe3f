// SPDX-License-Identifier: GPL-2.0

//! Receive machine (IEEE 802.1AX-2014 clause 6.4.12, functions of clause 6.4.9).
//!
//! ```text
//!   Initialize -> PortDisabled -+-> LacpDisabled                 (half duplex)
//!                               +-> Expired -> Defaulted         (nothing heard)
//!                                     ^  |        |
//!                                     |  +-> Current <-+         (LACPDU)
//!                                     +--------+
//! ```
//!
//! As in the C driver, `Initialize` is left at once, and an LACPDU that arrives outside of `Expired`,
//! `Defaulted` and `Current` only repeats the entry actions of the state. Unlike in the C driver,
//! a link that becomes full duplex leaves `LacpDisabled`, as the standard has it.

use super::{
    key::Key,
    port::{same_identity, same_selection, Port},
    timing::Timing,
    trace::Reason,
};
use crate::engine::wire::lacpdu::{
    Repr,
    State, //
};

/// State of the machine, with the ticks left on current_while_timer where it matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Receive {
    /// The link is down.
    #[default]
    PortDisabled,
    /// The link is half duplex, which LACP does not support.
    LacpDisabled,
    /// The partner was not heard in time, or not yet.
    Expired {
        /// Ticks left.
        left: u16,
    },
    /// The partner's parameters are assumptions.
    Defaulted,
    /// The partner's parameters are from its LACPDUs.
    Current {
        /// Ticks left.
        left: u16,
    },
}

/// What the caller has to do after a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effects {
    /// Churn detection starts over.
    pub(crate) restart_churn: bool,
    /// The LACPDU carried our own system, so that it was looped back or forged, and was ignored.
    ///
    /// The C driver stops current_while_timer then, which lets one forged frame keep a dead partner
    /// alive for ever.
    pub(crate) loopback: bool,
}

impl Receive {
    /// Advances by one tick.
    pub(crate) fn tick(&mut self, port: &mut Port, timing: &Timing) -> Effects {
        self.step(port, None, timing)
    }

    /// Takes an LACPDU.
    pub(crate) fn receive(&mut self, port: &mut Port, pdu: &Repr, timing: &Timing) -> Effects {
        self.step(port, Some(pdu), timing)
    }

    /// The state's number in traces.
    pub(crate) const fn number(self) -> u16 {
        match self {
            Self::PortDisabled => 0,
            Self::LacpDisabled => 1,
            Self::Expired { .. } => 2,
            Self::Defaulted => 3,
            Self::Current { .. } => 4,
        }
    }

    /// Why the machine came to this state from `old`.
    pub(crate) fn reason(self, old: Self, port: &Port) -> Reason {
        match (old, self) {
            (_, Self::PortDisabled) if port.begin => Reason::Begin,
            (Self::LacpDisabled, Self::PortDisabled) if port.enabled => Reason::LinkUp,
            (_, Self::PortDisabled) => Reason::LinkDown,
            (_, Self::LacpDisabled) => Reason::HalfDuplex,
            (Self::PortDisabled, Self::Expired { .. }) => Reason::LinkUp,
            (_, Self::Expired { .. } | Self::Defaulted) => Reason::Timeout,
            (_, Self::Current { .. }) => Reason::Heard,
        }
    }

    fn step(&mut self, port: &mut Port, pdu: Option<&Repr>, timing: &Timing) -> Effects {
        let mut effects = Effects::default();
        if port.begin {
            initialize(port);
            effects.restart_churn = true;
            *self = enter_port_disabled(port);
            return effects;
        }
        if !port.enabled {
            if *self != Self::PortDisabled || pdu.is_some() {
                *self = enter_port_disabled(port);
            }
            return effects;
        }
        *self = match (*self, pdu) {
            (Self::Current { .. } | Self::Expired { .. } | Self::Defaulted, Some(pdu)) => {
                effects.loopback = pdu.actor.system == port.actor.system;
                if effects.loopback {
                    return effects;
                }
                effects.restart_churn = !matches!(*self, Self::Current { .. });
                enter_current(port, pdu, timing)
            }
            (Self::Current { left: 0 | 1 }, None) => enter_expired(port, &mut effects, timing),
            (Self::Current { left }, None) => Self::Current {
                left: left.saturating_sub(1),
            },
            (Self::Expired { left: 0 | 1 }, None) => enter_defaulted(port),
            (Self::Expired { left }, None) => Self::Expired {
                left: left.saturating_sub(1),
            },
            (Self::PortDisabled, _) if port.lacp_enabled => {
                enter_expired(port, &mut effects, timing)
            }
            (Self::LacpDisabled, None) if port.lacp_enabled => enter_port_disabled(port),
            (Self::PortDisabled, _) | (Self::LacpDisabled, Some(_)) => enter_lacp_disabled(port),
            (Self::Defaulted | Self::LacpDisabled, None) => *self,
        };
        effects
    }
}

/// INITIALIZE.
fn initialize(port: &mut Port) {
    port.lacp_enabled = Key(port.actor.key).is_full_duplex();
    port.unselect(Reason::Begin);
    record_default(port);
    port.actor.state.set(State::EXPIRED, false);
}

/// PORT_DISABLED.
fn enter_port_disabled(port: &mut Port) -> Receive {
    port.matched = false;
    port.partner.state.set(State::SYNCHRONIZATION, false);
    Receive::PortDisabled
}

/// LACP_DISABLED.
fn enter_lacp_disabled(port: &mut Port) -> Receive {
    port.unselect(Reason::HalfDuplex);
    record_default(port);
    port.partner.state.set(State::AGGREGATION, false);
    port.matched = true;
    port.actor.state.set(State::EXPIRED, false);
    Receive::LacpDisabled
}

/// EXPIRED.
fn enter_expired(port: &mut Port, effects: &mut Effects, timing: &Timing) -> Receive {
    port.matched = false;
    port.partner.state.set(State::SYNCHRONIZATION, false);
    port.partner.state.set(State::SHORT_TIMEOUT, true);
    port.actor.state.set(State::EXPIRED, true);
    effects.restart_churn = true;
    Receive::Expired {
        left: timing.short_timeout,
    }
}

/// DEFAULTED: update_Default_Selected, then recordDefault.
fn enter_defaulted(port: &mut Port) -> Receive {
    if !same_selection(&port.partner_admin, &port.partner) {
        port.unselect(Reason::Timeout);
    }
    record_default(port);
    port.matched = true;
    port.actor.state.set(State::EXPIRED, false);
    Receive::Defaulted
}

/// CURRENT: update_Selected, update_NTT, then recordPDU.
fn enter_current(port: &mut Port, pdu: &Repr, timing: &Timing) -> Receive {
    if !same_selection(&pdu.actor, &port.partner) {
        port.unselect(Reason::PartnerChanged);
    }
    let told = State::ACTIVITY
        .or(State::SHORT_TIMEOUT)
        .or(State::SYNCHRONIZATION)
        .or(State::AGGREGATION);
    let knows_us = same_identity(&pdu.partner, &port.actor)
        && pdu.partner.state.and(told) == port.actor.state.and(told);
    if !knows_us {
        port.ntt = true;
    }
    record_pdu(port, pdu);
    port.actor.state.set(State::EXPIRED, false);
    let short = port.actor.state.has(State::SHORT_TIMEOUT);
    Receive::Current {
        left: if short {
            timing.short_timeout
        } else {
            timing.long_timeout
        },
    }
}

/// recordDefault.
fn record_default(port: &mut Port) {
    port.partner = port.partner_admin;
    port.actor.state.set(State::DEFAULTED, true);
}

/// recordPDU.
fn record_pdu(port: &mut Port, pdu: &Repr) {
    port.matched =
        same_selection(&pdu.partner, &port.actor) || !pdu.actor.state.has(State::AGGREGATION);
    port.partner = pdu.actor;
    port.actor.state.set(State::DEFAULTED, false);
    let in_sync = port.matched && pdu.actor.state.has(State::SYNCHRONIZATION);
    port.partner.state.set(State::SYNCHRONIZATION, in_sync);
}
