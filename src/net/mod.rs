// SPDX-License-Identifier: GPL-2.0

//! The kernel's networking API made safe.
//!
//! Everything `unsafe` of the driver is here. One file per C concept; each names the C header and
//! the locking rule it encodes. Nothing in this module knows about bonding, but for the trace
//! events: what a driver provides comes in by traits.

#![allow(unsafe_code)]

mod bindings;
pub(crate) mod bindings_consts;

pub(crate) mod abi;
pub(crate) mod context;
pub(crate) mod rcu;
pub(crate) mod word;

pub(crate) mod address;
pub(crate) mod bh_lock;
pub(crate) mod cap;
pub(crate) mod control;
pub(crate) mod create;
pub(crate) mod debugfs;
pub(crate) mod device;
pub(crate) mod driver;
pub(crate) mod ethtool;
pub(crate) mod features;
pub(crate) mod frame;
pub(crate) mod ioctl;
pub(crate) mod level_lock;
pub(crate) mod link;
pub(crate) mod link_type;
pub(crate) mod lookup;
pub(crate) mod mii;
pub(crate) mod neighbour;
#[cfg_attr(not(CONFIG_NETPOLL), path = "netpoll_off.rs")]
pub(crate) mod netpoll;
pub(crate) mod nlattr;
pub(crate) mod notifier;
pub(crate) mod ops;
pub(crate) mod part;
pub(crate) mod percpu;
pub(crate) mod pernet;
pub(crate) mod print;
pub(crate) mod raw_text;
pub(crate) mod skb;
pub(crate) mod slow;
pub(crate) mod symlink;
pub(crate) mod timestamp;
pub(crate) mod trace;
pub(crate) mod upper;
pub(crate) mod work;
pub(crate) mod xmit;

pub(crate) mod attr;
pub(crate) mod kobj;
pub(crate) mod netns;
pub(crate) mod param;
pub(crate) mod seq;
pub(crate) mod sysfs;
