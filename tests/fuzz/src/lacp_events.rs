// SPDX-License-Identifier: GPL-2.0

//! Anything that can happen to an LACP system, in any order.

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::engine::lacp::config::Config;
use crate::engine::types::AdSelect;
use crate::shared::lacp_input::{self, apply};
use crate::shared::lacp_node::{Node, GIGABIT};

/// More than this takes time and finds nothing.
const MAX_EVENTS: usize = 64;

/// What happens.
#[derive(Debug)]
pub struct Input {
    ports: usize,
    events: Vec<lacp_input::Input>,
    config: Config,
}

/// Mbit/s, one of them in no table.
const SPEEDS: [u32; 4] = [10, 1000, 10_000, 7];

fn policy(number: u8) -> AdSelect {
    let all = AdSelect::ALL;
    all[usize::from(number) % all.len()]
}

/// One byte says what happens, the lower half of the next to which port or how; time passes often.
fn event(u: &mut Unstructured<'_>) -> Result<lacp_input::Input> {
    use lacp_input::Input::*;
    let (kind, how) = (u.arbitrary::<u8>()?, u.arbitrary::<u8>()?);
    let (port, on) = (usize::from(how & 0x0f), how & 0x10 != 0);
    Ok(match kind % 32 {
        0 => Bytes(port, u.arbitrary()?),
        1 => Short(port),
        2 => Echo(port),
        3..=7 => Forged(port, how >> 6, how >> 4 & 3, u.arbitrary()?),
        8 | 9 => Link(port, on),
        10 => Speed(port, SPEEDS[usize::from(how >> 6)], on),
        11 => Carrier(port, on),
        12 => Bind,
        13 => Unbind(port),
        14 => Priority(port, u.arbitrary()?),
        15 => Identity(u.arbitrary()?, how),
        16 => Rate(on),
        17 => Activity(on),
        18 => Select(policy(how)),
        19 => Coupled(on),
        20 => Strict(on),
        21 => MinLinks(how & 3),
        22 => Opened,
        23 => Starved(on),
        // Now and then so many that every timer runs out.
        24 if on => Ticks(1000),
        25 | 26 => Ticks((how & 0x3f).into()),
        _ => Ticks((how & 7).into()),
    })
}

impl Arbitrary<'_> for Input {
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        let (bits, number) = (u.arbitrary::<u8>()?, u.arbitrary::<u8>()?);
        let config = Config {
            active: bits & 1 != 0,
            fast: bits & 2 != 0,
            strict: bits & 4 != 0,
            coupled: bits & 8 != 0,
            select: policy(number >> 4),
            ..Config::default()
        };
        let mut events = Vec::new();
        while !u.is_empty() && events.len() < MAX_EVENTS {
            events.push(event(u)?);
        }
        Ok(Self {
            ports: usize::from(number % 4),
            events,
            config,
        })
    }
}

impl Input {
    /// What must hold.
    pub fn check(&self) {
        let mut node = Node::with_ports(self.config, 1, &[GIGABIT; 3][..self.ports]);
        for event in &self.events {
            apply(&mut node, event.clone());
            node.check();
            node.world.sent.clear();
            node.world.trace.clear();
        }
    }
}
