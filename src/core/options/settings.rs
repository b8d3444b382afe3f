// SPDX-License-Identifier: GPL-2.0

//! The scalar options of one bond.

use super::row::{Row, Show};
use super::table::{OptId, N_SCALAR, TABLE};
use crate::engine::types::{AdSelect, FailOverMac, Mode, PrimaryReselect, XmitPolicy};
use core::fmt::{self, Write};

/// The scalar options of one bond, as they are stored.
///
/// updelay, downdelay and peer_notif_delay are stored as multiples of the monitor interval, so that
/// they follow it: changing miimon from 100 to 50 halves them, switching it off hides them, and
/// switching it on again brings them back. Everything else is stored as user space writes it.
///
/// # miimon and its default (design.rst D3)
///
/// The default of miimon is 100 ms if there is no ARP monitor. "Default" means: the value that nobody
/// chose. It follows that
///
/// - [`Settings::default()`] has miimon 100, in every mode, and so has every bond made by netlink or
///   `bonding_masters` from a template where no module parameter says otherwise;
/// - the module parameters `miimon=0`, or a usable `arp_interval`, make a template with miimon 0: the
///   first is a choice, the second configures the other monitor (`params.rs` has the details);
/// - setting arp_interval to non-zero sets miimon to 0, whether 100 was chosen or not, because the
///   two exclude each other; setting it back to 0 leaves both off, since from then on "no ARP
///   monitor" is a choice like any other, and nothing but miimon itself should start the link monitor;
/// - `miimon 0` stays 0 whatever other options are set, save for a change to a mode that cannot work
///   without link monitoring (802.3ad, balance-tlb, balance-alb), which makes it 100 like the C driver;
/// - other changes of mode never touch miimon: if it is 0 by then, somebody wanted it so;
/// - the word `default`, written to miimon, means 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    stored: [u32; N_SCALAR],
}

impl Default for Settings {
    fn default() -> Self {
        let mut stored = [0; N_SCALAR];
        for (slot, row) in stored.iter_mut().zip(&TABLE) {
            *slot = row.default;
        }
        Self { stored }
    }
}

impl Settings {
    /// The stored number of a scalar option; 0 for any other.
    pub(crate) fn stored(&self, id: OptId) -> u32 {
        let index = id.stored().index();
        self.stored.get(index).copied().unwrap_or(0)
    }

    /// Stores the number of a scalar option without any check: setters go through `plan`.
    pub(super) fn store(&mut self, id: OptId, value: u32) {
        if let Some(slot) = self.stored.get_mut(id.stored().index()) {
            *slot = value;
        }
    }

    /// The number that user space reads: delays in ms, all else as stored.
    pub(crate) fn value(&self, id: OptId) -> u32 {
        match id {
            OptId::UpDelay => self.updelay_ms(),
            OptId::DownDelay => self.downdelay_ms(),
            OptId::PeerNotifDelay => self.peer_notif_delay_ms(),
            _ => self.stored(id),
        }
    }

    fn flag(&self, id: OptId) -> bool {
        self.stored(id) != 0
    }

    /// Bonding mode.
    pub(crate) fn mode(&self) -> Mode {
        Mode::from_u32(self.stored(OptId::Mode)).unwrap_or(Mode::BalanceRr)
    }

    /// Packets per member in balance-rr, 0..=65535; 0 means a random member for each.
    pub(crate) fn packets_per_slave(&self) -> u32 {
        self.stored(OptId::PacketsPerSlave)
    }

    /// Transmit hash policy.
    pub(crate) fn xmit_policy(&self) -> XmitPolicy {
        XmitPolicy::from_u32(self.stored(OptId::XmitHashPolicy)).unwrap_or(XmitPolicy::Layer2)
    }

    /// arp_validate as bits: 1 active members, 2 backup members, 4 filter.
    pub(crate) fn arp_validate(&self) -> u32 {
        self.stored(OptId::ArpValidate)
    }

    /// Whether all ARP targets must answer.
    pub(crate) fn arp_all_targets(&self) -> bool {
        self.flag(OptId::ArpAllTargets)
    }

    /// Whose MAC address an active-backup bond shows.
    pub(crate) fn fail_over_mac(&self) -> FailOverMac {
        FailOverMac::from_u32(self.stored(OptId::FailOverMac)).unwrap_or(FailOverMac::None)
    }

    /// Changes fail_over_mac outside of the option: the first member that cannot change its MAC
    /// address makes it `active` in active-backup mode.
    pub(crate) fn force_fail_over_mac(&mut self, value: FailOverMac) {
        self.store(OptId::FailOverMac, value.number());
    }

    /// Period of the ARP monitor in ms; 0: off.
    pub(crate) fn arp_interval(&self) -> u32 {
        self.stored(OptId::ArpInterval)
    }

    /// Missed probes that put a member down, 1..=255.
    pub(crate) fn arp_missed_max(&self) -> u32 {
        self.stored(OptId::ArpMissedMax)
    }

    /// Period of the link monitor in ms; 0: off.
    pub(crate) fn miimon(&self) -> u32 {
        self.stored(OptId::Miimon)
    }

    /// Period in ms of the monitor in use, whichever it is; 0: none.
    pub(crate) fn monitor_interval(&self) -> u32 {
        match self.miimon() {
            0 => self.arp_interval(),
            miimon => miimon,
        }
    }

    /// updelay in ticks of miimon.
    pub(crate) fn updelay_ticks(&self) -> u32 {
        self.stored(OptId::UpDelay)
    }

    /// downdelay in ticks of miimon.
    pub(crate) fn downdelay_ticks(&self) -> u32 {
        self.stored(OptId::DownDelay)
    }

    /// peer_notif_delay in ticks of the monitor in use.
    pub(crate) fn peer_notif_delay_ticks(&self) -> u32 {
        self.stored(OptId::PeerNotifDelay)
    }

    /// updelay in ms; 0 while miimon is 0. Wraps like the C driver's.
    pub(crate) fn updelay_ms(&self) -> u32 {
        self.updelay_ticks().wrapping_mul(self.miimon())
    }

    /// downdelay in ms; 0 while miimon is 0. Wraps like the C driver's.
    pub(crate) fn downdelay_ms(&self) -> u32 {
        self.downdelay_ticks().wrapping_mul(self.miimon())
    }

    /// peer_notif_delay in ms; 0 while no monitor runs (design.rst D6: either monitor counts).
    pub(crate) fn peer_notif_delay_ms(&self) -> u32 {
        self.peer_notif_delay_ticks()
            .wrapping_mul(self.monitor_interval())
    }

    /// Whether LACPDUs are sent unasked.
    pub(crate) fn lacp_active(&self) -> bool {
        self.flag(OptId::LacpActive)
    }

    /// Whether the partner is asked for a LACPDU every second.
    pub(crate) fn lacp_fast(&self) -> bool {
        self.flag(OptId::LacpRate)
    }

    /// Whether carrier needs a LACP partner.
    pub(crate) fn lacp_strict(&self) -> bool {
        self.flag(OptId::LacpStrict)
    }

    /// Usable ports needed for carrier; a negative module parameter makes it huge.
    pub(crate) fn min_links(&self) -> u32 {
        self.stored(OptId::MinLinks)
    }

    /// Aggregator selection policy.
    pub(crate) fn ad_select(&self) -> AdSelect {
        AdSelect::from_u32(self.stored(OptId::AdSelect)).unwrap_or(AdSelect::Stable)
    }

    /// Peer notifications after a failover, 0..=255 (num_grat_arp, num_unsol_na).
    pub(crate) fn num_peer_notif(&self) -> u32 {
        self.stored(OptId::NumUnsolNa)
    }

    /// When a recovered primary takes over.
    pub(crate) fn primary_reselect(&self) -> PrimaryReselect {
        PrimaryReselect::from_u32(self.stored(OptId::PrimaryReselect))
            .unwrap_or(PrimaryReselect::Always)
    }

    /// Whether carrier decides about links, not the MII registers.
    pub(crate) fn use_carrier(&self) -> bool {
        self.flag(OptId::UseCarrier)
    }

    /// Whether inactive members deliver packets.
    pub(crate) fn all_slaves_active(&self) -> bool {
        self.flag(OptId::AllSlavesActive)
    }

    /// IGMP reports after a failover, 0..=255.
    pub(crate) fn resend_igmp(&self) -> u32 {
        self.stored(OptId::ResendIgmp)
    }

    /// Period of learning packets in seconds, from 1.
    pub(crate) fn lp_interval_s(&self) -> u32 {
        self.stored(OptId::LpInterval)
    }

    /// Whether tlb moves flows by load.
    pub(crate) fn tlb_dynamic_lb(&self) -> bool {
        self.flag(OptId::TlbDynamicLb)
    }

    /// LACP system priority, 1..=65535.
    pub(crate) fn ad_actor_sys_prio(&self) -> u16 {
        u16::try_from(self.stored(OptId::AdActorSysPrio)).unwrap_or(u16::MAX)
    }

    /// Upper ten bits of the LACP port key, 0..=1023.
    pub(crate) fn ad_user_port_key(&self) -> u16 {
        u16::try_from(self.stored(OptId::AdUserPortKey)).unwrap_or(0)
    }

    /// Whether the LACP mux machine is the coupled one.
    pub(crate) fn coupled_control(&self) -> bool {
        self.flag(OptId::CoupledControl)
    }

    /// Buckets between hash and member, 0 for none: 0 or a power of two up to 4096.
    pub(crate) fn resilient_buckets(&self) -> u32 {
        self.stored(OptId::ResilientBuckets)
    }

    /// How long a bucket must be idle before it moves to a member that came back, in ms; 0: not.
    pub(crate) fn resilient_idle_ms(&self) -> u32 {
        self.stored(OptId::ResilientIdleMs)
    }

    /// Whether neighbour discovery leaves through every active member.
    pub(crate) fn broadcast_neighbor(&self) -> bool {
        self.flag(OptId::BroadcastNeighbor)
    }
}

/// Writes what the sysfs file of a scalar option reads, newline included; nothing for a raw option.
///
/// Whether the file has content at all (`Sysfs::when`) is for the caller to know.
pub(crate) fn format(row: &Row, settings: &Settings, out: &mut impl Write) -> fmt::Result {
    let value = settings.value(row.id);
    match row.sysfs.map(|file| file.show) {
        Some(Show::NameNumber) => {
            let name = row.value_name(value).unwrap_or("");
            writeln!(out, "{name} {value}")
        }
        Some(Show::Signed) => writeln!(out, "{}", i32::from_ne_bytes(value.to_ne_bytes())),
        Some(Show::Unsigned) => writeln!(out, "{value}"),
        Some(Show::Raw) | None => Ok(()),
    }
}
