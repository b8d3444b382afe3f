// SPDX-License-Identifier: GPL-2.0

//! Transmit machine (IEEE 802.1AX-2014 clause 6.4.16): at most one LACPDU in three ticks, so that no
//! more than three go out in a second.

use super::{port::Port, timing::Timing};
use crate::engine::wire::lacpdu::Repr;

/// State of the machine: what is left of the pause after the last LACPDU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Transmit {
    pub(super) left: u8,
}

impl Transmit {
    /// A port that was just bound pauses as if it had sent.
    pub(crate) const fn new(timing: &Timing) -> Self {
        Self {
            left: timing.tx_spacing,
        }
    }

    /// Advances by one tick; yields the LACPDU that is to be sent now.
    ///
    /// If it was handed over, call [`Transmit::sent`]; otherwise the next tick yields it again.
    pub(crate) fn tick(&mut self, port: &Port) -> Option<Repr> {
        self.left = self.left.saturating_sub(1);
        (self.left == 0 && port.ntt && port.lacp_enabled).then_some(Repr {
            actor: port.actor,
            partner: port.partner,
        })
    }

    /// Notes that the LACPDU was handed over.
    pub(crate) fn sent(&mut self, port: &mut Port, timing: &Timing) {
        port.ntt = false;
        self.left = timing.tx_spacing;
    }
}
