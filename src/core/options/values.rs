// SPDX-License-Identifier: GPL-2.0

//! The named values of each option.
//!
//! User space may write the names; the names of a range option (`off`, `minval`, `maxval`,
//! `default`) are accepted as well.

use super::row::Named;
use crate::engine::resilient::MAX_BUCKETS;

const fn named(name: &'static str, value: u32) -> Named {
    Named::new(name, value)
}

pub(super) const MODE: &[Named] = &[
    named("balance-rr", 0).by_default(),
    named("active-backup", 1),
    named("balance-xor", 2),
    named("broadcast", 3),
    named("802.3ad", 4),
    named("balance-tlb", 5),
    named("balance-alb", 6),
];

pub(super) const PACKETS_PER_SLAVE: &[Named] = &[
    named("default", 1).by_default(),
    named("maxval", 65535).max(),
];

pub(super) const XMIT_HASH_POLICY: &[Named] = &[
    named("layer2", 0).by_default(),
    named("layer3+4", 1),
    named("layer2+3", 2),
    named("encap2+3", 3),
    named("encap3+4", 4),
    named("vlan+srcmac", 5),
];

pub(super) const ARP_VALIDATE: &[Named] = &[
    named("none", 0).by_default(),
    named("active", 1),
    named("backup", 2),
    named("all", 3),
    named("filter", 4),
    named("filter_active", 5),
    named("filter_backup", 6),
];

pub(super) const ARP_ALL_TARGETS: &[Named] = &[named("any", 0).by_default(), named("all", 1)];

pub(super) const FAIL_OVER_MAC: &[Named] = &[
    named("none", 0).by_default(),
    named("active", 1),
    named("follow", 2),
];

/// Only powers of two, which `plan` sees to.
pub(super) const RESILIENT_BUCKETS: &[Named] = &[
    named("off", 0).by_default(),
    named("maxval", MAX_BUCKETS).max(),
];

pub(super) const INT_MAX: &[Named] = &[
    named("off", 0).by_default(),
    named("maxval", 0x7fff_ffff).max(),
];

/// Unlike the C driver's, where `default` means 0 (design.rst D3).
pub(super) const MIIMON: &[Named] = &[
    named("off", 0),
    named("maxval", 0x7fff_ffff).max(),
    named("default", 100).by_default(),
];

pub(super) const ARP_MISSED_MAX: &[Named] = &[
    named("minval", 1).min(),
    named("maxval", 255).max(),
    named("default", 2).by_default(),
];

pub(super) const PEER_NOTIF_DELAY: &[Named] = &[named("off", 0), named("maxval", 300_000).max()];

/// off/on, of which `off` is the default.
pub(super) const OFF_ON: &[Named] = &[named("off", 0).by_default(), named("on", 1)];

/// off/on, of which `on` is the default.
pub(super) const ON_OFF: &[Named] = &[named("off", 0), named("on", 1).by_default()];

/// No `default` word, as in the C driver.
pub(super) const LACP_RATE: &[Named] = &[named("slow", 0), named("fast", 1)];

pub(super) const AD_SELECT: &[Named] = &[
    named("stable", 0).by_default(),
    named("bandwidth", 1),
    named("count", 2),
    named("actor_port_prio", 3),
];

/// num_grat_arp, num_unsol_na and resend_igmp.
pub(super) const REPEATS: &[Named] = &[
    named("off", 0),
    named("maxval", 255).max(),
    named("default", 1).by_default(),
];

pub(super) const PRIMARY_RESELECT: &[Named] = &[
    named("always", 0).by_default(),
    named("better", 1),
    named("failure", 2),
];

pub(super) const LP_INTERVAL: &[Named] = &[
    named("minval", 1).min().by_default(),
    named("maxval", 0x7fff_ffff).max(),
];

pub(super) const AD_ACTOR_SYS_PRIO: &[Named] = &[
    named("minval", 1).min(),
    named("maxval", 65535).max().by_default(),
];

pub(super) const AD_USER_PORT_KEY: &[Named] = &[
    named("minval", 0).min().by_default(),
    named("maxval", 1023).max(),
];
