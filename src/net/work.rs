// SPDX-License-Identifier: GPL-2.0

//! Delayed works of devices, each of which has a queue for them.
//!
//! C header: [`include/linux/workqueue.h`](srctree/include/linux/workqueue.h). Works are cancelled
//! synchronously under RTNL, so they take RTNL by trial only.

use super::{
    bindings,
    context::{Rtnl, RtnlGuard},
    device::NetDevice,
};
use core::{
    cell::UnsafeCell,
    marker::PhantomPinned,
    ptr::{self, NonNull},
    sync::atomic::{AtomicPtr, Ordering},
};
use kernel::{
    prelude::*,
    time::{ClockSource, Monotonic},
    types::Opaque,
};

/// Where the works of a device are queued: one after another, so that a processor wakes up once for
/// those that are due together.
///
/// It has a rescuer, since works must run without memory, too, and belongs to no processor, since they
/// must run also when something keeps one for itself.
///
/// # Invariants
///
/// An allocated queue, which nobody else frees.
pub(crate) struct Queue(NonNull<bindings::workqueue_struct>);

// SAFETY: Queues may be used from anywhere.
unsafe impl Send for Queue {}
// SAFETY: As above.
unsafe impl Sync for Queue {}

impl Queue {
    /// Allocates a queue that is called as the device is now; process context.
    pub(crate) fn new(dev: &NetDevice, _rtnl: &mut Rtnl) -> Result<Self> {
        // SAFETY: Alive; the name, which does not change under RTNL, is copied.
        let queue = unsafe { bindings::bond_helper_alloc_wq(dev.as_ptr()) };
        // INVARIANT: Just allocated.
        NonNull::new(queue).map(Self).ok_or(ENOMEM)
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        // SAFETY: By the invariant. Its works are parts of its owner, and are dropped before.
        unsafe { bindings::destroy_workqueue(self.0.as_ptr()) };
    }
}

/// Whoever has works.
pub(crate) trait Owner: Sync + 'static {
    /// Where they are queued.
    fn queue(&self) -> &Queue;
}

/// What a work does; one type per work of an owner.
pub(crate) trait Work<T>: 'static {
    /// `BOND_WORK_*`: the lockdep class.
    const KIND: bindings::bond_work_kind;

    /// Runs in process context without locks.
    fn run(owner: &T);
}

/// A delayed work embedded in its owner.
///
/// # Invariants
///
/// Once `owner` is set, `raw` is initialised and `owner` is the value that embeds this one, which
/// does not move; dropping disables the work first.
#[repr(C)]
pub(crate) struct DelayedWork<T: 'static, W: Work<T>> {
    raw: Opaque<bindings::delayed_work>,
    owner: AtomicPtr<T>,
    _what: core::marker::PhantomData<fn() -> W>,
    _pin: UnsafeCell<PhantomPinned>,
}

// SAFETY: The C work may be used from anywhere; the owner is shared by reference only.
unsafe impl<T: Sync, W: Work<T>> Sync for DelayedWork<T, W> {}
// SAFETY: As above.
unsafe impl<T: Sync, W: Work<T>> Send for DelayedWork<T, W> {}

impl<T: Owner, W: Work<T>> DelayedWork<T, W> {
    /// A work that cannot be queued before [`Self::attach`].
    pub(crate) fn new() -> Self {
        Self {
            raw: Opaque::zeroed(),
            owner: AtomicPtr::new(ptr::null_mut()),
            _what: core::marker::PhantomData,
            _pin: UnsafeCell::new(PhantomPinned),
        }
    }

    /// Ties the work to its owner.
    ///
    /// # Safety
    ///
    /// `owner` embeds this work and does not move until it is dropped; called once.
    pub(super) unsafe fn attach(&self, owner: *const T) {
        // SAFETY: At its final address, not initialised yet.
        unsafe {
            bindings::bond_helper_init_delayed_work(self.raw.get(), Some(Self::callback), W::KIND)
        };
        self.owner.store(owner.cast_mut(), Ordering::Release);
    }

    /// # Safety
    ///
    /// Only for the work queue, with the work of an attached `Self`.
    unsafe extern "C" fn callback(work: *mut bindings::work_struct) {
        // SAFETY: `work` is the first field of `delayed_work`, which is our first (`repr(C)`).
        let this = unsafe { &*work.cast::<Self>() };
        // SAFETY: By the invariant the owner lives until the work is cancelled.
        if let Some(owner) = unsafe { this.owner.load(Ordering::Acquire).as_ref() } {
            W::run(owner);
        }
    }

    /// Runs the work after `delay` jiffies, unless it waits to run already.
    pub(crate) fn queue(&self, delay: u32) {
        self.schedule(delay, false);
    }

    /// Runs the work after `delay` jiffies, also if it waits to run at another time.
    pub(crate) fn requeue(&self, delay: u32) {
        self.schedule(delay, true);
    }

    /// For the work itself: RTNL if it is free, else the work runs again a tick later. It cannot
    /// wait, since whoever has RTNL may wait for the work to end.
    pub(crate) fn rtnl_or_later(&self) -> Option<RtnlGuard> {
        let rtnl = RtnlGuard::try_lock();
        if rtnl.is_none() {
            self.queue(1);
        }
        rtnl
    }

    fn schedule(&self, delay: u32, again: bool) {
        // SAFETY: The owner embeds this work, by the invariant.
        let Some(owner) = (unsafe { self.owner.load(Ordering::Acquire).as_ref() }) else {
            return;
        };
        let by = if again {
            bindings::mod_delayed_work_on
        } else {
            bindings::queue_delayed_work_on
        };
        let cpu = bindings::WORK_CPU_UNBOUND as i32;
        let queue = owner.queue().0.as_ptr();
        // SAFETY: Initialised, by the invariant; the queue is its owner's.
        unsafe { by(cpu, queue, self.raw.get(), delay as usize) };
    }

    /// Cancels the work and waits for a run under way. Not from the work itself.
    pub(crate) fn cancel(&self) {
        if self.owner.load(Ordering::Acquire).is_null() {
            return;
        }
        // SAFETY: Initialised, by the invariant.
        unsafe { bindings::cancel_delayed_work_sync(self.raw.get()) };
    }
}

impl<T: 'static, W: Work<T>> DelayedWork<T, W> {
    /// Cancels the work for good: whoever queues it from now on does so in vain.
    pub(crate) fn disable(&self) {
        if self.owner.load(Ordering::Acquire).is_null() {
            return;
        }
        // SAFETY: Initialised, by the invariant.
        unsafe { bindings::disable_delayed_work_sync(self.raw.get()) };
    }
}

impl<T: 'static, W: Work<T>> Drop for DelayedWork<T, W> {
    fn drop(&mut self) {
        self.disable();
    }
}

/// Milliseconds as jiffies, rounded up.
pub(crate) fn jiffies_of_ms(ms: u32) -> u32 {
    let ticks = u64::from(ms).wrapping_mul(bindings::HZ).wrapping_add(999) / 1000;
    u32::try_from(ticks).unwrap_or(u32::MAX)
}

/// Milliseconds since boot, by the jiffies clock.
pub(crate) fn now_ms() -> u64 {
    // SAFETY: No precondition.
    let jiffies = unsafe { bindings::bond_helper_jiffies() };
    jiffies.wrapping_mul(1000) / bindings::HZ
}

/// Nanoseconds since boot, by the monotonic clock. Not in NMIs.
pub(crate) fn now_ns() -> u64 {
    u64::try_from(Monotonic::ktime_get()).unwrap_or(0)
}
