// SPDX-License-Identifier: GPL-2.0

//! A driver of virtual devices: its private data, its operations, its life cycle.
//!
//! C headers: [`include/linux/netdevice.h`](srctree/include/linux/netdevice.h) for the operations
//! and their locks. The private data is initialised in `ndo_init` (before, no callback sees the
//! device) and dropped by the destructor, which the core calls for each device whose `ndo_init`
//! succeeded, after the last reader is gone.

use super::{
    bindings,
    context::{AddrLocked, Rtnl},
    control::Extack,
    device::{HwAddr, NetDevice},
    link::LinkOps,
    link_type,
};
use core::{mem::MaybeUninit, ptr};
use kernel::{error::to_result, prelude::*};

pub(crate) use super::{
    address::{keep_address, random_address, randomize_address, restore_address, steal_address},
    ops::{ops, set_ops, Ops},
};

/// Statistics in the layout of `struct rtnl_link_stats64`: one word per counter.
pub(crate) type Stats = [u64; N_STATS];

/// The number of counters.
pub(crate) const N_STATS: usize = core::mem::size_of::<bindings::rtnl_link_stats64>() / 8;

/// What the core is told about a kind of device before it is registered.
pub(crate) struct Traits {
    /// `IFF_*` beyond those of Ethernet.
    pub(crate) flags: u32,
    /// Private flags to set and to clear.
    pub(crate) priv_flags: (u32, u32),
    /// Features that the user may change, and those that are on.
    pub(crate) features: (u64, u64),
    /// The name in uevents (`DEVTYPE`).
    pub(crate) devtype: &'static DeviceType,
}

/// A static `struct device_type`.
#[repr(transparent)]
pub(crate) struct DeviceType(bindings::device_type);

// SAFETY: Never written.
unsafe impl Sync for DeviceType {}

impl DeviceType {
    /// A type with a name only.
    pub(crate) const fn new(name: &'static CStr) -> Self {
        // SAFETY: All zeroes is a valid value: null pointers.
        let mut t: bindings::device_type = unsafe { MaybeUninit::zeroed().assume_init() };
        t.name = kernel::str::as_char_ptr_in_const_context(name);
        Self(t)
    }
}

/// A driver. The value is the private data of one device, shared by reference.
pub(crate) trait Driver: Sync + Send + Sized + 'static {
    /// The link operations that identify devices of this driver.
    fn link_ops() -> &'static LinkOps<Self>;

    /// What every device of this kind is like.
    fn traits() -> Traits;

    /// The transmit operations that a new device starts with.
    fn first_ops() -> &'static Ops<Self>;

    /// The ethtool operations.
    fn ethtool() -> &'static super::ethtool::Table;

    /// `ndo_init`: makes the private data.
    fn new(dev: BackRef, rtnl: &mut Rtnl) -> impl PinInit<Self, Error>;
    /// After the private data is in place: ties works to it by `cx`, lists the device.
    fn placed(&self, cx: &Placed<'_, Self>, rtnl: &mut Rtnl) -> Result;
    /// `ndo_uninit`: gives up what is below; no callback but statistics follows.
    fn uninit(&self, rtnl: &mut Rtnl);
    /// `ndo_open`.
    fn open(&self, rtnl: &mut Rtnl) -> Result;
    /// `ndo_stop`.
    fn stop(&self, rtnl: &mut Rtnl);
    /// `ndo_change_rx_flags`; `changed` are bits of `IFF_*`.
    fn rx_flags_changed(&self, rtnl: &mut Rtnl, changed: u32);
    /// `ndo_set_rx_mode`: the secondary addresses changed. The address lock of the device is held.
    fn rx_mode_changed(&self, lock: &AddrLocked<'_>);
    /// `ndo_change_mtu`.
    fn change_mtu(&self, rtnl: &mut Rtnl, mtu: u32) -> Result;
    /// `ndo_set_mac_address`: whether the core shall store it is the driver's choice.
    fn set_address(&self, rtnl: &mut Rtnl, addr: &HwAddr) -> Result;
    /// `ndo_vlan_rx_add_vid`; `proto` in network order.
    fn add_vlan(&self, rtnl: &mut Rtnl, proto: u16, vid: u16) -> Result;
    /// `ndo_vlan_rx_kill_vid`.
    fn del_vlan(&self, rtnl: &mut Rtnl, proto: u16, vid: u16);
    /// `ndo_add_slave`.
    fn add_member(&self, rtnl: &mut Rtnl, lower: &NetDevice, extack: Extack) -> Result;
    /// `ndo_del_slave`.
    fn del_member(&self, rtnl: &mut Rtnl, lower: &NetDevice) -> Result;
    /// `ndo_fix_features`; may run in any context that holds RTNL.
    fn fix_features(&self, rtnl: &Rtnl, features: u64) -> u64;
    /// `ndo_get_stats64`; may be atomic.
    fn stats(&self, out: &mut Stats);
}

/// The way from private data back to its device.
///
/// # Invariants
///
/// Part of the private data of the device, and so never outlives it.
pub(crate) struct BackRef(pub(super) ptr::NonNull<bindings::net_device>);

// SAFETY: Only gives out `&NetDevice`, which is `Send` and `Sync`.
unsafe impl Send for BackRef {}
// SAFETY: As above.
unsafe impl Sync for BackRef {}

impl BackRef {
    /// The device.
    #[inline(always)]
    pub(crate) fn dev(&self) -> &NetDevice {
        // SAFETY: By the invariant.
        unsafe { NetDevice::from_raw(self.0.as_ptr()) }
    }
}

/// Evidence that private data is at its final place, given to [`Driver::placed`].
pub(crate) struct Placed<'a, D>(pub(super) &'a D);

impl<D: Driver> Placed<'_, D> {
    /// Ties a delayed work, which must be a part of the private data, to it.
    pub(crate) fn attach<W: super::work::Work<D>>(&self, work: &super::work::DelayedWork<D, W>)
    where
        D: super::work::Owner,
    {
        let (base, at) = (ptr::from_ref(self.0) as usize, ptr::from_ref(work) as usize);
        let inside = at.wrapping_sub(base) < core::mem::size_of::<D>();
        debug_assert!(inside);
        if inside {
            // SAFETY: The private data embeds the work, as just checked, and stays where it is
            // until the destructor drops it.
            unsafe { work.attach(self.0) };
        }
    }
}

/// The private data of a device of driver `D`.
///
/// # Safety
///
/// `dev` is a device of `D` whose `ndo_init` succeeded, and stays so for `'a`.
#[inline(always)]
pub(super) unsafe fn private<'a, D: Driver>(dev: *const bindings::net_device) -> &'a D {
    // SAFETY: `netdev_priv()`: the private area follows the structure.
    unsafe { &*ptr::addr_of!((*dev).priv_).cast::<D>() }
}

/// The driver's view of `dev`, if it is one of its devices.
pub(crate) fn private_of<D: Driver>(dev: &NetDevice) -> Option<&D> {
    // SAFETY: Alive. Link operations are set before registration and never change, and a device
    // that others can find has passed `ndo_init`.
    unsafe {
        let raw = dev.as_ptr();
        ptr::eq((*raw).rtnl_link_ops, D::link_ops().as_ptr()).then(|| private(raw))
    }
}

/// `setup` of the link operations: fills in a new device.
///
/// # Safety
///
/// Only for `alloc_netdev_mqs()`.
pub(super) unsafe extern "C" fn setup<D: Driver>(dev: *mut bindings::net_device) {
    let t = D::traits();
    // SAFETY: The device is new and ours.
    unsafe {
        link_type::ethernet_defaults::<D>(dev);
        let d = &mut *dev;
        d.netdev_ops = &D::first_ops().0;
        d.ethtool_ops = D::ethtool().as_ptr();
        d.rtnl_link_ops = D::link_ops().as_ptr();
        d.needs_free_netdev = true;
        d.priv_destructor = Some(destructor::<D>);
        d.dev.type_ = &t.devtype.0;
        d.hw_features = t.features.0;
        d.features = t.features.1;
        let bits = &mut d.__bindgen_anon_1.__bindgen_anon_1;
        bits.set_lltx(1);
        bindings::bond_helper_set_netns_immutable(dev);
        let this = NetDevice::from_raw(dev);
        let p = this.priv_flags_ptr();
        p.write((p.read() & !t.priv_flags.1) | t.priv_flags.0);
    }
}

/// # Safety
///
/// Only for `priv_destructor`: no reference to the private data is left.
unsafe extern "C" fn destructor<D: Driver>(dev: *mut bindings::net_device) {
    // SAFETY: `ndo_init` succeeded, or the core would not call this; dropped once.
    unsafe { ptr::drop_in_place(ptr::addr_of_mut!((*dev).priv_).cast::<D>()) };
}

/// The statistics of a lower device, by whatever means it has.
pub(crate) fn stats_of(dev: &NetDevice) -> Stats {
    let mut out = MaybeUninit::<Stats>::uninit();
    // SAFETY: The device is alive; the result has `N_STATS` words, all of which are written.
    unsafe {
        bindings::dev_get_stats(dev.as_ptr(), out.as_mut_ptr().cast());
        out.assume_init()
    }
}

/// Registers a device that was allocated with [`setup`].
pub(super) fn register(dev: *mut bindings::net_device, _rtnl: &mut Rtnl) -> Result {
    // SAFETY: Allocated, not registered, RTNL is held.
    to_result(unsafe { bindings::register_netdevice(dev) })
}
