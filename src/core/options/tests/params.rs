// SPDX-License-Identifier: GPL-2.0

//! Module parameters.

use super::*;
use crate::engine::types::IfName;

fn run(raw: RawParams<'_>) -> (Result<Template, Errno>, Vec<String>) {
    let mut lines = Vec::new();
    let result = evaluate(&raw, &mut |_, text| lines.push(text.to_string()));
    (result, lines)
}

fn good(raw: RawParams<'_>) -> (Template, Vec<String>) {
    let (result, lines) = run(raw);
    (result.unwrap(), lines)
}

fn bad(raw: RawParams<'_>) -> (Errno, Vec<String>) {
    let (result, lines) = run(raw);
    (result.unwrap_err(), lines)
}

fn raw() -> RawParams<'static> {
    RawParams::default()
}

const MII: &str = "MII link monitoring set to 100 ms";

#[test]
fn without_parameters_a_bond_has_the_defaults() {
    let (template, lines) = good(raw());
    assert_eq!(template.settings, Settings::default());
    assert_eq!((template.max_bonds, template.tx_queues), (1, 16));
    assert_eq!(template.primary, None);
    assert_eq!(lines, [MII]);
}

#[test]
fn miimon_is_100_unless_zero_is_given() {
    for (given, miimon) in [(None, 100), (Some(0), 0), (Some(50), 50)] {
        for mode in ["0", "active-backup", "broadcast"] {
            let (template, lines) = good(RawParams {
                miimon: given,
                mode: Some(mode.as_bytes()),
                ..raw()
            });
            assert_eq!(template.settings.miimon(), miimon);
            assert_eq!(lines.len(), usize::from(miimon != 0));
        }
    }
    let (template, lines) = good(RawParams {
        miimon: Some(-1),
        ..raw()
    });
    assert_eq!(template.settings.miimon(), 0);
    assert_eq!(
        lines,
        ["Warning: miimon module parameter (-1), not in range 0-2147483647, so it was reset to 0"]
    );
}

#[test]
fn modes_without_arp_force_miimon_with_a_warning_only_if_it_was_turned_off() {
    let forced = "Forcing miimon to 100msec".to_string();
    for (miimon, arp_interval, warned) in [
        (None, 0, false),
        (Some(0), 0, true),
        (None, 50, true),
        (Some(7), 50, false),
    ] {
        let (errno, lines) = bad(RawParams {
            mode: Some(b"balance-alb"),
            miimon,
            arp_interval,
            ..raw()
        });
        // The mode itself is refused in the end.
        assert_eq!(errno, Errno::Eopnotsupp);
        assert_eq!(lines.contains(&forced), warned);
        assert_eq!(
            lines
                .iter()
                .any(|line| line.contains("can't be used simultaneously")),
            arp_interval != 0
        );
        let last = "Error: mode balance-alb is not implemented in this version of the driver";
        assert_eq!(lines.last().unwrap(), last);
    }
}

#[test]
fn an_unusable_arp_monitor_leaves_miimon_at_its_default() {
    let (template, lines) = good(RawParams {
        arp_interval: 100,
        ..raw()
    });
    assert_eq!(template.settings.arp_interval(), 0);
    assert_eq!(template.settings.miimon(), 100);
    assert_eq!(
        lines,
        [
            "Warning: arp_interval module parameter (100) specified without providing an arp_ip_target parameter, arp_interval was reset to 0",
            MII
        ]
    );
    let (_, lines) = bad(RawParams {
        arp_interval: 100,
        arp_ip_target: &[b"10.0.0.1", b"nonsense", b"10.0.0.1"],
        ..raw()
    });
    assert_eq!(
        lines,
        [
            "Warning: bad arp_ip_target module parameter (nonsense), ARP monitoring will not be performed",
            "Warning: duplicate address 10.0.0.1 in arp_ip_target, skipping",
            MII,
            "Error: arp_ip_target is not implemented in this version of the driver"
        ]
    );
}

#[test]
fn a_usable_arp_monitor_keeps_miimon_off() {
    let (errno, lines) = bad(RawParams {
        arp_interval: 100,
        arp_ip_target: &[b"10.0.0.1", b"10.0.0.2"],
        ns_ip6_target: &[b"2001:db8::1"],
        arp_validate: Some(b"all"),
        ..raw()
    });
    assert_eq!(errno, Errno::Eopnotsupp);
    assert_eq!(
        lines,
        [
            "ARP monitoring set to 100 ms, validate all, with 3 target(s): 10.0.0.1 10.0.0.2 2001:db8::1",
            "Error: arp_validate is not implemented in this version of the driver"
        ]
    );
}

#[test]
fn both_monitors_leave_miimon_and_make_arp_validate_fail() {
    let both = RawParams {
        miimon: Some(100),
        arp_interval: 60,
        arp_ip_target: &[b"10.0.0.1"],
        ..raw()
    };
    let (errno, lines) = bad(RawParams {
        arp_validate: Some(b"all"),
        ..both
    });
    assert_eq!(errno, Errno::Einval);
    assert_eq!(
        lines,
        [
            "Warning: miimon (100) and arp_interval (60) can't be used simultaneously, disabling ARP monitoring",
            "arp_validate requires arp_interval"
        ]
    );
}

#[test]
fn delays_become_multiples() {
    let (template, lines) = good(RawParams {
        miimon: Some(60),
        updelay: 200,
        downdelay: 120,
        peer_notif_delay: 100,
        ..raw()
    });
    assert_eq!(template.settings.updelay_ms(), 180);
    assert_eq!(template.settings.downdelay_ticks(), 2);
    assert_eq!(template.settings.peer_notif_delay_ms(), 60);
    assert_eq!(
        lines,
        [
            "Warning: updelay (200) is not a multiple of miimon (60), updelay rounded to 180 ms",
            "Warning: peer_notif_delay (100) is not a multiple of miimon (60), peer_notif_delay rounded to 60 ms",
            "MII link monitoring set to 60 ms"
        ]
    );
    let (template, lines) = good(RawParams {
        miimon: Some(0),
        updelay: 200,
        ..raw()
    });
    // As in the C driver, the number stays and counts in intervals once there are any.
    assert_eq!(template.settings.updelay_ticks(), 200);
    assert_eq!(
        lines,
        ["Warning: miimon module parameter not set and updelay (200) or downdelay (0) module parameter is set; updelay and downdelay have no effect unless miimon is set"]
    );
}

#[test]
fn numbers_out_of_range_are_corrected() {
    let (template, lines) = good(RawParams {
        max_bonds: -1,
        updelay: -1,
        downdelay: -2,
        use_carrier: 2,
        num_peer_notif: 256,
        tx_queues: 0,
        all_slaves_active: 2,
        resend_igmp: -1,
        packets_per_slave: 65536,
        arp_interval: -5,
        arp_missed_max: 0,
        lp_interval: 0,
        min_links: -1,
        peer_notif_delay: 300_001,
        ad_actor_sys_prio: 0,
        ad_user_port_key: 1024,
        ..raw()
    });
    let mut expected = Settings::default();
    expected.store(OptId::MinLinks, u32::MAX);
    assert_eq!(template.settings, expected);
    assert_eq!((template.max_bonds, template.tx_queues), (1, 16));
    assert_eq!(
        lines,
        [
            "Warning: max_bonds (-1) not in range 0-2147483647, so it was reset to BOND_DEFAULT_MAX_BONDS (1)",
            "Warning: updelay module parameter (-1), not in range 0-2147483647, so it was reset to 0",
            "Warning: downdelay module parameter (-2), not in range 0-2147483647, so it was reset to 0",
            "Warning: use_carrier module parameter (2), not of valid value (0/1), so it was set to 1",
            "Warning: num_grat_arp/num_unsol_na (256) not in range 0-255 so it was reset to 1",
            "Warning: tx_queues (0) should be between 1 and 255, resetting to 16",
            "Warning: all_slaves_active module parameter (2), not of valid value (0/1), so it was set to 0",
            "Warning: resend_igmp (-1) should be between 0 and 255, resetting to 1",
            "Warning: packets_per_slave (65536) should be between 0 and 65535 resetting to 1",
            "Warning: peer_notif_delay (300001) should be between 0 and 300000, resetting to 0",
            "Warning: arp_interval module parameter (-5), not in range 0-2147483647, so it was reset to 0",
            "Warning: arp_missed_max (0) should be between 1 and 255, resetting to 2",
            MII,
            "Warning: ip_interval must be between 1 and 2147483647, so it was reset to 1",
            "Warning: ad_actor_sys_prio (0) should be between 1 and 65535, resetting to 65535",
            "Warning: ad_user_port_key (1024) should be between 0 and 1023, resetting to 0",
        ]
    );
    let (template, _) = good(RawParams {
        use_carrier: 0,
        ..raw()
    });
    assert!(!template.settings.use_carrier());
}

#[test]
fn bad_texts_fail_the_load_with_the_c_driver_s_words() {
    let x = Some(&b"x"[..]);
    for (raw, line) in [
        (
            RawParams { mode: x, ..raw() },
            "Error: Invalid bonding mode \"x\"",
        ),
        (
            RawParams {
                mode: Some(b"5"),
                xmit_hash_policy: x,
                ..raw()
            },
            "Error: Invalid xmit_hash_policy \"x\"",
        ),
        (
            RawParams {
                mode: Some(b"4"),
                lacp_rate: x,
                ..raw()
            },
            "Error: Invalid lacp rate \"x\"",
        ),
        (
            RawParams {
                ad_select: x,
                ..raw()
            },
            "Error: Invalid ad_select \"x\"",
        ),
        (
            RawParams {
                fail_over_mac: x,
                ..raw()
            },
            "Error: invalid fail_over_mac \"x\"",
        ),
        (
            RawParams {
                mode: Some(b"1"),
                primary: x,
                primary_reselect: x,
                ..raw()
            },
            "Error: Invalid primary_reselect \"x\"",
        ),
        (
            RawParams {
                tlb_dynamic_lb: x,
                ..raw()
            },
            "Error: invalid tlb_dynamic_lb \"x\"",
        ),
        (
            RawParams {
                ad_actor_system: x,
                ..raw()
            },
            "Error: invalid ad_actor_system \"x\"",
        ),
    ] {
        let (errno, lines) = bad(raw);
        assert_eq!(errno, Errno::Einval);
        assert_eq!(lines.last().unwrap(), line);
    }
}

#[test]
fn what_does_not_matter_in_the_mode_is_said_and_not_checked() {
    let (template, lines) = good(RawParams {
        xmit_hash_policy: Some(b"x"),
        lacp_rate: Some(b"x"),
        primary: Some(b"eth0"),
        primary_reselect: Some(b"x"),
        fail_over_mac: Some(b"active"),
        ad_select: Some(b"stable"),
        arp_all_targets: Some(b"x"),
        broadcast_neighbor: Some(b"x"),
        lacp_active: Some(b"on"),
        ..raw()
    });
    assert_eq!(template.primary, None);
    assert_eq!(
        lines,
        [
            "xmit_hash_policy param is irrelevant in mode load balancing (round-robin)",
            "lacp_rate param is irrelevant in mode load balancing (round-robin)",
            "ad_select param only affects 802.3ad mode",
            "Error: invalid arp_all_targets_value \"x\"",
            MII,
            "Warning: eth0 primary device specified but has no effect in load balancing (round-robin) mode",
            "Warning: fail_over_mac only affects active-backup mode",
            "lacp_active param only affects 802.3ad mode",
            "broadcast_neighbor param is irrelevant in mode load balancing (round-robin)",
        ]
    );
    let (template, lines) = good(RawParams {
        mode: Some(b"active-backup\n"),
        primary: Some(b"eth0"),
        primary_reselect: Some(b"better"),
        ..raw()
    });
    assert_eq!(template.primary, IfName::new(b"eth0"));
    assert_eq!(template.settings.value(OptId::PrimaryReselect), 1);
    assert_eq!(lines, [MII]);
}
