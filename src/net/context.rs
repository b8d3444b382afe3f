// SPDX-License-Identifier: GPL-2.0

//! Witnesses: the locks and contexts a caller is in, as values.
//!
//! A function that needs a lock takes the witness of it. Witnesses have no size and exist only
//! where the context does: the lock functions below make them, and the callbacks of this module
//! do, where the C side guarantees the context.
//!
//! C headers: [`include/linux/rtnetlink.h`](srctree/include/linux/rtnetlink.h),
//! [`include/linux/rcupdate.h`](srctree/include/linux/rcupdate.h),
//! [`include/net/netdev_lock.h`](srctree/include/net/netdev_lock.h).

use super::{bindings, device::NetDevice};
use core::{
    marker::PhantomData,
    ops::{Deref, DerefMut},
};
use kernel::types::NotThreadSafe;

/// The RTNL is held by the current task, which may sleep.
///
/// A shared borrow allows to read what RTNL protects. An exclusive borrow allows to change it,
/// and to call what may change it: whatever can raise a notifier, and so re-enter the driver,
/// takes `&mut Rtnl`. References into RTNL-protected data borrow the witness, so they cannot live
/// across such a call.
///
/// # Invariants
///
/// The current task holds the RTNL while a value exists.
pub(crate) struct Rtnl(NotThreadSafe);

impl Rtnl {
    /// Makes the witness in a callback that the core calls with the RTNL held.
    ///
    /// # Safety
    ///
    /// The current task holds the RTNL for the life of the value, and no reference obtained
    /// through another witness of the same task is used while it exists.
    #[inline]
    pub(super) unsafe fn assume_held() -> Self {
        if cfg!(CONFIG_PROVE_LOCKING) {
            // SAFETY: Checks the caller's promise, has no precondition.
            unsafe { bindings::bond_helper_assert_rtnl() };
        }
        // INVARIANT: By the caller's promise.
        Self(NotThreadSafe)
    }
}

/// The RTNL, taken by us.
pub(crate) struct RtnlGuard(Rtnl);

impl RtnlGuard {
    /// Takes the RTNL; process context, not held yet.
    pub(crate) fn lock() -> Self {
        // SAFETY: A mutex; callers of this safe function are in process context (`might_sleep`
        // inside reports otherwise) and hold no witness, since those only come with the lock.
        unsafe { bindings::rtnl_lock() };
        // INVARIANT: Just taken.
        Self(Rtnl(NotThreadSafe))
    }

    /// Takes the RTNL if nobody has it. For works that are cancelled under RTNL.
    pub(crate) fn try_lock() -> Option<Self> {
        // SAFETY: No precondition in process context.
        if unsafe { bindings::rtnl_trylock() } == 0 {
            return None;
        }
        // INVARIANT: Just taken.
        Some(Self(Rtnl(NotThreadSafe)))
    }
}

impl Deref for RtnlGuard {
    type Target = Rtnl;
    fn deref(&self) -> &Rtnl {
        &self.0
    }
}

impl DerefMut for RtnlGuard {
    fn deref_mut(&mut self) -> &mut Rtnl {
        &mut self.0
    }
}

impl Drop for RtnlGuard {
    fn drop(&mut self) {
        // SAFETY: Taken by `lock` or `try_lock`, and only released here.
        unsafe { bindings::rtnl_unlock() };
    }
}

/// An RCU read side section.
///
/// # Invariants
///
/// The current context is inside an RCU (or BH-off, which is one) read side section for `'a`.
#[derive(Clone, Copy)]
pub(crate) struct Rcu<'a>(PhantomData<&'a ()>, NotThreadSafe);

impl Rcu<'_> {
    /// Makes the witness in a callback that the core calls inside a read side section.
    ///
    /// # Safety
    ///
    /// The section lasts for the lifetime of the value.
    #[inline(always)]
    pub(super) unsafe fn assume_held() -> Self {
        // INVARIANT: By the caller's promise.
        Self(PhantomData, NotThreadSafe)
    }

    /// Runs `f` inside a read side section.
    pub(crate) fn read<R>(f: impl FnOnce(Rcu<'_>) -> R) -> R {
        let _guard = kernel::sync::rcu::read_lock();
        // INVARIANT: `_guard` outlives the call.
        f(Rcu(PhantomData, NotThreadSafe))
    }
}

/// Softirq context, or process context with bottom halves off; implies [`Rcu`].
#[derive(Clone, Copy)]
pub(crate) struct BhOff<'a>(Rcu<'a>);

impl<'a> BhOff<'a> {
    /// Makes the witness in a callback of the data path.
    ///
    /// # Safety
    ///
    /// Bottom halves are off for the lifetime of the value.
    #[inline(always)]
    pub(super) unsafe fn assume_off() -> Self {
        // SAFETY: BH off is a read side section of RCU in all kernels since 4.20.
        Self(unsafe { Rcu::assume_held() })
    }

    /// Runs `f` with bottom halves off. Not in hard interrupts.
    pub(crate) fn run<R>(f: impl FnOnce(BhOff<'_>) -> R) -> R {
        // SAFETY: No precondition outside of hard interrupts; may be nested.
        unsafe { bindings::bond_helper_local_bh_disable() };
        // SAFETY: Off until the end of this function, which the value does not outlive.
        let result = f(unsafe { BhOff::assume_off() });
        // SAFETY: Disabled above.
        unsafe { bindings::bond_helper_local_bh_enable() };
        result
    }

    /// The read side section that comes with it.
    #[inline(always)]
    pub(crate) fn rcu(self) -> Rcu<'a> {
        self.0
    }
}

/// The address lock of one device is held, by a caller of ours; implies [`BhOff`].
///
/// # Invariants
///
/// `netif_addr_lock_bh()` of the device is in effect for `'a`.
pub(crate) struct AddrLocked<'a> {
    dev: &'a NetDevice,
    bh: BhOff<'a>,
}

impl<'a> AddrLocked<'a> {
    /// Makes the witness where the lock was taken.
    ///
    /// # Safety
    ///
    /// The lock of `dev` is held for the lifetime of the value.
    pub(super) unsafe fn assume_held(dev: &'a NetDevice) -> Self {
        // SAFETY: The lock turns bottom halves off.
        let bh = unsafe { BhOff::assume_off() };
        // INVARIANT: By the caller's promise.
        Self { dev, bh }
    }

    /// Whose lock it is.
    pub(super) fn dev(&self) -> &'a NetDevice {
        self.dev
    }

    /// Bottom halves are off meanwhile.
    pub(crate) fn bh(&self) -> BhOff<'a> {
        self.bh
    }
}

/// The instance lock of one device is held, if the device has its operations under that lock.
///
/// Functions of the core come in two kinds (see `Documentation/networking/netdevices.rst`): those
/// that take the lock and those that expect it. Methods of the second kind take this witness.
///
/// # Invariants
///
/// `netdev_lock_ops()` of the device is in effect; the RTNL is held too.
pub(crate) struct OpsLocked<'a> {
    dev: &'a NetDevice,
    /// Whether this value took the lock (and gives it back), or a caller of ours did.
    ours: bool,
    _rtnl: PhantomData<&'a Rtnl>,
    _not_send: NotThreadSafe,
}

impl<'a> OpsLocked<'a> {
    /// Takes the lock of `dev`. RTNL comes first, by the order of the core.
    pub(crate) fn lock(dev: &'a NetDevice, _rtnl: &'a Rtnl) -> Self {
        // SAFETY: `dev` is a live device; process context, as RTNL is held.
        unsafe { bindings::bond_helper_netdev_lock_ops(dev.as_ptr()) };
        // INVARIANT: Just taken.
        Self {
            dev,
            ours: true,
            _rtnl: PhantomData,
            _not_send: NotThreadSafe,
        }
    }

    /// Makes the witness in a notifier that the core calls with the lock held.
    ///
    /// # Safety
    ///
    /// The lock is held for the lifetime of the value.
    pub(super) unsafe fn assume_held(dev: &'a NetDevice) -> Self {
        // INVARIANT: By the caller's promise.
        Self {
            dev,
            ours: false,
            _rtnl: PhantomData,
            _not_send: NotThreadSafe,
        }
    }
}

impl OpsLocked<'_> {
    /// Whose lock it is.
    pub(super) fn dev(&self) -> &NetDevice {
        self.dev
    }
}

impl Drop for OpsLocked<'_> {
    fn drop(&mut self) {
        if self.ours {
            // SAFETY: Taken in `lock`.
            unsafe { bindings::bond_helper_netdev_unlock_ops(self.dev.as_ptr()) };
        }
    }
}
