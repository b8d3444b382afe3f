// SPDX-License-Identifier: GPL-2.0

//! Host tests of the pure engines in `src/core`.
//!
//! The engines are the very files that the kernel module is built from. Their unit tests sit at the
//! bottom of each file; what needs more room is in `props` (properties over random input).

#[allow(
    dead_code,
    reason = "the users of the engines are in the kernel module and in the tests"
)]
#[path = "../../../src/core/mod.rs"]
mod engine;

#[cfg(test)]
mod model;
#[cfg(test)]
mod props;
#[cfg(test)]
mod shared;
