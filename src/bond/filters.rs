// SPDX-License-Identifier: GPL-2.0

//! Receive filters: which members share promiscuity and secondary addresses with the bond
//! (spec/dataplane.md 1.2 v, 1.7, 4.4). In modes with an active member that one alone does.

use super::{Bond, MemberRef};
use crate::engine::types::Mode;
use crate::net::{
    bindings_consts::{IFF_ALLMULTI, IFF_PROMISC, IFF_UP},
    context::Rtnl,
    control::RxFlag,
};
use kernel::prelude::*;

impl Bond {
    /// A member begins to receive for the bond.
    pub(super) fn add_filters(&self, rtnl: &mut Rtnl, m: &MemberRef, several: bool) -> Result {
        let flags = self.dev().flags();
        if flags & IFF_PROMISC != 0 {
            m.dev().count_rx_flag(rtnl, RxFlag::Promisc, 1)?;
        }
        if flags & IFF_ALLMULTI != 0 {
            if let Err(e) = m.dev().count_rx_flag(rtnl, RxFlag::AllMulti, 1) {
                if flags & IFF_PROMISC != 0 {
                    let _ = m.dev().count_rx_flag(rtnl, RxFlag::Promisc, -1);
                }
                return Err(e);
            }
        }
        if flags & IFF_UP != 0 {
            m.dev().sync_addresses(self.dev(), several, rtnl);
            if self.mode(rtnl) == Mode::Ieee8023ad {
                m.dev().join_slow(rtnl);
            }
        }
        Ok(())
    }

    /// A member ends to receive for the bond; `flags` are the bond's when that began to end.
    pub(super) fn drop_filters(&self, rtnl: &mut Rtnl, m: &MemberRef, flags: u32) {
        if flags & IFF_PROMISC != 0 {
            let _ = m.dev().count_rx_flag(rtnl, RxFlag::Promisc, -1);
        }
        if flags & IFF_ALLMULTI != 0 {
            let _ = m.dev().count_rx_flag(rtnl, RxFlag::AllMulti, -1);
        }
        if flags & IFF_UP != 0 {
            self.forget_addresses(rtnl, m);
        }
    }

    /// Takes the addresses away from a member that listened while the bond was up.
    pub(super) fn forget_addresses(&self, rtnl: &mut Rtnl, m: &MemberRef) {
        m.dev().unsync_addresses(self.dev());
        if self.mode(rtnl) == Mode::Ieee8023ad {
            m.dev().leave_slow(rtnl);
        }
    }

    /// The filters move with the active role.
    pub(super) fn move_filters(
        &self,
        rtnl: &mut Rtnl,
        old: Option<&MemberRef>,
        new: Option<&MemberRef>,
    ) {
        if let Some(old) = old {
            self.drop_filters(rtnl, old, self.dev().flags());
        }
        if let Some(new) = new {
            // A device that refuses promiscuity is still the best there is.
            let _ = self.add_filters(rtnl, new, false);
        }
    }

    /// Whether moving the filters or an address away from a member needs its instance lock.
    pub(crate) fn failover_takes_member_lock(&self, rtnl: &Rtnl) -> bool {
        let flags = self.dev().flags();
        let policy = self.fail_over_mac(rtnl);
        flags & (IFF_PROMISC | IFF_ALLMULTI) != 0
            || policy == crate::engine::types::FailOverMac::Follow
    }
}
