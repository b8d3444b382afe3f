// SPDX-License-Identifier: GPL-2.0

//! The parameters that depend on nothing but the mode: policies and counts.

use super::monitors::Monitors;
use super::Eval;
use crate::engine::options::errno::{Errno, Level};
use crate::engine::options::table::OptId;
use crate::engine::resilient::{Buckets, MAX_BUCKETS};
use crate::engine::types::{Mode, ModeSet};

/// `max_bonds` if it is not given or makes no sense.
const DEFAULT_MAX_BONDS: u32 = 1;
/// `tx_queues` if it is not given or makes no sense.
const DEFAULT_TX_QUEUES: u32 = 16;

impl Eval<'_, '_, '_> {
    pub(super) fn texts_of_the_mode(&mut self) -> Result<(), Errno> {
        let raw = self.raw;
        self.text(OptId::Mode, raw.mode, "Invalid bonding mode")?;
        if raw.xmit_hash_policy.is_some() && !self.mode().can_use_hash() {
            self.irrelevant("xmit_hash_policy");
        } else {
            let what = "Invalid xmit_hash_policy";
            self.text(OptId::XmitHashPolicy, raw.xmit_hash_policy, what)?;
        }
        if raw.lacp_rate.is_some() && !self.is_ad() {
            self.irrelevant("lacp_rate");
        } else {
            self.text(OptId::LacpRate, raw.lacp_rate, "Invalid lacp rate")?;
        }
        if self.text(OptId::AdSelect, raw.ad_select, "Invalid ad_select")? && !self.is_ad() {
            self.warn(format_args!("ad_select param only affects 802.3ad mode"));
        }
        Ok(())
    }

    /// What the C driver does not have.
    fn resilience(&mut self) {
        let (buckets, idle) = (self.raw.resilient_buckets, self.raw.resilient_idle_ms);
        if !ModeSet::HASH.contains(self.mode()) {
            if buckets != 0 {
                self.irrelevant("resilient_buckets");
            }
            if idle != 0 {
                self.irrelevant("resilient_idle_ms");
            }
            return;
        }
        let valid = u32::try_from(buckets).is_ok_and(|n| n == 0 || Buckets::new(n).is_some());
        if !valid || !self.number(OptId::ResilientBuckets, buckets) {
            self.warn(format_args!(
                "Warning: resilient_buckets ({buckets}) should be 0 or a power of two up to {MAX_BUCKETS}, resetting to 0"
            ));
        }
        let idle = self.millis("resilient_idle_ms", idle);
        self.settings.store(OptId::ResilientIdleMs, idle);
    }

    pub(super) fn max_bonds(&mut self) -> u32 {
        let given = self.raw.max_bonds;
        u32::try_from(given).unwrap_or_else(|_| {
            self.warn(format_args!(
                "Warning: max_bonds ({given}) not in range 0-{}, so it was reset to BOND_DEFAULT_MAX_BONDS ({DEFAULT_MAX_BONDS})",
                i32::MAX
            ));
            DEFAULT_MAX_BONDS
        })
    }

    /// The remaining numbers that need no monitor; returns tx_queues.
    pub(super) fn counts(&mut self, monitors: &Monitors) -> u32 {
        let raw = self.raw;
        let tx_queues = match u32::try_from(raw.tx_queues) {
            Ok(queues @ 1..=255) => queues,
            _ => {
                self.warn(format_args!(
                    "Warning: tx_queues ({}) should be between 1 and 255, resetting to {DEFAULT_TX_QUEUES}",
                    raw.tx_queues
                ));
                DEFAULT_TX_QUEUES
            }
        };
        if !self.number(OptId::AllSlavesActive, raw.all_slaves_active) {
            self.warn(format_args!(
                "Warning: all_slaves_active module parameter ({}), not of valid value (0/1), so it was set to 0",
                raw.all_slaves_active
            ));
        }
        if !self.number(OptId::ResendIgmp, raw.resend_igmp) {
            self.warn(format_args!(
                "Warning: resend_igmp ({}) should be between 0 and 255, resetting to 1",
                raw.resend_igmp
            ));
        }
        if !self.number(OptId::PacketsPerSlave, raw.packets_per_slave) {
            self.warn(format_args!(
                "Warning: packets_per_slave ({}) should be between 0 and 65535 resetting to 1",
                raw.packets_per_slave
            ));
        }
        self.resilience();
        if self.mode() == Mode::BalanceAlb {
            let updelay = monitors.updelay;
            (self.log)(
                Level::Notice,
                format_args!(
                    "In ALB mode you might experience client disconnections upon reconnection of a link if the bonding module updelay parameter ({updelay} msec) is incompatible with the forwarding delay time of the switch"
                ),
            );
        }
        // The C driver does not check it either: a negative number becomes a huge one.
        let min_links = u32::from_ne_bytes(raw.min_links.to_ne_bytes());
        self.settings.store(OptId::MinLinks, min_links);
        tx_queues
    }
}
