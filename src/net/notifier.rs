// SPDX-License-Identifier: GPL-2.0

//! Events of devices.
//!
//! C headers: [`include/linux/notifier.h`](srctree/include/linux/notifier.h),
//! [`include/linux/netdevice.h`](srctree/include/linux/netdevice.h). RTNL is held; UP, DOWN, CHANGE and
//! CHANGENAME of a device with an instance lock come with that lock held.

use super::{
    bindings,
    context::{OpsLocked, Rtnl},
    device::NetDevice,
};
use core::{cell::UnsafeCell, marker::PhantomData, ptr};
use kernel::{error::to_result, ffi::c_int, prelude::*};

/// The events that a [`Listener`] hears of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// The device is registered.
    Register,
    /// The device goes, or leaves the namespace.
    Unregister,
    /// Opened; instance lock held.
    Up,
    /// Closed; instance lock held.
    Down,
    /// State (carrier, say) changed; instance lock held.
    Change,
    /// Renamed; instance lock held.
    Rename,
    /// Features changed; the instance lock may be held.
    Features,
    /// A member below wants multicast memberships announced again.
    ResendIgmp,
}

impl Event {
    fn from_raw(event: usize) -> Option<Self> {
        Some(match u32::try_from(event).ok()? {
            bindings::NETDEV_REGISTER => Self::Register,
            bindings::NETDEV_UNREGISTER => Self::Unregister,
            bindings::NETDEV_UP => Self::Up,
            bindings::NETDEV_DOWN => Self::Down,
            bindings::NETDEV_CHANGE => Self::Change,
            bindings::NETDEV_CHANGENAME => Self::Rename,
            bindings::NETDEV_FEAT_CHANGE => Self::Features,
            bindings::NETDEV_RESEND_IGMP => Self::ResendIgmp,
            _ => return None,
        })
    }

    /// Whether the core holds the device's instance lock, if it has one.
    fn holds_ops_lock(self) -> bool {
        matches!(self, Self::Up | Self::Down | Self::Change | Self::Rename)
    }
}

/// An event while listeners are called for it.
///
/// # Invariants
///
/// The core is inside the call of the listeners for this event of this device.
pub(crate) struct Notice<'a> {
    dev: &'a NetDevice,
    event: Event,
}

impl<'a> Notice<'a> {
    /// What happened.
    pub(crate) fn event(&self) -> Event {
        self.event
    }

    /// To whom.
    pub(crate) fn dev(&self) -> &'a NetDevice {
        self.dev
    }

    /// The instance lock of the device, if the core holds it.
    pub(crate) fn held_lock(&self, _rtnl: &Rtnl) -> Option<OpsLocked<'_>> {
        if !self.event.holds_ops_lock() {
            return None;
        }
        // SAFETY: By the invariant, and the core holds the lock for the duration of these events,
        // which the borrow of the notice does not outlive.
        Some(unsafe { OpsLocked::assume_held(self.dev) })
    }
}

impl NetDevice {
    /// Whether the device has others below it. Within its events, the instance locks of those may be
    /// held: HSR tells of its link within the events of its ports.
    pub(crate) fn is_stacked(&self, _rtnl: &Rtnl) -> bool {
        // SAFETY: Alive; the list changes under RTNL.
        unsafe { bindings::bond_helper_netdev_is_stacked(self.as_ptr()) }
    }

    /// Whether the device has an instance lock around its operations.
    pub(crate) fn has_ops_lock(&self) -> bool {
        // SAFETY: Alive.
        unsafe { bindings::bond_helper_netdev_need_ops_lock(self.as_ptr()) }
    }
}

/// Hears of the events of all devices.
pub(crate) trait Listener: 'static {
    /// The static storage of the registration.
    fn block() -> &'static Block;
    /// Something happened.
    fn event(notice: &Notice<'_>, rtnl: &mut Rtnl);
}

/// Static storage for a notifier block, which the core links.
pub(crate) struct Block(UnsafeCell<bindings::notifier_block>);

// SAFETY: Written by the core under RTNL.
unsafe impl Sync for Block {}

impl Block {
    /// A block that calls `L`.
    pub(crate) const fn new<L: Listener>() -> Self {
        Self(UnsafeCell::new(bindings::notifier_block {
            notifier_call: Some(call::<L>),
            next: ptr::null_mut(),
            priority: 0,
        }))
    }
}

/// # Safety
///
/// Only for the chain of device notifiers.
unsafe extern "C" fn call<L: Listener>(
    _nb: *mut bindings::notifier_block,
    event: usize,
    info: *mut kernel::ffi::c_void,
) -> c_int {
    if let Some(event) = Event::from_raw(event) {
        // SAFETY: RTNL is held; `info` starts with the device, which is alive.
        let (mut rtnl, dev) = unsafe {
            let info = info.cast::<bindings::netdev_notifier_info>();
            (Rtnl::assume_held(), NetDevice::from_raw((*info).dev))
        };
        // INVARIANT: This is that call.
        L::event(&Notice { dev, event }, &mut rtnl);
    }
    0
}

/// A registered listener.
pub(crate) struct Registration<L: Listener>(PhantomData<L>);

impl<L: Listener> Registration<L> {
    /// Registers; the core replays REGISTER and UP of what exists. Without RTNL.
    pub(crate) fn new() -> Result<Self> {
        // SAFETY: Static storage, registered once.
        to_result(unsafe { bindings::register_netdevice_notifier(L::block().0.get()) })?;
        Ok(Self(PhantomData))
    }
}

impl<L: Listener> Drop for Registration<L> {
    fn drop(&mut self) {
        // SAFETY: Registered by `new`.
        unsafe { bindings::unregister_netdevice_notifier(L::block().0.get()) };
    }
}
