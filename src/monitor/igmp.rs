// SPDX-License-Identifier: GPL-2.0

//! Asks for multicast memberships to be announced again after a failover (spec/dataplane.md 4.5).

use crate::{
    bond::Bond,
    net::{
        bindings_consts::{BOND_WORK_IGMP, NETDEV_RESEND_IGMP},
        work::{jiffies_of_ms, Work},
    },
};

/// The pause between two announcements, in ms.
const PAUSE: u32 = 200;

pub(crate) struct IgmpWork;

impl Work<Bond> for IgmpWork {
    const KIND: u32 = BOND_WORK_IGMP;

    fn run(bond: &Bond) {
        let Some(mut rtnl) = bond.igmp.rtnl_or_later() else {
            return;
        };
        let _ = bond.dev().notify(&mut rtnl, NETDEV_RESEND_IGMP);
        let left = &mut bond.state.get_mut(&mut rtnl).igmp_left;
        *left = left.saturating_sub(1);
        if *left > 0 {
            bond.igmp.queue(jiffies_of_ms(PAUSE));
        }
    }
}
