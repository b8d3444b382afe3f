// SPDX-License-Identifier: GPL-2.0

//! Module parameters (spec/config.md 1): what new bonds are like.
//!
//! They are those of the option table, where they are explained. They are read when the module is
//! loaded, so there is little to see or write in sysfs.

use crate::{
    bond::kernel_level,
    engine::options::{
        evaluate,
        row::{ParamType, Row},
        table::{OptId, TABLE},
        RawParams, Template, MAX_TARGETS,
    },
    net::{
        param::{module_param, Optional, Text, Texts, Value},
        print,
    },
};
use kernel::{prelude::*, sync::SetOnce};

/// The row of an option; evaluated by the compiler only.
#[allow(clippy::indexing_slicing, reason = "in tables that the compiler makes")]
const fn row(id: OptId) -> &'static Row {
    &TABLE[id.index()]
}

/// The permission bits of the parameter of an option, which has to be of this type.
const fn perm(id: OptId, ty: ParamType) -> u16 {
    match row(id).param {
        Some(param) if param.ty as u8 == ty as u8 => param.perm,
        _ => panic!("the table says otherwise"),
    }
}

/// Parameters of one static each: `TYPE STATIC: OPTION;`. Name, default and description come from
/// the option table.
macro_rules! params {
    ($(int $value:ident: $id:ident;)*) => { $(
        static $value: Value<i32> = Value::new(row(OptId::$id).default as i32);
        params!(@ int Int $value $id);
    )* };
    ($(uint $value:ident: $id:ident;)*) => { $(
        static $value: Value<u32> = Value::new(row(OptId::$id).default);
        params!(@ uint Uint $value $id);
    )* };
    ($(optional $value:ident: $id:ident;)*) => { $(
        static $value: Optional = Optional::none();
        params!(@ optional Int $value $id);
    )* };
    ($(charp $value:ident: $id:ident;)*) => { $(
        static $value: Text = Text::none();
        params!(@ charp Charp $value $id);
    )* };
    ($(array $value:ident: $id:ident;)*) => { $(
        static $value: Texts<MAX_TARGETS> = Texts::none();
        params!(@ array CharpArray $value $id);
    )* };
    (@ $kind:ident $type:ident $value:ident $id:ident) => {
        module_param!(
            $kind row(OptId::$id).c_name,
            perm(OptId::$id, ParamType::$type),
            $value,
            row(OptId::$id).doc
        );
    };
}

params! {
    int PACKETS_PER_SLAVE: PacketsPerSlave;
    int ARP_INTERVAL: ArpInterval;
    int ARP_MISSED_MAX: ArpMissedMax;
    int DOWNDELAY: DownDelay;
    int UPDELAY: UpDelay;
    int PEER_NOTIF_DELAY: PeerNotifDelay;
    int MIN_LINKS: MinLinks;
    int USE_CARRIER: UseCarrier;
    int ALL_SLAVES_ACTIVE: AllSlavesActive;
    int RESEND_IGMP: ResendIgmp;
    int RESILIENT_BUCKETS: ResilientBuckets;
    int RESILIENT_IDLE_MS: ResilientIdleMs;
    int AD_ACTOR_SYS_PRIO: AdActorSysPrio;
    int AD_USER_PORT_KEY: AdUserPortKey;
    int NUM_PEER_NOTIF: NumUnsolNa;
}

params! {
    uint LP_INTERVAL: LpInterval;
}

// An explicit 0 is something else than nothing.
params! {
    optional MIIMON: Miimon;
}

params! {
    charp MODE: Mode;
    charp XMIT_HASH_POLICY: XmitHashPolicy;
    charp ARP_VALIDATE: ArpValidate;
    charp ARP_ALL_TARGETS: ArpAllTargets;
    charp FAIL_OVER_MAC: FailOverMac;
    charp LACP_ACTIVE: LacpActive;
    charp LACP_RATE: LacpRate;
    charp LACP_STRICT: LacpStrict;
    charp AD_SELECT: AdSelect;
    charp PRIMARY_RESELECT: PrimaryReselect;
    charp TLB_DYNAMIC_LB: TlbDynamicLb;
    charp COUPLED_CONTROL: CoupledControl;
    charp BROADCAST_NEIGHBOR: BroadcastNeighbor;
    charp PRIMARY: Primary;
    charp AD_ACTOR_SYSTEM: AdActorSystem;
}

params! {
    array ARP_IP_TARGET: ArpIpTarget;
    array NS_IP6_TARGET: NsIp6Target;
}

// Another name of NUM_PEER_NOTIF.
params!(@ int Int NUM_PEER_NOTIF NumGratArp);

// What is no option of a bond.
static MAX_BONDS: Value<i32> = Value::new(1);
module_param!(int c"max_bonds", 0, MAX_BONDS, "How many bonds are created when the module is loaded");
static TX_QUEUES: Value<i32> = Value::new(16);
module_param!(int c"tx_queues", 0, TX_QUEUES, "Transmit and receive queues of a bond");

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
        miimon: MIIMON.get(),
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
