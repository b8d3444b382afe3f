// SPDX-License-Identifier: GPL-2.0

//! The constants of the protocol (IEEE 802.1AX-2014 clause 6.4.4), in ticks of 100 ms.

/// How long the machines wait. The driver uses [`Timing::STANDARD`]; a model that is to be explored
/// exhaustively uses shorter times in the same order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Timing {
    /// Fast_Periodic_Time: between LACPDUs for a partner with short timeout.
    pub(crate) fast_periodic: u16,
    /// Slow_Periodic_Time: between LACPDUs for a partner with long timeout.
    pub(crate) slow_periodic: u16,
    /// Short_Timeout_Time: how long the partner may be silent if we ask for fast LACPDUs.
    pub(crate) short_timeout: u16,
    /// Long_Timeout_Time: how long it may be silent if we do not.
    pub(crate) long_timeout: u16,
    /// Aggregate_Wait_Time: how long a port waits for others before it attaches.
    pub(crate) aggregate_wait: u16,
    /// Churn_Detection_Time: how long an end may take to be in sync.
    pub(crate) churn_detection: u16,
    /// The least distance of two LACPDUs of a port.
    pub(crate) tx_spacing: u8,
    /// How long ports stay attached after the first one was bound.
    pub(crate) first_selection: u16,
    /// The same after the bond was opened.
    pub(crate) opened_selection: u16,
}

impl Timing {
    /// The times of the standard, and of the C driver where there is none.
    pub(crate) const STANDARD: Self = Self {
        fast_periodic: 10,
        slow_periodic: 300,
        short_timeout: 30,
        long_timeout: 900,
        aggregate_wait: 20,
        churn_detection: 600,
        tx_spacing: 3,
        first_selection: 80,
        opened_selection: 1,
    };
}
