// SPDX-License-Identifier: GPL-2.0

//! The option table: one row per option, from which everything else about options follows.
//!
//! Module parameters, sysfs files, netlink attributes, messages, the option reference and the tests
//! all read it. Names, numbers, ranges and refusals are those of the C driver
//! (`drivers/net/bonding/bond_options.c`, `bond_netlink.c`, `bond_sysfs.c`) but for design.rst D1, D3, D4, D5.

use super::row::{Kind, ParamType, RawKind, Row, Show, When, Wire};
use super::values;
use crate::engine::types::ModeSet;
use Kind::{Range, Raw, Table};
use ParamType::{Charp, CharpArray, Int, Uint};
use Show::{NameNumber, Signed, Unsigned};
use Wire::{IfIndex, Ipv4List, Ipv6List, Mac, S32, U16, U32, U8};

/// Names an option. Those whose value is kept in `Settings` come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[allow(missing_docs)] // Each is documented by its row.
pub(crate) enum OptId {
    Mode,
    PacketsPerSlave,
    XmitHashPolicy,
    ArpValidate,
    ArpAllTargets,
    FailOverMac,
    ArpInterval,
    ArpMissedMax,
    DownDelay,
    UpDelay,
    PeerNotifDelay,
    Miimon,
    LacpActive,
    LacpRate,
    LacpStrict,
    MinLinks,
    AdSelect,
    NumUnsolNa,
    PrimaryReselect,
    UseCarrier,
    AllSlavesActive,
    ResendIgmp,
    LpInterval,
    TlbDynamicLb,
    AdActorSysPrio,
    AdUserPortKey,
    CoupledControl,
    BroadcastNeighbor,
    ResilientBuckets,
    ResilientIdleMs,
    // From here on nothing is kept in `Settings` under the option's own index.
    NumGratArp,
    ArpIpTarget,
    NsIp6Target,
    Prio,
    Primary,
    ActiveSlave,
    QueueId,
    Slaves,
    ActorPortPrio,
    AdActorSystem,
}

/// How many options have a value in `Settings`.
pub(crate) const N_SCALAR: usize = 30;

/// How many options there are.
pub(crate) const N_OPTIONS: usize = 40;

impl OptId {
    /// Position in [`TABLE`].
    #[allow(clippy::as_conversions)] // The discriminant of a field-less enum.
    pub(crate) const fn index(self) -> usize {
        self as usize
    }

    /// The option that holds the value: num_grat_arp is another name for num_unsol_na.
    pub(crate) const fn stored(self) -> Self {
        match self {
            Self::NumGratArp => Self::NumUnsolNa,
            other => other,
        }
    }

    /// Whether it is stored as a multiple of the monitor's interval.
    pub(crate) const fn is_delay(self) -> bool {
        matches!(self, Self::UpDelay | Self::DownDelay | Self::PeerNotifDelay)
    }

    /// The row of this option.
    pub(crate) fn row(self) -> &'static Row {
        let [first, ..] = &TABLE;
        // Every index is in the table; `first` only keeps the compiler from emitting a panic.
        TABLE.get(self.index()).unwrap_or(first)
    }

    /// The option with this name.
    pub(crate) fn by_name(name: &[u8]) -> Option<Self> {
        let row = TABLE.iter().find(|row| row.c_name.to_bytes() == name)?;
        Some(row.id)
    }
}

const AD: ModeSet = ModeSet::AD;

/// Every option, in the order of [`OptId`].
#[rustfmt::skip] // One thought per line: values; when it may be set; where it is reachable; what it is.
pub(crate) static TABLE: [Row; N_OPTIONS] = [
    Row::new(OptId::Mode, c"mode", Table(values::MODE))
        .empty().down()
        .attr(1, U8).file(NameNumber).param(Charp)
        .doc("How packets are distributed over the members"),
    Row::new(OptId::PacketsPerSlave, c"packets_per_slave", Range(values::PACKETS_PER_SLAVE)).default(1)
        .modes(ModeSet::RR)
        .attr(20, U32).file(Unsigned).param(Int)
        .doc("Packets sent through one member before the next takes its turn; 0 picks a member at random for each packet"),
    Row::new(OptId::XmitHashPolicy, c"xmit_hash_policy", Table(values::XMIT_HASH_POLICY))
        .attr(14, U8).file(NameNumber).param(Charp)
        .doc("Which header fields decide through which member a packet leaves"),
    Row::new(OptId::ArpValidate, c"arp_validate", Table(values::ARP_VALIDATE))
        .modes(ModeSet::ARP).later()
        .attr(9, U32).file(NameNumber).param(Charp)
        .doc("On which members the ARP monitor counts only the traffic that its own probes caused"),
    Row::new(OptId::ArpAllTargets, c"arp_all_targets", Table(values::ARP_ALL_TARGETS))
        .later()
        .attr(10, U32).file(NameNumber).param(Charp)
        .doc("Whether a member validated by ARP is up when any target answers or only when all of them do"),
    Row::new(OptId::FailOverMac, c"fail_over_mac", Table(values::FAIL_OVER_MAC))
        .empty()
        .attr(13, U8).file(NameNumber).param(Charp)
        .doc("Whose MAC address an active-backup bond uses when members cannot all have the same"),
    Row::new(OptId::ArpInterval, c"arp_interval", Range(values::INT_MAX)).unit("ms")
        .modes(ModeSet::ARP).later()
        .attr(7, U32).file(Signed).param(Int)
        .doc("Period of the ARP and neighbour solicitation monitor; 0 switches it off; anything else switches miimon off"),
    Row::new(OptId::ArpMissedMax, c"arp_missed_max", Range(values::ARP_MISSED_MAX)).default(2)
        .modes(ModeSet::ARP).later()
        .attr(30, U8).file(Unsigned).new_param(Int)
        .doc("How many arp_interval periods without an answer put a member down"),
    Row::new(OptId::DownDelay, c"downdelay", Range(values::INT_MAX)).unit("ms")
        .attr(5, U32).file(Signed).param(Int)
        .doc("How long the link of a member must be down before the member is; a multiple of miimon"),
    Row::new(OptId::UpDelay, c"updelay", Range(values::INT_MAX)).unit("ms")
        .attr(4, U32).file(Signed).param(Int)
        .doc("How long the link of a member must be up before the member is; a multiple of miimon"),
    Row::new(OptId::PeerNotifDelay, c"peer_notif_delay", Range(values::PEER_NOTIF_DELAY)).unit("ms")
        .attr_capped(28, U32, 300_000).file(Signed).new_param(Int)
        .doc("Pause between two peer notifications; a multiple of the interval of the monitor in use; 0 for one interval"),
    Row::new(OptId::Miimon, c"miimon", Range(values::MIIMON)).default(100).unit("ms")
        .attr(3, U32).file(Signed).param(Int)
        .doc("Period of the link monitor; 0 switches it off; anything else switches arp_interval off"),
    Row::new(OptId::LacpActive, c"lacp_active", Table(values::ON_OFF)).default(1)
        .modes(AD).down()
        .attr(29, U8).file(NameNumber).new_param(Charp)
        .doc("Whether LACPDUs are sent periodically, or only in answer to the partner's"),
    Row::new(OptId::LacpRate, c"lacp_rate", Table(values::LACP_RATE))
        .modes(AD).down()
        .attr(21, U8).file(NameNumber).param(Charp)
        .doc("How often the partner is asked to send LACPDUs: slow every 30 s, fast every second"),
    Row::new(OptId::LacpStrict, c"lacp_strict", Table(values::OFF_ON))
        .modes(AD)
        .attr(34, U8).file(NameNumber).new_param(Charp)
        .doc("Whether the bond has carrier only while a partner answers LACPDUs"),
    Row::new(OptId::MinLinks, c"min_links", Range(values::INT_MAX))
        .attr(18, U32).file(Unsigned).param(Int)
        .doc("How many ports of the active aggregator must be usable for the bond to have carrier (802.3ad)"),
    Row::new(OptId::AdSelect, c"ad_select", Table(values::AD_SELECT))
        .down()
        .attr(22, U8).file(NameNumber).param(Charp)
        .doc("Which aggregator becomes the active one (802.3ad)"),
    Row::new(OptId::NumUnsolNa, c"num_unsol_na", Range(values::REPEATS)).default(1)
        .attr(16, U8).file(Signed).param_with(Int, 0o644, true)
        .doc("Peer notifications (gratuitous ARP, unsolicited neighbour advertisement) after a failover; the same option as num_grat_arp"),
    Row::new(OptId::PrimaryReselect, c"primary_reselect", Table(values::PRIMARY_RESELECT))
        .attr(12, U8).file(NameNumber).param(Charp)
        .doc("When a primary that has recovered becomes the active member again"),
    Row::new(OptId::UseCarrier, c"use_carrier", Table(values::ON_OFF)).default(1)
        .attr(6, U8).file(Signed).param(Int)
        .doc("1: a link is up when its device reports carrier; 0: the MII registers are asked, else ETHTOOL_GLINK"),
    Row::new(OptId::AllSlavesActive, c"all_slaves_active", Table(values::OFF_ON))
        .attr(17, U8).file(Signed).param(Int)
        .doc("Whether packets that arrive on an inactive member are delivered instead of dropped"),
    Row::new(OptId::ResendIgmp, c"resend_igmp", Range(values::REPEATS)).default(1)
        .attr(15, U32).file(Signed).param(Int)
        .doc("IGMP membership reports sent after a failover, 200 ms apart"),
    Row::new(OptId::LpInterval, c"lp_interval", Range(values::LP_INTERVAL)).default(1).unit("s")
        .attr(19, U32).file(Signed).param(Uint)
        .doc("Period of the learning packets sent to the peer switches (balance-tlb, balance-alb)"),
    Row::new(OptId::TlbDynamicLb, c"tlb_dynamic_lb", Table(values::ON_OFF)).default(1)
        .modes(ModeSet::LB).down().later()
        .attr(27, U8).file(Signed).new_param(Charp)
        .doc("Whether flows move between members by load, or stay where the hash puts them"),
    Row::new(OptId::AdActorSysPrio, c"ad_actor_sys_prio", Range(values::AD_ACTOR_SYS_PRIO)).default(65535)
        .modes(AD)
        .attr_when(24, U16, When::AdAdmin).file_when(Unsigned, When::AdAdmin).new_param(Int)
        .doc("LACP system priority"),
    Row::new(OptId::AdUserPortKey, c"ad_user_port_key", Range(values::AD_USER_PORT_KEY))
        .modes(AD).down()
        .attr_when(25, U16, When::AdAdmin).file_when(Unsigned, When::AdAdmin).new_param(Int)
        .doc("Upper ten bits of the port key of members added afterwards (802.3ad)"),
    Row::new(OptId::CoupledControl, c"coupled_control", Table(values::ON_OFF)).default(1)
        .modes(AD).down()
        .attr(32, U8).file(NameNumber).new_param(Charp)
        .doc("Whether the LACP mux machine switches collecting and distributing together"),
    Row::new(OptId::BroadcastNeighbor, c"broadcast_neighbor", Table(values::OFF_ON))
        .modes(AD)
        .attr(33, U8).file(NameNumber).new_param(Charp)
        .doc("Whether ARP and neighbour discovery packets leave through every active member (802.3ad)"),
    Row::new(OptId::ResilientBuckets, c"resilient_buckets", Range(values::RESILIENT_BUCKETS))
        .modes(ModeSet::HASH)
        .file(Unsigned).new_param(Int)
        .doc("Size of the table between hash and member, which keeps flows where they are when another member comes or goes; a power of two, or 0 for none, as in the C driver"),
    Row::new(OptId::ResilientIdleMs, c"resilient_idle_ms", Range(values::INT_MAX)).unit("ms")
        .modes(ModeSet::HASH)
        .file(Unsigned).new_param(Int)
        .doc("How long a bucket of resilient_buckets must carry nothing before it moves to a member that came back; 0 moves it at once. A change counts from its moment, for buckets that wait as well"),
    Row::new(OptId::NumGratArp, c"num_grat_arp", Range(values::REPEATS)).default(1)
        .file(Signed).param_with(Int, 0o644, true)
        .doc("Peer notifications (gratuitous ARP, unsolicited neighbour advertisement) after a failover; the same option as num_unsol_na"),
    Row::new(OptId::ArpIpTarget, c"arp_ip_target", Raw(RawKind::Ipv4Target))
        .later()
        .attr_when(8, Ipv4List, When::NotEmpty).file_when(Show::Raw, When::NotEmpty).param(CharpArray)
        .doc("IPv4 addresses that the ARP monitor probes, 16 at most"),
    Row::new(OptId::NsIp6Target, c"ns_ip6_target", Raw(RawKind::Ipv6Target))
        .later()
        .attr_when(31, Ipv6List, When::NotEmpty).file_when(Show::Raw, When::NotEmpty).new_param(CharpArray)
        .doc("IPv6 addresses that the neighbour solicitation monitor probes, 16 at most"),
    Row::new(OptId::Prio, c"prio", Raw(RawKind::MemberS32))
        .modes(ModeSet::PRIMARY)
        .member_attr(9, S32, When::Always)
        .doc("Priority of a member when the active one is selected; the highest number wins, the primary comes before all"),
    Row::new(OptId::Primary, c"primary", Raw(RawKind::DeviceName))
        .modes(ModeSet::PRIMARY)
        .attr_when(11, IfIndex, When::HasPrimary).file_when(Show::Raw, When::HasPrimary).param(Charp)
        .doc("The member that is the active one whenever it works"),
    Row::new(OptId::ActiveSlave, c"active_slave", Raw(RawKind::MemberName))
        .modes(ModeSet::PRIMARY)
        .attr_when(2, IfIndex, When::HasActive).file_when(Show::Raw, When::HasActive)
        .doc("The member that is the active one now; writing it forces a failover"),
    Row::new(OptId::QueueId, c"queue_id", Raw(RawKind::QueueId))
        .member_attr(5, U16, When::Always).file(Show::Raw)
        .doc("Transmit queue of the bond whose packets leave through this member (balance-rr, active-backup)"),
    Row::new(OptId::Slaves, c"slaves", Raw(RawKind::MemberCommand))
        .file(Show::Raw)
        .doc("Adds (+name) and removes (-name) members"),
    Row::new(OptId::ActorPortPrio, c"actor_port_prio", Raw(RawKind::MemberU16)).default(255)
        .modes(AD)
        .member_attr(10, U16, When::Ad)
        .doc("LACP port priority of a member"),
    Row::new(OptId::AdActorSystem, c"ad_actor_system", Raw(RawKind::Mac))
        .modes(AD)
        .attr_when(26, Mac, When::AdAdmin).file_when(Show::Raw, When::AdAdmin).new_param(Charp)
        .doc("LACP system identifier; zero for the MAC address of the bond"),
];

/// Order in which the attributes of one netlink message are applied, whatever their order in it.
pub(crate) static APPLY_ORDER: [OptId; 33] = [
    OptId::Mode,
    OptId::ActiveSlave,
    OptId::Miimon,
    OptId::UpDelay,
    OptId::DownDelay,
    OptId::PeerNotifDelay,
    OptId::UseCarrier,
    OptId::ArpInterval,
    OptId::ArpIpTarget,
    OptId::NsIp6Target,
    OptId::ArpValidate,
    OptId::ArpAllTargets,
    OptId::Primary,
    OptId::PrimaryReselect,
    OptId::FailOverMac,
    OptId::XmitHashPolicy,
    OptId::ResendIgmp,
    OptId::NumUnsolNa,
    OptId::AllSlavesActive,
    OptId::MinLinks,
    OptId::LpInterval,
    OptId::PacketsPerSlave,
    OptId::LacpActive,
    OptId::LacpRate,
    OptId::AdSelect,
    OptId::AdActorSysPrio,
    OptId::AdUserPortKey,
    OptId::AdActorSystem,
    OptId::TlbDynamicLb,
    OptId::ArpMissedMax,
    OptId::CoupledControl,
    OptId::BroadcastNeighbor,
    OptId::LacpStrict,
];

/// The same for the attributes of a member.
pub(crate) static MEMBER_APPLY_ORDER: [OptId; 3] =
    [OptId::QueueId, OptId::Prio, OptId::ActorPortPrio];

/// Order of the attributes in a netlink dump; `IFLA_BOND_AD_INFO` follows the last.
pub(crate) static DUMP_ORDER: [OptId; 33] = [
    OptId::Mode,
    OptId::ActiveSlave,
    OptId::Miimon,
    OptId::UpDelay,
    OptId::DownDelay,
    OptId::PeerNotifDelay,
    OptId::UseCarrier,
    OptId::ArpInterval,
    OptId::ArpIpTarget,
    OptId::ArpValidate,
    OptId::ArpAllTargets,
    OptId::NsIp6Target,
    OptId::Primary,
    OptId::PrimaryReselect,
    OptId::FailOverMac,
    OptId::XmitHashPolicy,
    OptId::ResendIgmp,
    OptId::NumUnsolNa,
    OptId::AllSlavesActive,
    OptId::MinLinks,
    OptId::LpInterval,
    OptId::PacketsPerSlave,
    OptId::LacpActive,
    OptId::LacpRate,
    OptId::AdSelect,
    OptId::TlbDynamicLb,
    OptId::ArpMissedMax,
    OptId::CoupledControl,
    OptId::BroadcastNeighbor,
    OptId::LacpStrict,
    OptId::AdActorSysPrio,
    OptId::AdUserPortKey,
    OptId::AdActorSystem,
];

// A row that is not where its option's index says would give another option's rules.
const _: () = {
    let mut rest: &[Row] = &TABLE;
    let mut index = 0;
    while let [row, tail @ ..] = rest {
        assert!(row.id.index() == index);
        assert!(matches!(row.kind, Raw(_)) == (index > N_SCALAR));
        rest = tail;
        index += 1;
    }
    assert!(OptId::NumGratArp.index() == N_SCALAR);
};
