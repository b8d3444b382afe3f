// SPDX-License-Identifier: GPL-2.0

//! Setting an option, thought through before anything happens.
//!
//! [`plan`] answers two questions: may this option have this value now, and what follows from it. It
//! knows every dependency between options; the caller stores [`Plan::settings`] and carries
//! [`Plan::effects`] out. Nothing has happened when it refuses.
//!
//! The dependencies are those of the C driver's setters (`bond_option_*_set()` in
//! `drivers/net/bonding/bond_options.c`). Differences: peer_notif_delay counts in intervals of
//! either monitor (design.rst D6); the ARP receive hook and the members' multicast groups follow the
//! settings whichever option changed them; a change of transmit policy re-announces XDP support.

use super::errno::Level;
use super::parse::{parse_num, parse_text};
use super::raw::{parse_raw, RawValue};
use super::refusal::{Cause, Delay, Refusal, Value};
use super::row::{Row, Status};
use super::settings::Settings;
use super::table::OptId;
use crate::engine::resilient::Buckets;
use crate::engine::types::{Mode, ModeSet, XmitPolicy};
use core::fmt;

/// The state of the bond as far as options depend on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ctx {
    /// The bond is administratively up.
    pub(crate) is_up: bool,
    /// The bond has members.
    pub(crate) has_members: bool,
    /// An XDP program is attached to the bond.
    pub(crate) has_xdp: bool,
}

/// A set of things to do after the settings were stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effects(u32);

impl Effects {
    /// Nothing.
    pub(crate) const NONE: Self = Self(0);
    /// Cancel the link monitor and wait for it.
    pub(crate) const STOP_MII: Self = Self(1);
    /// Cancel the ARP monitor and wait for it.
    pub(crate) const STOP_ARP: Self = Self(1 << 1);
    /// Start the link monitor now.
    pub(crate) const START_MII: Self = Self(1 << 2);
    /// Start the ARP monitor now.
    pub(crate) const START_ARP: Self = Self(1 << 3);
    /// Install or remove the hook that sees received probes: wanted while arp_interval is not 0.
    pub(crate) const ARP_HOOK: Self = Self(1 << 4);
    /// Join or leave the solicited-node multicast groups of the NS targets: wanted while
    /// arp_validate is not none.
    pub(crate) const NS_GROUPS: Self = Self(1 << 5);
    /// Select the active member again.
    pub(crate) const RESELECT: Self = Self(1 << 6);
    /// Work out the carrier of the bond again.
    pub(crate) const CARRIER: Self = Self(1 << 7);
    /// Give every backup member the inactive flag that all_slaves_active asks for.
    pub(crate) const INACTIVE_FLAGS: Self = Self(1 << 8);
    /// The mode has changed: its operations, and what the bond offers of IPsec offload.
    pub(crate) const MODE: Self = Self(1 << 9);
    /// Work out which XDP features the bond announces.
    pub(crate) const XDP_FEATURES: Self = Self(1 << 10);
    /// Publish a new transmit table.
    pub(crate) const TX_TABLE: Self = Self(1 << 11);
    /// Put lacp_active and lacp_rate into every port's actor state.
    pub(crate) const LACP_STATE: Self = Self(1 << 12);
    /// Put the system priority into every port and send LACPDUs.
    pub(crate) const LACP_ACTOR: Self = Self(1 << 13);
    /// The bond is up and its broadcast_neighbor was switched: adjust the count of such bonds.
    pub(crate) const BROADCAST_NEIGHBOR: Self = Self(1 << 14);

    /// Whether all of `other` is to be done.
    pub(crate) const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether there is nothing to do.
    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl core::ops::BitOr for Effects {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Something to tell the administrator about a value that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// A delay was cut to a multiple of the monitor interval; times in ms.
    DelayRounded {
        /// Which delay.
        delay: Delay,
        /// What was asked for.
        value: u32,
        /// What it should be a multiple of.
        monitor: OptId,
        /// The interval of that monitor.
        interval: u32,
        /// What it is now.
        rounded: u32,
    },
    /// coupled_control was set.
    CoupledControl(bool),
}

impl Note {
    /// How important it is.
    pub(crate) const fn level(&self) -> Level {
        match self {
            Self::DelayRounded { .. } => Level::Warning,
            Self::CoupledControl(_) => Level::Info,
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::DelayRounded {
                delay,
                value,
                monitor,
                interval,
                rounded,
            } => {
                let monitor = monitor.row().name();
                write!(
                    f,
                    "{delay} ({value}) is not a multiple of {monitor} ({interval}), value rounded to {rounded} ms"
                )
            }
            Self::CoupledControl(true) => f.write_str("Setting coupled_control to on (1)"),
            Self::CoupledControl(false) => f.write_str("Setting coupled_control to off (0)"),
        }
    }
}

/// What setting an option amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The settings to store.
    pub(crate) settings: Settings,
    /// What to do once they are stored.
    pub(crate) effects: Effects,
    /// What to log.
    pub(crate) note: Option<Note>,
}

/// Whether the option may be set at all: first the mode, then members, then whether the bond is up.
pub(crate) fn check_deps(row: &Row, mode: Mode, ctx: Ctx) -> Result<(), Cause> {
    if !row.modes.contains(mode) {
        Err(Cause::Mode(mode))
    } else if row.needs_empty && ctx.has_members {
        Err(Cause::HasMembers)
    } else if row.needs_down && ctx.is_up {
        Err(Cause::Up)
    } else {
        Ok(())
    }
}

/// Refuses what this version of the driver lacks; the last of all checks.
///
/// `is_default` tells whether the value asked for is the one the option has anyway.
pub(crate) fn check_implemented(row: &Row, is_default: bool) -> Result<(), Cause> {
    match row.status {
        Status::Later if !is_default => Err(Cause::NotYet),
        Status::Later | Status::Available => Ok(()),
    }
}

/// Sets a scalar option from text, as sysfs does: may it be set, is the value right, what follows.
pub(crate) fn set_text<'a>(
    settings: &Settings,
    id: OptId,
    text: &'a [u8],
    ctx: Ctx,
) -> Result<Plan, Refusal<'a>> {
    let refuse = |cause| Refusal::new(id, Value::Text(text), cause);
    check_deps(id.row(), settings.mode(), ctx).map_err(refuse)?;
    let value = parse_text(id.row(), text)?;
    plan(settings, id, value, ctx).map_err(refuse)
}

/// Sets a scalar option from a number, as netlink does (see `netlink_u32` for its u32).
pub(crate) fn set_num(
    settings: &Settings,
    id: OptId,
    number: i64,
    ctx: Ctx,
) -> Result<Plan, Refusal<'static>> {
    let refuse = |cause| Refusal::new(id, Value::Num(number), cause);
    check_deps(id.row(), settings.mode(), ctx).map_err(refuse)?;
    let value = parse_num(id.row(), number)?;
    plan(settings, id, value, ctx).map_err(refuse)
}

/// Reads what was written to a raw option, if it may be set.
///
/// Carrying it out is the caller's: targets go through `Targets`, names are looked up. Before it
/// does, it asks [`check_implemented`].
pub(crate) fn set_raw<'a>(
    settings: &Settings,
    id: OptId,
    text: &'a [u8],
    ctx: Ctx,
) -> Result<RawValue, Refusal<'a>> {
    let refuse = |cause| Refusal::new(id, Value::Text(text), cause);
    check_deps(id.row(), settings.mode(), ctx).map_err(refuse)?;
    parse_raw(id.row(), text)
}

/// What follows from setting a scalar option to a valid value in a mode that has it.
pub(crate) fn plan(old: &Settings, id: OptId, value: u32, ctx: Ctx) -> Result<Plan, Cause> {
    let id = id.stored();
    let mut plan = Plan {
        settings: *old,
        effects: Effects::NONE,
        note: None,
    };
    match id {
        OptId::Mode => plan.set_mode(value, ctx)?,
        OptId::Miimon => plan.set_miimon(value, ctx),
        OptId::ArpInterval => plan.set_arp_interval(value, ctx),
        OptId::UpDelay => plan.set_delay(id, Delay::Up, value)?,
        OptId::DownDelay => plan.set_delay(id, Delay::Down, value)?,
        OptId::PeerNotifDelay => plan.set_delay(id, Delay::PeerNotif, value)?,
        OptId::XmitHashPolicy => {
            let policy = XmitPolicy::from_u32(value).ok_or(Cause::Invalid)?;
            check_xdp(old.mode(), policy, ctx)?;
            plan.store(id, value, Effects::TX_TABLE | Effects::XDP_FEATURES);
        }
        OptId::ResilientBuckets => {
            if value != 0 && Buckets::new(value).is_none() {
                return Err(Cause::Invalid);
            }
            plan.store(id, value, Effects::TX_TABLE);
        }
        OptId::PacketsPerSlave | OptId::TlbDynamicLb | OptId::ResilientIdleMs => {
            plan.store(id, value, Effects::TX_TABLE)
        }
        OptId::PrimaryReselect => plan.store(id, value, Effects::RESELECT),
        OptId::MinLinks | OptId::LacpStrict => plan.store(id, value, Effects::CARRIER),
        OptId::LacpActive | OptId::LacpRate => plan.store(id, value, Effects::LACP_STATE),
        OptId::AdActorSysPrio => plan.store(id, value, Effects::LACP_ACTOR),
        OptId::AllSlavesActive => {
            plan.store(id, value, Effects::NONE);
            if plan.settings != *old {
                plan.effects.add(Effects::INACTIVE_FLAGS);
            }
        }
        OptId::BroadcastNeighbor => {
            plan.store(id, value, Effects::NONE);
            if plan.settings != *old {
                plan.effects.add(Effects::TX_TABLE);
                if ctx.is_up {
                    plan.effects.add(Effects::BROADCAST_NEIGHBOR);
                }
            }
        }
        OptId::CoupledControl => {
            plan.store(id, value, Effects::NONE);
            plan.note = Some(Note::CoupledControl(value != 0));
        }
        _ => plan.store(id, value, Effects::NONE),
    }
    plan.follow_arp(old, ctx);
    check_implemented(id.row(), value == id.row().default)?;
    Ok(plan)
}

fn check_xdp(mode: Mode, policy: XmitPolicy, ctx: Ctx) -> Result<(), Cause> {
    if ctx.has_xdp && !mode.xdp_capable(policy) {
        return Err(Cause::Xdp);
    }
    Ok(())
}

impl Plan {
    fn store(&mut self, id: OptId, value: u32, effects: Effects) {
        self.settings.store(id, value);
        self.effects.add(effects);
    }

    /// The bond is down and empty, so no monitor runs and no member needs to hear of it.
    fn set_mode(&mut self, value: u32, ctx: Ctx) -> Result<(), Cause> {
        let mode = Mode::from_u32(value).ok_or(Cause::Invalid)?;
        check_xdp(mode, self.settings.xmit_policy(), ctx)?;
        if !mode.implemented() {
            return Err(Cause::NotYet);
        }
        if !mode.may_use_arp() {
            self.settings.store(OptId::ArpInterval, 0);
            if self.settings.miimon() == 0 {
                let miimon = OptId::Miimon.row().default;
                self.settings.store(OptId::Miimon, miimon);
            }
        }
        if mode == Mode::BalanceAlb {
            self.settings.store(OptId::TlbDynamicLb, 1);
        }
        self.settings.store(OptId::ArpValidate, 0);
        self.settings.store(OptId::BroadcastNeighbor, 0);
        if !ModeSet::HASH.contains(mode) {
            self.settings.store(OptId::ResilientBuckets, 0);
        }
        let effects = Effects::MODE | Effects::XDP_FEATURES | Effects::TX_TABLE;
        self.store(OptId::Mode, value, effects);
        Ok(())
    }

    /// The delays are multiples of miimon and follow it.
    fn set_miimon(&mut self, value: u32, ctx: Ctx) {
        self.settings.store(OptId::Miimon, value);
        if value != 0 && self.settings.arp_interval() != 0 {
            self.settings.store(OptId::ArpInterval, 0);
            self.settings.store(OptId::ArpValidate, 0);
        }
        // A bond that is down starts its monitor when it is opened.
        if ctx.is_up {
            self.effects.add(match value {
                0 => Effects::STOP_MII,
                _ => Effects::STOP_ARP | Effects::START_MII,
            });
        }
    }

    fn set_arp_interval(&mut self, value: u32, ctx: Ctx) {
        self.settings.store(OptId::ArpInterval, value);
        if value != 0 {
            self.settings.store(OptId::Miimon, 0);
        }
        if ctx.is_up {
            self.effects.add(match value {
                0 => Effects::STOP_ARP,
                _ => Effects::STOP_MII | Effects::START_ARP,
            });
        }
    }

    fn set_delay(&mut self, id: OptId, delay: Delay, value: u32) -> Result<(), Cause> {
        let (monitor, interval) = match (delay, self.settings.miimon()) {
            (Delay::PeerNotif, 0) => (OptId::ArpInterval, self.settings.arp_interval()),
            (_, miimon) => (OptId::Miimon, miimon),
        };
        let refusal = Cause::NoMonitor(delay);
        let ticks = value.checked_div(interval).ok_or(refusal)?;
        let rounded = ticks.wrapping_mul(interval);
        if rounded != value {
            self.note = Some(Note::DelayRounded {
                delay,
                value,
                monitor,
                interval,
                rounded,
            });
        }
        self.store(id, ticks, Effects::NONE);
        Ok(())
    }

    /// What depends on the ARP settings follows them, whichever option changed them.
    fn follow_arp(&mut self, old: &Settings, ctx: Ctx) {
        let new = self.settings;
        if ctx.is_up && (old.arp_interval() != 0) != (new.arp_interval() != 0) {
            self.effects.add(Effects::ARP_HOOK);
        }
        if ctx.has_members && (old.arp_validate() != 0) != (new.arp_validate() != 0) {
            self.effects.add(Effects::NS_GROUPS);
        }
    }
}
