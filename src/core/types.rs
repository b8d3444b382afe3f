// SPDX-License-Identifier: GPL-2.0

//! Shared vocabulary (placeholder of the engine branch until the real file lands).

/// Bonding mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    BalanceRr = 0,
    ActiveBackup = 1,
    BalanceXor = 2,
    Broadcast = 3,
    Ieee8023ad = 4,
    BalanceTlb = 5,
    BalanceAlb = 6,
}

/// Link state of a member as the monitor sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkState {
    Up = 0,
    Fail = 1,
    Down = 2,
    Back = 3,
}

/// fail_over_mac.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailOverMac {
    None = 0,
    Active = 1,
    Follow = 2,
}

/// primary_reselect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PrimaryReselect {
    Always = 0,
    Better = 1,
    Failure = 2,
}
