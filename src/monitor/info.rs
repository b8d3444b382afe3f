// SPDX-License-Identifier: GPL-2.0

//! Tells drivers of members how their bond sees them (`NETDEV_BONDING_INFO`, spec/dataplane.md 9.2,
//! 9.3). Changes happen where those must not be called; one work tells of all that gathered.

use crate::{
    bond::Bond,
    net::{bindings_consts::BOND_WORK_MEMBER, ioctl::Ioctl, upper, work::Work},
};

pub(crate) struct InfoWork;

impl Work<Bond> for InfoWork {
    const KIND: u32 = BOND_WORK_MEMBER;

    fn run(bond: &Bond) {
        let Some(mut rtnl) = bond.info.rtnl_or_later() else {
            return;
        };
        // A member that left meanwhile is not found, and not missed.
        let mut i = 0;
        while let Some(m) = bond.member(&rtnl, i) {
            if m.info_due.get() {
                m.info_due.set(&rtnl, false);
                if let Some(info) = bond.member_info(&rtnl, i) {
                    let master = bond.info(&rtnl);
                    upper::bonding_info(m.dev(), i as i32, &info, &master, &mut rtnl);
                }
            }
            i = i.saturating_add(1);
        }
    }
}
