// SPDX-License-Identifier: GPL-2.0

//! Moves the flows that waited to be idle (option `resilient_idle_ms`).

use crate::{
    bond::Bond,
    net::{bindings_consts::BOND_WORK_FLOWS, context::RtnlGuard, work::Work},
};

pub(crate) struct FlowsWork;

impl Work<Bond> for FlowsWork {
    const KIND: u32 = BOND_WORK_FLOWS;

    fn run(bond: &Bond) {
        match RtnlGuard::try_lock() {
            Some(mut rtnl) => bond.move_idle_flows(&mut rtnl),
            None => bond.flows.queue(1),
        }
    }
}
