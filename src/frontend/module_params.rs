// SPDX-License-Identifier: GPL-2.0

//! Module parameters (spec/config.md 1): what new bonds are like.
//!
//! The descriptions are those of the option table, where the parameters are explained.

use crate::{
    engine::options::{evaluate, Level as OptLevel, RawParams, Template, MAX_TARGETS},
    net::{
        param::{module_param, Text, Texts, Value},
        print::{self, Level},
    },
};
use kernel::{prelude::*, sync::SetOnce};

/// No parameter has this value unless somebody means it: not even as a negative number.
const NOT_GIVEN: i32 = i32::MIN;

static MAX_BONDS: Value<i32> = Value::new(1);
static TX_QUEUES: Value<i32> = Value::new(16);
static MODE: Text = Text::none();
static PACKETS_PER_SLAVE: Value<i32> = Value::new(1);
static XMIT_HASH_POLICY: Text = Text::none();
static ARP_VALIDATE: Text = Text::none();
static ARP_ALL_TARGETS: Text = Text::none();
static FAIL_OVER_MAC: Text = Text::none();
static ARP_INTERVAL: Value<i32> = Value::new(0);
static ARP_MISSED_MAX: Value<i32> = Value::new(2);
static DOWNDELAY: Value<i32> = Value::new(0);
static UPDELAY: Value<i32> = Value::new(0);
static PEER_NOTIF_DELAY: Value<i32> = Value::new(0);
static MIIMON: Value<i32> = Value::new(NOT_GIVEN);
static LACP_ACTIVE: Text = Text::none();
static LACP_RATE: Text = Text::none();
static LACP_STRICT: Text = Text::none();
static MIN_LINKS: Value<i32> = Value::new(0);
static AD_SELECT: Text = Text::none();
static NUM_PEER_NOTIF: Value<i32> = Value::new(1);
static PRIMARY_RESELECT: Text = Text::none();
static USE_CARRIER: Value<i32> = Value::new(1);
static ALL_SLAVES_ACTIVE: Value<i32> = Value::new(0);
static RESEND_IGMP: Value<i32> = Value::new(1);
static LP_INTERVAL: Value<u32> = Value::new(1);
static TLB_DYNAMIC_LB: Text = Text::none();
static AD_ACTOR_SYS_PRIO: Value<i32> = Value::new(65535);
static AD_USER_PORT_KEY: Value<i32> = Value::new(0);
static COUPLED_CONTROL: Text = Text::none();
static BROADCAST_NEIGHBOR: Text = Text::none();
static ARP_IP_TARGET: Texts<MAX_TARGETS> = Texts::none();
static NS_IP6_TARGET: Texts<MAX_TARGETS> = Texts::none();
static PRIMARY: Text = Text::none();
static AD_ACTOR_SYSTEM: Text = Text::none();

module_param!(int "max_bonds", 0, MAX_BONDS, "How many bonds are created when the module is loaded");
module_param!(int "tx_queues", 0, TX_QUEUES, "Transmit and receive queues of a bond");
module_param!(charp "mode", 0, MODE, "How packets are distributed over the members");
module_param!(int "packets_per_slave", 0, PACKETS_PER_SLAVE, "Packets sent through one member before the next takes its turn; 0 picks a member at random for each packet");
module_param!(charp "xmit_hash_policy", 0, XMIT_HASH_POLICY, "Which header fields decide through which member a packet leaves");
module_param!(charp "arp_validate", 0, ARP_VALIDATE, "On which members the ARP monitor counts only the traffic that its own probes caused");
module_param!(charp "arp_all_targets", 0, ARP_ALL_TARGETS, "Whether a member validated by ARP is up when any target answers or only when all of them do");
module_param!(charp "fail_over_mac", 0, FAIL_OVER_MAC, "Whose MAC address an active-backup bond uses when members cannot all have the same");
module_param!(int "arp_interval", 0, ARP_INTERVAL, "Period of the ARP and neighbour solicitation monitor; 0 switches it off; anything else switches miimon off");
module_param!(int "arp_missed_max", 0, ARP_MISSED_MAX, "How many arp_interval periods without an answer put a member down");
module_param!(int "downdelay", 0, DOWNDELAY, "How long the link of a member must be down before the member is; a multiple of miimon");
module_param!(int "updelay", 0, UPDELAY, "How long the link of a member must be up before the member is; a multiple of miimon");
module_param!(int "peer_notif_delay", 0, PEER_NOTIF_DELAY, "Pause between two peer notifications; a multiple of the interval of the monitor in use; 0 for one interval");
module_param!(int "miimon", 0, MIIMON, "Period of the link monitor; 0 switches it off; anything else switches arp_interval off");
module_param!(charp "lacp_active", 0, LACP_ACTIVE, "Whether LACPDUs are sent periodically, or only in answer to the partner's");
module_param!(charp "lacp_rate", 0, LACP_RATE, "How often the partner is asked to send LACPDUs: slow every 30 s, fast every second");
module_param!(charp "lacp_strict", 0, LACP_STRICT, "Whether the bond has carrier only while a partner answers LACPDUs");
module_param!(int "min_links", 0, MIN_LINKS, "How many ports of the active aggregator must be usable for the bond to have carrier (802.3ad)");
module_param!(charp "ad_select", 0, AD_SELECT, "Which aggregator becomes the active one (802.3ad)");
module_param!(int "num_unsol_na", 0o644, NUM_PEER_NOTIF, "Peer notifications (gratuitous ARP, unsolicited neighbour advertisement) after a failover; the same option as num_grat_arp");
module_param!(charp "primary_reselect", 0, PRIMARY_RESELECT, "When a primary that has recovered becomes the active member again");
module_param!(int "use_carrier", 0, USE_CARRIER, "1: a link is up when its device reports carrier; 0: the MII registers are asked, else ETHTOOL_GLINK");
module_param!(int "all_slaves_active", 0, ALL_SLAVES_ACTIVE, "Whether packets that arrive on an inactive member are delivered instead of dropped");
module_param!(int "resend_igmp", 0, RESEND_IGMP, "IGMP membership reports sent after a failover, 200 ms apart");
module_param!(uint "lp_interval", 0, LP_INTERVAL, "Period of the learning packets sent to the peer switches (balance-tlb, balance-alb)");
module_param!(charp "tlb_dynamic_lb", 0, TLB_DYNAMIC_LB, "Whether flows move between members by load, or stay where the hash puts them");
module_param!(int "ad_actor_sys_prio", 0, AD_ACTOR_SYS_PRIO, "LACP system priority");
module_param!(int "ad_user_port_key", 0, AD_USER_PORT_KEY, "Upper ten bits of the port key of members added afterwards (802.3ad)");
module_param!(charp "coupled_control", 0, COUPLED_CONTROL, "Whether the LACP mux machine switches collecting and distributing together");
module_param!(charp "broadcast_neighbor", 0, BROADCAST_NEIGHBOR, "Whether ARP and neighbour discovery packets leave through every active member (802.3ad)");
module_param!(int "num_grat_arp", 0o644, NUM_PEER_NOTIF, "Peer notifications (gratuitous ARP, unsolicited neighbour advertisement) after a failover; the same option as num_unsol_na");
module_param!(array "arp_ip_target", 0, ARP_IP_TARGET, "IPv4 addresses that the ARP monitor probes, 16 at most");
module_param!(array "ns_ip6_target", 0, NS_IP6_TARGET, "IPv6 addresses that the neighbour solicitation monitor probes, 16 at most");
module_param!(charp "primary", 0, PRIMARY, "The member that is the active one whenever it works");
module_param!(charp "ad_actor_system", 0, AD_ACTOR_SYSTEM, "LACP system identifier; zero for the MAC address of the bond");

static TEMPLATE: SetOnce<Template> = SetOnce::new();

/// The strings of an array, in `room`.
fn collect<'a>(
    texts: &'static Texts<MAX_TARGETS>,
    room: &'a mut [&'static [u8]; MAX_TARGETS],
) -> &'a [&'static [u8]] {
    let mut n = 0usize;
    for (to, text) in room.iter_mut().zip(texts.iter()) {
        *to = text.to_bytes();
        n = n.saturating_add(1);
    }
    room.get(..n).unwrap_or(&[])
}

/// Checks the parameters, when the module is loaded.
pub(crate) fn load() -> Result {
    let (mut arp, mut ns) = ([&[][..]; MAX_TARGETS], [&[][..]; MAX_TARGETS]);
    let raw = RawParams {
        max_bonds: MAX_BONDS.get(),
        tx_queues: TX_QUEUES.get(),
        mode: MODE.get().map(CStr::to_bytes),
        packets_per_slave: PACKETS_PER_SLAVE.get(),
        xmit_hash_policy: XMIT_HASH_POLICY.get().map(CStr::to_bytes),
        arp_validate: ARP_VALIDATE.get().map(CStr::to_bytes),
        arp_all_targets: ARP_ALL_TARGETS.get().map(CStr::to_bytes),
        fail_over_mac: FAIL_OVER_MAC.get().map(CStr::to_bytes),
        arp_interval: ARP_INTERVAL.get(),
        arp_missed_max: ARP_MISSED_MAX.get(),
        downdelay: DOWNDELAY.get(),
        updelay: UPDELAY.get(),
        peer_notif_delay: PEER_NOTIF_DELAY.get(),
        miimon: Some(MIIMON.get()).filter(|&ms| ms != NOT_GIVEN),
        lacp_active: LACP_ACTIVE.get().map(CStr::to_bytes),
        lacp_rate: LACP_RATE.get().map(CStr::to_bytes),
        lacp_strict: LACP_STRICT.get().map(CStr::to_bytes),
        min_links: MIN_LINKS.get(),
        ad_select: AD_SELECT.get().map(CStr::to_bytes),
        num_peer_notif: NUM_PEER_NOTIF.get(),
        primary_reselect: PRIMARY_RESELECT.get().map(CStr::to_bytes),
        use_carrier: USE_CARRIER.get(),
        all_slaves_active: ALL_SLAVES_ACTIVE.get(),
        resend_igmp: RESEND_IGMP.get(),
        lp_interval: LP_INTERVAL.get(),
        tlb_dynamic_lb: TLB_DYNAMIC_LB.get().map(CStr::to_bytes),
        ad_actor_sys_prio: AD_ACTOR_SYS_PRIO.get(),
        ad_user_port_key: AD_USER_PORT_KEY.get(),
        coupled_control: COUPLED_CONTROL.get().map(CStr::to_bytes),
        broadcast_neighbor: BROADCAST_NEIGHBOR.get().map(CStr::to_bytes),
        arp_ip_target: collect(&ARP_IP_TARGET, &mut arp),
        ns_ip6_target: collect(&NS_IP6_TARGET, &mut ns),
        primary: PRIMARY.get().map(CStr::to_bytes),
        ad_actor_system: AD_ACTOR_SYSTEM.get().map(CStr::to_bytes),
    };
    let template = evaluate(&raw, &mut |level, text| {
        let level = match level {
            OptLevel::Error => Level::Error,
            OptLevel::Warning => Level::Warning,
            OptLevel::Notice | OptLevel::Info => Level::Info,
            OptLevel::Debug => return,
        };
        print::plain(level, text);
    });
    let template = template.map_err(|e| Error::from_errno(e.generic().wrapping_neg()))?;
    TEMPLATE.populate(template);
    Ok(())
}

/// What the parameters said.
pub(crate) fn template() -> Option<&'static Template> {
    TEMPLATE.as_ref()
}
