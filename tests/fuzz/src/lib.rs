// SPDX-License-Identifier: GPL-2.0

//! Fuzz targets of the pure engines in `src/core`, one module per target.
//!
//! A target turns the fuzzer's bytes into an input of an engine; what must hold for it stands in the
//! `shared` folder of `tests/host`. Bytes are taken from the front, in the order of the code, so that
//! seeds can be written by hand.

#[allow(
    dead_code,
    unused_imports,
    reason = "the users of the engines are in the kernel module"
)]
#[path = "../../../src/core/mod.rs"]
mod engine;
#[allow(dead_code, reason = "shared with the properties of tests/host")]
#[path = "../../host/src/shared/mod.rs"]
mod shared;

pub mod lacp_events;
pub mod lacpdu;
pub mod options;
pub mod packet_hash;
