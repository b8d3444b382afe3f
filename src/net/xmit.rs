// SPDX-License-Identifier: GPL-2.0

//! The transmit operations of a driver.
//!
//! C header: [`include/linux/netdevice.h`](srctree/include/linux/netdevice.h).

use super::{
    bindings,
    context::{BhOff, Rcu},
    device::NetDevice,
    driver::{private, Driver},
    frame::Socket,
    skb::Skb,
};
use core::{marker::PhantomData, ptr};

/// The transmit function of one mode of a driver.
pub(crate) trait Xmit<D: Driver>: 'static {
    /// Sends `skb` on its way. Softirq or BH off. Returns `NET_XMIT_*`, or what
    /// [`Skb::leave_for_later`] does.
    fn xmit(driver: &D, dev: &NetDevice, skb: Skb, bh: BhOff<'_>) -> i32;

    /// `ndo_get_xmit_slave`: the lower device that would send `skb`; with `all`, also one that
    /// cannot at present.
    fn lower<'a>(driver: &'a D, skb: &Skb, all: bool, rcu: Rcu<'a>) -> Option<&'a NetDevice>;

    /// `ndo_sk_get_lower_dev`: the lower device that would send for a connected socket.
    fn lower_of_socket<'a>(
        driver: &'a D,
        socket: &Socket<'_>,
        rcu: Rcu<'a>,
    ) -> Option<&'a NetDevice>;
}

/// The callbacks. Each rebuilds its context and calls the driver.
struct Callbacks<D, X>(PhantomData<(D, X)>);

/// # Safety of every function here
///
/// Called by the core through `net_device_ops` of a device of `D`, in the context that
/// `Documentation/networking/netdevices.rst` gives for it.
#[allow(clippy::missing_safety_doc)]
impl<D: Driver, X: Xmit<D>> Callbacks<D, X> {
    unsafe extern "C" fn start_xmit(
        skb: *mut bindings::sk_buff,
        dev: *mut bindings::net_device,
    ) -> bindings::netdev_tx_t {
        // SAFETY: The core gives the frame away, on a device that is up, with BH off.
        let (d, this, skb, bh) = unsafe {
            (
                NetDevice::from_raw(dev),
                private::<D>(dev),
                Skb::from_raw(skb),
                BhOff::assume_off(),
            )
        };
        X::xmit(this, d, skb, bh)
    }

    unsafe extern "C" fn select_queue(
        dev: *mut bindings::net_device,
        skb: *mut bindings::sk_buff,
        _sb_dev: *mut bindings::net_device,
    ) -> u16 {
        // SAFETY: The frame is the caller's, not shared with a transmitter, and given back below.
        let (dev, mut skb) = unsafe { (NetDevice::from_raw(dev), Skb::from_raw(skb)) };
        skb.save_queue_mapping();
        let queue = u32::from(skb.queue_mapping().saturating_sub(1));
        core::mem::forget(skb);
        let queues = dev.real_num_tx_queues();
        if queue < queues {
            return queue as u16;
        }
        queue.checked_rem(queues).unwrap_or(0) as u16
    }

    unsafe extern "C" fn get_xmit_slave(
        dev: *mut bindings::net_device,
        skb: *mut bindings::sk_buff,
        all: bool,
    ) -> *mut bindings::net_device {
        // SAFETY: Called in a read side section; the frame is the caller's.
        let (this, skb, rcu) = unsafe {
            let skb = ptr::NonNull::new_unchecked(skb);
            (private::<D>(dev), Skb::borrow(skb), Rcu::assume_held())
        };
        X::lower(this, &skb, all, rcu).map_or(ptr::null_mut(), NetDevice::as_ptr)
    }

    unsafe extern "C" fn sk_get_lower_dev(
        dev: *mut bindings::net_device,
        sk: *mut bindings::sock,
    ) -> *mut bindings::net_device {
        let lower = |rcu: Rcu<'_>| {
            // SAFETY: The device is alive, the socket is connected and the caller's.
            let (this, socket) = unsafe {
                let sk = ptr::NonNull::new_unchecked(sk);
                (private::<D>(dev), Socket::from_raw(sk))
            };
            X::lower_of_socket(this, &socket, rcu).map_or(ptr::null_mut(), NetDevice::as_ptr)
        };
        Rcu::read(lower)
    }

    unsafe extern "C" fn features_check(
        _skb: *mut bindings::sk_buff,
        _dev: *mut bindings::net_device,
        features: bindings::netdev_features_t,
    ) -> bindings::netdev_features_t {
        features
    }
}

/// Adds the transmit operations to a table.
pub(super) const fn add_ops<D: Driver, X: Xmit<D>>(o: &mut bindings::net_device_ops) {
    o.ndo_start_xmit = Some(Callbacks::<D, X>::start_xmit);
    o.ndo_select_queue = Some(Callbacks::<D, X>::select_queue);
    o.ndo_features_check = Some(Callbacks::<D, X>::features_check);
    o.ndo_get_xmit_slave = Some(Callbacks::<D, X>::get_xmit_slave);
    o.ndo_sk_get_lower_dev = Some(Callbacks::<D, X>::sk_get_lower_dev);
}
