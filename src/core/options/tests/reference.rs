// SPDX-License-Identifier: GPL-2.0

//! Keeps `Documentation/options.rst` what the table says: `UPDATE_DOCS=1 cargo test` rewrites it.

use super::*;
use std::fmt::Write as _;

const HEAD: &str = "\
.. SPDX-License-Identifier: GPL-2.0
.. Generated from src/core/options/table.rs by its test; rewrite with UPDATE_DOCS=1 cargo test.

================
Option reference
================

Every option, in the order of its name. *Set while* tells what a change needs; a refused mode is
-EACCES, a bond with members -ENOTEMPTY, a bond that is up -EBUSY, a bad value -EINVAL.
Options marked *later* take only their default in this version, anything else is -EOPNOTSUPP.
";

fn values(row: &Row) -> String {
    let named = row.values().iter();
    let pairs: Vec<_> = named
        .map(|named| format!("``{}`` = {}", named.name, named.value))
        .collect();
    let mut text = match row.kind {
        Kind::Raw(RawKind::MemberCommand) => "``+name`` or ``-name``".into(),
        Kind::Raw(RawKind::MemberName | RawKind::DeviceName) => {
            "interface name; empty for none".into()
        }
        Kind::Raw(RawKind::Ipv4Target | RawKind::Ipv6Target) => {
            "``+address`` or ``-address``; as module parameter a list with commas".into()
        }
        Kind::Raw(RawKind::QueueId) => "``name:number``".into(),
        Kind::Raw(RawKind::Mac) => "``xx:xx:xx:xx:xx:xx``".into(),
        Kind::Raw(RawKind::MemberS32) => "-2147483648 to 2147483647".into(),
        Kind::Raw(RawKind::MemberU16) => "0 to 65535".into(),
        Kind::Table(_) | Kind::Range(_) => pairs.join(", "),
    };
    if let Some((min, max)) = row.range() {
        text = format!("{min} to {max} ({text})");
    }
    text
}

fn modes(row: &Row) -> String {
    let named = Mode::ALL.iter().filter(|mode| row.modes.contains(**mode));
    let names: Vec<_> = named.map(|mode| mode.name()).collect();
    if names.len() == Mode::ALL.len() {
        "all".into()
    } else {
        names.join(", ")
    }
}

fn reference() -> String {
    let mut text = String::from(HEAD);
    let mut rows: Vec<_> = TABLE.iter().collect();
    rows.sort_by_key(|row| row.name());
    for row in rows {
        let name = row.name();
        let later = if row.status == Status::Later {
            " (later)"
        } else {
            ""
        };
        let title = format!("{name}{later}");
        writeln!(
            text,
            "\n{title}\n{}\n\n{}.\n",
            "-".repeat(title.len()),
            row.doc
        )
        .unwrap();
        writeln!(text, ":Values: {}", values(row)).unwrap();
        if !matches!(row.kind, Kind::Raw(_)) || row.default != 0 {
            let word = row
                .value_name(row.default)
                .filter(|_| matches!(row.kind, Kind::Table(_)));
            let default = word.map_or(row.default.to_string(), |word| format!("``{word}``"));
            let unit = if row.unit.is_empty() {
                String::new()
            } else {
                format!(" {}", row.unit)
            };
            writeln!(text, ":Default: {default}{unit}").unwrap();
        }
        writeln!(text, ":Modes: {}", modes(row)).unwrap();
        if row.id == OptId::Mode && Mode::ALL.iter().any(|mode| !mode.implemented()) {
            let later = Mode::ALL.iter().filter(|mode| !mode.implemented());
            let names: Vec<_> = later.map(|mode| mode.name()).collect();
            writeln!(text, ":Later: {}", names.join(", ")).unwrap();
        }
        let state = match (row.needs_empty, row.needs_down) {
            (true, true) => "the bond has no members and is down",
            (true, false) => "the bond has no members",
            (false, true) => "the bond is down",
            (false, false) => "",
        };
        if !state.is_empty() {
            writeln!(text, ":Set while: {state}").unwrap();
        }
        let mut ways = Vec::new();
        if let Some(param) = row.param {
            ways.push(
                if param.in_c {
                    "module parameter"
                } else {
                    "module parameter (not in the C driver)"
                }
                .to_string(),
            );
        }
        if row.sysfs.is_some() {
            ways.push(format!("sysfs ``bonding/{name}``"));
        }
        if let Some(netlink) = row.netlink {
            let nest = if netlink.nest == Nest::Bond {
                "IFLA_BOND"
            } else {
                "IFLA_BOND_SLAVE"
            };
            ways.push(format!("netlink {nest} attribute {}", netlink.attr));
        }
        writeln!(text, ":Reached by: {}", ways.join(", ")).unwrap();
    }
    text
}

#[test]
fn the_option_reference_is_current() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../Documentation/options.rst"
    );
    let wanted = reference();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &wanted).unwrap();
    }
    let have = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        have == wanted,
        "run UPDATE_DOCS=1 cargo test and commit Documentation/options.rst"
    );
}
