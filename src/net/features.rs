// SPDX-License-Identifier: GPL-2.0

//! Offload features of stacked devices.
//!
//! C header: [`include/linux/netdev_features.h`](srctree/include/linux/netdev_features.h).

use super::bindings;

/// Adds what one lower device has to what all have: `netdev_increment_features()`.
pub(crate) fn increment(all: u64, one: u64, mask: u64) -> u64 {
    // SAFETY: Arithmetic only.
    unsafe { bindings::netdev_increment_features(all, one, mask) }
}

/// `netdev_add_tso_features()`: segmentation can always be done in software.
pub(crate) fn add_tso(features: u64, mask: u64) -> u64 {
    let one = bindings::NETIF_F_ALL_TSO | bindings::NETIF_F_ALL_FOR_ALL;
    increment(features, one, mask)
}
