// SPDX-License-Identifier: GPL-2.0

//! The lists of monitor targets: arp_ip_target and ns_ip6_target.
//!
//! Slot numbers are visible (netlink) and index the members' per-target receive times, so removal
//! moves the later targets down and tells which slot went.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

/// How many targets of each kind there can be (`BOND_MAX_ARP_TARGETS`, `BOND_MAX_NS_TARGETS`).
pub(crate) const MAX_TARGETS: usize = 16;

/// An address that can be probed.
pub(crate) trait Target: Copy + PartialEq + fmt::Debug {
    /// What fills an unused slot.
    const UNSET: Self;

    /// Whether the address is one that can answer.
    fn is_probeable(&self) -> bool;

    /// The address for a message.
    fn address(self) -> Address;
}

impl Target for Ipv4Addr {
    const UNSET: Self = Self::UNSPECIFIED;

    fn is_probeable(&self) -> bool {
        !self.is_unspecified() && !self.is_broadcast()
    }

    fn address(self) -> Address {
        Address::V4(self)
    }
}

impl Target for Ipv6Addr {
    const UNSET: Self = Self::UNSPECIFIED;

    fn is_probeable(&self) -> bool {
        !self.is_unspecified() && !self.is_loopback() && !self.is_multicast()
    }

    fn address(self) -> Address {
        Address::V6(self)
    }
}

/// An address of either family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    /// An ARP target.
    V4(Ipv4Addr),
    /// A neighbour solicitation target.
    V6(Ipv6Addr),
}

impl Address {
    const fn probe(self) -> &'static str {
        match self {
            Self::V4(_) => "ARP",
            Self::V6(_) => "NS",
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(address) => address.fmt(f),
            Self::V6(address) => address.fmt(f),
        }
    }
}

/// Why a list of targets was not changed. Every one of them is -EINVAL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TargetError {
    /// Such an address cannot answer (addition).
    BadAddition(Address),
    /// Such an address cannot be in the list (removal).
    BadRemoval(Address),
    /// It is in the list.
    Present(Address),
    /// It is not in the list.
    Missing(Address),
    /// All slots are in use.
    Full(Address),
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::BadAddition(address) => {
                let probe = address.probe();
                write!(f, "invalid {probe} target {address} specified for addition")
            }
            Self::BadRemoval(address) => {
                let probe = address.probe();
                write!(f, "invalid {probe} target {address} specified for removal")
            }
            Self::Present(address) => {
                let probe = address.probe();
                write!(f, "{probe} target {address} is already present")
            }
            Self::Missing(address) => {
                let probe = address.probe();
                write!(f, "unable to remove nonexistent {probe} target {address}")
            }
            Self::Full(address) => write!(f, "{} target table is full!", address.probe()),
        }
    }
}

/// A list of targets, in the order of addition.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Targets<T> {
    slots: [T; MAX_TARGETS],
    len: usize,
}

impl<T: Target> Targets<T> {
    /// No targets.
    pub(crate) const fn new() -> Self {
        Self {
            slots: [T::UNSET; MAX_TARGETS],
            len: 0,
        }
    }

    /// The targets; the position is the slot number.
    pub(crate) fn as_slice(&self) -> &[T] {
        self.slots.get(..self.len).unwrap_or(&[])
    }

    /// Whether there is none.
    pub(crate) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Adds a target; returns its slot, whose receive times now start afresh.
    pub(crate) fn add(&mut self, target: T) -> Result<usize, TargetError> {
        if !target.is_probeable() {
            return Err(TargetError::BadAddition(target.address()));
        }
        if self.as_slice().contains(&target) {
            return Err(TargetError::Present(target.address()));
        }
        let slot = self.len;
        match self.slots.get_mut(slot) {
            Some(free) => *free = target,
            None => return Err(TargetError::Full(target.address())),
        }
        self.len = slot.saturating_add(1);
        Ok(slot)
    }

    /// Removes a target; returns the slot it had. Later targets, and their receive times, move down.
    pub(crate) fn remove(&mut self, target: T) -> Result<usize, TargetError> {
        if !target.is_probeable() {
            return Err(TargetError::BadRemoval(target.address()));
        }
        let slot = self
            .as_slice()
            .iter()
            .position(|have| *have == target)
            .ok_or(TargetError::Missing(target.address()))?;
        if let Some([gone, later @ ..]) = self.slots.get_mut(slot..) {
            let mut hole = gone;
            for next in later {
                *hole = *next;
                hole = next;
            }
            *hole = T::UNSET;
        }
        self.len = self.len.saturating_sub(1);
        Ok(slot)
    }
}

impl<T: Target> Default for Targets<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v4(last: u8) -> Ipv4Addr {
        Ipv4Addr::new(10, 0, 0, last)
    }

    #[test]
    fn additions_fill_slots_in_order_and_removal_moves_later_ones_down() {
        let mut targets = Targets::new();
        for last in 1..=16 {
            assert_eq!(targets.add(v4(last)), Ok(usize::from(last) - 1));
        }
        assert_eq!(
            targets.add(v4(17)).unwrap_err().to_string(),
            "ARP target table is full!"
        );
        assert_eq!(targets.remove(v4(1)), Ok(0));
        assert_eq!(targets.remove(v4(16)), Ok(14));
        assert_eq!(targets.as_slice().len(), 14);
        assert_eq!(targets.as_slice()[0], v4(2));
        assert_eq!(targets.as_slice()[13], v4(15));
        assert_eq!(targets.add(v4(40)), Ok(14));
        assert_eq!(targets.slots[15], Ipv4Addr::UNSPECIFIED);
    }

    #[test]
    fn refusals_have_the_c_driver_s_words() {
        let mut targets = Targets::new();
        targets.add(v4(1)).unwrap();
        let text = |error: TargetError| error.to_string();
        assert_eq!(
            text(targets.add(v4(1)).unwrap_err()),
            "ARP target 10.0.0.1 is already present"
        );
        assert_eq!(
            text(targets.remove(v4(9)).unwrap_err()),
            "unable to remove nonexistent ARP target 10.0.0.9"
        );
        for bad in [Ipv4Addr::UNSPECIFIED, Ipv4Addr::BROADCAST] {
            assert_eq!(
                text(targets.add(bad).unwrap_err()),
                format!("invalid ARP target {bad} specified for addition")
            );
            assert_eq!(
                text(targets.remove(bad).unwrap_err()),
                format!("invalid ARP target {bad} specified for removal")
            );
        }
        let mut six = Targets::<Ipv6Addr>::new();
        for bad in ["::", "::1", "ff02::1"] {
            assert_eq!(
                text(six.add(bad.parse().unwrap()).unwrap_err()),
                format!("invalid NS target {bad} specified for addition")
            );
        }
        assert_eq!(six.add("2001:db8::1".parse().unwrap()), Ok(0));
        assert_eq!(
            text(six.add("2001:db8::1".parse().unwrap()).unwrap_err()),
            "NS target 2001:db8::1 is already present"
        );
    }
}
