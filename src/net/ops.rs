// SPDX-License-Identifier: GPL-2.0

//! The operations of a device of a driver, as the core calls them.
//!
//! C header: [`include/linux/netdevice.h`](srctree/include/linux/netdevice.h); the locks are those of
//! `Documentation/networking/netdevices.rst`.

use super::{
    address::randomize_address,
    bindings,
    context::{AddrLocked, Rtnl},
    control::Extack,
    device::{HwAddr, NetDevice},
    driver::{private, private_of, BackRef, Driver, Placed, Stats},
    ioctl,
    neighbour::{self, Neighbours},
    netpoll::{self, Polled},
    timestamp::{self, Timestamps},
    xmit::{self, Xmit},
};
use core::{marker::PhantomData, mem::MaybeUninit, ptr};
use kernel::{ffi::c_int, prelude::*};

/// A driver with all the operations that there are.
pub(crate) trait Full: ioctl::Ioctl + Polled + Timestamps + Neighbours {}
impl<D: ioctl::Ioctl + Polled + Timestamps + Neighbours> Full for D {}

/// The operations of a device: one table per transmit function.
#[repr(transparent)]
pub(crate) struct Ops<D>(pub(super) bindings::net_device_ops, PhantomData<fn() -> D>);

// SAFETY: Never written.
unsafe impl<D> Sync for Ops<D> {}

/// Swaps the transmit operations of a device of `D`.
pub(crate) fn set_ops<D: Driver>(dev: &NetDevice, _rtnl: &mut Rtnl, ops: &'static Ops<D>) {
    if private_of::<D>(dev).is_some() {
        // SAFETY: RTNL is held. A transmitter uses the old table or the new one, both of which
        // are complete and stay; each table of `D` has the same other operations.
        unsafe { ptr::addr_of_mut!((*dev.as_ptr()).netdev_ops).write_volatile(&ops.0) };
    }
}

/// A new random address, if nobody gave one.
fn give_address(dev: &NetDevice, rtnl: &mut Rtnl) {
    let none = dev.address(rtnl).as_bytes().iter().all(|&b| b == 0);
    if none && u32::from(dev.addr_assign_type(rtnl)) == bindings::NET_ADDR_PERM {
        randomize_address(dev, rtnl);
    }
}

/// What a callback returns: 0 or the negative error.
fn ret(r: Result) -> c_int {
    r.map_or_else(|e| e.to_errno(), |()| 0)
}

/// The callbacks of [`Ops`]. Each rebuilds its context and calls the driver.
struct Table<D, X>(PhantomData<(D, X)>);

/// # Safety of every function here
///
/// Called by the core through `net_device_ops` of a device of `D`, in the context that
/// `Documentation/networking/netdevices.rst` gives for it.
#[allow(clippy::missing_safety_doc)]
impl<D: Full, X: Xmit<D>> Table<D, X> {
    unsafe extern "C" fn init(dev: *mut bindings::net_device) -> c_int {
        // SAFETY: RTNL is held during registration; the device is alive.
        let (mut rtnl, d) = unsafe { (Rtnl::assume_held(), NetDevice::from_raw(dev)) };
        // SAFETY: As above.
        unsafe { bindings::bond_helper_lockdep_set_classes(dev) };
        give_address(d, &mut rtnl);
        // SAFETY: The private area is large enough and aligned (checked when the link operations
        // are made), and nothing is in it yet.
        let at = unsafe { ptr::addr_of_mut!((*dev).priv_).cast::<D>() };
        let back = BackRef(ptr::NonNull::from(d).cast());
        // SAFETY: As above; the area does not move.
        if let Err(e) = unsafe { pin_init::raw_try_init(at, D::new(back, &mut rtnl)) } {
            return e.to_errno();
        }
        // SAFETY: Just initialised.
        let this: &D = unsafe { &*at };
        if let Err(e) = this.placed(&Placed(this), &mut rtnl) {
            // SAFETY: The core calls no destructor when `ndo_init` fails.
            unsafe { ptr::drop_in_place(at) };
            return e.to_errno();
        }
        0
    }

    unsafe extern "C" fn uninit(dev: *mut bindings::net_device) {
        // SAFETY: See the block.
        let (mut rtnl, this) = unsafe { (Rtnl::assume_held(), private::<D>(dev)) };
        this.uninit(&mut rtnl);
    }

    unsafe extern "C" fn open(dev: *mut bindings::net_device) -> c_int {
        // SAFETY: See the block.
        let (mut rtnl, this) = unsafe { (Rtnl::assume_held(), private::<D>(dev)) };
        ret(this.open(&mut rtnl))
    }

    unsafe extern "C" fn stop(dev: *mut bindings::net_device) -> c_int {
        // SAFETY: See the block.
        let (mut rtnl, this) = unsafe { (Rtnl::assume_held(), private::<D>(dev)) };
        this.stop(&mut rtnl);
        0
    }

    unsafe extern "C" fn change_rx_flags(dev: *mut bindings::net_device, changed: c_int) {
        // SAFETY: See the block.
        let (mut rtnl, this) = unsafe { (Rtnl::assume_held(), private::<D>(dev)) };
        this.rx_flags_changed(&mut rtnl, changed as u32);
    }

    unsafe extern "C" fn set_rx_mode(dev: *mut bindings::net_device) {
        // SAFETY: Called with the address lock of the device held.
        let (this, lock) = unsafe {
            let lock = AddrLocked::assume_held(NetDevice::from_raw(dev));
            (private::<D>(dev), lock)
        };
        this.rx_mode_changed(&lock);
    }

    unsafe extern "C" fn change_mtu(dev: *mut bindings::net_device, mtu: c_int) -> c_int {
        // SAFETY: See the block.
        let (mut rtnl, this) = unsafe { (Rtnl::assume_held(), private::<D>(dev)) };
        let r = this.change_mtu(&mut rtnl, mtu as u32);
        if r.is_ok() {
            // SAFETY: RTNL is held; readers use READ_ONCE.
            unsafe { ptr::addr_of_mut!((*dev).mtu).write_volatile(mtu as u32) };
        }
        ret(r)
    }

    unsafe extern "C" fn set_mac(
        dev: *mut bindings::net_device,
        addr: *mut kernel::ffi::c_void,
    ) -> c_int {
        // SAFETY: See the block; `addr` is a socket address with `addr_len` bytes of data.
        let (mut rtnl, this, addr) = unsafe {
            let len: usize = (*dev).addr_len.into();
            let data = addr.cast::<u8>().add(2);
            let bytes = core::slice::from_raw_parts(data, len.min(HwAddr::MAX));
            (Rtnl::assume_held(), private::<D>(dev), HwAddr::new(bytes))
        };
        ret(this.set_address(&mut rtnl, &addr))
    }

    unsafe extern "C" fn add_vid(dev: *mut bindings::net_device, proto: u16, vid: u16) -> c_int {
        // SAFETY: See the block.
        let (mut rtnl, this) = unsafe { (Rtnl::assume_held(), private::<D>(dev)) };
        ret(this.add_vlan(&mut rtnl, proto, vid))
    }

    unsafe extern "C" fn kill_vid(dev: *mut bindings::net_device, proto: u16, vid: u16) -> c_int {
        // SAFETY: See the block.
        let (mut rtnl, this) = unsafe { (Rtnl::assume_held(), private::<D>(dev)) };
        this.del_vlan(&mut rtnl, proto, vid);
        0
    }

    unsafe extern "C" fn add_slave(
        dev: *mut bindings::net_device,
        lower: *mut bindings::net_device,
        extack: *mut bindings::netlink_ext_ack,
    ) -> c_int {
        // SAFETY: See the block; the lower device is alive under RTNL.
        let (mut rtnl, this, lower, extack) = unsafe {
            (
                Rtnl::assume_held(),
                private::<D>(dev),
                NetDevice::from_raw(lower),
                Extack::from_raw(extack),
            )
        };
        ret(this.add_member(&mut rtnl, lower, extack))
    }

    unsafe extern "C" fn del_slave(
        dev: *mut bindings::net_device,
        lower: *mut bindings::net_device,
    ) -> c_int {
        // SAFETY: As for `add_slave`.
        let (mut rtnl, this, lower) = unsafe {
            (
                Rtnl::assume_held(),
                private::<D>(dev),
                NetDevice::from_raw(lower),
            )
        };
        ret(this.del_member(&mut rtnl, lower))
    }

    unsafe extern "C" fn fix_features(
        dev: *mut bindings::net_device,
        features: bindings::netdev_features_t,
    ) -> bindings::netdev_features_t {
        // SAFETY: See the block.
        let (rtnl, this) = unsafe { (Rtnl::assume_held(), private::<D>(dev)) };
        this.fix_features(&rtnl, features)
    }

    unsafe extern "C" fn get_stats64(
        dev: *mut bindings::net_device,
        out: *mut bindings::rtnl_link_stats64,
    ) {
        // SAFETY: The private data is there until the destructor; the result has `N_STATS` words.
        let (this, out) = unsafe { (private::<D>(dev), &mut *out.cast::<Stats>()) };
        this.stats(out);
    }

    const OPS: Ops<D> = {
        // SAFETY: All zeroes is a valid value: no operation.
        let mut o: bindings::net_device_ops = unsafe { MaybeUninit::zeroed().assume_init() };
        o.ndo_init = Some(Self::init);
        o.ndo_uninit = Some(Self::uninit);
        o.ndo_open = Some(Self::open);
        o.ndo_stop = Some(Self::stop);
        o.ndo_change_rx_flags = Some(Self::change_rx_flags);
        o.ndo_set_rx_mode = Some(Self::set_rx_mode);
        o.ndo_change_mtu = Some(Self::change_mtu);
        o.ndo_set_mac_address = Some(Self::set_mac);
        o.ndo_vlan_rx_add_vid = Some(Self::add_vid);
        o.ndo_vlan_rx_kill_vid = Some(Self::kill_vid);
        o.ndo_add_slave = Some(Self::add_slave);
        o.ndo_del_slave = Some(Self::del_slave);
        o.ndo_fix_features = Some(Self::fix_features);
        o.ndo_get_stats64 = Some(Self::get_stats64);
        o.ndo_siocbond = Some(ioctl::siocbond::<D>);
        o.ndo_siocdevprivate = Some(ioctl::siocdevprivate::<D>);
        o.ndo_eth_ioctl = Some(ioctl::eth_ioctl::<D>);
        o.ndo_neigh_setup = Some(neighbour::setup::<D>);
        xmit::add_ops::<D, X>(&mut o);
        netpoll::add_ops::<D>(&mut o);
        timestamp::add_ops::<D>(&mut o);
        Ops(o, PhantomData)
    };
}

/// The operations of driver `D` with the transmit function `X`.
pub(crate) fn ops<D: Full, X: Xmit<D>>() -> &'static Ops<D> {
    const { &Table::<D, X>::OPS }
}
