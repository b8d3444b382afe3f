// SPDX-License-Identifier: GPL-2.0

//! Mux machine (IEEE 802.1AX-2014 clause 6.4.15), with coupled or independent control.
//!
//! ```text
//!              selected        waited          partner in sync
//!   Detached ----------> Waiting ------> Attached ------------+--> CollectingDistributing
//!      ^                    |              |  ^               |      (coupled)
//!      +--------------------+--------------+  |               +--> Collecting <--> Distributing
//!                 unselected                  +-- out of sync        (independent)
//! ```
//!
//! Ports of an aggregator that is not the active one stay attached and out of sync. Three things differ
//! from the C driver: coming in sync while attached is told to the partner at once, not with
//! the next periodic LACPDU; a port in `Collecting` does receive; and a port that worked without a
//! partner stops when it hears one that is not in sync.

use super::{config::Fault, host::Host, run::Run, slot::Flow, trace::Reason};
use crate::engine::wire::lacpdu::State;

/// State of the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Mux {
    /// In no aggregator.
    #[default]
    Detached,
    /// Waits for others to join.
    Waiting {
        /// Ticks left; 0 when only others are waited for.
        left: u16,
    },
    /// In an aggregator, without frames.
    Attached,
    /// Frames go both ways (coupled control).
    CollectingDistributing,
    /// Frames come in (independent control).
    Collecting,
    /// Frames go both ways (independent control).
    Distributing,
}

impl Mux {
    /// The state's number in traces.
    pub(crate) const fn number(self) -> u16 {
        match self {
            Self::Detached => 0,
            Self::Waiting { .. } => 1,
            Self::Attached => 2,
            Self::CollectingDistributing => 3,
            Self::Collecting => 4,
            Self::Distributing => 5,
        }
    }
}

const OUT: State = State::SYNCHRONIZATION
    .or(State::COLLECTING)
    .or(State::DISTRIBUTING);
const FLOW: State = State::COLLECTING.or(State::DISTRIBUTING);

impl<H: Host> Run<'_, H> {
    /// Advances the mux machine of port `i` by one tick.
    pub(super) fn mux_tick(&mut self, i: usize) {
        let Some(old) = self.slot(i).map(|s| s.mux) else {
            return;
        };
        let Some((new, reason)) = self.mux_next(i, old) else {
            return;
        };
        if let Some(slot) = self.slot_mut(i) {
            slot.mux = new;
        }
        if old.number() != new.number() {
            self.mux_entered(i, new);
            self.trace_mux(i, old, new, reason);
        }
    }

    /// The next state and why, or what is done in the state without leaving it.
    fn mux_next(&mut self, i: usize, old: Mux) -> Option<(Mux, Reason)> {
        let lag = self.lag(i);
        let port = &self.slot(i)?.port;
        let collects = port.partner.state.has(State::COLLECTING);
        let (selected, unselected) = (port.selected, port.unselected);
        let (actor_in_sync, partner_in_sync) = (port.actor_in_sync(), port.partner_in_sync());
        if port.begin {
            return Some((Mux::Detached, Reason::Begin));
        }
        // Why a port that collects or distributes has to attach again.
        let lost = if !selected {
            Some(unselected)
        } else if !partner_in_sync && !self.system.config.has(Fault::IgnoresPartnerSync) {
            Some(Reason::PartnerOutOfSync)
        } else if !actor_in_sync {
            Some(Reason::ActorOutOfSync)
        } else {
            None
        };
        match old {
            Mux::Detached => {
                let waiting = Mux::Waiting {
                    left: self.system.config.timing.aggregate_wait,
                };
                selected.then_some((waiting, Reason::Selected))
            }
            Mux::Waiting { .. } | Mux::Attached if !selected => {
                self.slot_mut(i)?.port.ready = false;
                Some((Mux::Detached, unselected))
            }
            Mux::Waiting { left } => {
                let left = left.saturating_sub(1);
                if left > 0 {
                    return Some((Mux::Waiting { left }, Reason::TimerOver));
                }
                self.slot_mut(i)?.port.ready = true;
                if self.all_ready(i) {
                    return Some((Mux::Attached, Reason::Ready));
                }
                Some((Mux::Waiting { left }, Reason::TimerOver))
            }
            Mux::Attached if partner_in_sync && self.system.selection_left == 0 => {
                let next = if self.system.config.coupled {
                    Mux::CollectingDistributing
                } else {
                    Mux::Collecting
                };
                lag.active.then_some((next, Reason::PartnerInSync))
            }
            Mux::Attached => {
                if lag.active && !actor_in_sync {
                    let port = &mut self.slot_mut(i)?.port;
                    port.actor.state.set(State::SYNCHRONIZATION, true);
                    port.ntt |= lag.has_partner;
                }
                if lag.has_partner && self.slot(i)?.flow != Flow::NONE {
                    self.stop_flow(i);
                }
                None
            }
            Mux::CollectingDistributing => {
                self.keep_flow(i, lost, Flow::BOTH);
                lost.map(|why| (Mux::Attached, why))
            }
            Mux::Collecting => {
                if lost.is_none() && collects {
                    return Some((Mux::Distributing, Reason::PartnerCollects));
                }
                self.keep_flow(
                    i,
                    lost,
                    Flow {
                        sends: false,
                        receives: true,
                    },
                );
                lost.map(|why| (Mux::Attached, why))
            }
            Mux::Distributing => {
                let lost = lost.or((!collects).then_some(Reason::PartnerStopped));
                self.keep_flow(i, lost, Flow::BOTH);
                lost.map(|why| (Mux::Collecting, why))
            }
        }
    }

    /// A port that stays where frames flow is enabled again if the link came back meanwhile.
    fn keep_flow(&mut self, i: usize, lost: Option<Reason>, wanted: Flow) {
        let Some(flow) = self.slot(i).map(|s| s.flow) else {
            return;
        };
        let lacks = (wanted.sends && !flow.sends) || (wanted.receives && !flow.receives);
        if lost.is_none() && lacks && self.lag(i).active {
            self.enable(i, wanted);
            self.out.publish = true;
        }
    }

    /// The actions on entry.
    fn mux_entered(&mut self, i: usize, state: Mux) {
        let lag = self.lag(i);
        let Some(slot) = self.slot_mut(i) else {
            return;
        };
        let actor = &mut slot.port.actor.state;
        match state {
            Mux::Waiting { .. } => return,
            Mux::Detached => actor.set(OUT, false),
            Mux::Attached => {
                actor.set(State::SYNCHRONIZATION, lag.active);
                actor.set(FLOW, false);
            }
            Mux::CollectingDistributing => actor.set(OUT, true),
            Mux::Collecting => {
                // A port that comes from `Distributing` may just have been put out of sync.
                let synced = lag.active || actor.has(State::SYNCHRONIZATION);
                actor.set(State::SYNCHRONIZATION, synced);
                actor.set(State::COLLECTING, true);
                actor.set(State::DISTRIBUTING, false);
            }
            Mux::Distributing => {
                actor.set(State::SYNCHRONIZATION.or(State::DISTRIBUTING), true);
            }
        }
        slot.port.ntt |= state != Mux::Distributing;
        match state {
            Mux::Detached | Mux::Waiting { .. } | Mux::Attached => self.stop_flow(i),
            Mux::CollectingDistributing | Mux::Distributing => {
                if lag.active {
                    self.enable(i, Flow::BOTH);
                    self.out.changed_flow();
                    self.out.enabled = true;
                }
            }
            Mux::Collecting => {
                if let Some(slot) = self.slot_mut(i) {
                    slot.flow.sends = false;
                }
                if lag.active {
                    self.enable(
                        i,
                        Flow {
                            sends: false,
                            receives: true,
                        },
                    );
                }
                self.out.changed_flow();
            }
        }
    }

    /// No frames, unless the port is one of those that work without a partner.
    fn stop_flow(&mut self, i: usize) {
        let lag = self.lag(i);
        if lag.active && !lag.has_partner {
            return;
        }
        if let Some(slot) = self.slot_mut(i) {
            slot.flow = Flow::NONE;
        }
        self.out.changed_flow();
    }

    /// Lets frames flow if the link is up and usable.
    pub(super) fn enable(&mut self, i: usize, wanted: Flow) {
        let link = self.host.link(i);
        if !(link.up && link.usable) {
            return;
        }
        if let Some(slot) = self.slot_mut(i) {
            slot.flow.sends |= wanted.sends;
            slot.flow.receives |= wanted.receives;
        }
    }

    /// Whether all ports in the aggregator of port `i` have waited.
    fn all_ready(&self, i: usize) -> bool {
        let Some(joined) = self.slot(i).map(|s| s.joined) else {
            return false;
        };
        self.slots
            .iter()
            .all(|s| s.joined != joined || s.port.ready)
    }
}
