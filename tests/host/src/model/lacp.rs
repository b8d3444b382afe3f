// SPDX-License-Identifier: GPL-2.0

//! LACP between systems that are joined in different ways. Losses, duplicates, overtaking frames and
//! link changes at either end are tried at every moment and in every combination, up to a number of
//! them or without end. Times are shorter than the standard's, in the same order.

use stateright::{Checker, Model, Property};

use super::world::{End, Fate, Place, World};
use crate::engine::lacp::config::{Config, Fault};
use crate::engine::lacp::timing::Timing;
use crate::engine::types::AdSelect;

const TIMING: Timing = Timing {
    fast_periodic: 2,
    slow_periodic: 4,
    short_timeout: 5,
    long_timeout: 9,
    aggregate_wait: 1,
    churn_detection: 1,
    tx_spacing: 2,
    first_selection: 2,
    opened_selection: 1,
};

const AGREED: &str = "who sends is received, once faults are over";
const CONVERGED: &str = "every cable that works carries frames, once faults are over";
const BOUNDED: &str = "no port sends LACPDUs faster than allowed";
const PROPERTIES: [&str; 3] = [AGREED, CONVERGED, BOUNDED];
const WORKS: &str = "all that can carry frames does";

/// How the systems are joined.
#[derive(Clone)]
struct Net {
    name: &'static str,
    /// Settings and speeds of the ports of each system.
    ends: Vec<(Config, Vec<u32>)>,
    cables: Vec<[Place; 2]>,
    faults: Option<u8>,
    /// Rounds that must suffice to recover.
    recovery: u16,
    /// Whether all cables can be used together.
    together: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Step {
    Round,
    Frame(Fate),
    Flap(Place),
}

impl Net {
    fn far(&self, place: Place) -> Place {
        let [a, b] = *self.cables.iter().find(|c| c.contains(&place)).unwrap();
        if a == place {
            b
        } else {
            a
        }
    }

    fn agreed(&self, world: &World) -> bool {
        self.cables.iter().flatten().all(|&(end, port)| {
            let (far, far_port) = self.far((end, port));
            !world.ends[end].sends(port) || world.ends[far].receives(far_port)
        })
    }

    fn converged(&self, world: &World) -> bool {
        let up = |(end, port): Place| world.ends[end].links[port].up;
        let works = |(end, port): Place| world.ends[end].distributes(port);
        let mut cables = self.cables.iter().filter(|c| c.iter().all(|&p| up(p)));
        if self.together {
            return cables.all(|c| c.iter().all(|&p| works(p)));
        }
        let mut cables = cables.peekable();
        cables.peek().is_none() || cables.any(|c| c.iter().all(|&p| works(p)))
    }
}

impl Model for Net {
    type State = World;
    type Action = Step;

    fn init_states(&self) -> Vec<World> {
        let ends = self.ends.iter().zip(1..);
        let ends = ends.map(|((config, speeds), address)| End::new(*config, address, speeds));
        vec![World::new(ends.collect(), self.faults)]
    }

    fn actions(&self, world: &World, out: &mut Vec<Step>) {
        match world.next_frame() {
            Some(late) => {
                out.push(Step::Frame(Fate::Deliver));
                if world.may_fail() {
                    out.push(Step::Frame(Fate::Lose));
                    if !late {
                        out.push(Step::Frame(Fate::Duplicate));
                        out.push(Step::Frame(Fate::Overtaken));
                    }
                }
            }
            None => {
                out.push(Step::Round);
                if world.may_fail() {
                    out.extend(self.cables.iter().flatten().map(|&place| Step::Flap(place)));
                }
            }
        }
    }

    fn next_state(&self, world: &World, step: Step) -> Option<World> {
        let mut world = world.clone();
        match step {
            Step::Round => world.round(|place| self.far(place), self.recovery),
            Step::Frame(fate) => world.decide(fate),
            Step::Flap(place) => world.flap(place),
        }
        Some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always(AGREED, |net: &Net, world: &World| {
                world.calm < net.recovery || net.agreed(world)
            }),
            Property::always(CONVERGED, |net: &Net, world: &World| {
                world.calm < net.recovery || net.converged(world)
            }),
            Property::always(BOUNDED, |_, world: &World| {
                world.ends.iter().all(|end| !end.hasty)
            }),
            Property::sometimes(WORKS, |net: &Net, world: &World| {
                net.converged(world) && net.agreed(world)
            }),
        ]
    }
}

fn config() -> Config {
    Config {
        timing: TIMING,
        ..Config::default()
    }
}

/// One cable.
fn pair(name: &'static str, a: Config, b: Config, faults: Option<u8>) -> Net {
    Net {
        name,
        ends: vec![(a, vec![1000]), (b, vec![1000])],
        cables: vec![[(0, 0), (1, 0)]],
        faults,
        recovery: 40,
        together: true,
    }
}

/// Two cables between the same systems.
fn twins(name: &'static str, a: Config, b: Config, faults: Option<u8>) -> Net {
    Net {
        ends: vec![(a, vec![1000, 1000]), (b, vec![1000, 1000])],
        cables: vec![[(0, 0), (1, 0)], [(0, 1), (1, 1)]],
        ..pair(name, a, b, faults)
    }
}

/// Two cables that lead to different systems by mistake.
fn miscabled(name: &'static str, ours: Config, faults: Option<u8>) -> Net {
    Net {
        ends: vec![
            (ours, vec![1000, 10_000]),
            (config(), vec![1000]),
            (config(), vec![10_000]),
        ],
        cables: vec![[(0, 0), (1, 0)], [(0, 1), (2, 0)]],
        together: false,
        ..pair(name, config(), config(), faults)
    }
}

/// Explores a net; yields the property that does not hold, if any, and the way to a counterexample.
fn explore(net: Net) -> Option<(&'static str, Vec<Step>)> {
    let (name, faults) = (net.name, net.faults);
    let checker = net.checker().threads(2).spawn_bfs().join();
    let faults = faults.map_or("any number of".into(), |n| format!("up to {n}"));
    let states = checker.unique_state_count();
    println!("model: {name}, {faults} faults: {states} states explored");
    let mut found = checker.discoveries();
    let broken = PROPERTIES.into_iter().find(|p| found.contains_key(p));
    for property in PROPERTIES {
        let violated = broken == Some(property);
        let verdict = if violated { "VIOLATED" } else { "checked" };
        println!("model:   {verdict}: {property}");
    }
    assert!(
        broken.is_some() || found.contains_key(WORKS),
        "nothing ever works"
    );
    broken.and_then(|p| Some((p, found.remove(p)?.into_actions())))
}

/// The property that a mistake violates.
fn found(net: Net) -> Option<&'static str> {
    Some(explore(net)?.0)
}

fn fast() -> Config {
    Config {
        fast: true,
        ..config()
    }
}

fn passive() -> Config {
    Config {
        active: false,
        ..config()
    }
}

fn independent(config: Config) -> Config {
    Config {
        coupled: false,
        ..config
    }
}

/// Explores and expects no fault in the engines.
fn holds(net: Net) {
    assert_eq!(explore(net), None);
}

#[test]
fn one_cable_with_any_number_of_faults() {
    holds(pair("one cable, fast", fast(), fast(), None));
}

#[test]
fn one_cable_with_four_faults() {
    let independent_fast = independent(fast());
    for (name, a, b) in [
        ("one cable, slow", config(), config()),
        ("one cable, fast and slow", fast(), config()),
        ("one cable, one end passive", config(), passive()),
        (
            "one cable, independent control",
            independent_fast,
            independent(config()),
        ),
        (
            "one cable, independent and coupled",
            independent_fast,
            fast(),
        ),
    ] {
        holds(pair(name, a, b, Some(4)));
    }
}

#[test]
fn two_cables() {
    holds(twins("two cables, fast", fast(), fast(), Some(3)));
    let slow = independent(config());
    holds(twins("two cables, slow, independent", slow, slow, Some(2)));
}

#[test]
fn two_cables_to_two_systems() {
    holds(miscabled("two systems, stable", config(), Some(2)));
    let bandwidth = Config {
        select: AdSelect::Bandwidth,
        ..independent(config())
    };
    holds(miscabled(
        "two systems, bandwidth, independent",
        bandwidth,
        Some(2),
    ));
    let preferred = Config {
        select: AdSelect::ActorPortPrio,
        ..config()
    };
    holds(miscabled(
        "two systems, actor_port_prio",
        preferred,
        Some(2),
    ));
}

#[test]
fn a_mux_that_ignores_the_partner_is_found_out() {
    let broken = Config {
        fault: Some(Fault::IgnoresPartnerSync),
        ..config()
    };
    let found = found(pair("seeded mistake in the mux", broken, config(), Some(3)));
    assert_eq!(found, Some(AGREED));
}

#[test]
fn a_selection_that_keeps_replaced_ports_in_sync_is_found_out() {
    let broken = Config {
        select: AdSelect::Bandwidth,
        fault: Some(Fault::KeepsReplacedInSync),
        ..config()
    };
    let found = found(miscabled("seeded mistake in selection", broken, Some(2)));
    assert_eq!(found, Some(AGREED));
}
