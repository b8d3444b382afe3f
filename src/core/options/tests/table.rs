// SPDX-License-Identifier: GPL-2.0

//! The table agrees with itself and with the uapi.

use super::*;
use std::collections::HashSet;

#[test]
fn rows_are_where_their_index_says_and_names_are_found() {
    for (index, row) in TABLE.iter().enumerate() {
        assert_eq!(row.id.index(), index);
        assert_eq!(row.id.row().name(), row.name());
        assert_eq!(OptId::by_name(row.name().as_bytes()), Some(row.id));
        assert!(!row.doc.is_empty() && !row.doc.ends_with('.'));
    }
    assert_eq!(OptId::by_name(b"nonsense"), None);
}

#[test]
fn every_option_is_reachable_everywhere_it_can_be() {
    let without = |has: fn(&Row) -> bool| -> Vec<_> {
        let rows = TABLE.iter().filter(|row| !has(row));
        rows.map(|row| row.name()).collect()
    };
    // Per-member options, and what acts on members there are.
    assert_eq!(
        without(|row| row.param.is_some()),
        [
            "prio",
            "active_slave",
            "queue_id",
            "slaves",
            "actor_port_prio"
        ]
    );
    assert_eq!(
        without(|row| row.sysfs.is_some()),
        ["prio", "actor_port_prio"]
    );
    assert_eq!(
        without(|row| row.netlink.is_some()),
        [
            "resilient_buckets",
            "resilient_idle_ms",
            "num_grat_arp",
            "slaves"
        ]
    );
    let c_params = TABLE
        .iter()
        .filter(|row| row.param.is_some_and(|param| param.in_c));
    // max_bonds and tx_queues are the other two.
    assert_eq!(c_params.count(), 22);
}

#[test]
fn attributes_are_numbered_once_and_cover_the_uapi() {
    let of = |nest| {
        let attrs = TABLE.iter().filter_map(|row| row.netlink);
        attrs
            .filter(move |attr| attr.nest == nest)
            .map(|attr| attr.attr)
    };
    let bond: HashSet<_> = of(Nest::Bond).collect();
    // 23 is AD_INFO, which no option stands for.
    assert_eq!(bond, (1..=34).filter(|attr| *attr != 23).collect());
    assert_eq!(of(Nest::Bond).count(), 33);
    assert_eq!(
        of(Nest::Member).collect::<HashSet<_>>(),
        HashSet::from([5, 9, 10])
    );
}

#[test]
fn orders_name_each_attribute_once() {
    let attr = |id: &OptId| id.row().netlink.unwrap().attr;
    let dump: Vec<_> = DUMP_ORDER.iter().map(attr).collect();
    // spec/config.md section 3.2
    assert_eq!(
        dump,
        [
            1, 2, 3, 4, 5, 28, 6, 7, 8, 9, 10, 31, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 29, 21,
            22, 27, 30, 32, 33, 34, 24, 25, 26
        ]
    );
    let apply: HashSet<_> = APPLY_ORDER.iter().map(attr).collect();
    assert_eq!(apply.len(), APPLY_ORDER.len());
    assert_eq!(apply, dump.into_iter().collect());
    let member: Vec<_> = MEMBER_APPLY_ORDER.iter().map(attr).collect();
    assert_eq!(member, [5, 9, 10]);
}

#[test]
fn kinds_fit_their_values() {
    for row in &TABLE {
        match row.kind {
            Kind::Table(values) => {
                assert!(row.range().is_none());
                assert!(values.iter().any(|named| named.value == row.default));
            }
            Kind::Range(_) => {
                let (min, max) = row.range().unwrap();
                assert!((min..=max).contains(&row.default), "{}", row.name());
            }
            Kind::Raw(_) => assert!(row.values().is_empty()),
        }
        let flagged = row.values().iter().filter(|named| named.is_default);
        for named in flagged {
            assert_eq!(named.value, row.default, "{}", row.name());
        }
    }
    let mode = OptId::Mode.row();
    for known in Mode::ALL {
        assert_eq!(mode.value_name(known.number()), Some(known.name()));
    }
}
