// SPDX-License-Identifier: GPL-2.0

//! Chooses the active member anew, where the event that asks for it comes with a lock that a failover
//! or its listeners would take.

use crate::{
    bond::Bond,
    net::{bindings_consts::BOND_WORK_SELECT, work::Work},
};

pub(crate) struct SelectWork;

impl Work<Bond> for SelectWork {
    const KIND: u32 = BOND_WORK_SELECT;

    fn run(bond: &Bond) {
        let Some(mut rtnl) = bond.select_work.rtnl_or_later() else {
            return;
        };
        // The mode may be another one by now.
        if bond.mode(&rtnl).uses_primary() {
            bond.select_active(&mut rtnl);
        }
    }
}
