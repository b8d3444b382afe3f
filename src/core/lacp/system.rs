// SPDX-License-Identifier: GPL-2.0

//! The system: all ports of a bond together.
//!
//! [`System`] is what a bond has once and a list of [`Slot`]s what it has per port, in the order of
//! the members; the caller keeps both, so that nothing here allocates. Each method takes one input,
//! asks the [`Host`] for facts, tells it what to send and to log, and returns what else is to be done.
//! Inputs must not overlap: the caller holds a lock.

use super::{
    aggregator::Tally,
    config::Config,
    host::{Host, Outcome},
    rest::wake_all,
    run::Run,
    selection::{active, sums},
    slot::{Count, Counters, Slot},
};
use crate::engine::wire::{
    lacpdu::{self, Repr, State},
    marker,
};

/// What identifies this end to others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    /// `ad_actor_sys_prio`.
    pub(crate) priority: u16,
    /// `ad_actor_system`, or the bond's address.
    pub(crate) system: [u8; 6],
}

/// What user space reads about the active aggregator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ActiveInfo {
    /// Its identifier.
    pub(crate) id: u16,
    /// How many of its ports are enabled.
    pub(crate) ports: u16,
    /// Key of its ports.
    pub(crate) actor_key: u16,
    /// Key of the ports at the other end.
    pub(crate) partner_key: u16,
    /// The system at the other end.
    pub(crate) partner_system: [u8; 6],
}

/// What a slow protocols frame turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Ours.
    Consumed,
    /// Not ours: somebody else may want it.
    Foreign,
}

/// The part of LACP that a bond has once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct System {
    /// The settings; they change by [`System::configure`].
    pub(crate) config: Config,
    /// What identifies this end.
    pub(crate) identity: Identity,
    /// Frames counted, those of released ports included.
    pub(crate) counters: Counters,
    /// The identifier given to an aggregator last.
    pub(super) last_aggregator: u16,
    /// Ticks until ports may leave the attached state.
    pub(super) selection_left: u16,
}

impl System {
    /// A system without ports.
    pub(crate) const fn new(config: Config) -> Self {
        Self {
            config,
            identity: Identity {
                priority: 0,
                system: [0; 6],
            },
            counters: Counters([0; 9]),
            last_aggregator: 0,
            selection_left: 0,
        }
    }

    pub(super) fn run<'a, H: Host>(
        &'a mut self,
        slots: &'a mut [Slot],
        host: &'a mut H,
    ) -> Run<'a, H> {
        Run {
            system: self,
            slots,
            host,
            out: Outcome::default(),
        }
    }

    /// 100 ms have passed since the last time.
    pub(crate) fn tick<H: Host>(&mut self, slots: &mut [Slot], host: &mut H) -> Outcome {
        let due = self.selection_left == 1;
        self.selection_left = self.selection_left.saturating_sub(1);
        let mut run = self.run(slots, host);
        if due {
            run.select_aggregator();
        }
        let mut i = 0;
        while let Some(slot) = run.slot_mut(i) {
            if !slot.sleeps() {
                run.tick_port(i);
            }
            i = i.saturating_add(1);
        }
        run.select_if_none();
        run.out
    }

    /// The bond was opened.
    pub(crate) fn opened(&mut self) {
        self.selection_left = self.config.timing.opened_selection;
    }

    /// A slow protocols frame came in on port `i`; `payload` follows the Ethernet header.
    pub(crate) fn frame<H: Host>(
        &mut self,
        slots: &mut [Slot],
        i: usize,
        payload: &[u8; lacpdu::LEN],
        host: &mut H,
    ) -> Verdict {
        let mut run = self.run(slots, host);
        let [subtype, ..] = payload;
        match *subtype {
            lacpdu::SUBTYPE => run.lacpdu(i, &Repr::parse(payload)),
            marker::SUBTYPE => match marker::kind(payload) {
                marker::Kind::Information => {
                    run.count(i, Count::MarkerRx);
                    if run.host.respond(i, &marker::response(payload)) {
                        run.count(i, Count::MarkerRespTx);
                    }
                }
                marker::Kind::Response => run.count(i, Count::MarkerRespRx),
                marker::Kind::Unknown(_) => run.count(i, Count::MarkerUnknownRx),
            },
            _ => {
                run.count(i, Count::LacpduUnknownRx);
                return Verdict::Foreign;
            }
        }
        Verdict::Consumed
    }

    /// A slow protocols frame that is too short came in on port `i`.
    pub(crate) fn short_frame<H: Host>(&mut self, slots: &mut [Slot], i: usize, host: &mut H) {
        self.run(slots, host).count(i, Count::LacpduIllegalRx);
    }

    /// The link monitor found the link of port `i` up or down.
    pub(crate) fn link_changed<H: Host>(
        &mut self,
        slots: &mut [Slot],
        i: usize,
        up: bool,
        host: &mut H,
    ) -> Outcome {
        let mut run = self.run(slots, host);
        if let Some(slot) = run.slot_mut(i) {
            slot.port.enabled = up;
            // The mux lets a port send again that may.
            slot.flow.sends = false;
            slot.flow.receives &= up;
        }
        run.update_key(i, !up);
        run.select_aggregator();
        run.out.publish = true;
        run.out
    }

    /// Speed or duplex of the link of port `i` may have changed.
    pub(crate) fn speed_changed<H: Host>(&mut self, slots: &mut [Slot], i: usize, host: &mut H) {
        self.run(slots, host).update_key(i, false);
    }

    /// Options were set.
    pub(crate) fn configure(&mut self, slots: &mut [Slot], config: Config) {
        wake_all(slots);
        for slot in slots {
            let state = &mut slot.port.actor.state;
            state.set(State::SHORT_TIMEOUT, config.fast);
            state.set(State::ACTIVITY, config.active);
        }
        self.config = config;
    }

    /// Some part of the identity was set; the partners are told.
    pub(crate) fn set_identity(&mut self, slots: &mut [Slot], identity: Identity) {
        self.identity = identity;
        wake_all(slots);
        for slot in slots {
            slot.port.actor.system_priority = identity.priority;
            slot.port.actor.system = identity.system;
            slot.port.ntt = true;
        }
    }

    /// `actor_port_prio` of port `i` was set.
    pub(crate) fn set_port_priority(
        &mut self,
        slots: &mut [Slot],
        i: usize,
        priority: u16,
        identity: Identity,
    ) {
        if let Some(slot) = slots.get_mut(i) {
            slot.port.actor.port_priority = priority;
        }
        self.set_identity(slots, identity);
    }

    /// Whether the bond has carrier.
    pub(crate) fn has_carrier(&self, slots: &[Slot]) -> bool {
        let Some(owner) = active(slots) else {
            return false;
        };
        let Tally {
            working, enabled, ..
        } = sums(slots, owner);
        let links = if self.config.strict { working } else { enabled };
        u32::from(links) >= self.config.min_links
    }

    /// The active aggregator, if there is one with ports.
    pub(crate) fn active_info(slots: &[Slot]) -> Option<ActiveInfo> {
        let owner = active(slots)?;
        let lag = slots.get(owner)?.own;
        let sums = sums(slots, owner);
        (sums.ports > 0).then_some(ActiveInfo {
            id: lag.id,
            ports: sums.enabled,
            actor_key: lag.key,
            partner_key: lag.partner_key,
            partner_system: lag.partner_system,
        })
    }

    /// The identifier of the aggregator that port `i` is in.
    pub(crate) fn aggregator_id(slots: &[Slot], i: usize) -> Option<u16> {
        let owner = slots.get(i)?.joined?;
        Some(slots.get(usize::from(owner))?.own.id)
    }

    /// Whether port `i` is in the active aggregator.
    pub(crate) fn is_in_active(slots: &[Slot], i: usize) -> bool {
        let owner = slots.get(i).and_then(|slot| slot.joined);
        owner
            .and_then(|owner| slots.get(usize::from(owner)))
            .is_some_and(|slot| slot.own.active)
    }

    /// Whether port `i` is a way out of the bond.
    pub(crate) fn is_way_out(slots: &[Slot], i: usize) -> bool {
        let sends = slots.get(i).is_some_and(|slot| slot.flow.sends);
        sends && Self::is_in_active(slots, i)
    }
}
