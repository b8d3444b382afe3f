// SPDX-License-Identifier: GPL-2.0

//! Numbers and names of what LACP does are those of `Documentation/tracing.rst`, which users rely on.

use crate::engine::lacp::trace::{Machine, Reason, Transition};

const TEXT: &str = include_str!("../../../../Documentation/tracing.rst");

const MACHINES: [Machine; 6] = [
    Machine::Receive,
    Machine::Periodic,
    Machine::Selection,
    Machine::Mux,
    Machine::ActorChurn,
    Machine::PartnerChurn,
];

const REASONS: [Reason; 19] = [
    Reason::Begin,
    Reason::LinkUp,
    Reason::LinkDown,
    Reason::HalfDuplex,
    Reason::Heard,
    Reason::PartnerChanged,
    Reason::Timeout,
    Reason::TimerOver,
    Reason::Activity,
    Reason::Rate,
    Reason::Selected,
    Reason::Unselected,
    Reason::Ready,
    Reason::PartnerInSync,
    Reason::PartnerOutOfSync,
    Reason::PartnerCollects,
    Reason::PartnerStopped,
    Reason::ActorOutOfSync,
    Reason::Unbound,
];

/// The rows of the table below `heading`, as number, name and the rest in one line.
fn rows(heading: &str) -> Vec<(u8, String, String)> {
    let (_, section) = TEXT.split_once(heading).unwrap();
    let mut rows: Vec<(u8, String, String)> = Vec::new();
    // The table's second line of "=" is followed by its rows, the third ends them.
    let table = section.split("\n=== ").nth(2).unwrap();
    for line in table.lines().skip(1) {
        let mut parts = line.split("``");
        match (parts.next().unwrap().trim().parse(), rows.last_mut()) {
            (Ok(number), _) => {
                let name = parts.next().unwrap().to_owned();
                rows.push((number, name, parts.next().unwrap().trim().to_owned()));
            }
            (Err(_), Some(row)) => row.2 += &format!(" {}", line.trim()),
            _ => panic!("{line}"),
        }
    }
    rows
}

#[test]
fn machines_and_states_are_as_documented() {
    let states = |machine: Machine| {
        let names = (0..).map_while(|n| Some(format!("{n} {}", machine.state_name(n)?)));
        names.collect::<Vec<_>>().join(", ")
    };
    let documented = rows("Machines and states");
    assert_eq!(documented.len(), MACHINES.len());
    for ((number, name, text), machine) in documented.into_iter().zip(MACHINES) {
        assert_eq!((number, &*name), (machine.number(), machine.name()));
        match machine {
            Machine::Selection => assert_eq!(states(machine), ""),
            _ => assert_eq!(text, states(machine)),
        }
    }
}

#[test]
fn reasons_are_as_documented() {
    let documented = rows("\nReasons\n");
    assert_eq!(documented.len(), REASONS.len());
    for ((number, name, _), reason) in documented.into_iter().zip(REASONS) {
        assert_eq!((number, &*name), (reason.number(), reason.name()));
    }
}

#[test]
fn only_the_beat_of_the_periodic_machine_is_routine() {
    for machine in MACHINES {
        for (old, new) in (0..6).flat_map(|old| (0..6).map(move |new| (old, new))) {
            let reason = Reason::TimerOver;
            let what = Transition {
                machine,
                old,
                new,
                reason,
            };
            let text = what.to_string();
            let beat = text.starts_with("periodic ") && !text.contains("NO_PERIODIC");
            assert!(old > 3 || new > 3 || what.is_routine() == beat, "{text}");
        }
    }
}
