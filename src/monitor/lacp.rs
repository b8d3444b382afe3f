// SPDX-License-Identifier: GPL-2.0

//! Lets LACP tick every 100 ms while the bond is up (spec/dataplane.md 7.2, 7.12).
//!
//! What the machines decide takes effect on flows at once; what listeners must be told, and the
//! table that packets are sent by, need RTNL, which is tried for until it is there.

use crate::{
    bond::Bond,
    net::{
        bindings_consts::{BOND_WORK_AD, BOND_WORK_TABLE},
        work::{jiffies_of_ms, Work},
    },
};

/// The period in ms.
const TICK: u32 = 100;

pub(crate) struct LacpWork;

impl Work<Bond> for LacpWork {
    const KIND: u32 = BOND_WORK_AD;

    fn run(bond: &Bond) {
        // First: telling listeners takes time, which would delay all later ticks and part them
        // from those of the MII monitor, so that a processor wakes up twice as often.
        bond.lacp_work.queue(jiffies_of_ms(TICK));
        if bond.lacp_tick() {
            SettleWork::run(bond);
        }
    }
}

pub(crate) struct SettleWork;

impl Work<Bond> for SettleWork {
    const KIND: u32 = BOND_WORK_TABLE;

    fn run(bond: &Bond) {
        if let Some(mut rtnl) = bond.settle_work.rtnl_or_later() {
            bond.settle_lacp(&mut rtnl);
        }
    }
}
