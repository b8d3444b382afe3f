// SPDX-License-Identifier: GPL-2.0

//! An input on its way through the machines of the ports.

use super::{
    churn::ChurnState,
    config::Config,
    host::{Event, Host, Outcome},
    key::Key,
    mux::Mux,
    periodic::Periodic,
    port::Port,
    receive::Receive,
    slot::{Count, Slot},
    system::{Identity, System},
    trace::{Machine, Reason, Transition},
};
use crate::engine::{
    types::SPEED_UNKNOWN,
    wire::lacpdu::{Info, Repr, State},
};

/// An input on its way through the machines.
pub(super) struct Run<'a, H> {
    pub(super) system: &'a mut System,
    pub(super) slots: &'a mut [Slot],
    pub(super) host: &'a mut H,
    pub(super) out: Outcome,
}

impl<H: Host> Run<'_, H> {
    pub(super) fn slot(&self, i: usize) -> Option<&Slot> {
        self.slots.get(i)
    }

    pub(super) fn slot_mut(&mut self, i: usize) -> Option<&mut Slot> {
        self.slots.get_mut(i)
    }

    pub(super) fn count(&mut self, i: usize, what: Count) {
        self.system.counters.count(what);
        if let Some(slot) = self.slot_mut(i) {
            slot.counters.count(what);
        }
    }

    /// One tick of port `i`: receive, periodic, selection, mux, transmit, churn.
    pub(super) fn tick_port(&mut self, i: usize) {
        let timing = self.system.config.timing;
        if let Some(slot) = self.slot_mut(i) {
            slot.wake();
            let (receive, periodic) = (slot.receive, slot.periodic);
            let effects = slot.receive.tick(&mut slot.port, &timing);
            slot.restart_churn(effects.restart_churn);
            slot.periodic.tick(&mut slot.port, &timing);
            self.trace_receive(i, receive);
            self.trace_periodic(i, periodic);
        }
        self.select_port(i);
        self.mux_tick(i);
        self.transmit(i);
        if let Some(slot) = self.slot_mut(i) {
            let before = (slot.actor_churn.state, slot.partner_churn.state);
            let in_sync = (slot.port.actor_in_sync(), slot.port.partner_in_sync());
            slot.actor_churn.tick(in_sync.0, &timing);
            slot.partner_churn.tick(in_sync.1, &timing);
            slot.port.begin = false;
            self.trace_churn(i, before);
        }
        self.lie_down(i);
    }

    fn transmit(&mut self, i: usize) {
        let timing = self.system.config.timing;
        let pdu = self
            .slot_mut(i)
            .and_then(|slot| slot.transmit.tick(&slot.port));
        let Some(pdu) = pdu else {
            return;
        };
        if self.host.send(i, &pdu) {
            self.count(i, Count::LacpduTx);
            if let Some(slot) = self.slot_mut(i) {
                slot.transmit.sent(&mut slot.port, &timing);
            }
        }
    }

    pub(super) fn lacpdu(&mut self, i: usize, pdu: &Repr) {
        let timing = self.system.config.timing;
        self.count(i, Count::LacpduRx);
        let Some(slot) = self.slot_mut(i) else {
            return;
        };
        slot.wake();
        let before = slot.receive;
        let effects = slot.receive.receive(&mut slot.port, pdu, &timing);
        slot.restart_churn(effects.restart_churn);
        if effects.loopback {
            self.host.log(i, Event::Loopback);
        }
        self.trace_receive(i, before);
        self.lie_down(i);
    }

    /// Reads the link's part of the key anew; `reset` forgets it.
    pub(super) fn update_key(&mut self, i: usize, reset: bool) {
        if let Some(key) = self.slot(i).map(|slot| Key(slot.port.actor.key)) {
            self.set_key(i, key, reset);
        }
    }

    /// The key becomes that with the user's part of `user` and what the link says, unless `reset`.
    pub(super) fn set_key(&mut self, i: usize, user: Key, reset: bool) {
        let link = self.host.link(i);
        let Some(slot) = self.slot_mut(i) else {
            return;
        };
        let old = Key(slot.port.actor.key);
        let new = if reset || !link.up {
            user.without_link()
        } else {
            user.with_link(link.mbps, link.full_duplex)
        };
        let listed = new.speed_class() != 0;
        let port = slot.port.actor.port;
        if new != old {
            slot.wake();
            slot.port.actor.key = new.0;
            slot.port.lacp_enabled = new.is_full_duplex();
            slot.port.begin |=
                listed && new.is_full_duplex() && new.speed_class() != old.speed_class();
        }
        if reset || listed {
            return;
        }
        if link.up && link.mbps != SPEED_UNKNOWN {
            let mbps = link.mbps;
            self.host.log(i, Event::UnlistedSpeed { port, mbps });
        }
        if new != old {
            self.host.log(i, Event::SpeedZero(port));
        }
    }

    pub(super) fn trace(
        &mut self,
        i: usize,
        machine: Machine,
        (old, new): (u16, u16),
        reason: Reason,
    ) {
        if old != new {
            self.host.trace(
                i,
                Transition {
                    machine,
                    old,
                    new,
                    reason,
                },
            );
        }
    }

    fn trace_receive(&mut self, i: usize, before: Receive) {
        let Some(slot) = self.slot(i) else {
            return;
        };
        let numbers = (before.number(), slot.receive.number());
        if numbers.0 == numbers.1 {
            return;
        }
        let reason = slot.receive.reason(before, &slot.port);
        self.trace(i, Machine::Receive, numbers, reason);
    }

    fn trace_periodic(&mut self, i: usize, before: Periodic) {
        let Some(slot) = self.slot(i) else {
            return;
        };
        let numbers = (before.number(), slot.periodic.number());
        if numbers.0 == numbers.1 {
            return;
        }
        let reason = slot.periodic.reason(before, &slot.port);
        self.trace(i, Machine::Periodic, numbers, reason);
    }

    fn trace_churn(&mut self, i: usize, (actor, partner): (ChurnState, ChurnState)) {
        let Some(slot) = self.slot(i) else {
            return;
        };
        let actor = (actor.number(), slot.actor_churn.state.number());
        let partner = (partner.number(), slot.partner_churn.state.number());
        let wide = |(old, new): (u8, u8)| (old.into(), new.into());
        let reason = Reason::TimerOver;
        self.trace(i, Machine::ActorChurn, wide(actor), reason);
        self.trace(i, Machine::PartnerChurn, wide(partner), reason);
    }

    pub(super) fn trace_mux(&mut self, i: usize, old: Mux, new: Mux, reason: Reason) {
        self.trace(i, Machine::Mux, (old.number(), new.number()), reason);
    }

    pub(super) fn trace_selection(&mut self, i: usize, old: u16, new: u16, reason: Reason) {
        self.trace(i, Machine::Selection, (old, new), reason);
    }
}

impl Slot {
    fn restart_churn(&mut self, restart: bool) {
        if restart {
            self.actor_churn.restart();
            self.partner_churn.restart();
        }
    }
}

impl Port {
    /// The port with this number of a system, without a key.
    pub(super) fn new(number: u16, identity: &Identity, config: &Config) -> Self {
        let state = State::AGGREGATION
            .with(State::ACTIVITY, config.active)
            .with(State::SHORT_TIMEOUT, config.fast);
        Self {
            actor: Info {
                system_priority: identity.priority,
                system: identity.system,
                key: Key::default().0,
                port_priority: 0xff,
                port: number,
                state,
            },
            partner: Self::NOBODY,
            partner_admin: Self::NOBODY,
            begin: true,
            enabled: true,
            lacp_enabled: true,
            selected: false,
            unselected: Reason::Begin,
            ready: false,
            matched: false,
            // The partner is told of a new port.
            ntt: true,
        }
    }
}
