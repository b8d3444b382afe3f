// SPDX-License-Identifier: GPL-2.0

//! LACP, the Link Aggregation Control Protocol, as one engine per state machine (IEEE 802.1AX-2014
//! clause 6.4; the C driver's timing and simplifications in spec/dataplane.md 7).
//!
//! ```text
//!   LACPDU --> receive --> selection --> mux --> collecting, distributing
//!                 |                       |
//!   tick --> periodic ------> ntt <-------+
//!                              |
//!                           transmit --> LACPDU
//! ```
//!
//! Time is counted in ticks of 100 ms. Each tick runs, for every port in order: receive, periodic,
//! selection, mux, transmit, churn. An LACPDU runs receive alone. [`system`] ties them together.

pub(crate) mod aggregator;
mod bind;
pub(crate) mod churn;
pub(crate) mod config;
pub(crate) mod history;
pub(crate) mod host;
pub(crate) mod key;
pub(crate) mod mux;
pub(crate) mod periodic;
pub(crate) mod port;
pub(crate) mod receive;
pub(crate) mod rest;
mod run;
mod selection;
pub(crate) mod slot;
pub(crate) mod system;
pub(crate) mod timing;
pub(crate) mod trace;
pub(crate) mod transmit;
