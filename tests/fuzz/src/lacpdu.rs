// SPDX-License-Identifier: GPL-2.0

//! Any payload of a slow protocol.

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::engine::wire::lacpdu::LEN;
use crate::shared::lacpdu;

/// A payload; short ones are filled up with zeroes, as Ethernet does.
#[derive(Debug)]
pub struct Input([u8; LEN]);

impl Arbitrary<'_> for Input {
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        let mut payload = [0; LEN];
        u.fill_buffer(&mut payload)?;
        Ok(Self(payload))
    }
}

impl Input {
    /// What must hold.
    pub fn check(&self) {
        lacpdu::check(&self.0);
    }
}
