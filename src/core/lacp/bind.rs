// SPDX-License-Identifier: GPL-2.0

//! How ports come and go (spec/dataplane.md 7.4, 7.10).

use super::{
    aggregator::{Aggregator, Tally},
    churn::Churn,
    host::{Event, Host, Outcome},
    key::Key,
    mux::Mux,
    periodic::Periodic,
    port::Port,
    receive::Receive,
    rest::{wake_all, Rest},
    selection::sums,
    slot::{Count, Counters, Flow, Slot},
    system::{Identity, System},
    transmit::Transmit,
};
use crate::engine::wire::lacpdu::{Repr, State};

impl System {
    /// A slot for a port that is about to be the last of `slots`: the caller appends it, then
    /// calls [`Self::bound`]. The first port fixes the identity of the system.
    pub(crate) fn new_slot(&mut self, slots: &[Slot], identity: Identity) -> Slot {
        let number = match slots.last() {
            Some(last) => last.port.actor.port.wrapping_add(1),
            None => {
                self.identity = identity;
                self.last_aggregator = 0;
                self.selection_left = self.config.timing.first_selection;
                1
            }
        };
        self.last_aggregator = self.last_aggregator.wrapping_add(1);
        let timing = &self.config.timing;
        Slot {
            port: Port::new(number, &self.identity, &self.config),
            receive: Receive::default(),
            periodic: Periodic::default(),
            mux: Mux::default(),
            transmit: Transmit::new(timing),
            actor_churn: Churn::new(timing),
            partner_churn: Churn::new(timing),
            own: Aggregator::empty(self.last_aggregator),
            joined: None,
            rank: 0,
            flow: Flow::NONE,
            rest: Rest::default(),
            tally: Tally::default(),
            counters: Counters::default(),
        }
    }

    /// The last of `slots` was appended: gives it a key, from the settings and its link.
    pub(crate) fn bound<H: Host>(&mut self, slots: &mut [Slot], host: &mut H) {
        let Some(i) = slots.len().checked_sub(1) else {
            return;
        };
        let user = Key::new(self.config.user_key);
        self.run(slots, host).set_key(i, user, false);
    }

    /// Port `i` leaves: tells its partner and finds a home for what depends on it. The caller removes
    /// the slot, then calls [`Self::removed`].
    pub(crate) fn unbind<H: Host>(
        &mut self,
        slots: &mut [Slot],
        i: usize,
        host: &mut H,
    ) -> Outcome {
        wake_all(slots);
        let mut run = self.run(slots, host);
        let Some(slot) = run.slot_mut(i) else {
            return run.out;
        };
        let gone = State::SYNCHRONIZATION
            .or(State::COLLECTING)
            .or(State::DISTRIBUTING)
            .or(State::AGGREGATION);
        slot.port.actor.state.set(gone, false);
        slot.flow = Flow::NONE;
        let farewell = Repr {
            actor: slot.port.actor,
            partner: slot.port.partner,
        };
        let owner = slot.joined.map(usize::from);
        if run.host.send(i, &farewell) {
            run.count(i, Count::LacpduTx);
        }
        let was_active = run.lag(i).active;
        run.leave(i);
        let left = owner.map_or(Tally::default(), |owner| sums(run.slots, owner));
        run.hand_over(i);
        if was_active && left.enabled == 0 {
            run.host.log(i, Event::ActiveRemoved);
            run.select_aggregator();
        }
        run.out.changed_flow();
        run.out
    }

    /// Slot `i` was removed, so that those after it have moved up.
    pub(crate) fn removed(slots: &mut [Slot], i: usize) {
        for slot in slots {
            if let Some(owner) = slot.joined.as_mut() {
                if usize::from(*owner) > i {
                    *owner = owner.saturating_sub(1);
                }
            }
        }
    }
}
