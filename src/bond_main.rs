// SPDX-License-Identifier: GPL-2.0

//! Bonding: several network devices used as one.
//!
//! The modules, in the order in which a request or a packet meets them:
//! [`frontend`] hears what user space wants, [`bond`] is the device and its members, [`monitor`]
//! watches their links, [`mode`] sends packets; [`engine`] decides (pure), [`net`] is the kernel.

#![deny(unsafe_code)]
// Kbuild turns overflow checks off, since a panic is the end of the machine: arithmetic says what
// it does at the limits.
#![deny(clippy::arithmetic_side_effects, clippy::indexing_slicing)]
// `make rustdoc` documents private items.
#![allow(rustdoc::private_intra_doc_links)]

use kernel::prelude::*;

#[path = "core/mod.rs"]
mod engine;

mod bond;
mod frontend;
mod mode;
mod monitor;
mod net;

module! {
    type: BondingModule,
    name: "bonding",
    authors: ["The Rust bonding driver developers"],
    description: "Ethernet Channel Bonding Driver",
    license: "GPL",
    alias: ["rtnl-link-bond"],
}

/// The loaded module. Fields drop in order: no more requests by `bonding_masters`, which would make
/// devices that nobody deletes; then no more events, with which members leave their bonds, as if they
/// went, while these still work; then no more devices, then nothing in the namespaces, then no callback
/// left.
struct BondingModule {
    _masters: net::pernet::Registration<frontend::MastersFiles>,
    _events: net::notifier::Registration<bond::Bond>,
    _kind: net::link::Registration<bond::Bond>,
    _directories: net::pernet::Registration<frontend::Directories>,
    _debug: net::debugfs::Root,
    _barrier: Barrier,
}

/// Waits for what the module handed to others who will call it back.
struct Barrier;

impl Drop for Barrier {
    fn drop(&mut self) {
        net::kobj::wait_until_released();
        net::rcu::barrier();
    }
}

impl kernel::Module for BondingModule {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let barrier = Barrier;
        frontend::load()?;
        let debug = net::debugfs::Root::create(c"bonding");
        let directories = net::pernet::Registration::new()?;
        let events = net::notifier::Registration::new()?;
        let kind = net::link::Registration::new().inspect_err(|&e| {
            if e == EEXIST {
                pr_err!("another driver has the links of kind bond, of which there can be one\n");
            }
        })?;
        let masters = net::pernet::Registration::new()?;
        frontend::first_bonds()?;
        Ok(Self {
            _masters: masters,
            _kind: kind,
            _events: events,
            _directories: directories,
            _debug: debug,
            _barrier: barrier,
        })
    }
}
