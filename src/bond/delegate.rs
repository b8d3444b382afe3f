// SPDX-License-Identifier: GPL-2.0

//! What a bond leaves to one of its members (spec/dataplane.md 3.5).

use super::Bond;
use crate::net::{
    context::Rcu, device::NetDevice, link_type::Headers, neighbour::Neighbours,
    timestamp::Timestamps,
};

/// By the active member, whatever the mode.
impl Headers for Bond {
    fn header_device<'a>(&'a self, rcu: Rcu<'a>) -> Option<&'a NetDevice> {
        Some(self.table().read(rcu)?.current.as_ref()?.dev())
    }
}

/// By the active member, where it is the only one that sends and receives.
impl Timestamps for Bond {
    fn clock<'a>(&'a self, rcu: Rcu<'a>) -> Option<&'a NetDevice> {
        let table = self.table().read(rcu)?;
        let current = table.current.as_ref()?;
        table
            .settings
            .mode()
            .uses_primary()
            .then_some(current.dev())
    }

    fn for_all_lowers(&self, rcu: Rcu<'_>, f: impl Fn(&NetDevice) -> bool) -> bool {
        let ports = self.table().read(rcu).map_or(&[][..], |t| &t.ports);
        !ports.is_empty() && ports.iter().all(|p| f(p.dev()))
    }
}

/// By the first member: all are of one kind.
impl Neighbours for Bond {
    fn neighbour_device<'a>(&'a self, rcu: Rcu<'a>) -> Option<&'a NetDevice> {
        Some(self.table().read(rcu)?.ports.first()?.dev())
    }
}
