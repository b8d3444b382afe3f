// SPDX-License-Identifier: GPL-2.0

//! What the machines did and why, for trace events and the history of a port.

use core::fmt;

/// A state machine of a port. Numbers and names of machines, states and reasons are user space's: they
/// stay what they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // The names of the standard.
#[repr(u8)]
pub(crate) enum Machine {
    Receive,
    Periodic,
    /// Old and new state are identifiers of aggregators, 0 for none.
    Selection,
    Mux,
    ActorChurn,
    PartnerChurn,
}

/// Why a machine changed its state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum Reason {
    /// The machines started over: a new port, or a new speed.
    #[default]
    Begin,
    /// The link went up.
    LinkUp,
    /// The link went down.
    LinkDown,
    /// The link is half duplex.
    HalfDuplex,
    /// An LACPDU came.
    Heard,
    /// An LACPDU came whose sender is not who it was.
    PartnerChanged,
    /// No LACPDU came in time.
    Timeout,
    /// A timer of the machine itself ran out.
    TimerOver,
    /// Both ends are passive, or one has stopped to be.
    Activity,
    /// The partner asks for another rate.
    Rate,
    /// Selection put the port into an aggregator.
    Selected,
    /// Selection has no aggregator for the port.
    Unselected,
    /// All ports of the aggregator have waited.
    Ready,
    /// The partner is in sync.
    PartnerInSync,
    /// The partner is out of sync.
    PartnerOutOfSync,
    /// The partner collects.
    PartnerCollects,
    /// The partner stopped to collect.
    PartnerStopped,
    /// This end is out of sync: another aggregator became the active one.
    ActorOutOfSync,
    /// The port leaves the bond, or the aggregator moves since its owner does.
    Unbound,
}

impl Reason {
    /// The number in trace events.
    #[allow(clippy::as_conversions)] // The discriminant of a field-less enum.
    pub(crate) const fn number(self) -> u8 {
        self as u8
    }

    /// The text in trace events and in debugfs.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Begin => "begin",
            Self::LinkUp => "link up",
            Self::LinkDown => "link down",
            Self::HalfDuplex => "half duplex",
            Self::Heard => "LACPDU",
            Self::PartnerChanged => "partner changed",
            Self::Timeout => "partner silent",
            Self::TimerOver => "timer",
            Self::Activity => "activity",
            Self::Rate => "rate",
            Self::Selected => "selected",
            Self::Unselected => "unselected",
            Self::Ready => "ready",
            Self::PartnerInSync => "partner in sync",
            Self::PartnerOutOfSync => "partner out of sync",
            Self::PartnerCollects => "partner collects",
            Self::PartnerStopped => "partner stopped collecting",
            Self::ActorOutOfSync => "other aggregator active",
            Self::Unbound => "unbound",
        }
    }
}

/// One change of state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Transition {
    /// Which machine.
    pub(crate) machine: Machine,
    /// The number of its old state, or an aggregator.
    pub(crate) old: u16,
    /// The number of its new state, or an aggregator.
    pub(crate) new: u16,
    /// Why.
    pub(crate) reason: Reason,
}

impl Transition {
    /// Whether this is the come and go of a periodic timer, which happens with each LACPDU: all that
    /// the periodic machine does but to start and to stop.
    pub(crate) const fn is_routine(&self) -> bool {
        // State 0 is NO_PERIODIC.
        matches!(self.machine, Machine::Periodic) && self.old != 0 && self.new != 0
    }
}

impl Machine {
    /// The number in trace events.
    #[allow(clippy::as_conversions)] // The discriminant of a field-less enum.
    pub(crate) const fn number(self) -> u8 {
        self as u8
    }

    /// The text in trace events and in debugfs.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Receive => "receive",
            Self::Periodic => "periodic",
            Self::Selection => "selection",
            Self::Mux => "mux",
            Self::ActorChurn => "actor churn",
            Self::PartnerChurn => "partner churn",
        }
    }

    /// The name of a state; none for aggregators, which have numbers.
    pub(crate) const fn state_name(self, state: u16) -> Option<&'static str> {
        let names: &[&str] = match self {
            Self::Selection => return None,
            Self::Receive => &[
                "PORT_DISABLED",
                "LACP_DISABLED",
                "EXPIRED",
                "DEFAULTED",
                "CURRENT",
            ],
            Self::Periodic => &[
                "NO_PERIODIC",
                "FAST_PERIODIC",
                "SLOW_PERIODIC",
                "PERIODIC_TX",
            ],
            Self::Mux => &[
                "DETACHED",
                "WAITING",
                "ATTACHED",
                "COLLECTING_DISTRIBUTING",
                "COLLECTING",
                "DISTRIBUTING",
            ],
            Self::ActorChurn | Self::PartnerChurn => &["MONITOR", "CHURN", "NO_CHURN"],
        };
        let (mut rest, mut left) = (names, state);
        while let [first, tail @ ..] = rest {
            if left == 0 {
                return Some(first);
            }
            rest = tail;
            left = left.saturating_sub(1);
        }
        None
    }
}

impl fmt::Display for Transition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (machine, reason) = (self.machine.name(), self.reason.name());
        let names = (
            self.machine.state_name(self.old),
            self.machine.state_name(self.new),
        );
        match names {
            (Some(old), Some(new)) => write!(f, "{machine} {old} -> {new} ({reason})"),
            _ => write!(f, "{machine} {} -> {} ({reason})", self.old, self.new),
        }
    }
}
