// SPDX-License-Identifier: GPL-2.0

//! LACPDU version 1 (IEEE 802.1AX-2014 clause 6.4.2.3; offsets in spec/dataplane.md 7.1).
//!
//! Version numbers, TLV types and reserved fields of received frames are not validated, as in the
//! C driver, so that frames of later versions are understood.

use super::{
    part,
    put, //
};

/// Bytes after the Ethernet header, the subtype included.
pub(crate) const LEN: usize = 110;

/// Slow protocols subtype of LACP.
pub(crate) const SUBTYPE: u8 = 1;

/// Where the actor's and the partner's fields start, past the type and length of their TLV.
const ACTOR: usize = 4;
const PARTNER: usize = 24;
/// Bytes of these fields.
const INFO_LEN: usize = 15;

/// State octet of an actor or a partner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct State(pub(crate) u8);

impl State {
    /// LACP_Activity: sends without being asked.
    pub(crate) const ACTIVITY: Self = Self(0x01);
    /// LACP_Timeout: short.
    pub(crate) const SHORT_TIMEOUT: Self = Self(0x02);
    /// Aggregation: may share a link with others; otherwise individual.
    pub(crate) const AGGREGATION: Self = Self(0x04);
    /// Synchronization: in the right aggregator.
    pub(crate) const SYNCHRONIZATION: Self = Self(0x08);
    /// Collecting: takes frames in.
    pub(crate) const COLLECTING: Self = Self(0x10);
    /// Distributing: sends frames out.
    pub(crate) const DISTRIBUTING: Self = Self(0x20);
    /// Defaulted: works with assumptions about the partner.
    pub(crate) const DEFAULTED: Self = Self(0x40);
    /// Expired: has not heard from the partner in time.
    pub(crate) const EXPIRED: Self = Self(0x80);

    /// Whether all bits of `bits` are set.
    pub(crate) const fn has(self, bits: Self) -> bool {
        self.0 & bits.0 == bits.0
    }

    /// The bits that are in both.
    pub(crate) const fn and(self, bits: Self) -> Self {
        Self(self.0 & bits.0)
    }

    /// The bits that are in either.
    pub(crate) const fn or(self, bits: Self) -> Self {
        Self(self.0 | bits.0)
    }

    /// With the bits of `bits` set or cleared.
    pub(crate) const fn with(self, bits: Self, on: bool) -> Self {
        if on {
            Self(self.0 | bits.0)
        } else {
            Self(self.0 & !bits.0)
        }
    }

    /// Sets or clears the bits of `bits`.
    pub(crate) fn set(&mut self, bits: Self, on: bool) {
        *self = self.with(bits, on);
    }
}

/// What an LACPDU says about one end of a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Info {
    /// Priority of the system; lower is preferred.
    pub(crate) system_priority: u16,
    /// MAC address that identifies the system.
    pub(crate) system: [u8; 6],
    /// Operational key: ports with different keys do not aggregate.
    pub(crate) key: u16,
    /// Priority of the port; lower is preferred.
    pub(crate) port_priority: u16,
    /// Number of the port within its system.
    pub(crate) port: u16,
    /// State bits.
    pub(crate) state: State,
}

impl Info {
    fn parse(bytes: &[u8; INFO_LEN]) -> Self {
        let [state] = part::<14, 1, INFO_LEN>(bytes);
        Self {
            system_priority: u16::from_be_bytes(part::<0, 2, INFO_LEN>(bytes)),
            system: part::<2, 6, INFO_LEN>(bytes),
            key: u16::from_be_bytes(part::<8, 2, INFO_LEN>(bytes)),
            port_priority: u16::from_be_bytes(part::<10, 2, INFO_LEN>(bytes)),
            port: u16::from_be_bytes(part::<12, 2, INFO_LEN>(bytes)),
            state: State(state),
        }
    }

    fn emit(&self) -> [u8; INFO_LEN] {
        let mut bytes = [0; INFO_LEN];
        put::<0, 2, INFO_LEN>(&mut bytes, self.system_priority.to_be_bytes());
        put::<2, 6, INFO_LEN>(&mut bytes, self.system);
        put::<8, 2, INFO_LEN>(&mut bytes, self.key.to_be_bytes());
        put::<10, 2, INFO_LEN>(&mut bytes, self.port_priority.to_be_bytes());
        put::<12, 2, INFO_LEN>(&mut bytes, self.port.to_be_bytes());
        put::<14, 1, INFO_LEN>(&mut bytes, [self.state.0]);
        bytes
    }
}

/// The contents of an LACPDU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Repr {
    /// The sender.
    pub(crate) actor: Info,
    /// The receiver as the sender knows it.
    pub(crate) partner: Info,
}

impl Repr {
    /// Reads an LACPDU, whatever its version.
    pub(crate) fn parse(bytes: &[u8; LEN]) -> Self {
        Self {
            actor: Info::parse(&part::<ACTOR, INFO_LEN, LEN>(bytes)),
            partner: Info::parse(&part::<PARTNER, INFO_LEN, LEN>(bytes)),
        }
    }

    /// Writes an LACPDU of version 1 over all bytes. The collector's delay is 0, reserved fields
    /// are 0.
    ///
    /// Field by field, since the compiler makes calls of copies that are much longer.
    pub(crate) fn write(&self, bytes: &mut [u8; LEN]) {
        put::<0, 4, LEN>(bytes, [SUBTYPE, 1, 1, 20]);
        put::<ACTOR, INFO_LEN, LEN>(bytes, self.actor.emit());
        put::<19, 3, LEN>(bytes, [0; 3]);
        put::<22, 2, LEN>(bytes, [2, 20]);
        put::<PARTNER, INFO_LEN, LEN>(bytes, self.partner.emit());
        put::<39, 3, LEN>(bytes, [0; 3]);
        put::<42, 2, LEN>(bytes, [3, 16]);
        put::<44, 33, LEN>(bytes, [0; 33]);
        put::<77, 33, LEN>(bytes, [0; 33]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_where_the_standard_puts_them() {
        let repr = Repr {
            actor: Info {
                system_priority: 0x0102,
                system: [3, 4, 5, 6, 7, 8],
                key: 0x090a,
                port_priority: 0x0b0c,
                port: 0x0d0e,
                state: State(0x3d),
            },
            partner: Info {
                port: 0x1112,
                state: State::EXPIRED,
                ..Info::default()
            },
        };
        let mut bytes = [0xff; LEN];
        repr.write(&mut bytes);
        assert_eq!(bytes[..4], [1, 1, 1, 20]);
        assert_eq!(
            bytes[4..19],
            [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0x3d]
        );
        assert_eq!(bytes[19..24], [0, 0, 0, 2, 20]);
        assert_eq!(bytes[36..44], [0x11, 0x12, 0x80, 0, 0, 0, 3, 16]);
        assert!(bytes[44..].iter().all(|&byte| byte == 0));
        assert_eq!(Repr::parse(&bytes), repr);
    }
}
