// SPDX-License-Identifier: GPL-2.0

//! The bonding protocol as pure engines.
//!
//! Nothing in here touches the kernel: there is no clock, no lock, no allocation and no unsafe code.
//! Each engine takes facts and returns decisions; the caller senses the facts and carries the
//! decisions out. The same files are compiled into the kernel module and, under `tests/host`, into
//! a test crate. In both the module is called `crate::engine`.

#![deny(unsafe_code)]
#![cfg_attr(
    not(test),
    allow(dead_code, reason = "modes and monitors that come later use the rest")
)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects
    )
)]

pub(crate) mod carrier;
pub(crate) mod fom;
pub(crate) mod hash;
pub(crate) mod lacp;
pub(crate) mod link_event;
pub(crate) mod linkmon;
pub(crate) mod names;
pub(crate) mod options;
pub(crate) mod peers;
pub(crate) mod reciprocal;
pub(crate) mod resilient;
pub(crate) mod rr;
pub(crate) mod select;
pub(crate) mod stats;
pub(crate) mod time;
pub(crate) mod types;
pub(crate) mod wire;
