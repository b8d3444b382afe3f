// SPDX-License-Identifier: GPL-2.0

//! Properties of the engines, checked on random input. One file per engine.

mod hash;
mod lacp;
mod lacp_history;
mod lacp_names;
mod lacp_system;
mod linkmon;
mod options;
mod peers;
mod reciprocal;
mod resilient;
mod select;
mod stats;
