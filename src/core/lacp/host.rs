// SPDX-License-Identifier: GPL-2.0

//! What the system and its surroundings say to each other.

use super::{slot::Link, trace::Transition};
use crate::engine::wire::{lacpdu::Repr, marker};
use core::fmt;

/// What a system asks of its surroundings and tells them. Ports go by their position in the list.
pub(crate) trait Host {
    /// The link of a port, as it is now.
    fn link(&self, port: usize) -> Link;
    /// Sends an LACPDU; false if it could not be, and is to be tried again.
    fn send(&mut self, port: usize, pdu: &Repr) -> bool;
    /// Sends a marker response.
    fn respond(&mut self, port: usize, response: &[u8; marker::LEN]) -> bool;
    /// Logs something about a port.
    fn log(&mut self, port: usize, event: Event);
    /// Notes a transition.
    fn trace(&mut self, port: usize, transition: Transition);
}

/// Something that the administrator should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The active aggregator is one that can have one port only.
    Individual,
    /// Our own LACPDU came back, or somebody uses our system identifier.
    Loopback,
    /// The active aggregator has lost its last port.
    ActiveRemoved,
    /// The port with this number is in no aggregator.
    NoAggregator(u16),
    /// The port with this number has a link of unknown speed.
    SpeedZero(u16),
    /// The link of a port has a speed that no class is for.
    UnlistedSpeed {
        /// Number of the port.
        port: u16,
        /// Mbit/s.
        mbps: u32,
    },
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Individual => f.write_str(
                "Warning: No 802.3ad response from the link partner for any adapters in the bond",
            ),
            Self::Loopback => f.write_str(
                "An illegal loopback occurred on slave\nCheck the configuration to verify that all adapters are connected to 802.3ad compliant switch ports",
            ),
            Self::ActiveRemoved => f.write_str("Removing an active aggregator"),
            Self::NoAggregator(port) => {
                write!(f, "Port {port} did not find a suitable aggregator")
            }
            Self::SpeedZero(port) => write!(f, "speed changed to 0 on port {port}"),
            Self::UnlistedSpeed { port, mbps } => {
                let mbps = *mbps as i32;
                write!(
                    f,
                    "unknown ethtool speed ({mbps}) for port {port} (set it to 0)"
                )
            }
        }
    }
}

/// What is to be done after an input.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The ways out have changed: flows, or the active aggregator.
    pub(crate) publish: bool,
    /// Carrier may have changed: see [`System::has_carrier`](super::system::System::has_carrier).
    pub(crate) recheck: bool,
    /// Some port began to distribute: with `broadcast_neighbor` peers are notified.
    pub(crate) enabled: bool,
}

impl Outcome {
    /// Both of two inputs.
    pub(crate) fn merge(&mut self, other: Self) {
        self.publish |= other.publish;
        self.recheck |= other.recheck;
        self.enabled |= other.enabled;
    }

    pub(super) fn changed_flow(&mut self) {
        self.publish = true;
        self.recheck = true;
    }
}
