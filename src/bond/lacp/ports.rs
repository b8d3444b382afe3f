// SPDX-License-Identifier: GPL-2.0

//! How members of a bond become ports and cease to be.

use super::{place, Lacp, Room, Surroundings, System};
use crate::{
    bond::{table::room_for, Bond, MemberRef},
    engine::{
        lacp::{history::History, host::Outcome, slot::Slot},
        types::Mode,
    },
    net::context::{BhOff, Rtnl},
};
use kernel::prelude::*;

impl Bond {
    /// Makes room for another port, the `n`th one; other modes than 802.3ad have none.
    pub(in crate::bond) fn reserve_port(&self, rtnl: &Rtnl, n: usize) -> Result<Room> {
        if self.mode(rtnl) != Mode::Ieee8023ad {
            return Ok(None);
        }
        let history = KBox::new(History::new(0), GFP_KERNEL)?;
        self.grow_ports(n)?;
        Ok(Some(history))
    }

    /// Makes room for `n` ports.
    fn grow_ports(&self, n: usize) -> Result {
        let room = self.lacp(|l| {
            let room = l.slots.capacity().min(l.members.capacity());
            room.min(l.histories.capacity())
        });
        if room >= n {
            return Ok(());
        }
        let n = room_for(n);
        let mut slots = KVec::with_capacity(n, GFP_KERNEL)?;
        let mut members = KVec::with_capacity(n, GFP_KERNEL)?;
        let mut histories = KVec::with_capacity(n, GFP_KERNEL)?;
        let old = self.lacp(|l| {
            // Within the room, so nothing is allocated.
            for slot in &l.slots {
                let _ = slots.push(*slot, GFP_ATOMIC);
            }
            for m in &l.members {
                let _ = members.push(m.clone(), GFP_ATOMIC);
            }
            for history in l.histories.drain_all() {
                let _ = histories.push(history, GFP_ATOMIC);
            }
            (
                core::mem::replace(&mut l.slots, slots),
                core::mem::replace(&mut l.members, members),
                core::mem::replace(&mut l.histories, histories),
            )
        });
        drop(old);
        Ok(())
    }

    /// `m` becomes a port; room was made.
    pub(in crate::bond) fn bind_port(&self, rtnl: &mut Rtnl, m: &MemberRef, room: Room) {
        let Some(mut history) = room else {
            return;
        };
        let identity = self.identity(rtnl);
        let append = |l: &mut Lacp| {
            let slot = l.system.new_slot(&l.slots, identity);
            history.port = slot.port.actor.port;
            let _ = l.histories.push(history, GFP_ATOMIC);
            let _ = l.slots.push(slot, GFP_ATOMIC);
            let _ = l.members.push(m.clone(), GFP_ATOMIC);
        };
        let bind = |system: &mut System, slots: &mut [Slot], host: &mut Surroundings<'_, '_>| {
            system.bound(slots, host);
            let outcome = Outcome {
                publish: true,
                ..Outcome::default()
            };
            ((), outcome)
        };
        BhOff::run(|bh| self.with_ports_changed(bh, append, bind, |_, ()| ()));
        self.settle_lacp(rtnl);
    }

    /// `m` leaves: its partner is told, and others take over what depended on it.
    pub(in crate::bond) fn unbind_port(&self, rtnl: &mut Rtnl, m: &MemberRef) {
        if self.mode(rtnl) != Mode::Ieee8023ad {
            return;
        }
        let unbind = |system: &mut System, slots: &mut [Slot], host: &mut Surroundings<'_, '_>| {
            let place = place(host.members, m);
            let outcome = place.map(|place| system.unbind(slots, place, host));
            (place, outcome.unwrap_or_default())
        };
        let remove = |l: &mut Lacp, place: Option<usize>| {
            let place = place?;
            let gone = (
                l.slots.remove(place),
                l.members.remove(place),
                l.histories.remove(place),
            );
            System::removed(&mut l.slots, place);
            Some(gone)
        };
        let gone = BhOff::run(|bh| self.with_ports_changed(bh, |_| (), unbind, remove));
        self.settle_lacp(rtnl);
        // A reference may be the last one; it goes without the lock.
        drop(gone);
    }
}
