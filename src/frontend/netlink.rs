// SPDX-License-Identifier: GPL-2.0

//! rtnetlink (spec/config.md 3). Policies, order and dump come from the option table.

use super::lacp;
use crate::{
    bond::{Bond, Member, MemberRef, Reply, Table},
    engine::{
        options::{
            netlink_u32, Nest, Netlink, OptId, When, Wire, APPLY_ORDER, DUMP_ORDER,
            MEMBER_APPLY_ORDER, TABLE,
        },
        types::Mode,
    },
    net::{
        cap::is_admin,
        context::{Rcu, Rtnl},
        control::Extack,
        device::NetDevice,
        kobj::Object,
        link::Link,
        nlattr::{Attr, Attrs, Filler, Policy, U32Range},
        upper,
    },
};
use kernel::prelude::*;

/// One more than `IFLA_BOND_MAX` and `IFLA_BOND_SLAVE_MAX`.
const N_ATTRS: usize = 35;
const N_MEMBER_ATTRS: usize = 13;

// Attributes of a member that are no options.
const SLAVE_STATE: u32 = 1;
const SLAVE_MII_STATUS: u32 = 2;
const SLAVE_LINK_FAILURE_COUNT: u32 = 3;
const SLAVE_PERM_HWADDR: u32 = 4;
const SLAVE_QUEUE_ID: u32 = 5;
const SLAVE_PRIO: u32 = 9;

static PEER_NOTIF_RANGE: U32Range = U32Range::up_to(300_000);

const fn policy_of(n: &Netlink) -> Policy {
    match n.wire {
        Wire::U8 => Policy::U8,
        Wire::U16 => Policy::U16,
        Wire::U32 if n.policy_max.is_some() => Policy::u32_up_to(&PEER_NOTIF_RANGE),
        Wire::U32 | Wire::IfIndex => Policy::U32,
        Wire::S32 => Policy::S32,
        Wire::Mac => Policy::binary(6),
        Wire::Ipv4List | Wire::Ipv6List => Policy::NESTED,
    }
}

#[allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "evaluated by the compiler"
)]
const fn policies<const N: usize>(member: bool) -> [Policy; N] {
    let mut out = [Policy::ANY; N];
    if !member {
        // Not to be set, but checked all the same.
        out[lacp::AD_INFO as usize] = Policy::NESTED;
    }
    let mut i = 0;
    while i < TABLE.len() {
        if let Some(n) = &TABLE[i].netlink {
            let of_member = matches!(n.nest, Nest::Member);
            if of_member == member {
                out[n.attr as usize] = policy_of(n);
            }
        }
        i += 1;
    }
    out
}

static POLICIES: [Policy; N_ATTRS] = policies(false);
static MEMBER_POLICIES: [Policy; N_MEMBER_ATTRS] = policies(true);

/// The number in an attribute, as the option table takes it.
fn number(attr: &Attr<'_>, wire: Wire) -> i64 {
    match wire {
        Wire::U8 => attr.u8().into(),
        Wire::U16 => attr.u16().into(),
        _ => netlink_u32(attr.u32()),
    }
}

fn apply(bond: &Bond, rtnl: &mut Rtnl, id: OptId, attr: Attr<'_>, extack: Extack) -> Result {
    let Some(n) = &id.row().netlink else {
        return Ok(());
    };
    let reply = Reply {
        extack,
        attr: Some(attr),
    };
    match n.wire {
        Wire::U8 | Wire::U16 | Wire::U32 => bond.set_num(rtnl, id, number(&attr, n.wire), reply),
        Wire::IfIndex if id == OptId::ActiveSlave => bond.activate_index(rtnl, attr.u32(), reply),
        Wire::IfIndex => bond.set_primary_index(rtnl, attr.u32(), reply),
        Wire::Mac => match attr.bytes().try_into() {
            Ok(bytes) => bond.set_actor_bytes(rtnl, bytes, reply),
            Err(_) => Err(EINVAL),
        },
        Wire::Ipv4List | Wire::Ipv6List | Wire::S32 => {
            bond.later(rtnl, id, attr.bytes().is_empty(), reply)
        }
    }
}

fn nonzero(attrs: &Attrs<'_>, id: OptId) -> Option<bool> {
    let attr = attrs.get(id.row().netlink.as_ref()?.attr.into())?;
    Some(attr.u32() != 0)
}

/// What is dumped of an option.
#[derive(Clone, Copy)]
enum Content {
    /// The number, in one byte.
    Byte,
    /// The number.
    Number,
    /// A time, which is stored as a multiple of the interval.
    Delay,
    /// The active member, in modes with a primary.
    Active,
    /// The primary, if it is a member.
    Primary,
    /// The number in two bytes, for an administrator in 802.3ad.
    AdNumber,
    /// The address of the LACP system, for the same.
    AdSystem,
    /// Nothing: targets, until they are implemented.
    Later,
}

/// An option in a dump.
#[derive(Clone, Copy)]
struct Dumped {
    content: Content,
    id: OptId,
    attr: u16,
}

/// [`DUMP_ORDER`], with what a dump needs of the table.
#[allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "evaluated by the compiler"
)]
static DUMPED: [Dumped; DUMP_ORDER.len()] = {
    let mut out = [dumped(OptId::Mode); DUMP_ORDER.len()];
    let mut i = 0;
    while i < out.len() {
        out[i] = dumped(DUMP_ORDER[i]);
        i += 1;
    }
    out
};

#[allow(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const fn dumped(id: OptId) -> Dumped {
    let Some(n) = &TABLE[id.index()].netlink else {
        panic!("an option that is dumped has no attribute");
    };
    let content = match (n.dump, n.wire) {
        (When::Always, _) if id.is_delay() => Content::Delay,
        (When::Always, Wire::U8) => Content::Byte,
        (When::Always, Wire::U32) => Content::Number,
        (When::HasActive, Wire::IfIndex) => Content::Active,
        (When::HasPrimary, Wire::IfIndex) => Content::Primary,
        (When::AdAdmin, Wire::U16) => Content::AdNumber,
        (When::AdAdmin, Wire::Mac) => Content::AdSystem,
        (When::NotEmpty, Wire::Ipv4List | Wire::Ipv6List) => Content::Later,
        _ => panic!("an option is dumped in a way of its own"),
    };
    Dumped {
        content,
        id,
        attr: n.attr,
    }
}

fn put_index(out: &mut Filler<'_>, attr: u32, member: Option<&MemberRef>) -> Result {
    match member {
        Some(m) => out.put_u32(attr, m.dev().ifindex() as u32),
        None => Ok(()),
    }
}

fn fill(bond: &Bond, table: &Table, out: &mut Filler<'_>) -> Result {
    let s = &table.settings;
    let has_active = s.mode().uses_primary();
    let is_ad = s.mode() == Mode::Ieee8023ad;
    let is_ad_admin = is_ad && is_admin();
    for &Dumped { content, id, attr } in &DUMPED {
        let attr = attr.into();
        match content {
            Content::Byte => out.put_u8(attr, s.stored(id) as u8)?,
            Content::Number => out.put_u32(attr, s.stored(id))?,
            Content::Delay => out.put_u32(attr, s.value(id))?,
            Content::Active if has_active => put_index(out, attr, table.current.as_ref())?,
            Content::Primary => put_index(out, attr, table.primary.as_ref())?,
            Content::AdNumber if is_ad_admin => out.put_u16(attr, s.stored(id) as u16)?,
            Content::AdSystem if is_ad_admin => out.put(attr, &bond.actor_system().0)?,
            _ => {}
        }
    }
    if is_ad {
        lacp::fill(bond, out)?;
    }
    Ok(())
}

fn fill_member(bond: &Bond, m: &Member, is_ad: bool, out: &mut Filler<'_>) -> Result {
    out.put_u8(SLAVE_STATE, m.is_backup().into())?;
    out.put_u8(SLAVE_MII_STATUS, m.link().number() as u8)?;
    out.put_u32(SLAVE_LINK_FAILURE_COUNT, m.failures.get())?;
    out.put(SLAVE_PERM_HWADDR, m.permanent.as_bytes())?;
    out.put_u16(SLAVE_QUEUE_ID, m.head.queue_id.get())?;
    out.put_u32(SLAVE_PRIO, m.prio.get() as u32)?;
    if is_ad {
        lacp::fill_member(bond, m, out)?;
    }
    Ok(())
}

impl Link for Bond {
    const KIND: &'static CStr = c"bond";
    const POLICY: &'static [Policy] = &POLICIES;
    const MEMBER_POLICY: &'static [Policy] = &MEMBER_POLICIES;

    fn queues() -> u32 {
        super::queues()
    }

    fn change(&self, rtnl: &mut Rtnl, attrs: &Attrs<'_>, extack: Extack) -> Result {
        let miimon = nonzero(attrs, OptId::Miimon).unwrap_or(false);
        for id in APPLY_ORDER {
            let Some(attr) = id
                .row()
                .netlink
                .as_ref()
                .and_then(|n| attrs.get(n.attr.into()))
            else {
                continue;
            };
            if miimon && nonzero(attrs, id) == Some(true) {
                let clash = match id {
                    OptId::ArpInterval => {
                        Some(c"ARP monitoring cannot be used with MII monitoring")
                    }
                    OptId::ArpValidate => {
                        Some(c"ARP validating cannot be used with MII monitoring")
                    }
                    _ => None,
                };
                if let Some(text) = clash {
                    extack.set(text);
                    extack.blame(&attr);
                    return Err(EINVAL);
                }
            }
            apply(self, rtnl, id, attr, extack)?;
        }
        Ok(())
    }

    fn change_member(
        &self,
        rtnl: &mut Rtnl,
        lower: &NetDevice,
        attrs: &Attrs<'_>,
        extack: Extack,
    ) -> Result {
        let m = self.member_of(rtnl, lower).ok_or(EINVAL)?;
        for id in MEMBER_APPLY_ORDER {
            let number = id.row().netlink.as_ref().map(|n| n.attr.into());
            let Some(attr) = number.and_then(|n| attrs.get(n)) else {
                continue;
            };
            let reply = Reply {
                extack,
                attr: Some(attr),
            };
            match id {
                OptId::QueueId => self.set_member_queue(rtnl, &m, attr.u16())?,
                OptId::Prio => self.set_member_prio(rtnl, &m, attr.u32() as i32, reply)?,
                _ => self.set_member_actor_prio(rtnl, &m, attr.u16(), reply)?,
            }
        }
        Ok(())
    }

    fn size() -> usize {
        768
    }

    fn fill(&self, out: &mut Filler<'_>) -> Result {
        Rcu::read(|rcu| match self.table().read(rcu) {
            Some(table) => fill(self, table, out),
            None => Ok(()),
        })
    }

    fn member_size() -> usize {
        124
    }

    fn fill_member(&self, lower: &NetDevice, out: &mut Filler<'_>, rtnl: &Rtnl) -> Result {
        match upper::hooked::<Object<Member>>(lower, rtnl) {
            Some(m) => fill_member(self, m, self.mode(rtnl) == Mode::Ieee8023ad, out),
            None => Ok(()),
        }
    }

    fn stats_size() -> usize {
        lacp::STATS_SIZE
    }

    fn fill_stats(dev: &NetDevice, of_member: bool, out: &mut Filler<'_>, rtnl: &Rtnl) -> Result {
        lacp::fill_stats(dev, of_member, out, rtnl)
    }
}
