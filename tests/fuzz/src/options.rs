// SPDX-License-Identifier: GPL-2.0

//! Texts written to options, one after the other.

use std::fmt;

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::engine::options::{Ctx, Row, Settings, N_OPTIONS, TABLE};
use crate::shared::options;

/// Longest text that is written; the longest name and address have less.
const MAX_TEXT: usize = 48;
/// More writes than this take time and find nothing.
const MAX_WRITES: usize = 32;

struct Write {
    row: &'static Row,
    text: Vec<u8>,
    ctx: Ctx,
}

impl fmt::Debug for Write {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, text) = (self.row.name(), self.text.escape_ascii());
        write!(f, "{name} = \"{text}\" ({:?})", self.ctx)
    }
}

/// What is written.
#[derive(Debug)]
pub struct Input(Vec<Write>);

impl Arbitrary<'_> for Write {
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        let row = &TABLE[usize::from(u.arbitrary::<u8>()?) % N_OPTIONS];
        let bits = u.arbitrary::<u8>()?;
        let ctx = Ctx {
            is_up: bits & 1 != 0,
            has_members: bits & 2 != 0,
            has_xdp: bits & 4 != 0,
        };
        let choice = u.arbitrary::<u8>()?;
        let mut text = Vec::new();
        match row.values().get(usize::from(choice)) {
            // A name that the option knows.
            Some(named) => text.extend(named.name.as_bytes()),
            None if choice < 64 => text.extend(u.arbitrary::<u16>()?.to_string().as_bytes()),
            None => {}
        }
        let rest = usize::from(u.arbitrary::<u8>()?) % MAX_TEXT;
        text.extend(u.bytes(rest.min(u.len()))?);
        Ok(Self { row, text, ctx })
    }
}

impl Arbitrary<'_> for Input {
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        let mut writes = Vec::new();
        while !u.is_empty() && writes.len() < MAX_WRITES {
            writes.push(u.arbitrary()?);
        }
        Ok(Self(writes))
    }
}

impl Input {
    /// What must hold.
    pub fn check(&self) {
        let mut settings = Settings::default();
        for Write { row, text, ctx } in &self.0 {
            let before = settings;
            settings = options::write(&settings, row, text, *ctx);
            if settings != before {
                options::check_round_trip(row, &settings);
            }
        }
    }
}
