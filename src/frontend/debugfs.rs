// SPDX-License-Identifier: GPL-2.0

//! The folder `bonding/<bond>` in debugfs, with the files that the mode has use for.
//!
//! `flows` is the load of the buckets of resilient hashing: first a line for each usable member with its
//! buckets and the packets that it sent by whichever bucket since it is a member and there are buckets,
//! then one for each bucket with the packets sent by whichever member since there are as many buckets.
//! Both wrap at 2^32. Packets on their way while a bucket changes hands are counted for the new owner. In
//! modes that hash; empty while there are no buckets.
//!
//! `lacp_history` is what the machines of LACP did last: a line for each transition of each port, oldest
//! first, see `Documentation/tracing.rst`. In 802.3ad.

use crate::{
    bond::{Bond, Table},
    engine::{lacp::history, types::Mode},
    net::{
        context::{Rcu, Rtnl},
        debugfs::{Dir, File},
        device::DevRef,
        driver::private_of,
        raw_text::RawText,
        seq::SeqOut,
    },
};
use core::fmt::{self, Write};
use kernel::prelude::*;

/// The folder of a bond.
pub(crate) type Folder = Dir<Source>;

/// Whose files they are. The reference goes when the folder does, on unregistration.
pub(crate) struct Source(DevRef);

impl Source {
    fn bond(&self) -> Option<&Bond> {
        private_of::<Bond>(&self.0)
    }
}

struct Flows;
struct LacpHistory;

fn show_members(table: &Table, out: &mut SeqOut<'_>) -> fmt::Result {
    let Some(flows) = &table.flows else {
        return Ok(());
    };
    let mut index = 0usize;
    for port in table.usable() {
        let (mut buckets, mut packets) = (0u32, port.credit());
        flows.load(|_, way, count| {
            if way == index {
                buckets = buckets.wrapping_add(1);
                packets = packets.wrapping_add(count);
            }
        });
        out.write_name(
            format_args!("member "),
            &port.dev().name(),
            format_args!(" buckets {buckets} packets {packets}\n"),
        )?;
        index = index.wrapping_add(1);
    }
    Ok(())
}

fn show_buckets(table: &Table, out: &mut SeqOut<'_>) {
    let Some(flows) = &table.flows else {
        return;
    };
    flows.load(|bucket, way, packets| {
        // Writing to it does not fail.
        let _ = match table.usable().get(way) {
            Some(port) => out.write_name(
                format_args!("bucket {bucket} member "),
                &port.dev().name(),
                format_args!(" packets {packets}\n"),
            ),
            None => writeln!(out, "bucket {bucket} member none packets {packets}"),
        };
    });
}

impl File<Source> for Flows {
    const NAME: &'static CStr = c"flows";

    fn show(source: &Source, out: &mut SeqOut<'_>) -> fmt::Result {
        Rcu::read(|rcu| {
            let Some(table) = source.bond().and_then(|bond| bond.table().read(rcu)) else {
                return Ok(());
            };
            show_members(table, out)?;
            show_buckets(table, out);
            Ok(())
        })
    }
}

impl File<Source> for LacpHistory {
    const NAME: &'static CStr = c"lacp_history";

    fn show(source: &Source, out: &mut SeqOut<'_>) -> fmt::Result {
        let Some(bond) = source.bond() else {
            return Ok(());
        };
        let mut ports = bond.lacp_histories().map_err(|_| fmt::Error)?;
        while let Some((i, record)) = history::take_first(ports.iter_mut().map(|p| &mut p.history))
        {
            if let Some(port) = ports.get(i) {
                out.write_name(
                    format_args!("{} ", record.at),
                    &port.name,
                    format_args!(" port {}: {}\n", port.history.port, record.transition),
                )?;
            }
        }
        Ok(())
    }
}

/// Gives the bond its folder, or the one it has its new name.
pub(crate) fn follow(bond: &Bond, rtnl: &mut Rtnl) {
    let mode = bond.mode(rtnl);
    let folder = &mut bond.state.get_mut(rtnl).debug;
    match folder {
        // Nothing depends on it: without memory it is missing, or keeps its old name.
        Some(folder) => drop(folder.rename(bond.dev())),
        None if mode.can_use_hash() => {
            let source = Source(DevRef::new(bond.dev()));
            *folder = Folder::create(bond.dev(), source, GFP_KERNEL).ok();
            if let Some(folder) = folder {
                folder.add::<Flows>();
                if mode == Mode::Ieee8023ad {
                    folder.add::<LacpHistory>();
                }
            }
        }
        // No file, no folder.
        None => {}
    }
}

/// Another mode has other files.
pub(crate) fn mode_changed(bond: &Bond, rtnl: &mut Rtnl) {
    drop(bond.state.get_mut(rtnl).debug.take());
    if bond.dev().is_registered(rtnl) {
        follow(bond, rtnl);
    }
}

/// Takes it away.
pub(crate) fn remove(bond: &Bond, rtnl: &mut Rtnl) {
    drop(bond.state.get_mut(rtnl).debug.take());
}
