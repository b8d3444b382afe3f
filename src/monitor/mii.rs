// SPDX-License-Identifier: GPL-2.0

//! The MII monitor (spec/dataplane.md 5).
//!
//! Every `miimon` ms a pass looks at the members without a lock; only if something is to be done
//! does it take RTNL. Carrier events act at once, without waiting for the pass.

use crate::{
    bond::{Bond, Member, MemberRef},
    engine::{
        link_event::{LinkEvent, Role},
        linkmon::{is_idle, is_working, settled, Cause, Pass},
        options::Settings,
        select::Trigger,
        types::{LinkState, Mode},
    },
    net::{
        bindings_consts::{BOND_WORK_CARRIER, BOND_WORK_MII},
        context::{OpsLocked, Rcu, Rtnl, RtnlGuard},
        mii::link_by_query,
        print::{self, Level},
        work::{jiffies_of_ms, Work},
    },
};

pub(crate) struct MiiWork;

impl Work<Bond> for MiiWork {
    const KIND: u32 = BOND_WORK_MII;

    fn run(bond: &Bond) {
        let look = Rcu::read(|rcu| {
            let table = bond.table().read(rcu)?;
            let s = &table.settings;
            let quiet = s.use_carrier()
                && !bond.notifying.get()
                && table
                    .ports
                    .iter()
                    .all(|p| p.member().link_is(settled(p.dev().usable())));
            Some((s.miimon(), quiet))
        });
        let Some((period, quiet)) = look else {
            return;
        };
        if period == 0 {
            return;
        }
        let mut next = jiffies_of_ms(period);
        if !quiet {
            match RtnlGuard::try_lock() {
                Some(mut rtnl) => {
                    pass(bond, &mut rtnl);
                    bond.tick_peers(&mut rtnl);
                }
                None => next = 1,
            }
        }
        bond.mii.queue(next);
    }
}

/// Whether the link of a member is up, by the means that `use_carrier` selects.
pub(crate) fn sense(m: &Member, s: &Settings, rtnl: &mut Rtnl) -> bool {
    if s.use_carrier() {
        m.dev().usable()
    } else {
        m.dev().running() && link_by_query(m.dev(), rtnl)
    }
}

/// What a round of commits found necessary.
#[derive(Default)]
struct Outcome {
    changed: bool,
    reselect: bool,
}

fn role(bond: &Bond, m: &MemberRef, mode: Mode, rtnl: &Rtnl) -> Role {
    match mode {
        Mode::ActiveBackup if bond.is_current(rtnl, m) => Role::Active,
        Mode::ActiveBackup => Role::Backup,
        _ => Role::Unnamed,
    }
}

fn report(bond: &Bond, m: &Member, event: LinkEvent) {
    use crate::engine::link_event::Level as L;
    let level = match event.level() {
        L::Info => Level::Info,
        L::Warning => Level::Warning,
    };
    if event.is_ratelimited() {
        let name = m.dev().name();
        print::log_ratelimited(bond.dev(), level, format_args!("(slave {name}): {event}"));
    } else {
        bond.log_member(m.dev(), level, format_args!("{event}"));
    }
}

fn working(bond: &Bond, rtnl: &Rtnl) -> bool {
    let state = bond.state.get(rtnl);
    let can_send = state.members.iter().map(|m| m.can_send());
    is_working(state.settings.mode(), state.current.is_some(), can_send)
}

/// What was found of a member's link.
#[derive(Clone, Copy)]
struct Found {
    /// Whether it is up.
    up: bool,
    /// Whether speed and duplex were read with it.
    has_speed: bool,
}

/// Carries out what follows for one member.
fn inspect(
    bond: &Bond,
    m: &MemberRef,
    found: Found,
    s: &Settings,
    pass: &mut Pass,
    outcome: &mut Outcome,
    rtnl: &mut Rtnl,
) {
    let before = *pass;
    let (delays, now) = (bond.delays(rtnl), Bond::now());
    let role = role(bond, m, s.mode(), rtnl);
    let monitor = m.monitor.get_mut(rtnl);
    let seen = monitor.inspect(found.up, role, delays, pass, now);
    if let Some(event) = seen.event {
        report(bond, m, event);
    }
    let Some(link) = seen.proposal else {
        if m.link() == LinkState::Up {
            bond.port_speed_changed(rtnl, m);
        }
        return;
    };
    if link == LinkState::Up && !found.has_speed {
        let lock = OpsLocked::lock(m.dev(), rtnl);
        m.refresh_speed(&lock, rtnl);
    }
    if link == LinkState::Up && s.mode().needs_speed_duplex() && !m.knows_speed() {
        let event = m.monitor.get_mut(rtnl).reject_up();
        // A link that does not come up is not the first that does.
        *pass = before;
        m.store_link(rtnl, LinkState::Down);
        report(bond, m, event);
        return;
    }
    let monitor = m.monitor.get_mut(rtnl);
    monitor.commit(link, now);
    let failures = monitor.failures;
    outcome.changed = true;
    m.failures.set(rtnl, failures);
    match link {
        LinkState::Up | LinkState::Down => m.set_link(rtnl, link),
        LinkState::Fail | LinkState::Back => m.store_link(rtnl, link),
    }
    match link {
        LinkState::Up => went_up(bond, m, s, outcome, rtnl),
        LinkState::Down => {
            if s.mode() == Mode::ActiveBackup {
                m.set_inactive(rtnl, s.all_slaves_active());
            }
            report(bond, m, LinkEvent::Down);
            bond.port_link_changed(rtnl, m, false);
            let is_current = bond.is_current(rtnl, m);
            outcome.reselect |= Trigger::LinkDown { is_current }.asks();
        }
        LinkState::Fail | LinkState::Back => {}
    }
}

fn went_up(bond: &Bond, m: &MemberRef, s: &Settings, outcome: &mut Outcome, rtnl: &mut Rtnl) {
    if !matches!(s.mode(), Mode::ActiveBackup | Mode::Ieee8023ad) {
        m.set_active(rtnl);
    }
    report(
        bond,
        m,
        LinkEvent::Up {
            speed: m.head.speed.get(),
            duplex: m.head.duplex.get(),
        },
    );
    bond.port_link_changed(rtnl, m, true);
    let state = bond.state.get(rtnl);
    let trigger = Trigger::LinkUp {
        current_prio: state.current.as_ref().map(|c| c.prio.get()),
        is_primary: state.primary.as_ref().is_some_and(|p| p.is(m)),
        prio: m.prio.get(),
    };
    outcome.reselect |= trigger.asks();
}

fn conclude(bond: &Bond, outcome: &Outcome, rtnl: &mut Rtnl) {
    if !outcome.changed {
        return;
    }
    // Before anything that takes time: packets follow the links.
    if !(outcome.reselect && bond.select_active(rtnl)) {
        bond.publish(rtnl);
    }
    bond.update_carrier(rtnl);
}

fn pass(bond: &Bond, rtnl: &mut Rtnl) {
    let s = bond.settings(rtnl);
    let mut pass = Pass::new(Cause::Tick, working(bond, rtnl));
    let mut outcome = Outcome::default();
    bond.for_each_member(rtnl, |m, rtnl| {
        let found = Found {
            up: sense(m, &s, rtnl),
            has_speed: false,
        };
        inspect(bond, m, found, &s, &mut pass, &mut outcome, rtnl);
    });
    conclude(bond, &outcome, rtnl);
}

/// The state of a member's device changed. If it has an instance lock, the core holds that.
pub(crate) fn carrier_event(bond: &Bond, m: &MemberRef, rtnl: &mut Rtnl) {
    if !is_idle(m.link(), m.dev().usable()) {
        react(bond, Some(m), rtnl);
    }
}

/// Acts on the links that changed since the last pass: several may have before the first of their
/// events is told, and none of these is to be made the active one. `told` is the member whose event
/// this is; without one, no instance lock is held.
fn react(bond: &Bond, told: Option<&MemberRef>, rtnl: &mut Rtnl) {
    let s = bond.settings(rtnl);
    if s.miimon() == 0 || !s.use_carrier() || !bond.dev().running() {
        return;
    }
    let held = match told {
        Some(told) => locks_held(bond, told, rtnl),
        None => Held::None,
    };
    if held == Held::Needed {
        bond.carrier_work.queue(0);
        return;
    }
    let mut pass = Pass::new(Cause::CarrierEvent, working(bond, rtnl));
    let mut outcome = Outcome::default();
    let mut look = |m: &MemberRef, rtnl: &mut Rtnl| {
        // Read once: without RTNL, a carrier may return at any time.
        let up = m.dev().usable();
        if is_idle(m.link(), up) || (up && held == Held::NotNeeded) {
            return;
        }
        let has_speed = told.is_some_and(|told| told.is(m));
        let found = Found { up, has_speed };
        inspect(bond, m, found, &s, &mut pass, &mut outcome, rtnl);
    };
    if let (Some(told), Held::NotNeeded) = (told, held) {
        // First, so that it sends no more when listeners hear of others.
        look(told, rtnl);
        if told.link() == LinkState::Up {
            // Its link is back already.
            bond.carrier_work.queue(0);
            return;
        }
    }
    bond.for_each_member(rtnl, look);
    conclude(bond, &outcome, rtnl);
    // As in a pass: a notification that had to wait for the bond's carrier goes out now. One that has
    // to wait for an event of the new active member is left to the next pass.
    if outcome.reselect && bond.reach(rtnl).is_given() {
        bond.tick_peers(rtnl);
    }
}

/// Instance locks that the core may hold while it tells of a link.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    /// None that matters.
    None,
    /// Links of members with one are lost; nothing that follows takes their locks.
    NotNeeded,
    /// What follows may take them: a failover that moves promiscuity or addresses, or a listener that
    /// hears of a member that can send, and asks for the bond's speed.
    Needed,
}

fn locks_held(bond: &Bond, told: &MemberRef, rtnl: &Rtnl) -> Held {
    let members = &bond.state.get(rtnl).members;
    let changed = || {
        let links = members.iter().map(|m| (m, m.dev().usable()));
        links.filter(|&(m, up)| !is_idle(m.link(), up))
    };
    // The lock of the one that is told of is held even if its link is what it was by now.
    let concerned = told.dev().has_ops_lock() || changed().any(|(m, _)| m.dev().has_ops_lock());
    let below = told.dev().is_stacked(rtnl);
    if (concerned || below) && bond.failover_takes_member_lock(rtnl) {
        Held::Needed
    } else if !concerned {
        Held::None
    } else if changed().any(|(_, up)| up) {
        Held::Needed
    } else {
        Held::NotNeeded
    }
}

pub(crate) struct CarrierWork;

impl Work<Bond> for CarrierWork {
    const KIND: u32 = BOND_WORK_CARRIER;

    fn run(bond: &Bond) {
        if let Some(mut rtnl) = bond.carrier_work.rtnl_or_later() {
            react(bond, None, &mut rtnl);
        }
    }
}
