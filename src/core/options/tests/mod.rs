// SPDX-License-Identifier: GPL-2.0

//! Tests of the options, one file per subject.

mod effects;
mod matrix;
mod params;
mod raw;
mod reference;
mod table;
mod text;

use super::*;
use crate::engine::types::Mode;

/// Collects log lines.
fn lines(refusal: &Refusal<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    refusal.log(&mut |_, text| lines.push(text.to_string()));
    lines
}

/// Settings of a bond in this mode, implemented or not.
fn in_mode(mode: Mode) -> Settings {
    let mut settings = Settings::default();
    settings.store(OptId::Mode, mode.number());
    settings
}

const DOWN: Ctx = Ctx {
    is_up: false,
    has_members: false,
    has_xdp: false,
};
const UP: Ctx = Ctx {
    is_up: true,
    ..DOWN
};
const MEMBERS: Ctx = Ctx {
    has_members: true,
    ..DOWN
};
const BUSY: Ctx = Ctx {
    has_members: true,
    ..UP
};
