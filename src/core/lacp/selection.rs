// SPDX-License-Identifier: GPL-2.0

//! Selection logic (IEEE 802.1AX-2014 clause 6.4.14): which aggregator a port is in, and which
//! aggregator is the active one (spec/dataplane.md 7.7).
//!
//! Differs from the C driver where that would leave two ends in disagreement for ever: the ports of
//! an aggregator that loses the active role to another go out of sync, so that their partner
//! stops to send to them; and when no aggregator is active though one could be, selection runs again.

use super::{
    aggregator::{is_better, stays, Aggregator, Tally},
    config::Fault,
    host::{Event, Host},
    key::Key,
    port::Port,
    rest::wake_all,
    run::Run,
    slot::{Flow, Slot},
    trace::Reason,
};
use crate::engine::{types::AdSelect, wire::lacpdu::State};

/// What a port has to know about its aggregator; all false if it is in none.
#[derive(Clone, Copy, Default)]
pub(super) struct Lag {
    /// Traffic goes through it.
    pub(super) active: bool,
    /// Somebody answers.
    pub(super) has_partner: bool,
}

/// Whether `port` may join an aggregator that has ports already.
fn fits(lag: &Aggregator, port: &Port) -> bool {
    lag.has_partner()
        && !lag.individual
        && lag.key == port.actor.key
        && lag.partner_system == port.partner.system
        && lag.partner_priority == port.partner.system_priority
        && lag.partner_key == port.partner.key
}

/// The position of the first slot for which `f` holds.
pub(super) fn first(slots: &[Slot], f: impl Fn(usize, &Slot) -> bool) -> Option<usize> {
    let mut i = 0;
    while let Some(slot) = slots.get(i) {
        if f(i, slot) {
            return Some(i);
        }
        i = i.saturating_add(1);
    }
    None
}

/// Whether the slot is in the aggregator of slot `owner`.
fn is_in(slot: &Slot, owner: usize) -> bool {
    slot.joined.map(usize::from) == Some(owner)
}

/// Whether the aggregator of slot `owner` has ports.
pub(super) fn has_ports(slots: &[Slot], owner: usize) -> bool {
    slots.iter().any(|s| is_in(s, owner))
}

/// The slot whose aggregator is the active one.
pub(super) fn active(slots: &[Slot]) -> Option<usize> {
    first(slots, |_, s| s.own.active)
}

impl<H: Host> Run<'_, H> {
    /// The aggregator that port `i` is in.
    pub(super) fn aggregator_of(&self, i: usize) -> Option<&Aggregator> {
        let owner = self.slot(i)?.joined?;
        Some(&self.slot(owner.into())?.own)
    }

    pub(super) fn lag(&self, i: usize) -> Lag {
        self.aggregator_of(i).map_or(Lag::default(), |lag| Lag {
            active: lag.active,
            has_partner: lag.has_partner(),
        })
    }

    /// Finds an aggregator for port `i` unless it has one.
    pub(super) fn select_port(&mut self, i: usize) {
        let Some(port) = self.slot(i).map(|s| &s.port) else {
            return;
        };
        if port.selected {
            return;
        }
        let port = *port;
        let old = self.aggregator_of(i).map_or(0, |lag| lag.id);
        let was_active = self.lag(i).active;
        self.leave(i);
        let slots = &*self.slots;
        let shared = first(slots, |o, s| has_ports(slots, o) && fits(&s.own, &port));
        let owner = match shared {
            Some(owner) => owner,
            None => {
                let Some(free) = first(slots, |o, _| !has_ports(slots, o)) else {
                    // One aggregator per port makes this impossible.
                    self.host.log(i, Event::NoAggregator(port.actor.port));
                    return;
                };
                if let Some(slot) = self.slot_mut(free) {
                    slot.own = Aggregator {
                        active: slot.own.active,
                        individual: !Key(port.actor.key).is_full_duplex(),
                        key: port.actor.key,
                        partner_priority: port.partner.system_priority,
                        partner_system: port.partner.system,
                        partner_key: port.partner.key,
                        ..Aggregator::empty(slot.own.id)
                    };
                }
                free
            }
        };
        self.join(i, owner);
        let new = self.aggregator_of(i).map_or(0, |lag| lag.id);
        self.trace_selection(i, old, new, port.unselected);
        self.select_aggregator();
        if !self.lag(i).active {
            if let Some(slot) = self.slot_mut(i) {
                slot.port.actor.state.set(State::SYNCHRONIZATION, false);
            }
        }
        // A port that nobody answered so far sends on, but is a way out only in the active aggregator.
        self.out.publish |= was_active != self.lag(i).active;
    }

    fn join(&mut self, i: usize, owner: usize) {
        for slot in self.slots.iter_mut().filter(|s| is_in(s, owner)) {
            slot.rank = slot.rank.saturating_add(1);
        }
        if let Some(slot) = self.slot_mut(i) {
            slot.joined = u16::try_from(owner).ok();
            slot.rank = 0;
            slot.port.selected = true;
        }
    }

    /// Takes port `i` out of its aggregator. One that is empty then is cleared, and so not active.
    pub(super) fn leave(&mut self, i: usize) {
        let Some(slot) = self.slot_mut(i) else {
            return;
        };
        let Some(owner) = slot.joined.take().map(usize::from) else {
            return;
        };
        let rank = core::mem::take(&mut slot.rank);
        for other in self.slots.iter_mut().filter(|s| is_in(s, owner)) {
            if other.rank > rank {
                other.rank = other.rank.saturating_sub(1);
            }
        }
        if !has_ports(self.slots, owner) {
            if let Some(slot) = self.slot_mut(owner) {
                slot.own = Aggregator::empty(slot.own.id);
            }
        }
    }

    /// Sums up all aggregators, each in the slot of its owner.
    fn tally(&mut self) {
        for slot in self.slots.iter_mut() {
            slot.tally = Tally::default();
        }
        let mut i = 0;
        while let Some(slot) = self.slot(i) {
            let (port, rank) = (slot.port, slot.rank);
            let link = self.host.link(i);
            let owner = slot.joined.map(usize::from);
            if let Some(tally) = owner.and_then(|o| Some(&mut self.slots.get_mut(o)?.tally)) {
                tally.add(&port);
                tally.usable |= link.usable;
                if rank == 0 && link.up {
                    tally.mbps = Key::default().with_link(link.mbps, true).mbps();
                }
            }
            i = i.saturating_add(1);
        }
    }

    /// Chooses the active aggregator.
    pub(super) fn select_aggregator(&mut self) {
        wake_all(self.slots);
        self.tally();
        let policy = self.system.config.select;
        let old = active(self.slots);
        let usable = |s: &Slot| s.tally.usable;
        let mut best = old.filter(|&o| self.slot(o).is_some_and(usable));
        let mut i = 0;
        while let Some(slot) = self.slot_mut(i) {
            slot.own.active = false;
            let this = *slot;
            if this.tally.is_candidate() {
                let beaten = best.and_then(|b| self.slot(b));
                let better = beaten.is_none_or(|b| {
                    is_better((&this.own, &this.tally), (&b.own, &b.tally), policy)
                });
                if better {
                    best = Some(i);
                }
            }
            i = i.saturating_add(1);
        }
        let keeps = policy == AdSelect::Stable && self.stays_with(old, best);
        let chosen = if keeps { old } else { best };
        if let Some(slot) = chosen.and_then(|c| self.slot_mut(c)) {
            slot.own.active = true;
        }
        self.out.publish |= chosen != old;
        if chosen.is_some() && chosen != old {
            self.replaced(old, chosen);
        }
        if let Some(owner) = chosen {
            if self.slot(owner).is_some_and(|s| !s.own.has_partner()) {
                self.enable_all(owner);
            }
        }
        for slot in self.slots.iter_mut() {
            slot.tally = Tally::default();
        }
        self.out.recheck = true;
    }

    fn stays_with(&self, old: Option<usize>, best: Option<usize>) -> bool {
        let slot = |at: Option<usize>| at.and_then(|at| self.slot(at));
        match (slot(old), slot(best)) {
            (Some(old), Some(best)) => stays((&old.own, &old.tally), &best.own),
            _ => false,
        }
    }

    /// `new` takes the active role from `old`.
    fn replaced(&mut self, old: Option<usize>, new: Option<usize>) {
        if let Some(new) = new {
            if self.slot(new).is_some_and(|s| s.own.individual) {
                self.host.log(new, Event::Individual);
            }
        }
        if let Some(old) = old {
            let answered = self.slot(old).is_some_and(|s| s.own.has_partner());
            for slot in self.slots.iter_mut().filter(|s| is_in(s, old)) {
                slot.flow = Flow::NONE;
                if answered && !self.system.config.has(Fault::KeepsReplacedInSync) {
                    slot.port.actor.state.set(State::SYNCHRONIZATION, false);
                }
            }
        }
    }

    /// Ports that nobody answers work without LACP.
    fn enable_all(&mut self, owner: usize) {
        let mut i = 0;
        while let Some(slot) = self.slot(i) {
            if is_in(slot, owner) {
                self.enable(i, Flow::BOTH);
            }
            i = i.saturating_add(1);
        }
        self.out.publish = true;
    }

    /// Runs selection if no aggregator is active though a link works.
    pub(super) fn select_if_none(&mut self) {
        if active(self.slots).is_some() {
            return;
        }
        let mut i = 0;
        while let Some(slot) = self.slot(i) {
            let link = self.host.link(i);
            if slot.joined.is_some() && slot.port.enabled && link.up && link.usable {
                self.select_aggregator();
                return;
            }
            i = i.saturating_add(1);
        }
    }

    /// Hands the aggregator of slot `i`, which goes, to another port if others are in it.
    pub(super) fn hand_over(&mut self, i: usize) {
        let slots = &*self.slots;
        if !has_ports(slots, i) {
            return;
        }
        let Some(heir) = first(slots, |o, _| o != i && !has_ports(slots, o)) else {
            return;
        };
        let (Some(from), Ok(index)) = (self.slot(i).map(|s| s.own), u16::try_from(heir)) else {
            return;
        };
        if let Some(slot) = self.slot_mut(heir) {
            slot.own = Aggregator {
                id: slot.own.id,
                ..from
            };
        }
        if let Some(slot) = self.slot_mut(i) {
            slot.own = Aggregator::empty(from.id);
        }
        let mut k = 0;
        while let Some(slot) = self.slot_mut(k) {
            if is_in(slot, i) {
                slot.joined = Some(index);
                let new = self.aggregator_of(k).map_or(0, |lag| lag.id);
                self.trace_selection(k, from.id, new, Reason::Unbound);
            }
            k = k.saturating_add(1);
        }
    }
}

impl Tally {
    fn add(&mut self, port: &Port) {
        self.ports = self.ports.saturating_add(1);
        if port.enabled {
            self.enabled = self.enabled.saturating_add(1);
            let priority = u32::from(port.actor.port_priority);
            self.priority = self.priority.saturating_add(priority);
        }
        let both = State::COLLECTING.or(State::DISTRIBUTING);
        if port.actor.state.has(both) {
            self.working = self.working.saturating_add(1);
        }
    }
}

/// Sums over the aggregator of slot `owner` that need no link.
pub(super) fn sums(slots: &[Slot], owner: usize) -> Tally {
    let mut tally = Tally::default();
    for slot in slots.iter().filter(|s| is_in(s, owner)) {
        tally.add(&slot.port);
    }
    tally
}
