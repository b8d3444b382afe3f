// SPDX-License-Identifier: GPL-2.0

//! An LACP system with its ports, which looks after each input whether all is as it should be.

use std::collections::VecDeque;

use crate::engine::lacp::config::Config;
use crate::engine::lacp::host::{Event, Host, Outcome};
use crate::engine::lacp::mux::Mux;
use crate::engine::lacp::rest::wake_all;
use crate::engine::lacp::slot::{Flow, Link, Slot};
use crate::engine::lacp::system::{Identity, System, Verdict};
use crate::engine::lacp::timing::Timing;
use crate::engine::lacp::trace::Transition;
use crate::engine::wire::lacpdu::{Repr, State, LEN};

pub(crate) const GIGABIT: Link = Link {
    up: true,
    usable: true,
    mbps: 1000,
    full_duplex: true,
};

/// A system with its ports and everything that it said.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) system: System,
    pub(crate) slots: Vec<Slot>,
    pub(crate) world: Surroundings,
}

#[derive(Debug, Default)]
pub(crate) struct Surroundings {
    pub(crate) links: Vec<Link>,
    pub(crate) sent: VecDeque<(usize, [u8; LEN])>,
    pub(crate) responses: usize,
    pub(crate) events: Vec<Event>,
    pub(crate) trace: Vec<(u32, Transition)>,
    /// Transmissions fail.
    pub(crate) starved: bool,
    now: u32,
    /// When each port sent last, or was bound.
    last: Vec<u32>,
    /// The port that is about to leave may say so at once.
    leaving: bool,
}

impl Host for Surroundings {
    fn link(&self, port: usize) -> Link {
        self.links[port]
    }
    fn send(&mut self, port: usize, pdu: &Repr) -> bool {
        if self.starved {
            return false;
        }
        let gap = self.now - self.last[port];
        let spacing = u32::from(Timing::STANDARD.tx_spacing);
        assert!(self.leaving || gap >= spacing, "sent after {gap} ticks");
        self.last[port] = self.now;
        self.sent.push_back((port, pdu.emit()));
        true
    }
    fn respond(&mut self, _port: usize, response: &[u8; LEN]) -> bool {
        assert_eq!(response[..3], [2, response[1], 2]);
        self.responses += 1;
        !self.starved
    }
    fn log(&mut self, _port: usize, event: Event) {
        assert!(
            !matches!(event, Event::NoAggregator(_)),
            "too few aggregators"
        );
        self.events.push(event);
    }
    fn trace(&mut self, _port: usize, transition: Transition) {
        assert_ne!(transition.old, transition.new);
        self.trace.push((self.now, transition));
    }
}

/// Surroundings of a system that nobody listens to.
struct Deaf {
    links: Vec<Link>,
    starved: bool,
}

impl Host for Deaf {
    fn link(&self, port: usize) -> Link {
        self.links[port]
    }
    fn send(&mut self, _port: usize, _pdu: &Repr) -> bool {
        !self.starved
    }
    fn respond(&mut self, _port: usize, _response: &[u8; LEN]) -> bool {
        !self.starved
    }
    fn log(&mut self, _port: usize, _event: Event) {}
    fn trace(&mut self, _port: usize, _transition: Transition) {}
}

impl Node {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            system: System::new(config),
            slots: Vec::new(),
            world: Surroundings::default(),
        }
    }

    pub(crate) fn with_ports(config: Config, address: u8, links: &[Link]) -> Self {
        let mut node = Self::new(config);
        for &link in links {
            node.bind(address, link);
        }
        node.system.opened();
        node
    }

    pub(crate) fn bind(&mut self, address: u8, link: Link) {
        let identity = Identity {
            priority: 0xffff,
            system: [2, 0, 0, 0, 0, address],
        };
        let slot = self.system.new_slot(&self.slots, identity);
        self.slots.push(slot);
        self.world.links.push(link);
        self.world.last.push(self.world.now);
        self.system.bound(&mut self.slots, &mut self.world);
    }

    /// What the driver copies when the system asks to publish: who sends and receives.
    fn flows(&self) -> Vec<(Flow, bool)> {
        let slots = self.slots.iter().enumerate();
        slots
            .map(|(i, slot)| (slot.flow, System::is_way_out(&self.slots, i)))
            .collect()
    }

    /// Gives the system an input; what the driver acts on does not change unnoticed.
    fn input<R>(
        &mut self,
        f: impl FnOnce(&mut System, &mut [Slot], &mut Surroundings) -> (R, Outcome),
    ) -> R {
        let before = (self.flows(), self.carrier());
        let (result, said) = f(&mut self.system, &mut self.slots, &mut self.world);
        let after = (self.flows(), self.carrier());
        assert!(
            said.publish || before.0 == after.0,
            "unpublished change of {:?} to {:?}",
            before.0,
            after.0
        );
        assert!(said.recheck || before.1 == after.1, "unnoticed carrier");
        result
    }

    /// Changes options.
    pub(crate) fn configure(&mut self, change: impl FnOnce(&mut Config)) {
        let mut config = self.system.config;
        change(&mut config);
        self.system.configure(&mut self.slots, config);
    }

    pub(crate) fn tick(&mut self) {
        self.world.now += 1;
        let links = self.world.links.clone();
        let starved = self.world.starved;
        let mut restless = (self.system, self.slots.clone());
        wake_all(&mut restless.1);
        restless
            .0
            .tick(&mut restless.1, &mut Deaf { links, starved });
        self.input(|system, slots, world| ((), system.tick(slots, world)));
        let mut now = self.slots.clone();
        wake_all(&mut now);
        wake_all(&mut restless.1);
        assert_eq!((self.system, now), restless, "rest makes a difference");
    }

    pub(crate) fn hear(&mut self, port: usize, bytes: &[u8; LEN]) -> Verdict {
        self.input(|system, slots, world| {
            let verdict = system.frame(slots, port, bytes, world);
            (verdict, Outcome::default())
        })
    }

    pub(crate) fn set_link(&mut self, port: usize, up: bool) {
        self.world.links[port].up = up;
        self.world.links[port].usable = up;
        self.input(|system, slots, world| ((), system.link_changed(slots, port, up, world)));
    }

    pub(crate) fn unbind(&mut self, port: usize) {
        self.world.leaving = true;
        self.input(|system, slots, world| ((), system.unbind(slots, port, world)));
        self.world.leaving = false;
        self.slots.remove(port);
        self.world.links.remove(port);
        self.world.last.remove(port);
        System::removed(&mut self.slots, port);
        // What is on its way leaves by another number now, and is of no interest.
        self.world.sent.clear();
    }

    pub(crate) fn ways_out(&self) -> Vec<usize> {
        let all = 0..self.slots.len();
        all.filter(|&i| System::is_way_out(&self.slots, i))
            .collect()
    }

    pub(crate) fn carrier(&self) -> bool {
        self.system.has_carrier(&self.slots)
    }

    /// What must hold after every input.
    pub(crate) fn check(&self) {
        let ids = |i| System::aggregator_id(&self.slots, i);
        let active: Vec<_> = self.slots.iter().filter(|s| s.own.active).collect();
        assert!(active.len() <= 1, "several active aggregators");
        for (i, slot) in self.slots.iter().enumerate() {
            assert!(
                slot.joined.is_none() || ids(i).is_some(),
                "joined what is not there"
            );
            assert!(
                !slot.port.selected || ids(i).is_some(),
                "selected into nothing"
            );
            let works = slot.port.actor.state.has(State::DISTRIBUTING);
            let mux = matches!(slot.mux, Mux::CollectingDistributing | Mux::Distributing);
            assert!(
                works == mux || slot.port.actor.state.0 & 0x3c == 0,
                "{slot:?}"
            );
            assert!(
                !slot.flow.sends || slot.flow.receives,
                "sends without receiving"
            );
        }
        let of_active = |i: &usize| active.first().map(|s| s.own.id) == ids(*i);
        assert!(self.ways_out().iter().all(of_active));
        let info = System::active_info(&self.slots).map(|info| info.id);
        let id = active.first().map(|slot| slot.own.id);
        assert_eq!(info, id, "the active aggregator has no port");
    }
}
