// SPDX-License-Identifier: GPL-2.0

//! What other kernel code reads of us by layout.
//!
//! The inlines of [`include/net/bonding.h`](srctree/include/net/bonding.h) are compiled into other
//! modules (spec/dataplane.md 9.1): private data of a master starts like `struct bonding`, and
//! what stands behind a member's receive hook starts like `struct slave`. The build checks the
//! offsets against both compilers' view of the C structures.

use super::{
    bindings as b,
    context::Rtnl,
    device::NetDevice,
    driver::BackRef,
    kobj::{Object, ObjectType},
    word::{RtnlWord, Word},
};
use core::{mem::offset_of, ptr};

const LINK: usize = b::BOND_OFF_slave_link as usize;
const DUPLEX: usize = b::BOND_OFF_slave_duplex as usize;
const SPEED: usize = b::BOND_OFF_slave_speed as usize;
const MODE: usize = b::BOND_OFF_bonding_mode as usize;

/// The head of `struct bonding`.
#[repr(C)]
pub(crate) struct MasterHead {
    /// The master's device.
    dev: usize,
    /// The [`MemberHead`] of the active member, or zero.
    active: RtnlWord<usize>,
    _gap: [u8; MODE - 16],
    /// The mode, `BOND_MODE_*`.
    pub(crate) mode: RtnlWord<i32>,
}

/// The head of `struct slave`.
#[repr(C)]
pub(crate) struct MemberHead {
    /// The member's device.
    dev: usize,
    /// The master's private data.
    master: usize,
    _gap: [u8; LINK - 16],
    /// `BOND_LINK_*`.
    pub(crate) link: RtnlWord<i8>,
    _link_new_state: i8,
    /// Bit 0 backup, bit 1 inactive.
    pub(crate) flags: Word<u8>,
    /// `DUPLEX_*`.
    pub(crate) duplex: RtnlWord<u8>,
    _gap2: [u8; SPEED - DUPLEX - 1],
    /// Mbit/s; all ones if unknown.
    pub(crate) speed: RtnlWord<u32>,
    /// The queue that is sent by this member.
    pub(crate) queue_id: RtnlWord<u16>,
}

const _: () = {
    assert!(offset_of!(MasterHead, dev) == b::BOND_OFF_bonding_dev as usize);
    assert!(offset_of!(MasterHead, active) == b::BOND_OFF_bonding_curr as usize);
    assert!(offset_of!(MasterHead, mode) == MODE);
    assert!(offset_of!(MemberHead, dev) == b::BOND_OFF_slave_dev as usize);
    assert!(offset_of!(MemberHead, master) == b::BOND_OFF_slave_bond as usize);
    assert!(offset_of!(MemberHead, link) == LINK);
    assert!(offset_of!(MemberHead, duplex) == DUPLEX);
    assert!(offset_of!(MemberHead, flags) == DUPLEX - 1);
    assert!(offset_of!(MemberHead, speed) == SPEED);
    assert!(offset_of!(MemberHead, queue_id) == b::BOND_OFF_slave_queue_id as usize);
};

impl MasterHead {
    /// A head for a master without members.
    pub(crate) fn new(back: &BackRef, mode: i32) -> Self {
        Self {
            dev: back.dev().as_ptr() as usize,
            active: RtnlWord::new(0),
            _gap: [0; MODE - 16],
            mode: RtnlWord::new(mode),
        }
    }

    /// Names the active member to other kernel code, which may look at a former one until a grace
    /// period has passed; objects live that long.
    pub(crate) fn set_active<T>(&self, rtnl: &Rtnl, active: Option<&Object<T>>)
    where
        T: ObjectType + AsRef<MemberHead>,
    {
        let head = active.map_or(ptr::null(), |m| ptr::from_ref((**m).as_ref()));
        self.active.publish(rtnl, head as usize);
    }
}

impl MemberHead {
    /// A head for a new member on `dev`.
    pub(crate) fn new(dev: &NetDevice, master: &MasterHead) -> Self {
        Self {
            dev: dev.as_ptr() as usize,
            master: ptr::from_ref(master) as usize,
            _gap: [0; LINK - 16],
            link: RtnlWord::new(2),
            _link_new_state: -1,
            flags: Word::new(0),
            duplex: RtnlWord::new(b::DUPLEX_UNKNOWN as u8),
            _gap2: [0; SPEED - DUPLEX - 1],
            speed: RtnlWord::new(b::SPEED_UNKNOWN as u32),
            queue_id: RtnlWord::new(0),
        }
    }
}
