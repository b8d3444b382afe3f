// SPDX-License-Identifier: GPL-2.0

//! The parameters about members and LACP, and the check of what is not implemented.

use super::{shown, Eval, ParamText, Template};
use crate::engine::options::errno::Errno;
use crate::engine::options::plan::check_implemented;
use crate::engine::options::raw::mac;
use crate::engine::options::table::{OptId, N_SCALAR, TABLE};
use crate::engine::types::{IfName, MacAddr, Mode};
use core::fmt;

impl Eval<'_, '_, '_> {
    pub(super) fn primary(&mut self) -> Result<Option<IfName>, Errno> {
        let raw = self.raw;
        let Some(name) = raw.primary else {
            return Ok(None);
        };
        if !self.mode().uses_primary() {
            let mode = self.mode().long_name();
            self.warn(format_args!(
                "Warning: {} primary device specified but has no effect in {mode} mode",
                shown(name)
            ));
            return Ok(None);
        }
        let what = "Invalid primary_reselect";
        self.text(OptId::PrimaryReselect, raw.primary_reselect, what)?;
        Ok((!name.is_empty()).then(|| IfName::cut(name)))
    }

    pub(super) fn last_texts(&mut self) -> Result<(), Errno> {
        let raw = self.raw;
        let what = "invalid fail_over_mac";
        let given = self.text(OptId::FailOverMac, raw.fail_over_mac, what)?;
        if given && self.mode() != Mode::ActiveBackup {
            self.warn(format_args!(
                "Warning: fail_over_mac only affects active-backup mode"
            ));
        }
        let lp_interval = match raw.lp_interval {
            0 => {
                // The C driver's spelling.
                self.warn(format_args!(
                    "Warning: ip_interval must be between 1 and {}, so it was reset to 1",
                    i32::MAX
                ));
                1
            }
            given => given,
        };
        self.settings.store(OptId::LpInterval, lp_interval);
        let what = "invalid tlb_dynamic_lb";
        self.text(OptId::TlbDynamicLb, raw.tlb_dynamic_lb, what)?;
        Ok(())
    }

    /// The LACP parameters that the C driver does not have. They are kept in every mode: bonds made
    /// later may have another.
    pub(super) fn lacp(&mut self) -> Result<MacAddr, Errno> {
        let raw = self.raw;
        let given = [
            self.text(OptId::LacpActive, raw.lacp_active, "invalid lacp_active")?,
            self.text(OptId::LacpStrict, raw.lacp_strict, "invalid lacp_strict")?,
            self.text(
                OptId::CoupledControl,
                raw.coupled_control,
                "invalid coupled_control",
            )?,
            raw.ad_actor_system.is_some(),
        ];
        if !self.number(OptId::AdActorSysPrio, raw.ad_actor_sys_prio) {
            self.warn(format_args!(
                "Warning: ad_actor_sys_prio ({}) should be between 1 and 65535, resetting to 65535",
                raw.ad_actor_sys_prio
            ));
        }
        if !self.number(OptId::AdUserPortKey, raw.ad_user_port_key) {
            self.warn(format_args!(
                "Warning: ad_user_port_key ({}) should be between 0 and 1023, resetting to 0",
                raw.ad_user_port_key
            ));
        }
        let system = self.ad_actor_system(raw.ad_actor_system)?;
        let names = [
            "lacp_active",
            "lacp_strict",
            "coupled_control",
            "ad_actor_system",
        ];
        for (name, given) in names.iter().zip(given) {
            if given && !self.is_ad() {
                self.warn(format_args!("{name} param only affects 802.3ad mode"));
            }
        }
        // A change of mode resets this one, so it makes no sense to keep it for later.
        if raw.broadcast_neighbor.is_some() && !self.is_ad() {
            self.irrelevant("broadcast_neighbor");
        } else {
            let what = "invalid broadcast_neighbor";
            self.text(OptId::BroadcastNeighbor, raw.broadcast_neighbor, what)?;
        }
        Ok(system)
    }

    fn ad_actor_system(&mut self, text: ParamText<'_>) -> Result<MacAddr, Errno> {
        let Some(text) = text else {
            return Ok(MacAddr::ZERO);
        };
        let Some(system) = mac(text).filter(|system| !system.is_multicast()) else {
            let text = shown(text);
            self.error(format_args!("Error: invalid ad_actor_system \"{text}\""));
            return Err(Errno::Einval);
        };
        Ok(system)
    }

    /// Refuses what this version of the driver lacks, as the options themselves do.
    pub(super) fn implemented(&mut self, template: &Template) -> Result<(), Errno> {
        let mode = self.mode();
        if !mode.implemented() {
            let name = mode.name();
            return Err(self.missing(format_args!("mode {name}")));
        }
        for row in TABLE.iter().take(N_SCALAR) {
            let is_default = self.settings.stored(row.id) == row.default;
            if check_implemented(row, is_default).is_err() {
                return Err(self.missing(format_args!("{}", row.name())));
            }
        }
        let raw = [
            (OptId::ArpIpTarget, template.arp_targets.is_empty()),
            (OptId::NsIp6Target, template.ns_targets.is_empty()),
            (OptId::AdActorSystem, template.ad_actor_system.is_zero()),
        ];
        for (id, is_default) in raw {
            if check_implemented(id.row(), is_default).is_err() {
                return Err(self.missing(format_args!("{}", id.row().name())));
            }
        }
        Ok(())
    }

    fn missing(&mut self, what: fmt::Arguments<'_>) -> Errno {
        self.error(format_args!(
            "Error: {what} is not implemented in this version of the driver"
        ));
        Errno::Eopnotsupp
    }
}
