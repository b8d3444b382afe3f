// SPDX-License-Identifier: GPL-2.0

//! What the machines did and why: trace events, and the history of each port.

use super::{Bond, Member};
use crate::{
    engine::lacp::{
        history::{History, Stamp},
        trace::Transition,
    },
    net::{
        device::DevName,
        trace::{self, LacpTransition, Value},
        work::now_ns,
    },
};
use kernel::prelude::*;

/// A copy of a port's history.
pub(crate) struct PortHistory {
    /// The name of the member.
    pub(crate) name: DevName,
    /// What happened to it.
    pub(crate) history: History,
}

fn event(port: u16, what: Transition) -> LacpTransition {
    let state = |number| Value {
        number,
        name: what.machine.state_name(number),
    };
    LacpTransition {
        port,
        machine: Value {
            number: what.machine.number().into(),
            name: Some(what.machine.name()),
        },
        old: state(what.old),
        new: state(what.new),
        reason: Value {
            number: what.reason.number().into(),
            name: Some(what.reason.name()),
        },
    }
}

/// Notes what happened to the port `m`.
pub(super) fn note(bond: &Bond, m: &Member, history: &mut History, what: Transition) {
    trace::lacp(bond.dev(), m.dev(), || event(history.port, what));
    if !what.is_routine() {
        history.note(Stamp(now_ns()), what);
    }
}

impl Bond {
    /// Copies of the histories of all ports; none outside of 802.3ad. May sleep.
    pub(crate) fn lacp_histories(&self) -> Result<KVVec<PortHistory>> {
        loop {
            let n = self.lacp(|l| l.histories.len());
            let mut copies = KVVec::with_capacity(n, GFP_KERNEL)?;
            let complete = self.lacp(|l| {
                for (m, history) in l.members.iter().zip(&l.histories) {
                    let copy = PortHistory {
                        name: m.dev().name(),
                        history: **history,
                    };
                    if copies.push_within_capacity(copy).is_err() {
                        return false;
                    }
                }
                true
            });
            // Else there are more ports than a moment ago.
            if complete {
                return Ok(copies);
            }
        }
    }
}
