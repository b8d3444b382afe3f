// SPDX-License-Identifier: GPL-2.0

//! A bond and its members.
//!
//! The control plane changes [`State`] under RTNL and publishes a [`Table`]; everything that runs
//! without RTNL (transmit, read-outs, the idle check of the monitors) reads only the table.

mod active;
mod admission;
mod delegate;
mod device;
mod enslave;
mod filters;
mod flows;
mod lacp;
mod member;
mod options;
mod polling;
mod release;
mod table;

pub(crate) use self::{
    member::{Member, MemberRef},
    options::{kernel_level, Reply},
    release::Why,
    table::{Port, Table},
};

use crate::{
    engine::{
        options::Settings,
        peers::PeerNotifier,
        time::Instant,
        types::{IfName, Mode},
    },
    monitor,
    net::{
        abi::MasterHead,
        bh_lock::BhLock,
        context::Rtnl,
        device::NetDevice,
        driver::{BackRef, Stats, N_STATS},
        level_lock::LevelLock,
        percpu::Counter,
        print::{self, Level},
        rcu::{Node, RcuCell, Retired},
        word::{RtnlCell, RtnlWord},
        work::{now_ms, DelayedWork, Owner, Queue},
    },
};
use kernel::prelude::*;

/// Logs a line for a bond or for one of its members.
macro_rules! bond_log {
    ($bond:expr, $level:ident, $($arg:tt)*) => {
        $crate::net::print::log($bond.dev(), $crate::net::print::Level::$level, format_args!($($arg)*))
    };
}
pub(crate) use bond_log;

/// What only the holder of RTNL sees of a bond.
pub(crate) struct State {
    /// The options.
    pub(crate) settings: Settings,
    /// The members, in the order of enslaving.
    pub(crate) members: KVec<MemberRef>,
    /// The active member.
    pub(crate) current: Option<MemberRef>,
    /// The primary, while it is a member.
    pub(crate) primary: Option<MemberRef>,
    /// The name of the primary, whether it is a member or not.
    pub(crate) primary_name: Option<IfName>,
    /// The primary is to be chosen at the next selection whatever `primary_reselect` says.
    pub(crate) force_primary: bool,
    /// Peer notifications to come.
    pub(crate) peers: PeerNotifier,
    /// IGMP resends to come.
    pub(crate) igmp_left: u32,
    /// The file in procfs.
    pub(crate) proc: Option<crate::frontend::ProcFile>,
    /// The folder in debugfs.
    pub(crate) debug: Option<crate::frontend::DebugFolder>,
    /// Guards against our own change of features.
    pub(crate) in_features: bool,
    /// The buckets of resilient hashing.
    flows: Option<flows::Flows>,
    /// The number of the next member.
    next_number: u32,
    /// A table to publish when there is no memory for a new one.
    spare: Option<table::Spare>,
    /// The table to be published next, if it was made already.
    fresh: Option<Node<Table>>,
    /// The table that was replaced last, while members change.
    retired: Option<Retired<Table>>,
}

/// A bond: the private data of its device.
#[pin_data]
#[repr(C)]
pub(crate) struct Bond {
    /// What other kernel code reads.
    pub(crate) head: MasterHead,
    back: BackRef,
    table: RcuCell<Table>,
    /// How many changes of the active member are under way.
    consoles_held: RtnlWord<u32>,
    pub(crate) counter: Counter,
    pub(crate) state: RtnlCell<State>,
    /// Whether the next pass of the monitor has peers to notify.
    pub(crate) notifying: RtnlWord<bool>,
    #[pin]
    stats: LevelLock<Stats>,
    #[pin]
    lacp: BhLock<lacp::Lacp>,
    pub(crate) mii: DelayedWork<Bond, monitor::mii::MiiWork>,
    pub(crate) igmp: DelayedWork<Bond, monitor::igmp::IgmpWork>,
    pub(crate) info: DelayedWork<Bond, monitor::info::InfoWork>,
    pub(crate) lacp_work: DelayedWork<Bond, monitor::lacp::LacpWork>,
    pub(crate) settle_work: DelayedWork<Bond, monitor::lacp::SettleWork>,
    pub(crate) flows: DelayedWork<Bond, monitor::flows::FlowsWork>,
    pub(crate) select_work: DelayedWork<Bond, monitor::select::SelectWork>,
    pub(crate) carrier_work: DelayedWork<Bond, monitor::mii::CarrierWork>,
    /// Dropped after the works.
    queue: Queue,
}

impl Owner for Bond {
    fn queue(&self) -> &Queue {
        &self.queue
    }
}

impl Bond {
    /// A new bond with the template's settings.
    fn create(
        back: BackRef,
        queue: Result<Queue>,
        settings: Settings,
    ) -> impl PinInit<Self, Error> {
        try_pin_init!(Self {
            head: MasterHead::new(&back, settings.mode().number() as i32),
            back,
            table: RcuCell::empty(),
            consoles_held: RtnlWord::new(0),
            counter: Counter::new()?,
            state: RtnlCell::new(State {
                settings,
                members: KVec::new(),
                current: None,
                primary: None,
                primary_name: None,
                force_primary: false,
                peers: PeerNotifier::default(),
                igmp_left: 0,
                proc: None,
                debug: None,
                in_features: false,
                flows: None,
                next_number: 0,
                spare: None,
                fresh: None,
                retired: None,
            }),
            notifying: RtnlWord::new(false),
            stats <- LevelLock::new([0; N_STATS]),
            lacp <- BhLock::new(lacp::Lacp::new(&settings, crate::frontend::actor_system())),
            mii: DelayedWork::new(),
            igmp: DelayedWork::new(),
            info: DelayedWork::new(),
            lacp_work: DelayedWork::new(),
            settle_work: DelayedWork::new(),
            flows: DelayedWork::new(),
            select_work: DelayedWork::new(),
            carrier_work: DelayedWork::new(),
            queue: queue?,
        }? Error)
    }

    /// The bond's device.
    #[inline(always)]
    pub(crate) fn dev(&self) -> &NetDevice {
        self.back.dev()
    }

    /// The table that is published.
    #[inline(always)]
    pub(crate) fn table(&self) -> &RcuCell<Table> {
        &self.table
    }

    /// The options.
    pub(crate) fn settings(&self, rtnl: &Rtnl) -> Settings {
        self.state.get(rtnl).settings
    }

    /// The mode.
    pub(crate) fn mode(&self, rtnl: &Rtnl) -> Mode {
        self.settings(rtnl).mode()
    }

    /// Calls `f` for each member, in the order of enslaving. It gets a counted reference, so that
    /// it may call what runs notifiers.
    pub(crate) fn for_each_member(
        &self,
        rtnl: &mut Rtnl,
        mut f: impl FnMut(&MemberRef, &mut Rtnl),
    ) {
        let mut i = 0;
        while let Some(m) = self.member(rtnl, i) {
            f(&m, rtnl);
            i = i.saturating_add(1);
        }
    }

    /// A counted reference to member `index`.
    pub(crate) fn member(&self, rtnl: &Rtnl, index: usize) -> Option<MemberRef> {
        self.state.get(rtnl).members.get(index).cloned()
    }

    /// The member whose device is `dev`.
    pub(crate) fn member_of(&self, rtnl: &Rtnl, dev: &NetDevice) -> Option<MemberRef> {
        let members = &self.state.get(rtnl).members;
        members.iter().find(|m| m.dev().is(dev)).cloned()
    }

    /// Whether `member` is the active one.
    pub(crate) fn is_current(&self, rtnl: &Rtnl, member: &MemberRef) -> bool {
        let current = &self.state.get(rtnl).current;
        current.as_ref().is_some_and(|c| c.is(member))
    }

    /// Logs something about a member.
    pub(crate) fn log_member(
        &self,
        member: &NetDevice,
        level: Level,
        args: core::fmt::Arguments<'_>,
    ) {
        print::log(
            self.dev(),
            level,
            format_args!("(slave {}): {args}", member.name()),
        );
    }

    /// The time for the engines.
    pub(crate) fn now() -> Instant {
        Instant::from_millis(now_ms())
    }
}
