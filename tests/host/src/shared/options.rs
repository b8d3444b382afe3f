// SPDX-License-Identifier: GPL-2.0

//! Whatever user space writes to an option.

use crate::engine::options::*;
use crate::engine::types::IfName;
use std::cell::Cell;

/// At most one monitor is configured, in a mode that exists and that can have it. There may be none:
/// `miimon` 0 is taken in any mode.
pub(crate) fn check_settings(settings: &Settings) {
    assert!(settings.mode().implemented());
    assert!(settings.miimon() == 0 || settings.arp_interval() == 0);
    assert!(settings.mode().may_use_arp() || settings.arp_interval() == 0);
}

/// What is read is what was set.
pub(crate) fn check_round_trip(row: &'static Row, settings: &Settings) {
    let mut read = String::new();
    format(row, settings, &mut read).unwrap();
    let again = set_text(settings, row.id, read.as_bytes(), Ctx::default()).unwrap();
    assert_eq!(again.settings, *settings);
    assert!(again.note.is_none() || row.id == OptId::CoupledControl);
}

/// Writes text to an option: it is taken, or refused with a reason. Yields what is set then.
pub(crate) fn write(settings: &Settings, row: &'static Row, text: &[u8], ctx: Ctx) -> Settings {
    let said = Cell::new(0);
    let mut log = |_: Level, line: core::fmt::Arguments<'_>| {
        assert!(!line.to_string().contains('\n'));
        said.set(said.get() + 1);
    };
    let new = match set_text(settings, row.id, text, ctx) {
        Ok(plan) => {
            check_settings(&plan.settings);
            plan.settings
        }
        Err(refusal) => {
            refusal.log(&mut log);
            let told = said.get() > 0 || refusal.extack().is_some();
            assert!(told, "refused without a reason");
            *settings
        }
    };
    if let Err(refusal) = set_raw(settings, row.id, text, ctx) {
        refusal.log(&mut log);
    }
    if let Ok(Command::Add(name) | Command::Remove(name)) = masters(text) {
        assert_eq!(IfName::new(name.as_bytes()), Some(name));
    }
    new
}
