// SPDX-License-Identifier: GPL-2.0

//! LACP systems joined by cables that lose, duplicate, delay and reorder, and whose ends go down.
//!
//! A round lets every system tick once. Then each frame on its way is delivered or meets a fault. What
//! cannot influence the protocol (counters, churn, why Selected was cleared) is left out of the state.

use crate::engine::lacp::config::Config;
use crate::engine::lacp::host::{Event, Host};
use crate::engine::lacp::rest::wake_all;
use crate::engine::lacp::slot::{Counters, Link, Slot};
use crate::engine::lacp::system::{Identity, System};
use crate::engine::lacp::trace::{Reason, Transition};
use crate::engine::wire::lacpdu::{Repr, State, LEN};

/// A port of a system.
pub(super) type Place = (usize, usize);

/// One system with its ports.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct End {
    pub(super) system: System,
    pub(super) slots: Vec<Slot>,
    pub(super) links: Vec<Link>,
    /// Ticks since each port sent, up to the spacing.
    since: Vec<u8>,
    /// A port sent too soon.
    pub(super) hasty: bool,
}

/// Feeds an engine from the links of its end.
struct Wires<'a> {
    links: &'a [Link],
    sent: Vec<(usize, Repr)>,
}

impl Host for Wires<'_> {
    fn link(&self, port: usize) -> Link {
        self.links[port]
    }
    fn send(&mut self, port: usize, pdu: &Repr) -> bool {
        self.sent.push((port, *pdu));
        true
    }
    fn respond(&mut self, _port: usize, _response: &[u8; LEN]) -> bool {
        true
    }
    fn log(&mut self, _port: usize, _event: Event) {}
    fn trace(&mut self, _port: usize, _transition: Transition) {}
}

impl End {
    pub(super) fn new(config: Config, address: u8, speeds: &[u32]) -> Self {
        let mut end = Self {
            system: System::new(config),
            slots: Vec::new(),
            links: Vec::new(),
            since: vec![config.timing.tx_spacing; speeds.len()],
            hasty: false,
        };
        for &mbps in speeds {
            let identity = Identity {
                priority: 0xffff,
                system: [2, 0, 0, 0, 0, address],
            };
            end.links.push(Link {
                up: true,
                usable: true,
                mbps,
                full_duplex: true,
            });
            let slot = end.system.new_slot(&end.slots, identity);
            end.slots.push(slot);
            end.with(|system, slots, host| system.bound(slots, host));
        }
        end.system.opened();
        end
    }

    fn with(
        &mut self,
        f: impl FnOnce(&mut System, &mut [Slot], &mut Wires<'_>),
    ) -> Vec<(usize, Repr)> {
        let mut host = Wires {
            links: &self.links,
            sent: Vec::new(),
        };
        f(&mut self.system, &mut self.slots, &mut host);
        let sent = host.sent;
        // Ports that rest do the same (props), but would make many states of one.
        wake_all(&mut self.slots);
        self.forget();
        sent
    }

    /// Drops what the protocol does not depend on.
    fn forget(&mut self) {
        let timing = self.system.config.timing;
        self.system.counters = Counters::default();
        for slot in &mut self.slots {
            slot.counters = Counters::default();
            slot.actor_churn = crate::engine::lacp::churn::Churn::new(&timing);
            slot.partner_churn = slot.actor_churn;
            slot.port.unselected = Reason::Begin;
        }
    }

    fn tick(&mut self) -> Vec<(usize, Repr)> {
        let spacing = self.system.config.timing.tx_spacing;
        for since in &mut self.since {
            *since = spacing.min(*since + 1);
        }
        let sent = self.with(|system, slots, host| {
            system.tick(slots, host);
        });
        for &(port, _) in &sent {
            self.hasty |= self.since[port] < spacing;
            self.since[port] = 0;
        }
        sent
    }

    fn hear(&mut self, port: usize, pdu: &Repr) {
        self.with(|system, slots, host| {
            system.frame(slots, port, &pdu.emit(), host);
        });
    }

    fn set_link(&mut self, port: usize, up: bool) {
        self.links[port].up = up;
        self.links[port].usable = up;
        self.with(|system, slots, host| {
            system.link_changed(slots, port, up, host);
        });
    }

    /// Whether the port sends because of LACP. One that has no partner sends as well, as if there
    /// were none.
    pub(super) fn sends(&self, port: usize) -> bool {
        let has_partner = self.slots[port].port.partner.system != [0; 6];
        self.distributes(port) || has_partner && System::is_way_out(&self.slots, port)
    }

    /// Whether the port sends because its partner and it agreed on that.
    pub(super) fn distributes(&self, port: usize) -> bool {
        let agreed = self.slots[port].port.actor.state.has(State::DISTRIBUTING);
        agreed && System::is_way_out(&self.slots, port)
    }

    pub(super) fn receives(&self, port: usize) -> bool {
        self.slots[port].flow.receives && self.links[port].usable
    }
}

/// What happens to a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Fate {
    Deliver,
    Lose,
    /// Delivered now, and again after the frame that follows it.
    Duplicate,
    /// Delivered after the frame that follows it.
    Overtaken,
}

/// A frame on its way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Frame {
    to: Place,
    pdu: Repr,
    late: bool,
}

/// Everything.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct World {
    pub(super) ends: Vec<End>,
    frames: Vec<Frame>,
    held: Vec<Frame>,
    /// Rounds since the last fault, up to the number that must suffice to recover.
    pub(super) calm: u16,
    /// Faults that may still happen; `None` for any number.
    pub(super) faults: Option<u8>,
}

impl World {
    pub(super) fn new(ends: Vec<End>, faults: Option<u8>) -> Self {
        Self {
            ends,
            frames: Vec::new(),
            held: Vec::new(),
            calm: 0,
            faults,
        }
    }

    pub(super) fn may_fail(&self) -> bool {
        self.faults != Some(0)
    }

    fn fault(&mut self) {
        self.calm = 0;
        self.faults = self.faults.map(|left| left - 1);
    }

    /// Whether a frame waits for its fate; if so, whether it is late already.
    pub(super) fn next_frame(&self) -> Option<bool> {
        self.frames.first().map(|frame| frame.late)
    }

    pub(super) fn decide(&mut self, fate: Fate) {
        let frame = self.frames.remove(0);
        if fate != Fate::Deliver {
            self.fault();
        }
        if matches!(fate, Fate::Duplicate | Fate::Overtaken) {
            self.held.push(Frame {
                late: true,
                ..frame.clone()
            });
        }
        if matches!(fate, Fate::Deliver | Fate::Duplicate) {
            let (end, port) = frame.to;
            if self.ends[end].links[port].usable {
                self.ends[end].hear(port, &frame.pdu);
            }
        }
    }

    /// Every system ticks; `cable` tells where a port leads.
    pub(super) fn round(&mut self, cable: impl Fn(Place) -> Place, limit: u16) {
        self.calm = limit.min(self.calm + 1);
        for end in 0..self.ends.len() {
            for (port, pdu) in self.ends[end].tick() {
                let to = cable((end, port));
                let both = [(end, port), to];
                if both
                    .iter()
                    .all(|&(end, port)| self.ends[end].links[port].usable)
                {
                    let late = false;
                    self.frames.push(Frame { to, pdu, late });
                }
            }
        }
        self.frames.append(&mut self.held);
    }

    pub(super) fn flap(&mut self, (end, port): Place) {
        self.fault();
        let up = self.ends[end].links[port].up;
        self.ends[end].set_link(port, !up);
    }
}
