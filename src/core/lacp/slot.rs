// SPDX-License-Identifier: GPL-2.0

//! All there is about one port.

use super::{
    aggregator::{Aggregator, Tally},
    churn::Churn,
    mux::Mux,
    periodic::Periodic,
    port::Port,
    receive::Receive,
    rest::Rest,
    transmit::Transmit,
};

/// A port with its machines, and the aggregator that it owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Slot {
    /// The variables that the machines share.
    pub(crate) port: Port,
    /// The receive machine.
    pub(crate) receive: Receive,
    /// The periodic transmission machine.
    pub(crate) periodic: Periodic,
    /// The mux machine.
    pub(crate) mux: Mux,
    /// The transmit machine.
    pub(crate) transmit: Transmit,
    /// Churn detection for this end.
    pub(crate) actor_churn: Churn,
    /// Churn detection for the other end.
    pub(crate) partner_churn: Churn,
    /// The aggregator that this port owns, whoever is in it.
    pub(crate) own: Aggregator,
    /// The slot whose aggregator the port is in.
    pub(crate) joined: Option<u16>,
    /// How many ports joined that aggregator after this one.
    pub(super) rank: u16,
    /// What the port may do.
    pub(crate) flow: Flow,
    /// How long nothing happens to the port.
    pub(super) rest: Rest,
    /// Sums over the ports in the own aggregator, while selection runs.
    pub(super) tally: Tally,
    /// Frames counted.
    pub(crate) counters: Counters,
}

/// What a port may do with frames that are not slow protocols.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Flow {
    /// Whether it sends.
    pub(crate) sends: bool,
    /// Whether it receives.
    pub(crate) receives: bool,
}

impl Flow {
    /// Neither.
    pub(crate) const NONE: Self = Self {
        sends: false,
        receives: false,
    };
    /// Both.
    pub(crate) const BOTH: Self = Self {
        sends: true,
        receives: true,
    };
}

/// The link below a port, as it is now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Link {
    /// Whether the link monitor has it up.
    pub(crate) up: bool,
    /// Whether the device runs with carrier.
    pub(crate) usable: bool,
    /// Mbit/s, or [`SPEED_UNKNOWN`](crate::engine::types::SPEED_UNKNOWN).
    pub(crate) mbps: u32,
    /// Whether it is known to be full duplex.
    pub(crate) full_duplex: bool,
}

/// What is counted, in the order of `BOND_3AD_STAT_*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The names of the uapi.
#[repr(u8)]
pub(crate) enum Count {
    LacpduRx,
    LacpduTx,
    LacpduUnknownRx,
    LacpduIllegalRx,
    MarkerRx,
    MarkerTx,
    MarkerRespRx,
    MarkerRespTx,
    MarkerUnknownRx,
}

/// Counters of a port or of a bond, in the order of [`Count`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Counters(pub(crate) [u64; 9]);

impl Counters {
    /// Counts one.
    #[allow(clippy::as_conversions)] // The discriminant of a field-less enum.
    pub(crate) fn count(&mut self, what: Count) {
        if let Some(counter) = self.0.get_mut(what as usize) {
            *counter = counter.wrapping_add(1);
        }
    }
}
