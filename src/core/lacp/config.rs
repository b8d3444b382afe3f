// SPDX-License-Identifier: GPL-2.0

//! What the options of a bond mean to LACP.

use super::timing::Timing;
use crate::engine::types::AdSelect;

/// The settings of a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Config {
    /// `lacp_active`: LACPDUs are sent unasked.
    pub(crate) active: bool,
    /// `lacp_rate` fast: the partner is asked for short timeout.
    pub(crate) fast: bool,
    /// `lacp_strict`: only ports that collect and distribute count for carrier.
    pub(crate) strict: bool,
    /// `coupled_control`.
    pub(crate) coupled: bool,
    /// `ad_select`.
    pub(crate) select: AdSelect,
    /// `min_links`.
    pub(crate) min_links: u32,
    /// `ad_user_port_key`, 10 bits.
    pub(crate) user_key: u16,
    /// The times of the protocol.
    pub(crate) timing: Timing,
    /// A mistake to make.
    #[cfg(test)]
    pub(crate) fault: Option<Fault>,
}

/// A mistake that a test makes on purpose, to show that the model checker finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Fault {
    /// The mux goes on when the partner is out of sync.
    IgnoresPartnerSync,
    /// Selection leaves the ports of a replaced aggregator in sync.
    KeepsReplacedInSync,
}

impl Config {
    /// Whether to make a mistake; never outside of tests.
    #[cfg(not(test))]
    pub(super) const fn has(&self, _fault: Fault) -> bool {
        false
    }

    /// Whether to make a mistake.
    #[cfg(test)]
    pub(super) fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }
}

impl Default for Config {
    /// The defaults of the options, with the times of the standard.
    fn default() -> Self {
        Self {
            active: true,
            fast: false,
            strict: false,
            coupled: true,
            select: AdSelect::Stable,
            min_links: 0,
            user_key: 0,
            timing: Timing::STANDARD,
            #[cfg(test)]
            fault: None,
        }
    }
}
