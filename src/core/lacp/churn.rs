// SPDX-License-Identifier: GPL-2.0

//! Churn detection (IEEE 802.1AX-2014 clause 6.4.17): an end that is not in sync after a minute.

use super::timing::Timing;

/// What is known about one end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ChurnState {
    /// The minute is not over.
    Monitor {
        /// Ticks left.
        left: u16,
    },
    /// It was not in sync.
    Churned,
    /// It was in sync.
    NoChurn,
}

impl ChurnState {
    /// Number and name that user space reads.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Monitor { .. } => 0,
            Self::Churned => 1,
            Self::NoChurn => 2,
        }
    }

    /// The name that user space reads.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Monitor { .. } => "monitoring",
            Self::Churned => "churned",
            Self::NoChurn => "none",
        }
    }
}

/// The machine of one end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Churn {
    /// What is known.
    pub(crate) state: ChurnState,
    /// How often it was churned.
    pub(crate) count: u32,
    pub(super) restart: bool,
}

impl Churn {
    /// The machine of a port that was just bound.
    pub(crate) const fn new(timing: &Timing) -> Self {
        Self {
            state: ChurnState::Monitor {
                left: timing.churn_detection,
            },
            count: 0,
            restart: false,
        }
    }

    /// Starts a new minute at the next tick.
    pub(crate) fn restart(&mut self) {
        self.restart = true;
    }

    /// Advances by one tick; `in_sync` is the end's synchronization bit.
    pub(crate) fn tick(&mut self, in_sync: bool, timing: &Timing) {
        if self.restart {
            self.restart = false;
            self.state = ChurnState::Monitor {
                left: timing.churn_detection,
            };
            return;
        }
        self.state = match self.state {
            ChurnState::Monitor { left: 0 | 1 } if in_sync => ChurnState::NoChurn,
            ChurnState::Monitor { left: 0 | 1 } => {
                self.count = self.count.wrapping_add(1);
                ChurnState::Churned
            }
            ChurnState::Monitor { left } => ChurnState::Monitor {
                left: left.saturating_sub(1),
            },
            settled => settled,
        };
    }
}
