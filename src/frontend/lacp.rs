// SPDX-License-Identifier: GPL-2.0

//! What user space reads of LACP: netlink (spec/config.md 3.5 to 3.7), sysfs (4.2, 4.3) and
//! procfs (5.1, 5.2).

use crate::{
    bond::{Bond, Member},
    engine::{
        lacp::slot::Counters,
        options::{OptId, Settings},
        types::{MacAddr, Mode},
        wire::lacpdu::Info,
    },
    net::{
        cap::is_admin, context::Rtnl, device::NetDevice, driver::private_of, kobj::Object,
        nlattr::Filler, raw_text::RawText, upper,
    },
};
use core::fmt::{self, Write};
use kernel::prelude::*;

pub(super) const AD_INFO: u32 = 23;
// In it.
const AGGREGATOR: u32 = 1;
const NUM_PORTS: u32 = 2;
const ACTOR_KEY: u32 = 3;
const PARTNER_KEY: u32 = 4;
const PARTNER_MAC: u32 = 5;
// Of a member.
const SLAVE_AGGREGATOR_ID: u32 = 6;
const SLAVE_ACTOR_STATE: u32 = 7;
const SLAVE_PARTNER_STATE: u32 = 8;
const SLAVE_ACTOR_PORT_PRIO: u32 = 10;
const SLAVE_ACTOR_CHURN: u32 = 11;
const SLAVE_PARTNER_CHURN: u32 = 12;
// Of statistics.
const XSTATS_BOND: u32 = 2;
const XSTATS_3AD: u32 = 1;
const STAT_PAD: u32 = 9;

/// Room for nine counters, each aligned, and a nest.
pub(super) const STATS_SIZE: usize = 9 * 16 + 4;

/// Reports the active aggregator.
pub(super) fn fill(bond: &Bond, out: &mut Filler<'_>) -> Result {
    let Some(info) = bond.lacp_info() else {
        return Ok(());
    };
    out.nest(AD_INFO, |out| {
        out.put_u16(AGGREGATOR, info.id)?;
        out.put_u16(NUM_PORTS, info.ports)?;
        out.put_u16(ACTOR_KEY, info.actor_key)?;
        out.put_u16(PARTNER_KEY, info.partner_key)?;
        out.put(PARTNER_MAC, &info.partner_system)
    })
}

/// Reports a port.
pub(super) fn fill_member(bond: &Bond, m: &Member, out: &mut Filler<'_>) -> Result {
    let Some((slot, aggregator)) = bond.port(m) else {
        // It is about to become a port.
        let priority = OptId::ActorPortPrio.row().default;
        return out.put_u16(SLAVE_ACTOR_PORT_PRIO, priority as u16);
    };
    if let Some(id) = aggregator {
        out.put_u16(SLAVE_AGGREGATOR_ID, id)?;
        out.put_u8(SLAVE_ACTOR_STATE, slot.port.actor.state.0)?;
        out.put_u16(SLAVE_PARTNER_STATE, slot.port.partner.state.0.into())?;
        out.put_u8(SLAVE_ACTOR_CHURN, slot.actor_churn.state.number())?;
        out.put_u8(SLAVE_PARTNER_CHURN, slot.partner_churn.state.number())?;
    }
    out.put_u16(SLAVE_ACTOR_PORT_PRIO, slot.port.actor.port_priority)
}

/// Reports what was counted: of a bond, or of a member.
pub(super) fn fill_stats(
    dev: &NetDevice,
    of_member: bool,
    out: &mut Filler<'_>,
    rtnl: &Rtnl,
) -> Result {
    let counted = if of_member {
        let Some(m) = upper::hooked::<Object<Member>>(dev, rtnl) else {
            return Ok(());
        };
        let bond = private_of::<Bond>(m.master()).ok_or(EINVAL)?;
        bond.port(m).map(|(slot, _)| slot.counters)
    } else {
        let bond = private_of::<Bond>(dev).ok_or(EINVAL)?;
        let is_ad = bond.mode(rtnl) == Mode::Ieee8023ad;
        is_ad.then(|| bond.lacp_counters())
    };
    out.nest(XSTATS_BOND, |out| match counted {
        Some(Counters(counters)) => out.nest(XSTATS_3AD, |out| {
            for (number, counter) in (0..).zip(counters) {
                out.put_u64(number, counter, STAT_PAD)?;
            }
            Ok(())
        }),
        None => Ok(()),
    })
}

/// Writes a file of the bond's directory; empty without an active aggregator, or the right to know.
pub(super) fn show_aggregator(bond: &Bond, file: &CStr, out: &mut impl Write) -> fmt::Result {
    let info = bond.lacp_info();
    let number =
        |f: fn(&crate::engine::lacp::system::ActiveInfo) -> u16| info.as_ref().map_or(0, f);
    let number = match file.to_bytes() {
        b"ad_aggregator" => number(|i| i.id),
        b"ad_num_ports" => number(|i| i.ports),
        _ if !is_admin() => return Ok(()),
        b"ad_actor_key" => number(|i| i.actor_key),
        b"ad_partner_key" => number(|i| i.partner_key),
        _ => {
            return match info {
                Some(info) => writeln!(out, "{}", MacAddr(info.partner_system)),
                None => Ok(()),
            }
        }
    };
    writeln!(out, "{number}")
}

/// Writes a file of a member's directory, without the newline.
pub(crate) fn show_port(m: &Member, index: usize, out: &mut impl Write) -> fmt::Result {
    let port = private_of::<Bond>(m.master()).and_then(|bond| bond.port(m));
    match port {
        Some((slot, Some(id))) => match index {
            5 => write!(out, "{id}"),
            6 => write!(out, "{}", slot.port.actor.state.0),
            _ => write!(out, "{}", slot.port.partner.state.0),
        },
        _ => out.write_str("N/A"),
    }
}

/// Writes the bond's part of its file in procfs.
pub(super) fn show(bond: &Bond, s: &Settings, out: &mut impl RawText) -> fmt::Result {
    let on_off = if s.lacp_active() { "on" } else { "off" };
    let rate = if s.lacp_fast() { "fast" } else { "slow" };
    let policy = OptId::AdSelect.row().value_name(s.ad_select().number());
    writeln!(
        out,
        "\n802.3ad info\nLACP active: {on_off}\nLACP rate: {rate}"
    )?;
    writeln!(out, "Min links: {}", s.min_links() as i32)?;
    let policy = policy.unwrap_or("");
    writeln!(out, "Aggregator selection policy (ad_select): {policy}")?;
    if !is_admin() {
        return Ok(());
    }
    let who = bond.lacp_identity();
    writeln!(out, "System priority: {}", who.priority)?;
    writeln!(out, "System MAC address: {}", MacAddr(who.system))?;
    let Some(info) = bond.lacp_info() else {
        let after = format_args!(" has no active aggregator\n");
        return out.write_name(format_args!("bond "), &bond.dev().name(), after);
    };
    writeln!(out, "Active Aggregator Info:\n\tAggregator ID: {}", info.id)?;
    writeln!(out, "\tNumber of ports: {}", info.ports)?;
    writeln!(out, "\tActor Key: {}", info.actor_key)?;
    writeln!(out, "\tPartner Key: {}", info.partner_key)?;
    let partner = MacAddr(info.partner_system);
    writeln!(out, "\tPartner Mac Address: {partner}")
}

fn show_end(what: &str, key: &str, end: &Info, out: &mut impl Write) -> fmt::Result {
    writeln!(out, "details {what} lacp pdu:")?;
    writeln!(out, "    system priority: {}", end.system_priority)?;
    writeln!(out, "    system mac address: {}", MacAddr(end.system))?;
    writeln!(out, "    {key} key: {}", end.key)?;
    writeln!(out, "    port priority: {}", end.port_priority)?;
    writeln!(out, "    port number: {}", end.port)?;
    writeln!(out, "    port state: {}", end.state.0)
}

/// Writes a member's part of the bond's file in procfs.
pub(super) fn show_member(bond: &Bond, m: &Member, out: &mut impl Write) -> fmt::Result {
    let Some((slot, Some(id))) = bond.port(m) else {
        return out.write_str("Aggregator ID: N/A\n");
    };
    let (actor, partner) = (slot.actor_churn, slot.partner_churn);
    writeln!(out, "Aggregator ID: {id}")?;
    writeln!(out, "Actor Churn State: {}", actor.state.name())?;
    writeln!(out, "Partner Churn State: {}", partner.state.name())?;
    writeln!(out, "Actor Churned Count: {}", actor.count)?;
    writeln!(out, "Partner Churned Count: {}", partner.count)?;
    if !is_admin() {
        return Ok(());
    }
    show_end("actor", "port", &slot.port.actor, out)?;
    show_end("partner", "oper", &slot.port.partner, out)
}
