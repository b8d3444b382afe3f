// SPDX-License-Identifier: GPL-2.0

//! Any bytes as a packet, with any facts about it: nothing is read that is not there, and neither the
//! way to read nor where the bytes lie changes a hash.

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::engine::hash::flow::{Addresses, Flow, Tail};
use crate::engine::wire::vlan::Tci;
use crate::shared::packet::Packet;

/// A packet and what is said of it.
#[derive(Debug)]
pub struct Input<'a>(Packet<'a>);

/// The offset of the network header: often the honest one.
fn network(u: &mut Unstructured<'_>) -> Result<usize> {
    Ok(match u.arbitrary::<u8>()? {
        0 => 14,
        1 => 18,
        2 => 22,
        // As of a packet whose MAC header is not set.
        3 => usize::from(u.arbitrary::<u8>()?).wrapping_sub(0xffff),
        // Close to the end of the range, where sums wrap around.
        4 => usize::MAX - usize::from(u.arbitrary::<u8>()?),
        5 => u.arbitrary()?,
        offset => offset.into(),
    })
}

fn flow(u: &mut Unstructured<'_>) -> Result<Option<Flow>> {
    let tail = match u.arbitrary::<u8>()? {
        1 => Tail::NONE,
        2 => Tail::ports(u.arbitrary()?),
        3 => Tail::icmp(u.arbitrary()?, u.arbitrary()?, u.arbitrary()?),
        _ => return Ok(None),
    };
    let addresses = Addresses::mixed(u.arbitrary()?);
    Ok(Some(Flow { addresses, tail }))
}

impl<'a> Arbitrary<'a> for Input<'a> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let linear = u.arbitrary::<u8>()?;
        let network = network(u)?;
        let flow = flow(u)?;
        let tag = match u.arbitrary::<u8>()? {
            1 => Some(Tci(u.arbitrary()?)),
            _ => None,
        };
        // Zero for what the frame itself says.
        let protocol = u.arbitrary::<u16>()?;
        let bytes = u.bytes(u.len())?;
        let ethertype = network.checked_sub(2).and_then(|at| bytes.get(at..network));
        let protocol = match (protocol, ethertype) {
            (0, Some(&[high, low])) => u16::from_be_bytes([high, low]),
            _ => protocol,
        };
        Ok(Self(Packet {
            bytes,
            linear: linear.into(),
            protocol,
            network,
            tag,
            flow,
        }))
    }
}

impl Input<'_> {
    /// What must hold.
    pub fn check(&self) {
        self.0.check();
    }
}
