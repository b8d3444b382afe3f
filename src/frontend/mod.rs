// SPDX-License-Identifier: GPL-2.0

//! What user space uses to drive a bond. All of it goes through the option table.

mod debugfs;
mod ioctl;
mod lacp;
mod links;
mod module_params;
mod netlink;
mod netns;
mod procfs;
mod sysfs;
mod words;

pub(crate) use self::{
    debugfs::{mode_changed, Folder as DebugFolder},
    lacp::show_port,
    links::{link_member, unlink_member},
    module_params::load,
    netns::{first_bonds, Directories, MastersFiles},
    procfs::File as ProcFile,
    sysfs::install,
};

use crate::{
    bond::Bond,
    engine::{
        options::Settings,
        types::{IfName, MacAddr},
    },
    net::{context::Rtnl, notifier::Event},
};

/// What new bonds are like.
pub(crate) fn template() -> Settings {
    module_params::template().map_or_else(Settings::default, |t| t.settings)
}

/// The name of the primary of new bonds.
pub(crate) fn primary() -> Option<IfName> {
    module_params::template().and_then(|t| t.primary)
}

/// `ad_actor_system` of new bonds.
pub(crate) fn actor_system() -> MacAddr {
    module_params::template().map_or(MacAddr([0; 6]), |t| t.ad_actor_system)
}

/// Transmit and receive queues of new bonds, unless a request says.
pub(crate) fn queues() -> u32 {
    module_params::template().map_or(16, |t| t.tx_queues)
}

/// Something happened to the device of a bond.
pub(crate) fn bond_event(bond: &Bond, event: Event, rtnl: &mut Rtnl) {
    match event {
        Event::Register | Event::Rename => {
            procfs::create(bond, rtnl);
            debugfs::follow(bond, rtnl);
        }
        Event::Unregister => remove_files(bond, rtnl),
        _ => {}
    }
}

/// Removes the files that refer to the bond, which would not go else.
pub(crate) fn remove_files(bond: &Bond, rtnl: &mut Rtnl) {
    procfs::remove(bond, rtnl);
    debugfs::remove(bond, rtnl);
}
