// SPDX-License-Identifier: GPL-2.0

//! Links between a master device and the devices below it, and the hook by which it receives.
//!
//! C header: [`include/linux/netdevice.h`](srctree/include/linux/netdevice.h). Order rule of the
//! receive hook: unregistering waits for receivers, so the data may go after it returned.

use super::{
    bindings,
    context::{BhOff, Rtnl},
    control::Extack,
    device::NetDevice,
    ioctl::{BondInfo, MemberInfo},
    skb::Skb,
};
use core::{mem::ManuallyDrop, ptr};
use kernel::{error::to_result, prelude::*, sync::aref::ARef};

/// What a receive hook wants done with a frame.
pub(crate) enum Received<'a> {
    /// Deliver to `dev` as if it had come in there.
    Another(&'a NetDevice),
    /// Deliver only to those who listen on exactly this device; but what goes to a link-local group
    /// address of 802.1D as if there was no hook.
    Exact,
    /// The hook has used it up.
    Consumed,
    /// It is one of few: ask [`Receiver::receive_rare`].
    Rare,
}

/// A counted object that may stand behind a receive hook.
pub(crate) trait Counted: kernel::sync::aref::AlwaysRefCounted {}
impl<T: kernel::sync::aref::AlwaysRefCounted> Counted for T {}

/// Something that receives what comes in on a device below.
pub(crate) trait Receiver: Counted + Sync + Send + Sized + 'static {
    /// A frame came in. Softirq, RCU. `skb` is not shared. This is inlined, and should call nothing:
    /// then the hook needs no stack.
    fn receive<'a>(&'a self, skb: &FrameIn<'_>, bh: BhOff<'a>) -> Received<'a>;
    /// As `receive`, which said [`Received::Rare`] of this frame; not to be said again.
    fn receive_rare<'a>(&'a self, skb: &FrameIn<'_>, bh: BhOff<'a>) -> Received<'a>;
}

/// A received frame, looked at by a [`Receiver`].
pub(crate) struct FrameIn<'a>(&'a mut bindings::sk_buff);

impl FrameIn<'_> {
    /// The C frame.
    pub(super) fn as_ptr(&self) -> *const bindings::sk_buff {
        &*self.0
    }

    /// What the frame carries, in host order.
    #[inline(always)]
    pub(crate) fn protocol(&self) -> u16 {
        // SAFETY: The frame is valid; its headers group is plain memory of it.
        let protocol = unsafe {
            self.as_ptr()
                .cast::<u8>()
                .add(bindings::BOND_OFF_skb_protocol as usize)
                .cast::<u16>()
                .read()
        };
        u16::from_be(protocol)
    }
}

/// The C callback of [`hook`].
///
/// # Safety
///
/// Only for `netdev_rx_handler_register()` with a `T` as data.
unsafe extern "C" fn rx_handler<T: Receiver>(
    pskb: *mut *mut bindings::sk_buff,
) -> bindings::rx_handler_result_t {
    // SAFETY: The core passes a valid frame; `refcount_read()` of it. What nobody else has, nobody
    // else gets.
    unsafe {
        let skb = *pskb;
        if ptr::addr_of!((*skb).users.refs.counter).read_volatile() != 1 {
            return rx_shared::<T>(pskb);
        }
        rx_own::<T>(skb, T::receive)
    }
}

/// A frame that others have, too, is replaced by a copy, or by nothing.
///
/// # Safety
///
/// As [`rx_handler`].
#[cold]
#[inline(never)]
unsafe extern "C" fn rx_shared<T: Receiver>(
    pskb: *mut *mut bindings::sk_buff,
) -> bindings::rx_handler_result_t {
    // SAFETY: The core passes a valid frame, and takes the one that we leave instead.
    unsafe {
        let skb = bindings::bond_helper_skb_share_check(*pskb);
        *pskb = skb;
        if skb.is_null() {
            bindings::RX_HANDLER_CONSUMED
        } else {
            rx_own::<T>(skb, T::receive)
        }
    }
}

/// What [`Receiver::receive`] has no answer to.
///
/// # Safety
///
/// As [`rx_own`].
#[cold]
#[inline(never)]
unsafe extern "C" fn rx_rare<T: Receiver>(
    skb: *mut bindings::sk_buff,
) -> bindings::rx_handler_result_t {
    // SAFETY: By the caller's promise.
    unsafe { rx_own::<T>(skb, T::receive_rare) }
}

/// Asks the receiver, and does what it says.
///
/// # Safety
///
/// `skb` is a valid frame, not shared, whose device has our hook with a `T`. Softirq, RCU.
#[inline(always)]
unsafe fn rx_own<T: Receiver>(
    skb: *mut bindings::sk_buff,
    ask: for<'a> fn(&'a T, &FrameIn<'_>, BhOff<'a>) -> Received<'a>,
) -> bindings::rx_handler_result_t {
    // SAFETY: Valid frame whose device is the one that the hook is on; data is set before the
    // hook and cleared after a grace period, so it is a `T`. Softirq by contract.
    let (this, bh, frame) = unsafe {
        let offset = bindings::BOND_OFF_skb_dev as usize;
        let dev = skb
            .byte_add(offset)
            .cast::<*mut bindings::net_device>()
            .read();
        let data = ptr::addr_of!((*dev).rx_handler_data).read_volatile();
        (&*data.cast::<T>(), BhOff::assume_off(), FrameIn(&mut *skb))
    };
    match ask(this, &frame, bh) {
        Received::Another(dev) => {
            // SAFETY: We may redirect the frame; the device lives through the read side section.
            unsafe {
                let mut owned = ManuallyDrop::new(Skb::from_raw(skb));
                owned.set_dev(dev);
            }
            bindings::RX_HANDLER_ANOTHER
        }
        // SAFETY: The frame is valid.
        Received::Exact => unsafe { bindings::bond_helper_rx_exact(skb) },
        Received::Consumed => {
            // SAFETY: The frame was given to us with the hook's call.
            unsafe { bindings::bond_helper_consume_skb(skb) };
            bindings::RX_HANDLER_CONSUMED
        }
        // SAFETY: By the caller's promise.
        Received::Rare => unsafe { rx_rare::<T>(skb) },
    }
}

/// Puts the receive hook on `dev`; it owns a reference to `this` from then on.
pub(crate) fn hook<T: Receiver>(dev: &NetDevice, this: ARef<T>, _rtnl: &mut Rtnl) -> Result {
    let data = ARef::into_raw(this);
    // SAFETY: Alive, RTNL is held; the data lives until `unhook`.
    let ret = to_result(unsafe {
        bindings::netdev_rx_handler_register(
            dev.as_ptr(),
            Some(rx_handler::<T>),
            data.as_ptr().cast(),
        )
    });
    if ret.is_err() {
        // SAFETY: Not taken over.
        drop(unsafe { ARef::from_raw(data) });
    }
    ret
}

/// Removes the hook, waits for its users, and drops its reference.
pub(crate) fn unhook<T: Receiver>(dev: &NetDevice, rtnl: &mut Rtnl) {
    let Some(this) = hooked::<T>(dev, rtnl).map(ptr::NonNull::from) else {
        return;
    };
    // SAFETY: Alive, RTNL is held, the hook is ours.
    unsafe { bindings::netdev_rx_handler_unregister(dev.as_ptr()) };
    // SAFETY: The reference that `hook` gave to the device; no receiver is left.
    drop(unsafe { ARef::<T>::from_raw(this) });
}

/// The receiver on `dev`, if the hook is that of a `T`.
pub(crate) fn hooked<'a, T: Receiver>(dev: &'a NetDevice, _rtnl: &'a Rtnl) -> Option<&'a T> {
    // SAFETY: Alive; both fields change under RTNL only. The data is a `T` if the hook is ours,
    // and goes only by `unhook`, which takes the witness exclusively.
    unsafe {
        let d = dev.as_ptr();
        let ours: bindings::rx_handler_func_t = Some(rx_handler::<T>);
        let there = (*d).rx_handler;
        if there.map(|f| f as usize) != ours.map(|f| f as usize) {
            return None;
        }
        (*d).rx_handler_data.cast::<T>().as_ref()
    }
}

/// Whether some receive hook is on `dev`.
pub(crate) fn is_port(dev: &NetDevice, _rtnl: &Rtnl) -> bool {
    // SAFETY: Alive; written under RTNL only.
    unsafe { (*dev.as_ptr()).rx_handler.is_some() }
}

/// Links `lower` below `master` as one of its members. `tx` and `hash` are `NETDEV_LAG_*`.
pub(crate) fn link(
    master: &NetDevice,
    lower: &NetDevice,
    (tx, hash): (u32, u32),
    extack: Extack,
    _rtnl: &mut Rtnl,
) -> Result {
    let mut info = bindings::netdev_lag_upper_info {
        tx_type: tx,
        hash_type: hash,
    };
    // SAFETY: Both are alive, RTNL is held; the information is copied or read during the call.
    to_result(unsafe {
        bindings::netdev_master_upper_dev_link(
            lower.as_ptr(),
            master.as_ptr(),
            ptr::null_mut(),
            ptr::addr_of_mut!(info).cast(),
            extack.as_ptr(),
        )
    })
}

/// Undoes [`link`].
pub(crate) fn unlink(master: &NetDevice, lower: &NetDevice, _rtnl: &mut Rtnl) {
    // SAFETY: Both are alive, RTNL is held.
    unsafe { bindings::netdev_upper_dev_unlink(lower.as_ptr(), master.as_ptr()) };
}

/// Tells listeners the state of a lower: `netdev_lower_state_changed()`.
pub(crate) fn lower_state_changed(lower: &NetDevice, link_up: bool, tx: bool, _rtnl: &mut Rtnl) {
    let mut info = bindings::netdev_lag_lower_state_info::default();
    info.set_link_up(link_up.into());
    info.set_tx_enabled(tx.into());
    // SAFETY: Alive, RTNL is held; read during the call.
    unsafe { bindings::netdev_lower_state_changed(lower.as_ptr(), ptr::addr_of_mut!(info).cast()) };
}

/// Tells the driver of `lower` and others how its master sees it: `netdev_bonding_info_change()`.
/// `id` is the place of `lower` among the master's lowers.
pub(crate) fn bonding_info(
    lower: &NetDevice,
    id: i32,
    member: &MemberInfo,
    master: &BondInfo,
    _rtnl: &mut Rtnl,
) {
    let mut info = bindings::netdev_bonding_info::default();
    info.slave.slave_id = id;
    info.slave.slave_name = member.name;
    info.slave.link = member.link;
    info.slave.state = member.state;
    info.slave.link_failure_count = member.failures;
    [
        info.master.bond_mode,
        info.master.num_slaves,
        info.master.miimon,
    ] = master.0;
    // SAFETY: Alive, RTNL is held; read during the call.
    unsafe { bindings::netdev_bonding_info_change(lower.as_ptr(), &mut info) };
}

/// Whether `upper` is stacked on `dev`, if only by way of others: `netdev_has_upper_dev()`.
pub(crate) fn is_below(dev: &NetDevice, upper: &NetDevice, _rtnl: &Rtnl) -> bool {
    // SAFETY: Both are alive, RTNL is held.
    unsafe { bindings::netdev_has_upper_dev(dev.as_ptr(), upper.as_ptr()) }
}

/// Whether a VLAN device is stacked on `dev`.
pub(crate) fn vlan_uppers(dev: &NetDevice, _rtnl: &Rtnl) -> bool {
    // SAFETY: Alive, RTNL is held.
    unsafe { bindings::vlan_uses_dev(dev.as_ptr()) }
}

/// The master of `dev`, if it has one.
pub(crate) fn master<'a>(dev: &NetDevice, _rtnl: &'a Rtnl) -> Option<&'a NetDevice> {
    // SAFETY: Alive, RTNL is held; the master cannot go before the link.
    unsafe {
        let master = bindings::netdev_master_upper_dev_get(dev.as_ptr());
        (!master.is_null()).then(|| NetDevice::from_raw(master))
    }
}
