// SPDX-License-Identifier: GPL-2.0

//! The parameters of the two monitors, which exclude each other, and the delays that count in their
//! intervals.

use super::{shown, Eval, RawParams};
use crate::engine::options::errno::Errno;
use crate::engine::options::raw::{ipv4, ipv6};
use crate::engine::options::table::OptId;
use crate::engine::options::targets::{Target, TargetError, Targets};
use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

/// The monitors as the parameters want them.
pub(super) struct Monitors {
    /// Whether miimon, unless it is 0, decides against arp_interval: it was given, or the mode has no
    /// ARP monitor. Otherwise miimon is only what is left if arp_interval turns out unusable.
    exclude_arp: bool,
    pub(super) updelay: u32,
    downdelay: u32,
}

/// The delays in ticks, but peer_notif_delay in ms.
pub(super) struct Delays {
    pub(super) updelay: u32,
    downdelay: u32,
    peer_notif_ms: u32,
}

/// Whether the ARP monitor could run with these parameters in a mode that has one.
fn arp_is_usable(raw: &RawParams<'_>) -> bool {
    let v4 = |text: &&[u8]| ipv4(text).is_some_and(|target| target.is_probeable());
    let v6 = |text: &&[u8]| ipv6(text).is_some_and(|target| target.is_probeable());
    let any = !raw.arp_ip_target.is_empty() || !raw.ns_ip6_target.is_empty();
    let good = raw.arp_ip_target.iter().all(v4) && raw.ns_ip6_target.iter().all(v6);
    raw.arp_interval > 0 && any && good
}

/// Targets in a message: each after a space.
struct List<'a>(&'a [Ipv4Addr], &'a [Ipv6Addr]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for target in self.0 {
            write!(f, " {target}")?;
        }
        for target in self.1 {
            write!(f, " {target}")?;
        }
        Ok(())
    }
}

impl Eval<'_, '_, '_> {
    /// miimon, use_carrier and the peer notifications.
    pub(super) fn monitors(&mut self) -> Monitors {
        let raw = self.raw;
        let given = raw.miimon.map(|miimon| self.millis("miimon", miimon));
        let updelay = self.millis("updelay", raw.updelay);
        let downdelay = self.millis("downdelay", raw.downdelay);
        if !self.number(OptId::UseCarrier, raw.use_carrier) {
            self.warn(format_args!(
                "Warning: use_carrier module parameter ({}), not of valid value (0/1), so it was set to 1",
                raw.use_carrier
            ));
        }
        if !self.number(OptId::NumUnsolNa, raw.num_peer_notif) {
            self.warn(format_args!(
                "Warning: num_grat_arp/num_unsol_na ({}) not in range 0-255 so it was reset to 1",
                raw.num_peer_notif
            ));
        }
        let arp_is_wanted = match given {
            Some(miimon) => miimon == 0,
            None => raw.arp_interval > 0,
        };
        if !self.mode().may_use_arp() && arp_is_wanted {
            self.warn(format_args!(
                "Warning: miimon must be specified, otherwise bonding will not detect link failure, speed and duplex which are essential for 802.3ad operation"
            ));
            self.warn(format_args!("Forcing miimon to 100msec"));
        }
        let default = OptId::Miimon.row().default;
        let miimon = match given {
            Some(0) | None if !self.mode().may_use_arp() => default,
            Some(miimon) => miimon,
            None if arp_is_usable(raw) => 0,
            None => default,
        };
        self.settings.store(OptId::Miimon, miimon);
        Monitors {
            exclude_arp: given.is_some() || !self.mode().may_use_arp(),
            updelay,
            downdelay,
        }
    }

    pub(super) fn delays(&mut self, monitors: &Monitors) -> Delays {
        let raw = self.raw;
        let miimon = self.settings.miimon();
        let Monitors {
            updelay, downdelay, ..
        } = *monitors;
        let in_range = u32::try_from(raw.peer_notif_delay)
            .ok()
            .filter(|delay| *delay <= 300_000);
        let peer_notif_ms = in_range.unwrap_or_else(|| {
            self.warn(format_args!(
                "Warning: peer_notif_delay ({}) should be between 0 and 300000, resetting to 0",
                raw.peer_notif_delay
            ));
            0
        });
        if miimon == 0 && (updelay != 0 || downdelay != 0) {
            self.warn(format_args!(
                "Warning: miimon module parameter not set and updelay ({updelay}) or downdelay ({downdelay}) module parameter is set; updelay and downdelay have no effect unless miimon is set"
            ));
        }
        if miimon != 0 && raw.arp_interval != 0 && monitors.exclude_arp {
            self.warn(format_args!(
                "Warning: miimon ({miimon}) and arp_interval ({}) can't be used simultaneously, disabling ARP monitoring",
                raw.arp_interval
            ));
        }
        Delays {
            updelay: self.ticks("updelay", updelay, "miimon", miimon),
            downdelay: self.ticks("downdelay", downdelay, "miimon", miimon),
            peer_notif_ms,
        }
    }

    /// A delay as a multiple of the interval. Without one the C driver keeps the number as it is.
    fn ticks(&mut self, name: &str, delay: u32, monitor: &str, interval: u32) -> u32 {
        let Some(ticks) = delay.checked_div(interval) else {
            return delay;
        };
        let rounded = ticks.wrapping_mul(interval);
        if rounded != delay {
            self.warn(format_args!(
                "Warning: {name} ({delay}) is not a multiple of {monitor} ({interval}), {name} rounded to {rounded} ms"
            ));
        }
        ticks
    }

    /// peer_notif_delay counts in intervals of whichever monitor there is in the end (design.rst D6).
    pub(super) fn store_delays(&mut self, delays: &Delays) {
        self.settings.store(OptId::UpDelay, delays.updelay);
        self.settings.store(OptId::DownDelay, delays.downdelay);
        let monitor = match self.settings.miimon() {
            0 => "arp_interval",
            _ => "miimon",
        };
        let (delay, interval) = (delays.peer_notif_ms, self.settings.monitor_interval());
        if interval == 0 && delay != 0 {
            self.warn(format_args!(
                "Warning: peer_notif_delay ({delay}) needs miimon or arp_interval, so it was reset to 0"
            ));
        } else {
            let ticks = self.ticks("peer_notif_delay", delay, monitor, interval);
            self.settings.store(OptId::PeerNotifDelay, ticks);
        }
    }

    /// arp_interval, arp_missed_max and the targets.
    pub(super) fn arp(&mut self, monitors: &Monitors) -> (Targets<Ipv4Addr>, Targets<Ipv6Addr>) {
        let raw = self.raw;
        let mut interval = match self.settings.miimon() {
            1.. if monitors.exclude_arp => 0,
            _ => self.millis("arp_interval", raw.arp_interval),
        };
        let arp = self.targets("arp_ip_target", raw.arp_ip_target, ipv4, &mut interval);
        let ns = self.targets("ns_ip6_target", raw.ns_ip6_target, ipv6, &mut interval);
        if interval != 0 && arp.is_empty() && ns.is_empty() {
            self.warn(format_args!(
                "Warning: arp_interval module parameter ({interval}) specified without providing an arp_ip_target parameter, arp_interval was reset to 0"
            ));
            interval = 0;
        }
        self.settings.store(OptId::ArpInterval, interval);
        if !self.number(OptId::ArpMissedMax, raw.arp_missed_max) {
            self.warn(format_args!(
                "Warning: arp_missed_max ({}) should be between 1 and 255, resetting to 2",
                raw.arp_missed_max
            ));
        }
        (arp, ns)
    }

    /// The good targets of a list; a bad one switches the monitor off.
    fn targets<T: Target>(
        &mut self,
        name: &str,
        texts: &[&[u8]],
        parse: fn(&[u8]) -> Option<T>,
        interval: &mut u32,
    ) -> Targets<T> {
        let mut targets = Targets::new();
        for text in texts {
            let good = parse(text).filter(Target::is_probeable);
            match good.map(|target| targets.add(target)) {
                Some(Ok(_)) => {}
                Some(Err(TargetError::Present(address))) => self.warn(format_args!(
                    "Warning: duplicate address {address} in {name}, skipping"
                )),
                Some(Err(_)) | None => {
                    self.warn(format_args!(
                        "Warning: bad {name} module parameter ({}), ARP monitoring will not be performed",
                        shown(text)
                    ));
                    *interval = 0;
                }
            }
        }
        targets
    }

    pub(super) fn arp_texts(&mut self) -> Result<(), Errno> {
        let raw = self.raw;
        if raw.arp_validate.is_some() && self.settings.arp_interval() == 0 {
            self.error(format_args!("arp_validate requires arp_interval"));
            return Err(Errno::Einval);
        }
        self.text(OptId::ArpValidate, raw.arp_validate, "invalid arp_validate")?;
        // The C driver says so and goes on with the default.
        let what = "invalid arp_all_targets_value";
        let _ = self.text(OptId::ArpAllTargets, raw.arp_all_targets, what);
        Ok(())
    }

    /// The line that tells which monitor runs.
    pub(super) fn announce(&mut self, arp: &Targets<Ipv4Addr>, ns: &Targets<Ipv6Addr>) {
        let settings = self.settings;
        let (miimon, interval) = (settings.miimon(), settings.arp_interval());
        if miimon != 0 {
            self.info(format_args!("MII link monitoring set to {miimon} ms"));
        } else if interval != 0 {
            let validate = OptId::ArpValidate
                .row()
                .value_name(settings.arp_validate())
                .unwrap_or("");
            let count = arp.as_slice().len().saturating_add(ns.as_slice().len());
            let list = List(arp.as_slice(), ns.as_slice());
            self.info(format_args!(
                "ARP monitoring set to {interval} ms, validate {validate}, with {count} target(s):{list}"
            ));
        }
    }
}
