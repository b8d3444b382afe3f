// SPDX-License-Identifier: GPL-2.0

//! What can happen to an LACP system.

use super::lacp_node::{Node, GIGABIT};
use crate::engine::lacp::port::Port;
use crate::engine::lacp::system::Identity;
use crate::engine::types::AdSelect;
use crate::engine::wire::lacpdu::{Repr, State, LEN};

/// No more ports than this are bound.
pub(crate) const MAX_PORTS: usize = 6;

/// An input of any kind.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    Ticks(u16),
    /// Any payload of a slow protocol.
    Bytes(usize, [u8; LEN]),
    /// One that is too short.
    Short(usize),
    /// The port's own LACPDU.
    Echo(usize),
    /// An LACPDU of somebody who knows the port: its system, key and state.
    Forged(usize, u8, u8, u8),
    Link(usize, bool),
    Speed(usize, u32, bool),
    Carrier(usize, bool),
    Bind,
    Unbind(usize),
    Priority(usize, u16),
    Identity(u16, u8),
    Rate(bool),
    Activity(bool),
    Select(AdSelect),
    Coupled(bool),
    Strict(bool),
    MinLinks(u8),
    Opened,
    /// There is no memory for frames.
    Starved(bool),
}

/// Lets it happen. Ports go by their place, counted around.
pub(crate) fn apply(node: &mut Node, input: Input) {
    let n = node.slots.len();
    let at = |port: usize| port.checked_rem(n);
    match input {
        Input::Ticks(count) => (0..count).for_each(|_| {
            node.tick();
            node.check();
        }),
        Input::Bytes(port, bytes) => {
            if let Some(p) = at(port) {
                node.hear(p, &bytes);
            }
        }
        Input::Short(port) => {
            if let Some(p) = at(port) {
                node.system.short_frame(&mut node.slots, p, &mut node.world);
            }
        }
        Input::Echo(port) => {
            if let Some(p) = at(port) {
                let Port { actor, partner, .. } = node.slots[p].port;
                node.hear(p, &Repr { actor, partner }.emit());
            }
        }
        Input::Forged(port, system, key, state) => {
            if let Some(p) = at(port) {
                let ours = node.slots[p].port;
                let mut pdu = Repr {
                    actor: ours.partner,
                    partner: ours.actor,
                };
                pdu.actor.system = [2, 0, 0, 0, 0, system];
                pdu.actor.key = key.into();
                pdu.actor.state = State(state);
                node.hear(p, &pdu.emit());
            }
        }
        Input::Link(port, up) => {
            if let Some(p) = at(port) {
                node.set_link(p, up);
            }
        }
        Input::Speed(port, mbps, full_duplex) => {
            if let Some(p) = at(port) {
                node.world.links[p].mbps = mbps;
                node.world.links[p].full_duplex = full_duplex;
                node.system
                    .speed_changed(&mut node.slots, p, &mut node.world);
            }
        }
        Input::Carrier(port, usable) => {
            if let Some(p) = at(port) {
                node.world.links[p].usable = usable;
            }
        }
        Input::Bind if n < MAX_PORTS => node.bind(1, GIGABIT),
        Input::Bind => {}
        Input::Unbind(port) => {
            if let Some(p) = at(port) {
                node.unbind(p);
            }
        }
        Input::Priority(port, prio) => {
            if let Some(p) = at(port) {
                let identity = node.system.identity;
                node.system
                    .set_port_priority(&mut node.slots, p, prio, identity);
            }
        }
        Input::Identity(priority, address) => {
            let system = [2, 0, 0, 0, 0, address];
            let identity = Identity { priority, system };
            node.system.set_identity(&mut node.slots, identity);
        }
        Input::Rate(fast) => node.configure(|config| config.fast = fast),
        Input::Activity(active) => node.configure(|config| config.active = active),
        Input::Select(policy) => node.configure(|config| config.select = policy),
        Input::Coupled(on) => node.configure(|config| config.coupled = on),
        Input::Strict(on) => node.configure(|config| config.strict = on),
        Input::MinLinks(count) => node.configure(|config| config.min_links = count.into()),
        Input::Opened => node.system.opened(),
        Input::Starved(on) => node.world.starved = on,
    }
}
