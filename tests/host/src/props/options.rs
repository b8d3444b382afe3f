// SPDX-License-Identifier: GPL-2.0

//! Whatever user space writes, options are parsed without a panic, refused with a reason, and read
//! back as they were written.

use crate::engine::options::*;
use crate::engine::types::MacAddr;
use crate::shared::options::{check_round_trip, check_settings, write};
use core::net::{Ipv4Addr, Ipv6Addr};
use proptest::prelude::*;

fn any_option() -> impl Strategy<Value = &'static Row> {
    (0..N_OPTIONS).prop_map(|index| &TABLE[index])
}

/// Bytes that look like what the parsers look for.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let likely = prop::sample::select(&b"+-:.,/ \n\t\0\xa0019afxXg%"[..]);
    prop_oneof![
        prop::collection::vec(likely, 0..40),
        prop::collection::vec(any::<u8>(), 0..40),
    ]
}

fn ctx() -> impl Strategy<Value = Ctx> {
    any::<(bool, bool, bool)>().prop_map(|(is_up, has_members, has_xdp)| Ctx {
        is_up,
        has_members,
        has_xdp,
    })
}

/// A bond that went through any writes, which may all have been refused.
fn settings() -> impl Strategy<Value = Settings> {
    let write = (any_option(), any::<i64>(), 0i64..400, any::<bool>());
    prop::collection::vec(write, 0..12).prop_map(|writes| {
        writes
            .into_iter()
            .fold(Settings::default(), |settings, (row, wide, small, pick)| {
                let number = if pick { wide } else { small };
                let plan = set_num(&settings, row.id, number, Ctx::default());
                plan.map_or(settings, |plan| plan.settings)
            })
    })
}

proptest! {
    #[test]
    fn any_text_is_taken_or_refused_with_a_reason(
        row in any_option(), text in text(), settings in settings(), ctx in ctx(),
    ) {
        write(&settings, row, &text, ctx);
    }

    #[test]
    fn at_most_one_monitor_is_ever_configured(settings in settings()) {
        check_settings(&settings);
    }

    #[test]
    fn what_is_read_is_what_was_set(row in any_option(), number in 0u32..70_000, settings in settings()) {
        let Ok(plan) = set_num(&settings, row.id, i64::from(number), Ctx::default()) else {
            return Ok(());
        };
        check_round_trip(row, &plan.settings);
    }

    #[test]
    fn addresses_are_read_back(v4 in any::<u32>(), v6 in any::<u128>(), mac in any::<[u8; 6]>()) {
        let (v4, v6) = (Ipv4Addr::from(v4), Ipv6Addr::from(v6));
        let text = format!("+{v4}\n");
        let parsed = parse_raw(OptId::ArpIpTarget.row(), text.as_bytes());
        prop_assert_eq!(parsed, Ok(RawValue::ArpTarget(Command::Add(v4))));
        let text = format!("-{v6}\n");
        let parsed = parse_raw(OptId::NsIp6Target.row(), text.as_bytes());
        prop_assert_eq!(parsed, Ok(RawValue::NsTarget(Command::Remove(v6))));
        let mac = MacAddr(mac);
        let text = mac.to_string();
        let parsed = parse_raw(OptId::AdActorSystem.row(), text.as_bytes());
        prop_assert_eq!(parsed.is_ok(), !mac.is_multicast());
    }

    #[test]
    fn a_list_of_targets_behaves_like_a_vector(steps in prop::collection::vec((any::<bool>(), 0u32..24), 0..80)) {
        let mut targets = Targets::new();
        let mut model: Vec<Ipv4Addr> = Vec::new();
        for (add, number) in steps {
            let target = Ipv4Addr::from(number);
            let at = model.iter().position(|have| *have == target);
            if add {
                let good = number != 0 && at.is_none() && model.len() < MAX_TARGETS;
                let got = targets.add(target);
                prop_assert_eq!(got.is_ok(), good);
                if good {
                    prop_assert_eq!(got, Ok(model.len()));
                    model.push(target);
                }
            } else {
                prop_assert_eq!(targets.remove(target).ok(), at);
                if let Some(at) = at {
                    model.remove(at);
                }
            }
            prop_assert_eq!(targets.as_slice(), &model[..]);
        }
    }

    #[test]
    fn any_module_parameters_are_corrected_or_refused(
        numbers in any::<[i32; 14]>(), small in any::<bool>(), miimon in any::<Option<i32>>(),
        texts in prop::collection::vec(prop::option::of(text()), 4), mode in 0u8..8,
        targets in prop::collection::vec(text(), 0..3),
    ) {
        let n = |index: usize| if small { numbers[index] % 300 } else { numbers[index] };
        let t = |index: usize| texts[index].as_deref();
        let mode = [b'0' + mode];
        let targets: Vec<&[u8]> = targets.iter().map(Vec::as_slice).collect();
        let raw = RawParams {
            max_bonds: n(0), tx_queues: n(1), num_peer_notif: n(2), updelay: n(3), downdelay: n(4),
            peer_notif_delay: n(5), use_carrier: n(6), min_links: n(7), arp_interval: n(8),
            arp_missed_max: n(9), all_slaves_active: n(10), resend_igmp: n(11),
            packets_per_slave: n(12), lp_interval: n(13) as u32, miimon, mode: Some(&mode),
            primary: t(0), fail_over_mac: t(1), ad_actor_system: t(2), arp_validate: t(3),
            arp_ip_target: &targets,
            ..RawParams::default()
        };
        let mut said = 0;
        match evaluate(&raw, &mut |_, _| said += 1) {
            Ok(template) => {
                let settings = template.settings;
                prop_assert!(settings.mode().implemented());
                prop_assert!(settings.miimon() == 0 || settings.arp_interval() == 0);
                prop_assert!((1..=255).contains(&template.tx_queues));
                prop_assert!(settings.num_peer_notif() <= 255);
            }
            Err(_) => prop_assert!(said > 0),
        }
    }
}
