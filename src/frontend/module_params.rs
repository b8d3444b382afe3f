// SPDX-License-Identifier: GPL-2.0

//! Module parameters (spec/config.md 1): what new bonds are like.
//!
//! The descriptions are those of the option table, where the parameters are explained.

use crate::{
    bond::kernel_level,
    engine::options::{evaluate, RawParams, Template, MAX_TARGETS},
    net::{
        param::{module_param, Text, Texts, Value},
        print,
    },
};
use kernel::{prelude::*, sync::SetOnce};

/// No parameter has this value unless somebody means it: not even as a negative number.
const NOT_GIVEN: i32 = i32::MIN;

/// Parameters of one static each: `TYPE STATIC = DEFAULT, "name": "description";`. They are read when
/// the module is loaded, so there is nothing to see or write in sysfs.
macro_rules! params {
    ($(int $value:ident = $default:expr, $name:literal: $desc:literal;)*) => { $(
        static $value: Value<i32> = Value::new($default);
        module_param!(int $name, 0, $value, $desc);
    )* };
    ($(charp $value:ident, $name:literal: $desc:literal;)*) => { $(
        static $value: Text = Text::none();
        module_param!(charp $name, 0, $value, $desc);
    )* };
    ($(array $value:ident, $name:literal: $desc:literal;)*) => { $(
        static $value: Texts<MAX_TARGETS> = Texts::none();
        module_param!(array $name, 0, $value, $desc);
    )* };
}

params! {
    int MAX_BONDS = 1, "max_bonds": "How many bonds are created when the module is loaded";
    int TX_QUEUES = 16, "tx_queues": "Transmit and receive queues of a bond";
    int PACKETS_PER_SLAVE = 1, "packets_per_slave": "Packets sent through one member before the next takes its turn; 0 picks a member at random for each packet";
    int ARP_INTERVAL = 0, "arp_interval": "Period of the ARP and neighbour solicitation monitor; 0 switches it off; anything else switches miimon off";
    int ARP_MISSED_MAX = 2, "arp_missed_max": "How many arp_interval periods without an answer put a member down";
    int DOWNDELAY = 0, "downdelay": "How long the link of a member must be down before the member is; a multiple of miimon";
    int UPDELAY = 0, "updelay": "How long the link of a member must be up before the member is; a multiple of miimon";
    int PEER_NOTIF_DELAY = 0, "peer_notif_delay": "Pause between two peer notifications; a multiple of the interval of the monitor in use; 0 for one interval";
    int MIIMON = NOT_GIVEN, "miimon": "Period of the link monitor; 0 switches it off; anything else switches arp_interval off";
    int MIN_LINKS = 0, "min_links": "How many ports of the active aggregator must be usable for the bond to have carrier (802.3ad)";
    int USE_CARRIER = 1, "use_carrier": "1: a link is up when its device reports carrier; 0: the MII registers are asked, else ETHTOOL_GLINK";
    int ALL_SLAVES_ACTIVE = 0, "all_slaves_active": "Whether packets that arrive on an inactive member are delivered instead of dropped";
    int RESEND_IGMP = 1, "resend_igmp": "IGMP membership reports sent after a failover, 200 ms apart";
    int RESILIENT_BUCKETS = 0, "resilient_buckets": "Size of the table between hash and member, which keeps flows where they are when another member comes or goes; a power of two, or 0 for none, as in the C driver";
    int RESILIENT_IDLE_MS = 0, "resilient_idle_ms": "How long a bucket of resilient_buckets must carry nothing before it moves to a member that came back; 0 moves it at once";
    int AD_ACTOR_SYS_PRIO = 65535, "ad_actor_sys_prio": "LACP system priority";
    int AD_USER_PORT_KEY = 0, "ad_user_port_key": "Upper ten bits of the port key of members added afterwards (802.3ad)";
}

params! {
    charp MODE, "mode": "How packets are distributed over the members";
    charp XMIT_HASH_POLICY, "xmit_hash_policy": "Which header fields decide through which member a packet leaves";
    charp ARP_VALIDATE, "arp_validate": "On which members the ARP monitor counts only the traffic that its own probes caused";
    charp ARP_ALL_TARGETS, "arp_all_targets": "Whether a member validated by ARP is up when any target answers or only when all of them do";
    charp FAIL_OVER_MAC, "fail_over_mac": "Whose MAC address an active-backup bond uses when members cannot all have the same";
    charp LACP_ACTIVE, "lacp_active": "Whether LACPDUs are sent periodically, or only in answer to the partner's";
    charp LACP_RATE, "lacp_rate": "How often the partner is asked to send LACPDUs: slow every 30 s, fast every second";
    charp LACP_STRICT, "lacp_strict": "Whether the bond has carrier only while a partner answers LACPDUs";
    charp AD_SELECT, "ad_select": "Which aggregator becomes the active one (802.3ad)";
    charp PRIMARY_RESELECT, "primary_reselect": "When a primary that has recovered becomes the active member again";
    charp TLB_DYNAMIC_LB, "tlb_dynamic_lb": "Whether flows move between members by load, or stay where the hash puts them";
    charp COUPLED_CONTROL, "coupled_control": "Whether the LACP mux machine switches collecting and distributing together";
    charp BROADCAST_NEIGHBOR, "broadcast_neighbor": "Whether ARP and neighbour discovery packets leave through every active member (802.3ad)";
    charp PRIMARY, "primary": "The member that is the active one whenever it works";
    charp AD_ACTOR_SYSTEM, "ad_actor_system": "LACP system identifier; zero for the MAC address of the bond";
}

params! {
    array ARP_IP_TARGET, "arp_ip_target": "IPv4 addresses that the ARP monitor probes, 16 at most";
    array NS_IP6_TARGET, "ns_ip6_target": "IPv6 addresses that the neighbour solicitation monitor probes, 16 at most";
}

static LP_INTERVAL: Value<u32> = Value::new(1);
module_param!(uint "lp_interval", 0, LP_INTERVAL, "Period of the learning packets sent to the peer switches (balance-tlb, balance-alb)");

// One option of two names, which can be changed for the bonds to come.
static NUM_PEER_NOTIF: Value<i32> = Value::new(1);
module_param!(int "num_unsol_na", 0o644, NUM_PEER_NOTIF, "Peer notifications (gratuitous ARP, unsolicited neighbour advertisement) after a failover; the same option as num_grat_arp");
module_param!(int "num_grat_arp", 0o644, NUM_PEER_NOTIF, "Peer notifications (gratuitous ARP, unsolicited neighbour advertisement) after a failover; the same option as num_unsol_na");

static TEMPLATE: SetOnce<Template> = SetOnce::new();

/// The strings of an array, in `room`.
fn collect<'a>(
    texts: &'static Texts<MAX_TARGETS>,
    room: &'a mut [&'static [u8]; MAX_TARGETS],
) -> &'a [&'static [u8]] {
    let mut n = 0usize;
    for (to, text) in room.iter_mut().zip(texts.iter()) {
        *to = text;
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
        mode: MODE.bytes(),
        packets_per_slave: PACKETS_PER_SLAVE.get(),
        xmit_hash_policy: XMIT_HASH_POLICY.bytes(),
        arp_validate: ARP_VALIDATE.bytes(),
        arp_all_targets: ARP_ALL_TARGETS.bytes(),
        fail_over_mac: FAIL_OVER_MAC.bytes(),
        arp_interval: ARP_INTERVAL.get(),
        arp_missed_max: ARP_MISSED_MAX.get(),
        downdelay: DOWNDELAY.get(),
        updelay: UPDELAY.get(),
        peer_notif_delay: PEER_NOTIF_DELAY.get(),
        miimon: Some(MIIMON.get()).filter(|&ms| ms != NOT_GIVEN),
        lacp_active: LACP_ACTIVE.bytes(),
        lacp_rate: LACP_RATE.bytes(),
        lacp_strict: LACP_STRICT.bytes(),
        min_links: MIN_LINKS.get(),
        ad_select: AD_SELECT.bytes(),
        num_peer_notif: NUM_PEER_NOTIF.get(),
        primary_reselect: PRIMARY_RESELECT.bytes(),
        use_carrier: USE_CARRIER.get(),
        all_slaves_active: ALL_SLAVES_ACTIVE.get(),
        resend_igmp: RESEND_IGMP.get(),
        lp_interval: LP_INTERVAL.get(),
        resilient_buckets: RESILIENT_BUCKETS.get(),
        resilient_idle_ms: RESILIENT_IDLE_MS.get(),
        tlb_dynamic_lb: TLB_DYNAMIC_LB.bytes(),
        ad_actor_sys_prio: AD_ACTOR_SYS_PRIO.get(),
        ad_user_port_key: AD_USER_PORT_KEY.get(),
        coupled_control: COUPLED_CONTROL.bytes(),
        broadcast_neighbor: BROADCAST_NEIGHBOR.bytes(),
        arp_ip_target: collect(&ARP_IP_TARGET, &mut arp),
        ns_ip6_target: collect(&NS_IP6_TARGET, &mut ns),
        primary: PRIMARY.bytes(),
        ad_actor_system: AD_ACTOR_SYSTEM.bytes(),
    };
    let template = evaluate(&raw, &mut |level, text| {
        if let Some(level) = kernel_level(level) {
            print::plain(level, text);
        }
    });
    let template = template.map_err(|e| Error::from_errno(e.generic().wrapping_neg()))?;
    // Its file tells what was made of it.
    NUM_PEER_NOTIF.set(template.settings.num_peer_notif() as i32);
    TEMPLATE.populate(template);
    Ok(())
}

/// What the parameters said.
pub(crate) fn template() -> Option<&'static Template> {
    TEMPLATE.as_ref()
}
