// SPDX-License-Identifier: GPL-2.0

//! The module parameters as they arrive.

/// A text parameter; `None` if it was not given.
pub(crate) type ParamText<'a> = Option<&'a [u8]>;

/// The module parameters as the module loader left them.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)] // Named like the parameters; see `modinfo`.
pub(crate) struct RawParams<'a> {
    pub(crate) max_bonds: i32,
    pub(crate) tx_queues: i32,
    /// num_grat_arp or num_unsol_na, whichever came last.
    pub(crate) num_peer_notif: i32,
    /// `None` if it was not given: an explicit 0 is something else.
    pub(crate) miimon: Option<i32>,
    pub(crate) updelay: i32,
    pub(crate) downdelay: i32,
    pub(crate) peer_notif_delay: i32,
    pub(crate) use_carrier: i32,
    pub(crate) min_links: i32,
    pub(crate) arp_interval: i32,
    pub(crate) arp_missed_max: i32,
    pub(crate) all_slaves_active: i32,
    pub(crate) resend_igmp: i32,
    pub(crate) packets_per_slave: i32,
    pub(crate) lp_interval: u32,
    pub(crate) resilient_buckets: i32,
    pub(crate) resilient_idle_ms: i32,
    pub(crate) ad_actor_sys_prio: i32,
    pub(crate) ad_user_port_key: i32,
    pub(crate) mode: ParamText<'a>,
    pub(crate) primary: ParamText<'a>,
    pub(crate) primary_reselect: ParamText<'a>,
    pub(crate) lacp_rate: ParamText<'a>,
    pub(crate) lacp_active: ParamText<'a>,
    pub(crate) lacp_strict: ParamText<'a>,
    pub(crate) ad_select: ParamText<'a>,
    pub(crate) ad_actor_system: ParamText<'a>,
    pub(crate) coupled_control: ParamText<'a>,
    pub(crate) broadcast_neighbor: ParamText<'a>,
    pub(crate) tlb_dynamic_lb: ParamText<'a>,
    pub(crate) xmit_hash_policy: ParamText<'a>,
    pub(crate) arp_validate: ParamText<'a>,
    pub(crate) arp_all_targets: ParamText<'a>,
    pub(crate) fail_over_mac: ParamText<'a>,
    pub(crate) arp_ip_target: &'a [&'a [u8]],
    pub(crate) ns_ip6_target: &'a [&'a [u8]],
}

impl Default for RawParams<'_> {
    fn default() -> Self {
        Self {
            max_bonds: 1,
            tx_queues: 16,
            num_peer_notif: 1,
            miimon: None,
            updelay: 0,
            downdelay: 0,
            peer_notif_delay: 0,
            use_carrier: 1,
            min_links: 0,
            arp_interval: 0,
            arp_missed_max: 2,
            all_slaves_active: 0,
            resend_igmp: 1,
            packets_per_slave: 1,
            lp_interval: 1,
            resilient_buckets: 0,
            resilient_idle_ms: 0,
            ad_actor_sys_prio: 65535,
            ad_user_port_key: 0,
            mode: None,
            primary: None,
            primary_reselect: None,
            lacp_rate: None,
            lacp_active: None,
            lacp_strict: None,
            ad_select: None,
            ad_actor_system: None,
            coupled_control: None,
            broadcast_neighbor: None,
            tlb_dynamic_lb: None,
            xmit_hash_policy: None,
            arp_validate: None,
            arp_all_targets: None,
            fail_over_mac: None,
            arp_ip_target: &[],
            ns_ip6_target: &[],
        }
    }
}
