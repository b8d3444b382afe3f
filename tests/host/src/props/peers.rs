// SPDX-License-Identifier: GPL-2.0

use proptest::prelude::*;

use crate::engine::peers::{
    PeerNotifier,
    Reach, //
};
use crate::engine::time::Ticks;

const REACHED: Reach = Reach {
    carrier: true,
    sender: true,
};

proptest! {
    #[test]
    fn count_notifications_evenly_spaced(count: u8, delay in 0u32..20) {
        let delay = Ticks(delay);
        let mut peers = PeerNotifier::default();
        peers.arm(count, delay);
        let mut sent = Vec::new();
        if peers.first(delay, REACHED) {
            sent.push(0);
        }
        for tick in 1..=u32::from(count) * 20 + 1 {
            if peers.tick(delay, REACHED) {
                sent.push(tick);
            }
        }
        let step = delay.0.max(1);
        let expected: Vec<u32> = (0..u32::from(count)).map(|i| i * step).collect();
        prop_assert_eq!(sent, expected);
        prop_assert!(!peers.is_armed());
    }

    #[test]
    fn never_more_than_asked_for(
        count: u8,
        delay in 0u32..20,
        reach in prop::collection::vec(any::<(bool, bool)>(), 0..600),
    ) {
        let delay = Ticks(delay);
        let mut peers = PeerNotifier::default();
        peers.arm(count, delay);
        let sent = reach
            .into_iter()
            .filter(|&(carrier, sender)| peers.tick(delay, Reach { carrier, sender }))
            .count();
        prop_assert!(sent <= usize::from(count));
    }
}
