// SPDX-License-Identifier: GPL-2.0

//! The directory `bonding` of a bond in sysfs (spec/config.md 4.2).
//!
//! Reading takes no lock: it shows the published table.

use super::{lacp, words::Words};
use crate::{
    bond::{Bond, Table},
    engine::{
        options::{format, Kind, OptId, When, TABLE},
        types::Mode,
    },
    net::{
        bindings_consts::NETDEV_CHANGEINFODATA,
        cap::is_admin,
        context::{Rcu, Rtnl},
        device::NetDevice,
        driver::private_of,
        raw_text::RawText,
        sysfs::{self, Group, GroupFile, PageBuf},
    },
};
use core::fmt::Write;
use kernel::prelude::*;

/// A file.
#[derive(Clone, Copy)]
enum File {
    /// An option.
    Option(OptId),
    /// Whether the bond has carrier.
    MiiStatus,
    /// Something about the active aggregator.
    Aggregator(&'static CStr),
}
use File::{Aggregator, MiiStatus};

const N_FILES: usize = 44;

/// The files, in the order of the C driver; those it does not have come last (design.rst D5).
const ORDER: [File; N_FILES] = [
    File::Option(OptId::Slaves),
    File::Option(OptId::Mode),
    File::Option(OptId::FailOverMac),
    File::Option(OptId::ArpValidate),
    File::Option(OptId::ArpAllTargets),
    File::Option(OptId::ArpInterval),
    File::Option(OptId::ArpIpTarget),
    File::Option(OptId::ArpMissedMax),
    File::Option(OptId::DownDelay),
    File::Option(OptId::UpDelay),
    File::Option(OptId::PeerNotifDelay),
    File::Option(OptId::LacpActive),
    File::Option(OptId::LacpRate),
    File::Option(OptId::AdSelect),
    File::Option(OptId::XmitHashPolicy),
    File::Option(OptId::NumGratArp),
    File::Option(OptId::NumUnsolNa),
    File::Option(OptId::Miimon),
    File::Option(OptId::Primary),
    File::Option(OptId::PrimaryReselect),
    File::Option(OptId::UseCarrier),
    File::Option(OptId::ActiveSlave),
    MiiStatus,
    Aggregator(c"ad_aggregator"),
    Aggregator(c"ad_num_ports"),
    Aggregator(c"ad_actor_key"),
    Aggregator(c"ad_partner_key"),
    Aggregator(c"ad_partner_mac"),
    File::Option(OptId::QueueId),
    File::Option(OptId::AllSlavesActive),
    File::Option(OptId::ResendIgmp),
    File::Option(OptId::MinLinks),
    File::Option(OptId::LpInterval),
    File::Option(OptId::PacketsPerSlave),
    File::Option(OptId::TlbDynamicLb),
    File::Option(OptId::AdActorSysPrio),
    File::Option(OptId::AdActorSystem),
    File::Option(OptId::AdUserPortKey),
    File::Option(OptId::NsIp6Target),
    File::Option(OptId::CoupledControl),
    File::Option(OptId::BroadcastNeighbor),
    File::Option(OptId::LacpStrict),
    File::Option(OptId::ResilientBuckets),
    File::Option(OptId::ResilientIdleMs),
];

#[allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, where a bad index is an error"
)]
static FILES: [GroupFile; N_FILES] = {
    let mut files = [GroupFile { name: c"", mode: 0 }; N_FILES];
    let mut i = 0;
    while i < N_FILES {
        files[i] = match ORDER[i] {
            File::Option(id) => {
                let row = &TABLE[id.index()];
                let mode = match row.sysfs {
                    Some(sysfs) => sysfs.perm,
                    None => 0o444,
                };
                GroupFile {
                    name: row.c_name,
                    mode,
                }
            }
            MiiStatus => GroupFile {
                name: c"mii_status",
                mode: 0o444,
            },
            Aggregator(name) => GroupFile { name, mode: 0o444 },
        };
        i += 1;
    }
    files
};

/// The directory.
struct Directory;

/// Gives a new bond its directory.
pub(crate) fn install(dev: &NetDevice, rtnl: &Rtnl) -> Result {
    sysfs::install::<Directory>(dev, rtnl)
}

/// Writes the value of an option that is not a number.
fn show_raw(bond: &Bond, id: OptId, table: &Table, out: &mut PageBuf<'_>) -> core::fmt::Result {
    let one = match id {
        OptId::Slaves => {
            let mut words = Words::new(out, 16);
            for m in table.members() {
                words.add(&m.dev().name(), format_args!(""));
            }
            words.finish();
            None
        }
        OptId::QueueId => {
            let mut words = Words::new(out, 22);
            for m in table.members() {
                words.add(&m.dev().name(), format_args!(":{}", m.head.queue_id.get()));
            }
            words.finish();
            None
        }
        OptId::AdActorSystem => return writeln!(out, "{}", bond.actor_system()),
        OptId::Primary => table.primary.as_ref(),
        OptId::ActiveSlave if table.settings.mode().uses_primary() => table.current.as_ref(),
        _ => None,
    };
    match one {
        Some(m) => out.write_name(format_args!(""), &m.dev().name(), format_args!("\n")),
        None => Ok(()),
    }
}

fn show(bond: &Bond, file: File, table: &Table, out: &mut PageBuf<'_>) -> core::fmt::Result {
    let is_ad = table.settings.mode() == Mode::Ieee8023ad;
    match file {
        File::Option(id) => {
            let row = id.row();
            let visible = match row.sysfs.map(|file| file.when) {
                Some(When::Ad) => is_ad,
                Some(When::AdAdmin) => is_ad && is_admin(),
                _ => true,
            };
            match row.kind {
                _ if !visible => Ok(()),
                Kind::Raw(_) => show_raw(bond, id, table, out),
                _ => format(row, &table.settings, out),
            }
        }
        MiiStatus if bond.dev().carrier_ok() => out.write_str("up\n"),
        MiiStatus => out.write_str("down\n"),
        Aggregator(name) if is_ad => lacp::show_aggregator(bond, name, out),
        Aggregator(_) => Ok(()),
    }
}

impl Group for Directory {
    const NAME: &'static CStr = c"bonding";
    const FILES: &'static [GroupFile] = &FILES;

    fn show(dev: &NetDevice, index: usize, out: &mut PageBuf<'_>) -> Result {
        let bond = private_of::<Bond>(dev).ok_or(ENODEV)?;
        let file = ORDER.get(index).ok_or(EINVAL)?;
        Rcu::read(|rcu| match bond.table().read(rcu) {
            Some(table) => show(bond, *file, table, out).map_err(|_| EINVAL),
            None => Ok(()),
        })
    }

    fn store(dev: &NetDevice, index: usize, data: &[u8], rtnl: &mut Rtnl) -> Result<usize> {
        let bond = private_of::<Bond>(dev).ok_or(ENODEV)?;
        let Some(&File::Option(id)) = ORDER.get(index) else {
            return Err(EINVAL);
        };
        match id.row().kind {
            Kind::Raw(_) => bond.set_raw_text(rtnl, id, data)?,
            _ => bond.set_text(rtnl, id, data)?,
        }
        // The files exist only while the device is registered. No listener may veto it.
        let _ = dev.notify(rtnl, NETDEV_CHANGEINFODATA);
        Ok(data.len())
    }
}
