// SPDX-License-Identifier: GPL-2.0

//! The bond as a network device (spec/config.md 8, spec/dataplane.md 0.3, 1.5, 3.5, 10.1).

use super::{release::Why, Bond, MemberRef, Port, Table};
use crate::{
    engine::{
        peers::PeerNotifier,
        stats,
        types::{FailOverMac, Mode, SPEED_UNKNOWN},
    },
    frontend, mode, monitor,
    net::{
        bindings_consts::*,
        context::{AddrLocked, OpsLocked, Rcu, Rtnl},
        control::{Extack, RxFlag},
        device::{DevRef, HwAddr, NetDevice},
        driver::{self, BackRef, DeviceType, Driver, Ops, Placed, Stats, Traits},
        ethtool::{self, Ethtool},
        features,
        kobj::Object,
        link::LinkOps,
        netpoll::Polled,
        notifier::{Block, Event, Listener, Notice},
        upper,
        work::Queue,
    },
};
use kernel::prelude::*;

static DEVTYPE: DeviceType = DeviceType::new(c"bond");
static LINK_OPS: LinkOps<Bond> = LinkOps::new();
static EVENTS: Block = Block::new::<Bond>();

const CHANGEABLE: u64 = NETIF_F_HW_CSUM
    | NETIF_F_SG
    | NETIF_F_FRAGLIST
    | NETIF_F_GSO_SOFTWARE
    | NETIF_F_GSO_ENCAP_ALL
    | NETIF_F_HIGHDMA
    | NETIF_F_LRO
    | NETIF_F_HW_VLAN_CTAG_RX
    | NETIF_F_HW_VLAN_STAG_RX
    | NETIF_F_HW_VLAN_CTAG_FILTER
    | NETIF_F_HW_VLAN_STAG_FILTER;

const ON: u64 =
    CHANGEABLE | NETIF_F_HW_VLAN_CTAG_TX | NETIF_F_HW_VLAN_STAG_TX | NETIF_F_GSO_PARTIAL;

impl Bond {
    /// Folds what the members counted since the last time into `totals`, which the statistics lock
    /// protects together with the last readings: an older reading must not follow a newer one.
    fn fold_members<'a>(totals: &mut Stats, members: impl Iterator<Item = &'a MemberRef>) {
        for m in members {
            stats::fold(totals, &driver::stats_of(m.dev()), m.last_stats());
        }
    }

    /// Folds what a member counted that has left, when no reader finds it any more. So there is no
    /// newer reading, and the member need not be below the bond for the order of locks.
    pub(super) fn fold_last(&self, m: &super::Member) {
        let now = driver::stats_of(m.dev());
        Rcu::read(|rcu| {
            self.stats.with(self.dev(), rcu, |totals| {
                stats::fold(totals, &now, m.last_stats());
            });
        });
    }

    /// Runs `f` for each member until one fails; then `undo` for those before it.
    fn all_or_none(
        &self,
        rtnl: &mut Rtnl,
        f: impl Fn(&MemberRef, &mut Rtnl) -> Result,
        undo: impl Fn(&MemberRef, &mut Rtnl),
    ) -> Result {
        let mut done = 0;
        while let Some(m) = self.member(rtnl, done) {
            if let Err(e) = f(&m, rtnl) {
                for i in 0..done {
                    if let Some(m) = self.member(rtnl, i) {
                        undo(&m, rtnl);
                    }
                }
                return Err(e);
            }
            done = done.saturating_add(1);
        }
        Ok(())
    }

    /// The members that share receive filters with the bond: the active one, or all.
    fn filtering(table: &Table) -> (&[Port], bool) {
        if table.settings.mode().uses_primary() {
            (
                table.active.as_ref().map_or(&[], core::slice::from_ref),
                false,
            )
        } else {
            (&table.ports, true)
        }
    }

    /// Runs `f` for each member that shares receive filters with the bond.
    fn for_each_filtering(&self, rtnl: &mut Rtnl, f: impl Fn(&MemberRef, &mut Rtnl)) {
        let current_only = self.mode(rtnl).uses_primary();
        self.for_each_member(rtnl, |m, rtnl| {
            if !current_only || self.is_current(rtnl, m) {
                f(m, rtnl);
            }
        });
    }
}

impl Driver for Bond {
    fn link_ops() -> &'static LinkOps<Self> {
        &LINK_OPS
    }

    fn traits() -> Traits {
        Traits {
            flags: IFF_MASTER,
            priv_flags: (
                IFF_BONDING | IFF_UNICAST_FLT | IFF_NO_QUEUE,
                IFF_XMIT_DST_RELEASE | IFF_TX_SKB_SHARING,
            ),
            features: (CHANGEABLE, ON),
            devtype: &DEVTYPE,
        }
    }

    fn first_ops() -> &'static Ops<Self> {
        mode::ops(&frontend::template())
    }

    fn ethtool() -> &'static ethtool::Table {
        ethtool::table::<Self>()
    }

    fn new(dev: BackRef, rtnl: &mut Rtnl) -> impl PinInit<Self, Error> {
        let queue = Queue::new(dev.dev(), rtnl);
        Bond::create(dev, queue, frontend::template())
    }

    fn placed(&self, cx: &Placed<'_, Self>, rtnl: &mut Rtnl) -> Result {
        cx.attach(&self.mii);
        cx.attach(&self.igmp);
        cx.attach(&self.info);
        cx.attach(&self.lacp_work);
        cx.attach(&self.settle_work);
        cx.attach(&self.flows);
        cx.attach(&self.select_work);
        cx.attach(&self.carrier_work);
        self.state.get_mut(rtnl).primary_name = frontend::primary();
        frontend::install(self.dev(), rtnl)?;
        self.reserve(rtnl, 0)?;
        let buckets = self.settings(rtnl).resilient_buckets();
        self.change_buckets(rtnl, buckets)?;
        self.publish(rtnl);
        Ok(())
    }

    fn uninit(&self, rtnl: &mut Rtnl) {
        frontend::remove_files(self, rtnl);
        self.poll_ends(rtnl);
        self.release_all(rtnl);
        self.mii.disable();
        self.igmp.disable();
        self.info.disable();
        self.lacp_work.disable();
        self.settle_work.disable();
        self.flows.disable();
        self.select_work.disable();
        self.carrier_work.disable();
    }

    fn open(&self, rtnl: &mut Rtnl) -> Result {
        let s = self.settings(rtnl);
        let lacp = s.mode() == Mode::Ieee8023ad;
        self.for_each_member(rtnl, |m, rtnl| {
            if lacp {
                m.dev().join_slow(rtnl);
            } else if s.mode().uses_primary() && !self.is_current(rtnl, m) {
                m.set_inactive(rtnl, s.all_slaves_active());
            } else {
                m.set_active(rtnl);
            }
        });
        self.run_lacp(rtnl, true);
        self.publish(rtnl);
        if s.miimon() > 0 {
            self.mii.queue(0);
        }
        if lacp {
            self.lacp_work.queue(0);
        }
        Ok(())
    }

    fn stop(&self, rtnl: &mut Rtnl) {
        self.mii.cancel();
        self.carrier_work.cancel();
        self.igmp.cancel();
        self.run_lacp(rtnl, false);
        self.lacp_work.cancel();
        self.settle_work.cancel();
        self.stop_flows(rtnl);
        self.with_peers(rtnl, PeerNotifier::clear);
        self.for_each_filtering(rtnl, |m, rtnl| self.forget_addresses(rtnl, m));
    }

    fn rx_flags_changed(&self, rtnl: &mut Rtnl, changed: u32) {
        for (bit, flag) in [
            (IFF_PROMISC, RxFlag::Promisc),
            (IFF_ALLMULTI, RxFlag::AllMulti),
        ] {
            if changed & bit == 0 {
                continue;
            }
            let by = if self.dev().has_flags(bit) { 1 } else { -1 };
            self.for_each_filtering(rtnl, |m, rtnl| {
                // The core counts for us and ignores refusals.
                let _ = m.dev().count_rx_flag(rtnl, flag, by);
            });
        }
    }

    fn rx_mode_changed(&self, lock: &AddrLocked<'_>) {
        if let Some(table) = self.table().read(lock.bh().rcu()) {
            let (ports, several) = Self::filtering(table);
            for port in ports {
                port.dev().sync_addresses_locked(lock, several);
            }
        }
    }

    fn change_mtu(&self, rtnl: &mut Rtnl, mtu: u32) -> Result {
        let old = self.dev().mtu();
        self.all_or_none(
            rtnl,
            |m, rtnl| m.dev().set_mtu(rtnl, mtu),
            |m, rtnl| {
                let _ = m.dev().set_mtu(rtnl, old);
            },
        )
    }

    fn set_address(&self, rtnl: &mut Rtnl, addr: &HwAddr) -> Result {
        if self.fail_over_mac(rtnl) != FailOverMac::None {
            return Ok(());
        }
        if !addr.is_unicast() {
            return Err(EADDRNOTAVAIL);
        }
        let old = self.dev().address(rtnl);
        self.all_or_none(
            rtnl,
            |m, rtnl| m.dev().set_address(rtnl, addr, Extack::NONE),
            |m, rtnl| {
                let _ = m.dev().set_address(rtnl, &old, Extack::NONE);
            },
        )?;
        driver::keep_address(self.dev(), rtnl, addr);
        Ok(())
    }

    fn add_vlan(&self, rtnl: &mut Rtnl, proto: u16, vid: u16) -> Result {
        self.all_or_none(
            rtnl,
            |m, rtnl| m.dev().add_vlan(rtnl, proto, vid),
            |m, rtnl| m.dev().del_vlan(rtnl, proto, vid),
        )
    }

    fn del_vlan(&self, rtnl: &mut Rtnl, proto: u16, vid: u16) {
        self.for_each_member(rtnl, |m, rtnl| m.dev().del_vlan(rtnl, proto, vid));
    }

    fn add_member(&self, rtnl: &mut Rtnl, lower: &NetDevice, extack: Extack) -> Result {
        self.enslave(rtnl, lower, extack)
    }

    fn del_member(&self, rtnl: &mut Rtnl, lower: &NetDevice) -> Result {
        self.release(rtnl, lower, Why::Asked)
    }

    fn fix_features(&self, rtnl: &Rtnl, wanted: u64) -> u64 {
        let mut all = (wanted & !NETIF_F_ONE_FOR_ALL) | NETIF_F_ALL_FOR_ALL;
        for m in &self.state.get(rtnl).members {
            all = features::increment(all, m.dev().features(), wanted);
        }
        features::add_tso(all, wanted)
    }

    fn stats(&self, out: &mut Stats) {
        Rcu::read(|rcu| {
            self.stats.with(self.dev(), rcu, |totals| {
                if let Some(table) = self.table().read(rcu) {
                    Self::fold_members(totals, table.members());
                }
                *out = *totals;
            });
        });
    }
}

impl Ethtool for Bond {
    const INFO: (&'static [u8], &'static [u8]) = (b"bonding", b"2");

    fn link_settings(&self, rtnl: &mut Rtnl) -> (Option<u32>, Option<u8>) {
        let (mut speed, mut duplex): (Option<u32>, Option<u8>) = (None, None);
        let slowest = self.mode(rtnl) == Mode::Broadcast;
        self.for_each_member(rtnl, |m, rtnl| {
            if !m.can_send() {
                return;
            }
            let lock = OpsLocked::lock(m.dev(), rtnl);
            m.refresh_speed(&lock, rtnl);
            drop(lock);
            let one = m.head.speed.get();
            if one != SPEED_UNKNOWN {
                speed = Some(match speed {
                    Some(s) if slowest => s.min(one),
                    Some(s) => s.saturating_add(one),
                    None => one,
                });
            }
            let d = m.head.duplex.get();
            if duplex.is_none() && d != 0xff {
                duplex = Some(d);
            }
        });
        (speed, duplex)
    }
}

impl Listener for Bond {
    fn block() -> &'static Block {
        &EVENTS
    }

    fn event(notice: &Notice<'_>, rtnl: &mut Rtnl) {
        let (dev, event) = (notice.dev(), notice.event());
        if let Some(bond) = driver::private_of::<Bond>(dev) {
            frontend::bond_event(bond, event, rtnl);
        }
        if !dev.has_flags(IFF_SLAVE) {
            return;
        }
        // Counted, since what follows may change who is whose master.
        let Some(master) = upper::master(dev, rtnl).map(DevRef::new) else {
            return;
        };
        let Some(bond) = driver::private_of::<Bond>(&master) else {
            return;
        };
        if upper::hooked::<Object<super::Member>>(dev, rtnl).is_none() {
            return;
        }
        let Some(m) = bond.member_of(rtnl, dev) else {
            return;
        };
        match event {
            Event::Unregister => {
                bond.detach(rtnl, &m, Why::Unregister);
                bond.destroy_if_bare(rtnl, &master);
            }
            Event::Up | Event::Change | Event::Down => {
                if let (Some(lock), true) = (notice.held_lock(rtnl), event != Event::Down) {
                    m.refresh_speed(&lock, rtnl);
                    if bond.mode(rtnl) == Mode::Ieee8023ad {
                        bond.port_speed_read(rtnl, &m);
                    }
                }
                if bond.mode(rtnl).can_use_hash() {
                    bond.publish(rtnl);
                }
                monitor::mii::carrier_event(bond, &m, rtnl);
            }
            Event::Rename => {
                frontend::link_member(&m, rtnl);
                bond.renamed(&m, rtnl);
            }
            Event::Features => {
                if !core::mem::replace(&mut bond.state.get_mut(rtnl).in_features, true) {
                    bond.dev().recompute_master_features(rtnl);
                    bond.state.get_mut(rtnl).in_features = false;
                }
            }
            Event::ResendIgmp => {
                let _ = bond.dev().notify(rtnl, NETDEV_RESEND_IGMP);
            }
            Event::Register => {}
        }
    }
}
