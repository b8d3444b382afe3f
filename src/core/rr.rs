// SPDX-License-Identifier: GPL-2.0

//! Round robin: from a packet to the place in the member list (spec/dataplane.md 3.2).
//!
//! Every CPU counts its packets; the count, or a random number, is the packet's id. The caller asks
//! [`Rotation::ids`] where ids come from, fetches one, and takes the member at [`Rotation::slot`] or
//! the first usable one after it.

use super::reciprocal::{
    Divisor,
    Modulus, //
};

/// Where packet ids come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ids {
    /// A random number for every packet.
    Random,
    /// The CPU's counter, after counting this packet.
    Counter,
}

/// Option `packets_per_slave`, ready for use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rotation {
    /// 0: a random member for every packet.
    Random,
    /// 1: the next member for every packet.
    EachPacket,
    /// n: the next member after n packets.
    EachRun(Divisor),
}

impl Rotation {
    /// From the option's value, in packets.
    pub(crate) const fn new(packets_per_member: u32) -> Self {
        match (packets_per_member, Divisor::new(packets_per_member)) {
            (_, Some(divisor)) => Self::EachRun(divisor),
            (0, None) => Self::Random,
            (_, None) => Self::EachPacket,
        }
    }

    /// Which kind of id [`Rotation::slot`] wants.
    #[inline(always)]
    pub(crate) const fn ids(&self) -> Ids {
        match self {
            Self::Random => Ids::Random,
            Self::EachPacket | Self::EachRun(_) => Ids::Counter,
        }
    }

    /// The place in a list of `members` that the packet with this id belongs to.
    #[inline(always)]
    pub(crate) fn slot(&self, id: u32, members: &Modulus) -> u32 {
        match self {
            Self::Random | Self::EachPacket => members.of(id),
            Self::EachRun(divisor) => members.of(divisor.divide(id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_three_over_two_members() {
        let (rotation, members) = (Rotation::new(3), Modulus::new(2));
        let slots: Vec<u32> = (1..=9).map(|id| rotation.slot(id, &members)).collect();
        assert_eq!(slots, [0, 0, 1, 1, 1, 0, 0, 0, 1]);
    }

    #[test]
    fn zero_and_one_take_the_id_as_it_is() {
        let members = Modulus::new(2);
        assert_eq!(Rotation::new(0).ids(), Ids::Random);
        assert_eq!(Rotation::new(1).ids(), Ids::Counter);
        assert_eq!(Rotation::new(1).slot(1, &members), 1);
    }
}
