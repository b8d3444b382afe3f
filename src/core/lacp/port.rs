// SPDX-License-Identifier: GPL-2.0

//! The variables of a port that its state machines share (IEEE 802.1AX-2014 clauses 6.4.6, 6.4.8).

use super::trace::Reason;
use crate::engine::wire::lacpdu::{
    Info,
    State, //
};

/// What the machines of one port read and write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Port {
    /// Operational parameters of this end.
    pub(crate) actor: Info,
    /// Operational parameters of the other end, heard or assumed.
    pub(crate) partner: Info,
    /// Parameters of the other end that are assumed as long as it is not heard.
    pub(crate) partner_admin: Info,
    /// BEGIN: the machines start over in this tick.
    pub(crate) begin: bool,
    /// port_enabled: the link is up.
    pub(crate) enabled: bool,
    /// LACP_Enabled: the link is full duplex.
    pub(crate) lacp_enabled: bool,
    /// Selected: belongs to an aggregator.
    pub(crate) selected: bool,
    /// Why Selected was last cleared.
    pub(crate) unselected: Reason,
    /// Ready_N: has waited for others to join the aggregator.
    pub(crate) ready: bool,
    /// matched: the other end knows this end's parameters.
    pub(crate) matched: bool,
    /// NTT, need to transmit.
    pub(crate) ntt: bool,
}

impl Port {
    /// What is assumed of a partner that was never heard.
    pub(crate) const NOBODY: Info = Info {
        system_priority: 0xffff,
        system: [0; 6],
        key: 1,
        port_priority: 0xff,
        port: 1,
        state: State(0),
    };

    /// Clears Selected, so that selection looks for an aggregator in the next tick.
    pub(crate) fn unselect(&mut self, reason: Reason) {
        if self.selected {
            self.unselected = reason;
        }
        self.selected = false;
    }

    /// Whether this end says it is in sync.
    pub(crate) fn actor_in_sync(&self) -> bool {
        self.actor.state.has(State::SYNCHRONIZATION)
    }

    /// Whether the other end says it is in sync, about this one.
    pub(crate) fn partner_in_sync(&self) -> bool {
        self.partner.state.has(State::SYNCHRONIZATION)
    }
}

/// Whether two ends would be selected into the same aggregation: all but the other state bits.
pub(crate) fn same_selection(a: &Info, b: &Info) -> bool {
    same_identity(a, b) && a.state.and(State::AGGREGATION) == b.state.and(State::AGGREGATION)
}

/// Whether two ends are the same port with the same key.
pub(crate) fn same_identity(a: &Info, b: &Info) -> bool {
    Info {
        state: b.state,
        ..*a
    } == *b
}
