// SPDX-License-Identifier: GPL-2.0

//! LACP of a bond: feeds the engine and does what it says (spec/dataplane.md 7).
//!
//! The engine's state is behind a lock that softirqs take. What it decides about flows is stored at
//! once, in the members' flags; telling listeners, publishing and carrier need RTNL and are done by
//! [`Bond::settle_lacp`].

mod history;
mod ports;

use super::{Bond, Member, MemberRef};
use crate::{
    engine::{
        lacp::{
            config::Config,
            history::History,
            host::{Event, Host, Outcome},
            slot::{Counters, Link, Slot},
            system::{ActiveInfo, Identity, System, Verdict},
            timing::Timing,
            trace::Transition,
        },
        options::Settings,
        types::{LinkState, MacAddr, Mode},
        wire::lacpdu::Repr,
    },
    net::{
        context::{BhOff, Rtnl},
        print::{self, Level},
        slow::{Outbox, Priority, Slow, LEN},
    },
};
use kernel::{prelude::*, print::OnceLite};

/// What the lock protects.
pub(crate) struct Lacp {
    system: System,
    /// The ports, in the order of the members.
    slots: KVec<Slot>,
    members: KVec<MemberRef>,
    histories: KVec<KBox<History>>,
    /// `ad_actor_system`; zero for the bond's address.
    configured: MacAddr,
    /// Whether the bond is up in a mode that uses LACP.
    running: bool,
    /// Whether members that do not collect receive all the same.
    all_active: bool,
    /// What waits for RTNL.
    pending: Outcome,
    /// Whether listeners may have to be told of a member.
    untold: bool,
}

/// Room for the history of a port; none is needed outside of 802.3ad.
pub(super) type Room = Option<KBox<History>>;

/// Full duplex as members report it.
const FULL: u8 = 1;

/// What the options mean to LACP.
fn config(s: &Settings) -> Config {
    Config {
        active: s.lacp_active(),
        fast: s.lacp_fast(),
        strict: s.lacp_strict(),
        coupled: s.coupled_control(),
        select: s.ad_select(),
        min_links: s.min_links(),
        user_key: s.ad_user_port_key(),
        timing: Timing::STANDARD,
    }
}

impl Lacp {
    /// No ports.
    pub(super) fn new(s: &Settings, configured: MacAddr) -> Self {
        Self {
            system: System::new(config(s)),
            slots: KVec::new(),
            members: KVec::new(),
            histories: KVec::new(),
            configured,
            running: false,
            all_active: s.all_slaves_active(),
            pending: Outcome::default(),
            untold: false,
        }
    }

    fn place(&self, m: &Member) -> Option<usize> {
        place(&self.members, m)
    }

    /// Whether something waits for RTNL.
    fn is_unsettled(&self) -> bool {
        self.untold || self.pending != Outcome::default()
    }

    /// Stores in the members what the engine decided.
    fn apply(&mut self) {
        self.untold = true;
        let mut i = 0;
        while let (Some(slot), Some(m)) = (self.slots.get(i), self.members.get(i)) {
            let in_active = System::is_in_active(&self.slots, i);
            m.store_flow(slot.flow, in_active, self.all_active);
            i = i.wrapping_add(1);
        }
    }
}

/// Where `m` is among the ports; it remembers where it was found last.
fn place(members: &[MemberRef], m: &Member) -> Option<usize> {
    let hint = usize::from(m.port_place.get());
    if members.get(hint).is_some_and(|other| other.is(m)) {
        return Some(hint);
    }
    let place = members.iter().position(|other| other.is(m))?;
    m.port_place.set(u16::try_from(place).unwrap_or(0));
    Some(place)
}

/// What the engine sees of the bond.
struct Surroundings<'a, 'b> {
    bond: &'a Bond,
    members: &'a [MemberRef],
    histories: &'a mut [KBox<History>],
    running: bool,
    out: &'a mut Outbox<'b>,
}

impl Surroundings<'_, '_> {
    fn push(
        &mut self,
        port: usize,
        priority: Priority,
        write: impl FnOnce(&mut [u8; LEN]),
    ) -> bool {
        let Some(m) = self.members.get(port) else {
            return false;
        };
        self.out.push(m.dev(), &m.permanent, priority, write)
    }
}

impl Host for Surroundings<'_, '_> {
    fn link(&self, port: usize) -> Link {
        let Some(m) = self.members.get(port) else {
            return Link::default();
        };
        Link {
            up: m.link() == LinkState::Up,
            usable: m.dev().usable(),
            mbps: m.head.speed.get(),
            full_duplex: m.head.duplex.get() == FULL,
        }
    }

    fn send(&mut self, port: usize, pdu: &Repr) -> bool {
        self.push(port, Priority::Control, |payload| pdu.write(payload))
    }

    fn respond(&mut self, port: usize, response: &[u8; LEN]) -> bool {
        self.push(port, Priority::Normal, |payload| *payload = *response)
    }

    fn log(&mut self, port: usize, event: Event) {
        let level = match event {
            Event::Individual => Level::Warning,
            Event::ActiveRemoved => Level::Info,
            Event::Loopback
            | Event::NoAggregator(_)
            | Event::SpeedZero(_)
            | Event::UnlistedSpeed { .. } => Level::Error,
        };
        let dev = self.bond.dev();
        match (event, self.members.get(port)) {
            // Without the state of the device, unlike the others.
            (Event::Individual, _) => {
                let name = dev.name();
                print::plain_ratelimited(level, format_args!("{name}: {event}"));
            }
            // A driver that makes up speeds does so again and again.
            (Event::UnlistedSpeed { .. }, Some(m)) => {
                static SAID: OnceLite = OnceLite::new();
                let (name, member) = (dev.name(), m.dev().name());
                SAID.call_once(|| {
                    print::plain(level, format_args!("{name}: (slave {member}): {event}"));
                });
            }
            // What others cannot cause is no flood.
            (Event::ActiveRemoved | Event::SpeedZero(_) | Event::NoAggregator(_), Some(m)) => {
                let name = m.dev().name();
                print::log(dev, level, format_args!("(slave {name}): {event}"));
            }
            (_, Some(m)) => {
                let name = m.dev().name();
                print::log_ratelimited(dev, level, format_args!("(slave {name}): {event}"));
            }
            (_, None) => print::log_ratelimited(dev, level, format_args!("{event}")),
        }
    }

    fn trace(&mut self, port: usize, transition: Transition) {
        let port = (self.members.get(port), self.histories.get_mut(port));
        if let (Some(m), Some(history)) = port {
            history::note(self.bond, m, history, transition);
        }
    }
}

impl Bond {
    /// Runs the engine; what it wants sent is sent when the lock is free again.
    fn with_lacp<R>(
        &self,
        bh: BhOff<'_>,
        f: impl FnOnce(&mut System, &mut [Slot], &mut Surroundings<'_, '_>) -> (R, Outcome),
    ) -> R {
        self.with_ports_changed(bh, |_| (), f, |_, result| result)
    }

    /// As [`Self::with_lacp`], with ports that come before the engine runs or go after it, so that
    /// no tick sees a port that is there by half.
    fn with_ports_changed<R, S>(
        &self,
        bh: BhOff<'_>,
        before: impl FnOnce(&mut Lacp),
        f: impl FnOnce(&mut System, &mut [Slot], &mut Surroundings<'_, '_>) -> (R, Outcome),
        after: impl FnOnce(&mut Lacp, R) -> S,
    ) -> S {
        let mut out = Outbox::new(bh);
        let result = self.lacp.with(bh, |l| {
            before(l);
            let mut host = Surroundings {
                bond: self,
                members: &l.members,
                histories: &mut l.histories,
                running: l.running,
                out: &mut out,
            };
            let (result, outcome) = f(&mut l.system, &mut l.slots, &mut host);
            l.pending.merge(outcome);
            if outcome.publish {
                l.apply();
            }
            after(l, result)
        });
        out.send();
        result
    }

    /// As [`Self::with_lacp`] for port `m`, with RTNL: everything takes effect at once.
    fn with_port(
        &self,
        rtnl: &mut Rtnl,
        m: &Member,
        f: impl FnOnce(&mut System, &mut [Slot], usize, &mut Surroundings<'_, '_>) -> Outcome,
    ) {
        if self.mode(rtnl) == Mode::Ieee8023ad {
            self.on_port(m, f);
            self.settle_lacp(rtnl);
        }
    }

    /// As [`Self::with_lacp`] for port `m`; true if something waits for RTNL.
    fn on_port(
        &self,
        m: &Member,
        f: impl FnOnce(&mut System, &mut [Slot], usize, &mut Surroundings<'_, '_>) -> Outcome,
    ) -> bool {
        let run = |system: &mut System, slots: &mut [Slot], host: &mut Surroundings<'_, '_>| {
            let outcome = place(host.members, m).map(|place| f(system, slots, place, host));
            ((), outcome.unwrap_or_default())
        };
        BhOff::run(|bh| self.with_ports_changed(bh, |_| (), run, |l, ()| l.is_unsettled()))
    }

    /// One tick; true if something waits for RTNL.
    pub(crate) fn lacp_tick(&self) -> bool {
        let run = |system: &mut System, slots: &mut [Slot], host: &mut Surroundings<'_, '_>| {
            ((), system.tick(slots, host))
        };
        BhOff::run(|bh| self.with_ports_changed(bh, |_| (), run, |l, ()| l.is_unsettled()))
    }

    /// Does what waited for RTNL.
    pub(crate) fn settle_lacp(&self, rtnl: &mut Rtnl) {
        let (todo, untold) = self.lacp(|l| {
            (
                core::mem::take(&mut l.pending),
                core::mem::take(&mut l.untold),
            )
        });
        if todo.publish {
            self.publish(rtnl);
        }
        if todo.recheck {
            self.update_carrier(rtnl);
        }
        if todo.enabled && self.settings(rtnl).broadcast_neighbor() {
            self.arm_peers_only(rtnl);
        }
        if untold {
            self.for_each_member(rtnl, |m, rtnl| {
                if m.is_untold() {
                    m.announce_state(rtnl);
                }
            });
        }
    }

    /// Looks at the engine's state.
    fn lacp<R>(&self, f: impl FnOnce(&mut Lacp) -> R) -> R {
        BhOff::run(|bh| self.lacp.with(bh, f))
    }

    /// A frame came in on member `m`; true if it was for us.
    pub(super) fn slow_frame(&self, m: &Member, frame: Slow<'_>, bh: BhOff<'_>) -> bool {
        if matches!(frame, Slow::No) {
            return false;
        }
        self.with_lacp(bh, |system, slots, host| {
            let place = place(host.members, m).filter(|_| host.running);
            let consumed = match (frame, place) {
                (Slow::Short, Some(place)) => {
                    system.short_frame(slots, place, host);
                    false
                }
                (Slow::Payload(payload), Some(place)) => {
                    system.frame(slots, place, payload, host) == Verdict::Consumed
                }
                _ => false,
            };
            // Ports change what they do at ticks, not at frames.
            (consumed, Outcome::default())
        })
    }

    fn identity(&self, rtnl: &Rtnl) -> Identity {
        let configured = self.lacp(|l| l.configured);
        let system = if configured.is_zero() {
            let address = self.dev().address(rtnl);
            address.as_bytes().try_into().unwrap_or([0; 6])
        } else {
            configured.0
        };
        Identity {
            priority: self.settings(rtnl).ad_actor_sys_prio(),
            system,
        }
    }

    /// The link of `m` went up or down.
    pub(crate) fn port_link_changed(&self, rtnl: &mut Rtnl, m: &Member, up: bool) {
        self.with_port(rtnl, m, |system, slots, place, host| {
            system.link_changed(slots, place, up, host)
        });
    }

    /// Speed or duplex of `m` may have changed.
    pub(crate) fn port_speed_changed(&self, rtnl: &mut Rtnl, m: &Member) {
        if self.mode(rtnl) == Mode::Ieee8023ad {
            self.renew_key(m);
            self.settle_lacp(rtnl);
        }
    }

    /// Reads the key of port `m` anew; true if something waits for RTNL.
    fn renew_key(&self, m: &Member) -> bool {
        self.on_port(m, |system, slots, place, host| {
            system.speed_changed(slots, place, host);
            Outcome::default()
        })
    }

    /// Speed and duplex of `m` were read. Unknown ones take the link down without a word, until the
    /// monitor finds them known. If its device has an instance lock, the core holds that, so that
    /// listeners, who may ask the bond for its speed, are told later.
    pub(super) fn port_speed_read(&self, rtnl: &mut Rtnl, m: &Member) {
        if !m.knows_speed() {
            let monitor = m.monitor.get_mut(rtnl);
            monitor.lose_speed();
            let link = monitor.link;
            m.store_link(rtnl, link);
        }
        let unsettled = self.renew_key(m);
        if unsettled && m.dev().has_ops_lock() {
            self.settle_work.queue(0);
        } else if unsettled {
            self.settle_lacp(rtnl);
        }
    }

    /// The bond was opened or is about to be closed.
    pub(super) fn run_lacp(&self, rtnl: &Rtnl, on: bool) {
        let on = on && self.mode(rtnl) == Mode::Ieee8023ad;
        self.lacp(|l| {
            l.running = on;
            if on {
                l.system.opened();
            }
        });
    }

    /// Options were set; with `identity` those that partners are told of.
    pub(super) fn configure_lacp(&self, rtnl: &mut Rtnl, identity: bool) {
        let s = self.settings(rtnl);
        let who = self.identity(rtnl);
        let new = config(&s);
        self.lacp(|l| {
            l.system.configure(&mut l.slots, new);
            l.all_active = s.all_slaves_active();
            if identity {
                l.system.set_identity(&mut l.slots, who);
            }
            l.apply();
        });
    }

    /// `ad_actor_system` was set.
    pub(super) fn set_actor_system(&self, rtnl: &mut Rtnl, system: MacAddr) {
        self.lacp(|l| l.configured = system);
        self.configure_lacp(rtnl, true);
    }

    /// `actor_port_prio` of `m` was set.
    pub(super) fn set_port_priority(&self, rtnl: &mut Rtnl, m: &Member, priority: u16) {
        let identity = self.identity(rtnl);
        self.with_port(rtnl, m, |system, slots, place, _| {
            system.set_port_priority(slots, place, priority, identity);
            Outcome::default()
        });
    }

    /// The active aggregator.
    pub(crate) fn lacp_info(&self) -> Option<ActiveInfo> {
        self.lacp(|l| System::active_info(&l.slots))
    }

    /// What the bond calls itself.
    pub(crate) fn lacp_identity(&self) -> Identity {
        self.lacp(|l| l.system.identity)
    }

    /// `ad_actor_system`.
    pub(crate) fn actor_system(&self) -> MacAddr {
        self.lacp(|l| l.configured)
    }

    /// The state of a port, and the aggregator that it is in; nothing outside of 802.3ad.
    pub(crate) fn port(&self, m: &Member) -> Option<(Slot, Option<u16>)> {
        self.lacp(|l| {
            let place = l.place(m)?;
            Some((*l.slots.get(place)?, System::aggregator_id(&l.slots, place)))
        })
    }

    /// Frames counted.
    pub(crate) fn lacp_counters(&self) -> Counters {
        self.lacp(|l| l.system.counters)
    }

    /// Whether LACP lets the bond have carrier.
    pub(super) fn lacp_carrier(&self) -> bool {
        self.lacp(|l| l.system.has_carrier(&l.slots))
    }
}
