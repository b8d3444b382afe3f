// SPDX-License-Identifier: GPL-2.0

//! Consoles on a bond (spec/dataplane.md 3.1): while the bond is polled, so are its members.

use super::{Bond, MemberRef};
use crate::net::{
    context::{BhOff, Rtnl},
    netpoll::{self, Polled},
};
use kernel::prelude::*;

impl Bond {
    /// A change of members begins. What a console sends from now on it keeps and sends later, so
    /// that it does not go by a member that is being given up.
    pub(super) fn hold_consoles(&self, rtnl: &Rtnl) {
        let held = self.consoles_held.get();
        self.consoles_held.set(rtnl, held.wrapping_add(1));
    }

    /// The change is over.
    pub(super) fn unhold_consoles(&self, rtnl: &mut Rtnl) {
        let held = self.consoles_held.get();
        self.consoles_held.set(rtnl, held.wrapping_sub(1));
        if !self.is_changing() {
            drop(self.state.get_mut(rtnl).retired.take());
        }
    }

    /// Whether a change of members or of the active one is under way.
    pub(super) fn is_changing(&self) -> bool {
        self.consoles_held.get() != 0
    }

    /// Makes `new` the active member, with everything that follows (spec/dataplane.md 4.2).
    pub(crate) fn change_active(&self, rtnl: &mut Rtnl, new: Option<MemberRef>) {
        self.hold_consoles(rtnl);
        self.switch_active(rtnl, new);
        self.unhold_consoles(rtnl);
    }

    /// Whether a frame must be refused for now: it is one of a console.
    #[cold]
    pub(crate) fn holds(&self, bh: BhOff<'_>) -> bool {
        self.is_changing() && netpoll::is_sending(bh)
    }
}

impl Polled for Bond {
    fn poll_begins(&self, rtnl: &mut Rtnl) -> Result {
        let mut i = 0;
        while let Some(m) = self.member(rtnl, i) {
            if let Err(e) = m.poll.take(m.dev(), rtnl) {
                self.poll_ends(rtnl);
                return Err(e);
            }
            i = i.saturating_add(1);
        }
        self.publish(rtnl);
        Ok(())
    }

    fn poll_ends(&self, rtnl: &mut Rtnl) {
        let mut i = 0;
        while let Some(m) = self.member(rtnl, i) {
            m.poll.give_back(rtnl);
            i = i.saturating_add(1);
        }
        // The table still says that members are polled, until another takes its place: only after
        // this does netpoll stop to send what waits, with interrupts off. It goes nowhere.
    }

    fn poll(&self, bh: BhOff<'_>) {
        if let Some(table) = self.table().read(bh.rcu()) {
            for m in table.members() {
                if m.dev().usable() {
                    netpoll::poll(m.dev(), bh);
                }
            }
        }
    }
}
