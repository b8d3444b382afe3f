// SPDX-License-Identifier: GPL-2.0

//! `/proc/net/bonding/<bond>` (spec/config.md 5).

use super::{lacp, netns::Directories};
use crate::{
    bond::{Bond, MemberRef, Port, Table},
    engine::{
        options::OptId,
        types::{FailOverMac, Mode, SPEED_UNKNOWN},
    },
    net::{
        cap::release,
        context::{Rcu, Rtnl},
        device::DevRef,
        driver::private_of,
        pernet,
        print::{self, Level},
        raw_text::RawText,
        seq::{SeqFile, SeqOut, SeqSource},
    },
};
use core::fmt::{self, Write};
use kernel::prelude::*;

/// The file of a bond.
pub(crate) type File = SeqFile<Source>;

/// What it shows. The reference goes when the file does, on unregistration.
pub(crate) struct Source(DevRef);

impl Source {
    fn table<'a>(&'a self, rcu: Rcu<'a>) -> Option<&'a Table> {
        private_of::<Bond>(&self.0)?.table().read(rcu)
    }
}

fn up_or_down(up: bool) -> &'static str {
    if up {
        "up"
    } else {
        "down"
    }
}

/// The name of the value that an option has.
fn name_of(id: OptId, table: &Table) -> &'static str {
    let value = table.settings.value(id);
    id.row().value_name(value).unwrap_or("")
}

fn show_primary(table: &Table, out: &mut SeqOut<'_>) -> fmt::Result {
    match &table.primary {
        Some(m) => {
            let reselect = name_of(OptId::PrimaryReselect, table);
            out.write_name(
                format_args!("Primary Slave: "),
                &m.dev().name(),
                format_args!(" (primary_reselect {reselect})\n"),
            )?;
        }
        None => out.write_str("Primary Slave: None\n")?,
    }
    match &table.current {
        Some(m) => out.write_name(
            format_args!("Currently Active Slave: "),
            &m.dev().name(),
            format_args!("\n"),
        ),
        None => out.write_str("Currently Active Slave: None\n"),
    }
}

impl SeqSource for Source {
    type Item = MemberRef;

    fn item<'a>(&'a self, index: usize, rcu: Rcu<'a>) -> Option<&'a MemberRef> {
        self.table(rcu)?.ports.get(index).map(Port::member)
    }

    fn show_header(&self, out: &mut SeqOut<'_>, rcu: Rcu<'_>) -> fmt::Result {
        writeln!(out, "Ethernet Channel Bonding Driver: v{}\n", release())?;
        let Some(table) = self.table(rcu) else {
            return Ok(());
        };
        let s = &table.settings;
        let mode = s.mode();
        write!(out, "Bonding Mode: {}", mode.long_name())?;
        if mode == Mode::ActiveBackup && s.fail_over_mac() != FailOverMac::None {
            write!(
                out,
                " (fail_over_mac {})",
                name_of(OptId::FailOverMac, table)
            )?;
        }
        out.write_str("\n")?;
        if mode.uses_hash(s.tlb_dynamic_lb()) {
            let policy = name_of(OptId::XmitHashPolicy, table);
            let number = s.value(OptId::XmitHashPolicy);
            writeln!(out, "Transmit Hash Policy: {policy} ({number})")?;
        }
        if mode.uses_primary() {
            show_primary(table, out)?;
        }
        writeln!(out, "MII Status: {}", up_or_down(self.0.carrier_ok()))?;
        writeln!(out, "MII Polling Interval (ms): {}", s.miimon())?;
        // Signed, as in the files of sysfs.
        let (up, down) = (s.updelay_ms() as i32, s.downdelay_ms() as i32);
        writeln!(out, "Up Delay (ms): {up}\nDown Delay (ms): {down}")?;
        let peers = s.peer_notif_delay_ms() as i32;
        writeln!(out, "Peer Notification Delay (ms): {peers}")?;
        match private_of::<Bond>(&self.0) {
            Some(bond) if mode == Mode::Ieee8023ad => lacp::show(bond, s, out),
            _ => Ok(()),
        }
    }

    fn show_item(&self, m: &MemberRef, out: &mut SeqOut<'_>, _rcu: Rcu<'_>) -> fmt::Result {
        out.write_name(
            format_args!("\nSlave Interface: "),
            &m.dev().name(),
            format_args!("\n"),
        )?;
        writeln!(out, "MII Status: {}", m.link().mii_status())?;
        match m.head.speed.get() {
            SPEED_UNKNOWN => out.write_str("Speed: Unknown\n")?,
            speed => writeln!(out, "Speed: {} Mbps", speed as i32)?,
        }
        let duplex = match m.head.duplex.get() {
            0 => "half",
            1 => "full",
            _ => "Unknown",
        };
        writeln!(out, "Duplex: {duplex}")?;
        writeln!(out, "Link Failure Count: {}", m.failures.get())?;
        writeln!(out, "Permanent HW addr: {}", m.permanent)?;
        writeln!(out, "Slave queue ID: {}", m.head.queue_id.get())?;
        match private_of::<Bond>(&self.0) {
            Some(bond) if Mode::from_u32(bond.head.mode.get() as u32) == Some(Mode::Ieee8023ad) => {
                lacp::show_member(bond, m, out)
            }
            _ => Ok(()),
        }
    }
}

/// Makes the file of a bond anew, under the name that the bond has now.
pub(super) fn create(bond: &Bond, rtnl: &mut Rtnl) {
    remove(bond, rtnl);
    let name = bond.dev().name();
    let Some(Some(dir)) = pernet::data::<Directories>(bond.dev(), rtnl) else {
        return;
    };
    let source = Source(DevRef::new(bond.dev()));
    match SeqFile::create(dir, name.as_c_str(), source, GFP_KERNEL) {
        Ok(file) => bond.state.get_mut(rtnl).proc = Some(file),
        Err(_) => print::log(
            bond.dev(),
            Level::Warning,
            format_args!("Cannot create /proc/net/bonding/{name}"),
        ),
    }
}

/// Removes the file of a bond, if there is one.
pub(super) fn remove(bond: &Bond, rtnl: &mut Rtnl) {
    let file = bond.state.get_mut(rtnl).proc.take();
    // Waits for the readers.
    drop(file);
}
