// SPDX-License-Identifier: GPL-2.0

//! Moves the flows that waited to be idle (option `resilient_idle_ms`).

use crate::{
    bond::Bond,
    net::{bindings_consts::BOND_WORK_FLOWS, work::Work},
};

pub(crate) struct FlowsWork;

impl Work<Bond> for FlowsWork {
    const KIND: u32 = BOND_WORK_FLOWS;

    fn run(bond: &Bond) {
        if let Some(mut rtnl) = bond.flows.rtnl_or_later() {
            bond.move_idle_flows(&mut rtnl);
        }
    }
}
