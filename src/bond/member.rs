// SPDX-License-Identifier: GPL-2.0

//! A member: a device below a bond, and what the bond knows about it.

use super::Bond;
use crate::{
    engine::{
        lacp::slot::Flow,
        linkmon::LinkMonitor,
        select::Candidate,
        stats::Baseline,
        types::{LinkState, SPEED_UNKNOWN},
    },
    net::{
        abi::MemberHead,
        bindings_consts::ETH_P_SLOW,
        context::{BhOff, OpsLocked, Rtnl},
        device::{DevRef, HwAddr, NetDevice},
        driver::{self, Stats, N_STATS},
        kobj::{File, Object, ObjectType, PageBuf},
        netpoll,
        trace::{self, Value},
        upper::{self, FrameIn, Received, Receiver},
        word::{RtnlCell, RtnlWord, Word},
    },
};
use core::fmt::Write;
use kernel::{prelude::*, sync::aref::ARef};

/// A counted reference to a member.
pub(crate) type MemberRef = ARef<Object<Member>>;

/// Bits of [`MemberHead::flags`].
const BACKUP: u8 = 1;
const INACTIVE: u8 = 2;

/// One member of a bond.
#[repr(C)]
pub(crate) struct Member {
    /// What other kernel code reads.
    pub(crate) head: MemberHead,
    dev: DevRef,
    master: DevRef,
    /// What its link in the bond's directory is named after.
    pub(crate) linked_as: RtnlCell<Option<crate::net::device::DevName>>,
    /// The address before enslaving; given back on release.
    pub(crate) permanent: HwAddr,
    /// The MTU before enslaving.
    pub(crate) mtu: u32,
    /// Its own among all members that the bond ever had, and higher than those before.
    pub(super) number: u32,
    /// Preference when the active member is selected.
    pub(crate) prio: RtnlWord<i32>,
    /// Times that the link went down.
    pub(crate) failures: RtnlWord<u32>,
    /// Whether the member is to be reported by [`crate::monitor::info`].
    pub(crate) info_due: RtnlWord<bool>,
    /// Whether listeners last heard that the member does not send.
    told_backup: RtnlWord<bool>,
    /// Whether LACP has the member in the active aggregator.
    in_active: Word<bool>,
    /// Where LACP found the member among its ports last; under its lock.
    pub(super) port_place: Word<u16>,
    /// The netpoll on the device while the bond is polled.
    pub(crate) poll: netpoll::Slot,
    /// The link monitor's state.
    pub(crate) monitor: RtnlCell<LinkMonitor>,
    /// The device's counters as last folded into the bond's; under the bond's statistics lock. On its
    /// own, since the member is a smaller allocation without it.
    pub(super) last_stats: KBox<[Word<u64>; N_STATS]>,
}

impl AsRef<MemberHead> for Member {
    fn as_ref(&self) -> &MemberHead {
        &self.head
    }
}

impl Member {
    /// A member of `bond` on `dev`, not known to anybody yet.
    pub(super) fn new(
        bond: &Bond,
        dev: &NetDevice,
        permanent: HwAddr,
        mtu: u32,
        number: u32,
        monitor: LinkMonitor,
        rtnl: &Rtnl,
    ) -> Result<MemberRef> {
        let last_stats = KBox::init(pin_init::init_zeroed(), GFP_KERNEL)?;
        Object::new_child(
            dev,
            c"bonding_slave",
            Self {
                head: MemberHead::new(dev, &bond.head),
                dev: DevRef::new(dev),
                master: DevRef::new(bond.dev()),
                linked_as: RtnlCell::new(None),
                permanent,
                mtu,
                number,
                prio: RtnlWord::new(0),
                failures: RtnlWord::new(0),
                info_due: RtnlWord::new(false),
                told_backup: RtnlWord::new(false),
                in_active: Word::new(false),
                port_place: Word::new(0),
                poll: netpoll::Slot::new(),
                monitor: RtnlCell::new(monitor),
                last_stats,
            },
            GFP_KERNEL,
            rtnl,
        )
    }

    /// The member's device.
    #[inline(always)]
    pub(crate) fn dev(&self) -> &NetDevice {
        &self.dev
    }

    /// The bond's device.
    pub(crate) fn master(&self) -> &NetDevice {
        &self.master
    }

    /// A counted reference to the device.
    pub(super) fn dev_ref(&self) -> DevRef {
        self.dev.clone()
    }

    /// Whether both are the same member.
    pub(crate) fn is(&self, other: &Member) -> bool {
        core::ptr::eq(self, other)
    }

    /// The link's state.
    pub(crate) fn link(&self) -> LinkState {
        LinkState::from_u32(self.head.link.get() as u32).unwrap_or(LinkState::Down)
    }

    /// Whether that is the link's state.
    #[inline(always)]
    pub(crate) fn link_is(&self, link: LinkState) -> bool {
        self.head.link.get() == link.number() as i8
    }

    /// Whether the member does not send.
    pub(crate) fn is_backup(&self) -> bool {
        self.head.flags.get() & BACKUP != 0
    }

    /// Whether the member may send now.
    pub(crate) fn can_send(&self) -> bool {
        self.dev.usable() && self.link() == LinkState::Up && !self.is_backup()
    }

    /// Facts for the selection.
    pub(crate) fn candidate(&self, rtnl: &Rtnl) -> Candidate {
        Candidate {
            link: self.link(),
            is_up: self.dev.usable(),
            prio: self.prio.get(),
            speed: self.head.speed.get(),
            duplex: self.head.duplex.get(),
            remaining: self.monitor.get(rtnl).left(),
        }
    }

    /// Tells those who listen to lower devices the state, whether it changed or not.
    pub(super) fn announce_state(&self, rtnl: &mut Rtnl) {
        self.told_backup.set(rtnl, self.is_backup());
        let link_up = matches!(self.link(), LinkState::Up | LinkState::Fail);
        upper::lower_state_changed(&self.dev, link_up, !self.is_backup(), rtnl);
    }

    /// Has drivers told of the state, soon.
    pub(super) fn announce_info(&self, rtnl: &Rtnl) {
        self.info_due.set(rtnl, true);
        if let Some(bond) = driver::private_of::<Bond>(&self.master) {
            bond.info.queue(0);
        }
    }

    /// Tells everybody the state, whether it changed or not.
    pub(super) fn announce_now(&self, rtnl: &mut Rtnl) {
        self.announce_state(rtnl);
        self.announce_info(rtnl);
    }

    /// Stores the link's state and tells everybody, even if they know.
    pub(crate) fn set_link(&self, rtnl: &mut Rtnl, link: LinkState) {
        self.store_link(rtnl, link);
        self.announce_now(rtnl);
    }

    /// Stores a state of the link that is not worth telling: on its way down or up.
    pub(crate) fn store_link(&self, rtnl: &Rtnl, link: LinkState) {
        let value = |link: LinkState| Value {
            number: link.number() as u16,
            name: Some(link.mii_status()),
        };
        if link != self.link() {
            trace::link(&self.master, &self.dev, value(self.link()), value(link));
        }
        self.head.link.set(rtnl, link.number() as i8);
    }

    fn store_flags(&self, _rtnl: &Rtnl, flags: u8) -> bool {
        let old = self.head.flags.get();
        self.head.flags.set(flags);
        (old ^ flags) & BACKUP != 0
    }

    fn set_flags(&self, rtnl: &mut Rtnl, flags: u8) {
        if self.store_flags(rtnl, flags) {
            self.announce_now(rtnl);
        }
    }

    fn active_flags(&self) -> u8 {
        self.head.flags.get() & !(BACKUP | INACTIVE)
    }

    fn inactive_flags(&self, all_active: bool) -> u8 {
        let flags = self.head.flags.get() | BACKUP;
        if all_active {
            flags
        } else {
            flags | INACTIVE
        }
    }

    /// The member sends and receives.
    pub(crate) fn set_active(&self, rtnl: &mut Rtnl) {
        self.set_flags(rtnl, self.active_flags());
    }

    /// The member does not send, and receives only if all members do.
    pub(crate) fn set_inactive(&self, rtnl: &mut Rtnl, all_active: bool) {
        self.set_flags(rtnl, self.inactive_flags(all_active));
    }

    /// As [`Self::set_active`], but leaves it to the caller to announce: true if there is news.
    #[must_use]
    pub(super) fn mark_active(&self, rtnl: &Rtnl) -> bool {
        self.store_flags(rtnl, self.active_flags())
    }

    /// As [`Self::set_inactive`], but leaves it to the caller to announce: true if there is news.
    #[must_use]
    pub(super) fn mark_inactive(&self, rtnl: &Rtnl, all_active: bool) -> bool {
        self.store_flags(rtnl, self.inactive_flags(all_active))
    }

    /// Whether a backup member receives changed.
    pub(crate) fn rewrite_inactive(&self, rtnl: &mut Rtnl, all_active: bool) {
        if self.is_backup() {
            let flags = self.head.flags.get();
            let flags = if all_active {
                flags & !INACTIVE
            } else {
                flags | INACTIVE
            };
            self.set_flags(rtnl, flags);
        }
    }

    /// What LACP decided about the member. Under LACP's lock, which in its mode is what keeps
    /// writers of these flags apart.
    pub(super) fn store_flow(&self, flow: Flow, in_active: bool, all_active: bool) {
        let mut flags = self.head.flags.get() & !(BACKUP | INACTIVE);
        if !flow.sends {
            flags |= BACKUP;
        }
        if !flow.receives && !all_active {
            flags |= INACTIVE;
        }
        self.head.flags.set(flags);
        self.in_active.set(in_active);
    }

    /// Whether LACP has the member in the active aggregator.
    pub(super) fn is_in_active(&self) -> bool {
        self.in_active.get()
    }

    /// Whether listeners have not been told yet that the member sends, or does not.
    pub(super) fn is_untold(&self) -> bool {
        self.told_backup.get() != self.is_backup()
    }

    /// Reads speed and duplex anew; the lock is that of the member's device.
    pub(crate) fn refresh_speed(&self, lock: &OpsLocked<'_>, rtnl: &Rtnl) {
        let (speed, duplex) = lock.speed_duplex().unwrap_or((SPEED_UNKNOWN, 0xff));
        self.head.speed.set(rtnl, speed);
        self.head.duplex.set(rtnl, duplex);
    }

    /// Whether speed and duplex are known.
    pub(crate) fn knows_speed(&self) -> bool {
        self.head.speed.get() != SPEED_UNKNOWN && self.head.duplex.get() != 0xff
    }

    pub(super) fn last_stats(&self) -> &[Word<u64>] {
        &*self.last_stats
    }

    pub(super) fn save_stats(&self, stats: &Stats) {
        for (to, from) in self.last_stats.iter().zip(stats) {
            to.set(*from);
        }
    }
}

impl Baseline for Word<u64> {
    #[inline(always)]
    fn last(&self) -> u64 {
        self.get()
    }

    #[inline(always)]
    fn advance(&self, reading: u64) {
        self.set(reading);
    }
}

impl Member {
    /// Whether the frame was one of LACP's.
    fn receive_slow(&self, frame: &FrameIn<'_>, bh: BhOff<'_>) -> bool {
        let bond = driver::private_of::<Bond>(&self.master);
        bond.is_some_and(|bond| frame.with_slow(|slow| bond.slow_frame(self, slow, bh)))
    }

    /// What becomes of frames that are for whoever is above.
    #[inline(always)]
    fn hand_up(&self) -> Received<'_> {
        if self.head.flags.get() & INACTIVE == 0 {
            Received::Another(&self.master)
        } else {
            Received::Exact
        }
    }
}

impl Receiver for Object<Member> {
    #[inline(always)]
    fn receive<'a>(&'a self, frame: &FrameIn<'_>, _bh: BhOff<'a>) -> Received<'a> {
        if frame.protocol() == ETH_P_SLOW as u16 {
            Received::Rare
        } else {
            self.hand_up()
        }
    }

    fn receive_rare<'a>(&'a self, frame: &FrameIn<'_>, bh: BhOff<'a>) -> Received<'a> {
        if self.receive_slow(frame, bh) {
            Received::Consumed
        } else {
            self.hand_up()
        }
    }
}

impl ObjectType for Member {
    const FILES: &'static [File] = &[
        read_only(c"state"),
        read_only(c"mii_status"),
        read_only(c"link_failure_count"),
        read_only(c"perm_hwaddr"),
        read_only(c"queue_id"),
        read_only(c"ad_aggregator_id"),
        read_only(c"ad_actor_oper_port_state"),
        read_only(c"ad_partner_oper_port_state"),
    ];

    fn show(&self, index: usize, out: &mut PageBuf<'_>) -> Result {
        let written = match index {
            0 if self.is_backup() => out.write_str("backup"),
            0 => out.write_str("active"),
            1 => out.write_str(self.link().mii_status()),
            2 => write!(out, "{}", self.failures.get()),
            3 => write!(out, "{}", self.permanent),
            4 => write!(out, "{}", self.head.queue_id.get()),
            _ => crate::frontend::show_port(self, index, out),
        };
        written
            .and_then(|()| out.write_char('\n'))
            .map_err(|_| EINVAL)
    }
}

const fn read_only(name: &'static CStr) -> File {
    File { name, mode: 0o444 }
}
