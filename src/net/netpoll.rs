// SPDX-License-Identifier: GPL-2.0

//! Sending with interrupts off, for consoles on the network: `netpoll`.
//!
//! C header: [`include/linux/netpoll.h`](srctree/include/linux/netpoll.h). A device that has lower ones
//! takes a netpoll on each of them while it is polled itself. Those change under RTNL and are
//! used under RCU.

use super::{
    bindings,
    context::{BhOff, Rtnl},
    device::NetDevice,
    driver::{self, Driver},
    skb::Skb,
};
use core::{
    marker::PhantomData,
    ptr::{self, addr_of},
    sync::atomic::{AtomicPtr, Ordering},
};
use kernel::{error::to_result, ffi::c_int, prelude::*};

/// What a driver does to be polled.
pub(crate) trait Polled: Driver {
    /// The device begins to be polled; takes a netpoll on each lower, or on none.
    fn poll_begins(&self, rtnl: &mut Rtnl) -> Result;
    /// The device is polled no more.
    fn poll_ends(&self, rtnl: &mut Rtnl);
    /// Lets the lower devices make progress; interrupts may be off.
    fn poll(&self, bh: BhOff<'_>);
}

/// The place for the netpoll on one lower device.
///
/// # Invariants
///
/// Null, or a netpoll that was set up, and stays valid for a grace period after it is replaced.
/// Null when dropped.
pub(crate) struct Slot(AtomicPtr<bindings::netpoll>);

impl Slot {
    /// An empty place.
    pub(crate) const fn new() -> Self {
        // INVARIANT: Null.
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    /// Whether there is a netpoll.
    pub(crate) fn is_taken(&self) -> bool {
        !self.0.load(Ordering::Relaxed).is_null()
    }

    /// Takes a netpoll on `dev`, if there is none yet. Fails if the device cannot be polled.
    pub(crate) fn take(&self, dev: &NetDevice, _rtnl: &mut Rtnl) -> Result {
        if self.is_taken() {
            return Ok(());
        }
        let mut netpoll = KBox::new(bindings::netpoll::default(), GFP_KERNEL)?;
        netpoll.name = kernel::str::as_char_ptr_in_const_context(c"bonding");
        // SAFETY: Zeroed but for the name, as the function wants it; the device is alive, RTNL is
        // held.
        to_result(unsafe { bindings::__netpoll_setup(&mut *netpoll, dev.as_ptr()) })?;
        // INVARIANT: Set up; the release orders its contents before the pointer.
        self.0.store(KBox::into_raw(netpoll), Ordering::Release);
        Ok(())
    }

    /// Gives the netpoll back, if there is one; waits for its users.
    pub(crate) fn give_back(&self, _rtnl: &mut Rtnl) {
        let netpoll = self.0.swap(ptr::null_mut(), Ordering::AcqRel);
        if !netpoll.is_null() {
            // SAFETY: Set up by the invariant, and not found any more. The function waits for a
            // grace period and frees it with `kfree()`, the counterpart of `KBox`'s allocator.
            unsafe { bindings::__netpoll_free(netpoll) };
        }
    }

    /// Sends by the netpoll on `dev`, or drops the frame if there is none.
    #[cold]
    pub(crate) fn send(&self, dev: &NetDevice, mut skb: Skb, _bh: BhOff<'_>) -> i32 {
        skb.set_dev(dev);
        let netpoll = self.0.load(Ordering::Acquire);
        // SAFETY: Null, which the function allows, or valid through this read side section by the
        // invariant; the frame is given away.
        unsafe { bindings::netpoll_send_skb(netpoll, skb.into_raw()) as i32 }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        // Values are dropped where `give_back` may not be called.
        debug_assert!(!self.is_taken());
    }
}

/// Whether `dev` is polled.
pub(crate) fn is_polled(dev: &NetDevice, _rtnl: &Rtnl) -> bool {
    // SAFETY: Alive; the field is a pointer that changes under RTNL.
    !unsafe { addr_of!((*dev.as_ptr()).npinfo).read_volatile() }.is_null()
}

/// Whether this is not a usual transmission but one of netpoll: those come with interrupts off.
#[cold]
pub(crate) fn is_sending(_bh: BhOff<'_>) -> bool {
    // SAFETY: No precondition.
    unsafe { bindings::bond_helper_irqs_disabled() }
}

/// `netpoll_poll_dev()`.
pub(crate) fn poll(dev: &NetDevice, _bh: BhOff<'_>) {
    // SAFETY: Alive; the context is one in which `ndo_poll_controller` is called.
    unsafe { bindings::netpoll_poll_dev(dev.as_ptr()) };
}

struct Calls<D>(PhantomData<D>);

/// Safety of every function here: called by netpoll for a device of `D`.
#[allow(clippy::missing_safety_doc)]
impl<D: Polled> Calls<D> {
    unsafe extern "C" fn setup(dev: *mut bindings::net_device) -> c_int {
        // SAFETY: See the block; RTNL is held.
        let (mut rtnl, this) = unsafe { (Rtnl::assume_held(), driver::private::<D>(dev)) };
        this.poll_begins(&mut rtnl)
            .map_or_else(|e| e.to_errno(), |()| 0)
    }

    unsafe extern "C" fn cleanup(dev: *mut bindings::net_device) {
        // SAFETY: As for `setup`.
        let (mut rtnl, this) = unsafe { (Rtnl::assume_held(), driver::private::<D>(dev)) };
        this.poll_ends(&mut rtnl);
    }

    unsafe extern "C" fn poll_controller(dev: *mut bindings::net_device) {
        // SAFETY: See the block; a read side section of the softirq kind.
        let (this, bh) = unsafe { (driver::private::<D>(dev), BhOff::assume_off()) };
        this.poll(bh);
    }
}

/// Adds the operations of netpoll to those of a device of `D`.
pub(super) const fn add_ops<D: Polled>(ops: &mut bindings::net_device_ops) {
    ops.ndo_netpoll_setup = Some(Calls::<D>::setup);
    ops.ndo_netpoll_cleanup = Some(Calls::<D>::cleanup);
    ops.ndo_poll_controller = Some(Calls::<D>::poll_controller);
}
