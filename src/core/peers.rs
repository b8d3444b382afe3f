// SPDX-License-Identifier: GPL-2.0

//! Peer notifications: when to send gratuitous ARPs and unsolicited neighbour advertisements
//! (spec/dataplane.md 4.6).
//!
//! A failover arms a budget of monitor passes, `num_peer_notif` notifications times
//! `peer_notif_delay` passes each. The first notification is tried at once; every pass of the active
//! monitor, miimon or ARP (design decision H2), then spends one unit and notifies whenever the
//! rest is a multiple of the delay.

use super::time::Ticks;

/// Whether a notification could reach anybody now.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reach {
    /// The bond has carrier.
    pub(crate) carrier: bool,
    /// 802.3ad: some member is usable. Other modes: there is an active member, and its device has no
    /// link event waiting to be handled.
    pub(crate) sender: bool,
}

impl Reach {
    /// Whether it could.
    pub(crate) fn is_given(self) -> bool {
        self.carrier && self.sender
    }
}

/// What is left to notify after a failover.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PeerNotifier {
    budget: u32,
}

impl PeerNotifier {
    /// Starts over with `count` notifications, `delay` passes apart (0 and 1 mean every pass).
    ///
    /// Follow with [`PeerNotifier::first`] for the immediate one.
    pub(crate) fn arm(&mut self, count: u8, delay: Ticks) {
        self.budget = u32::from(count).saturating_mul(delay.0.max(1));
    }

    /// Forgets what is left, as closing the bond does.
    pub(crate) fn clear(&mut self) {
        self.budget = 0;
    }

    /// Whether monitor passes have something to do here.
    pub(crate) fn is_armed(&self) -> bool {
        self.budget != 0
    }

    /// Right after [`PeerNotifier::arm`]: true asks for a notification now.
    ///
    /// If none is possible now, the budget stays whole for the passes to come.
    pub(crate) fn first(&mut self, delay: Ticks, reach: Reach) -> bool {
        let due = self.is_due(delay, reach);
        if due {
            self.spend();
        }
        due
    }

    /// One pass of the monitor: true asks for a notification now.
    ///
    /// A pass in which none is possible is spent all the same.
    pub(crate) fn tick(&mut self, delay: Ticks, reach: Reach) -> bool {
        let due = self.is_due(delay, reach);
        self.spend();
        due
    }

    fn is_due(&self, delay: Ticks, reach: Reach) -> bool {
        self.is_armed() && self.budget.checked_rem(delay.0.max(1)) == Some(0) && reach.is_given()
    }

    fn spend(&mut self) {
        self.budget = self.budget.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REACHED: Reach = Reach {
        carrier: true,
        sender: true,
    };
    const CUT_OFF: Reach = Reach {
        carrier: false,
        sender: true,
    };

    #[test]
    fn three_notifications_two_passes_apart() {
        let delay = Ticks(2);
        let mut peers = PeerNotifier::default();
        peers.arm(3, delay);
        assert!(peers.first(delay, REACHED));
        let sent: Vec<bool> = (0..8).map(|_| peers.tick(delay, REACHED)).collect();
        assert_eq!(sent, [false, true, false, true, false, false, false, false]);
        assert!(!peers.is_armed());
    }

    #[test]
    fn passes_without_reach_use_up_the_budget() {
        let mut peers = PeerNotifier::default();
        peers.arm(2, Ticks::ZERO);
        assert!(!peers.first(Ticks::ZERO, CUT_OFF));
        assert!(!peers.tick(Ticks::ZERO, CUT_OFF));
        assert!(peers.tick(Ticks::ZERO, REACHED));
        assert!(!peers.tick(Ticks::ZERO, REACHED));
    }
}
