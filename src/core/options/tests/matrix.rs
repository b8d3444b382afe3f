// SPDX-License-Identifier: GPL-2.0

//! Every scalar option with every edge value, in every mode, up or down, with or without members.
//!
//! What must happen is worked out here from a second description of the options, written from
//! spec/config.md section 2.3 and not from the table.

use super::*;

type Described = (
    &'static str,
    &'static str,
    Option<(i64, i64)>,
    i64,
    &'static str,
    &'static str,
);

/// name, values, range, default, modes, flags. Modes are digits; flags are E (empty), D (down),
/// L (later), P (-EPERM without a monitor).
const OPTIONS: &[Described] = &[
    ("mode", "balance-rr=0 active-backup=1 balance-xor=2 broadcast=3 802.3ad=4 balance-tlb=5 balance-alb=6", None, 0, "0123456", "ED"),
    ("packets_per_slave", "default=1 maxval=65535", Some((0, 65535)), 1, "0", ""),
    ("xmit_hash_policy", "layer2=0 layer3+4=1 layer2+3=2 encap2+3=3 encap3+4=4 vlan+srcmac=5", None, 0, "0123456", ""),
    ("arp_validate", "none=0 active=1 backup=2 all=3 filter=4 filter_active=5 filter_backup=6", None, 0, "0123", "L"),
    ("arp_all_targets", "any=0 all=1", None, 0, "0123456", "L"),
    ("fail_over_mac", "none=0 active=1 follow=2", None, 0, "0123456", "E"),
    ("arp_interval", "off=0 maxval=2147483647", Some((0, 2147483647)), 0, "0123", "L"),
    ("arp_missed_max", "minval=1 default=2 maxval=255", Some((1, 255)), 2, "0123", "L"),
    ("downdelay", "off=0 maxval=2147483647", Some((0, 2147483647)), 0, "0123456", "P"),
    ("updelay", "off=0 maxval=2147483647", Some((0, 2147483647)), 0, "0123456", "P"),
    ("peer_notif_delay", "off=0 maxval=300000", Some((0, 300000)), 0, "0123456", "P"),
    ("miimon", "off=0 default=100 maxval=2147483647", Some((0, 2147483647)), 100, "0123456", ""),
    ("lacp_active", "off=0 on=1", None, 1, "4", "D"),
    ("lacp_rate", "slow=0 fast=1", None, 0, "4", "D"),
    ("lacp_strict", "off=0 on=1", None, 0, "4", ""),
    ("min_links", "off=0 maxval=2147483647", Some((0, 2147483647)), 0, "0123456", ""),
    ("ad_select", "stable=0 bandwidth=1 count=2 actor_port_prio=3", None, 0, "0123456", "D"),
    ("num_unsol_na", "off=0 default=1 maxval=255", Some((0, 255)), 1, "0123456", ""),
    ("num_grat_arp", "off=0 default=1 maxval=255", Some((0, 255)), 1, "0123456", ""),
    ("primary_reselect", "always=0 better=1 failure=2", None, 0, "0123456", ""),
    ("use_carrier", "off=0 on=1", None, 1, "0123456", ""),
    ("all_slaves_active", "off=0 on=1", None, 0, "0123456", ""),
    ("resend_igmp", "off=0 default=1 maxval=255", Some((0, 255)), 1, "0123456", ""),
    ("lp_interval", "minval=1 default=1 maxval=2147483647", Some((1, 2147483647)), 1, "0123456", ""),
    ("tlb_dynamic_lb", "off=0 on=1", None, 1, "56", "DL"),
    ("ad_actor_sys_prio", "minval=1 maxval=65535 default=65535", Some((1, 65535)), 65535, "4", ""),
    ("ad_user_port_key", "minval=0 default=0 maxval=1023", Some((0, 1023)), 0, "4", "D"),
    ("coupled_control", "on=1 off=0", None, 1, "4", "D"),
    ("broadcast_neighbor", "off=0 on=1", None, 0, "4", ""),
    ("resilient_buckets", "off=0 maxval=4096", Some((0, 4096)), 0, "24", ""),
    ("resilient_idle_ms", "off=0 maxval=2147483647", Some((0, 2147483647)), 0, "24", ""),
];

/// Options whose table flags no default.
const NO_DEFAULT_WORD: &[&str] = &["lacp_rate", "peer_notif_delay"];

const EDGES: &[i64] = &[
    i64::MIN,
    -2147483648,
    -1,
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    100,
    150,
    255,
    256,
    1023,
    1024,
    4096,
    8192,
    65535,
    65536,
    300000,
    300001,
    2147483647,
    2147483648,
    4294967295,
    4294967296,
    i64::MAX,
];

fn pairs(option: &Described) -> Vec<(&'static str, i64)> {
    let pair = |text: &'static str| {
        let (name, number) = text.split_once('=').unwrap();
        (name, number.parse().unwrap())
    };
    option.1.split(' ').map(pair).collect()
}

fn expected(
    option: &Described,
    settings: &Settings,
    ctx: Ctx,
    value: Option<i64>,
) -> Result<i64, Errno> {
    let (name, _, range, default, modes, flags) = *option;
    let digit = char::from_digit(settings.mode().number(), 10).unwrap();
    if !modes.contains(digit) {
        return Err(Errno::Eacces);
    }
    if flags.contains('E') && ctx.has_members {
        return Err(Errno::Enotempty);
    }
    if flags.contains('D') && ctx.is_up {
        return Err(Errno::Ebusy);
    }
    let valid = |number: &i64| {
        if name == "resilient_buckets" && *number != 0 && number.count_ones() != 1 {
            return false;
        }
        pairs(option).iter().any(|pair| pair.1 == *number)
            || range.is_some_and(|(min, max)| (min..=max).contains(number))
    };
    let value = value.filter(valid).ok_or(Errno::Einval)?;
    if flags.contains('P') && settings.miimon() == 0 {
        let arp = name == "peer_notif_delay" && settings.arp_interval() != 0;
        if !arp {
            return Err(Errno::Eperm);
        }
    }
    if flags.contains('L') && value != default {
        return Err(Errno::Eopnotsupp);
    }
    if name == "mode" && ![0, 1, 2, 3, 4].contains(&value) {
        return Err(Errno::Eopnotsupp);
    }
    Ok(value)
}

fn check(
    option: &Described,
    settings: &Settings,
    ctx: Ctx,
    value: Option<i64>,
    got: Result<Plan, Refusal<'_>>,
) {
    let want = expected(option, settings, ctx, value);
    let what = format!(
        "{} = {value:?} in {} {ctx:?}",
        option.0,
        settings.mode().name()
    );
    match (want, got) {
        (Err(want), Err(got)) => {
            assert_eq!(got.errno(), want, "{what}");
            let has_text = want != Errno::Eperm;
            assert_eq!(got.extack().is_some(), has_text, "{what}");
            assert!(!super::lines(&got).is_empty(), "{what}");
        }
        (Ok(value), Ok(plan)) => {
            let id = OptId::by_name(option.0.as_bytes()).unwrap();
            let interval = i64::from(settings.monitor_interval());
            let stored = if option.5.contains('P') {
                value / interval * interval
            } else {
                value
            };
            assert_eq!(i64::from(plan.settings.value(id)), stored, "{what}");
        }
        (want, got) => panic!("{what}: wanted {want:?}, got {got:?}"),
    }
}

fn settings_of(mode: Mode) -> Vec<Settings> {
    let usual = in_mode(mode);
    let mut unmonitored = usual;
    unmonitored.store(OptId::Miimon, 0);
    let mut arp = unmonitored;
    arp.store(OptId::ArpInterval, 50);
    vec![usual, unmonitored, arp]
}

#[test]
fn every_option_takes_and_refuses_what_it_should() {
    assert_eq!(OPTIONS.len(), N_SCALAR + 1);
    for option in OPTIONS {
        let id = OptId::by_name(option.0.as_bytes()).unwrap();
        let row = id.row();
        for settings in Mode::ALL.iter().flat_map(|mode| settings_of(*mode)) {
            for ctx in [DOWN, UP, MEMBERS, BUSY] {
                for &edge in EDGES {
                    check(
                        option,
                        &settings,
                        ctx,
                        Some(edge),
                        set_num(&settings, id, edge, ctx),
                    );
                    let text = format!("{edge}\n");
                    // A sign makes it a word.
                    let value = (edge >= 0).then_some(edge);
                    check(
                        option,
                        &settings,
                        ctx,
                        value,
                        set_text(&settings, id, text.as_bytes(), ctx),
                    );
                }
                for (name, number) in pairs(option) {
                    let text = format!(" {name} rest\n");
                    check(
                        option,
                        &settings,
                        ctx,
                        Some(number),
                        set_text(&settings, id, text.as_bytes(), ctx),
                    );
                }
                let word = (!NO_DEFAULT_WORD.contains(&option.0)).then_some(option.3);
                check(
                    option,
                    &settings,
                    ctx,
                    word,
                    set_text(&settings, id, b"default", ctx),
                );
                for bad in [
                    "", "\n", "  \n", "0x1", "10ms", "OFF", "ON", "-0", "+1", "1 x",
                ] {
                    check(
                        option,
                        &settings,
                        ctx,
                        None,
                        set_text(&settings, id, bad.as_bytes(), ctx),
                    );
                }
            }
        }
        assert_eq!(i64::from(row.default), option.3, "{}", option.0);
        assert_eq!(
            row.values().len(),
            pairs(option).len()
                - usize::from(
                    option.0 == "lp_interval" || option.0.starts_with("ad_") && option.2.is_some()
                ),
            "{}",
            option.0
        );
    }
}

#[test]
fn a_netlink_u32_from_2_to_the_31_is_out_of_range() {
    assert_eq!(netlink_u32(u32::MAX), -1);
    assert_eq!(netlink_u32(i32::MAX as u32), i64::from(i32::MAX));
    let refusal = set_num(
        &Settings::default(),
        OptId::Miimon,
        netlink_u32(1 << 31),
        DOWN,
    )
    .unwrap_err();
    assert_eq!(refusal.errno(), Errno::Einval);
    assert_eq!(
        lines(&refusal),
        [
            "option miimon: invalid value (18446744071562067968)",
            "option miimon: allowed values 0 - 2147483647"
        ]
    );
}
