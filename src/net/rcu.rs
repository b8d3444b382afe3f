// SPDX-License-Identifier: GPL-2.0

//! Values that the control plane publishes and the data path reads.
//!
//! C header: [`include/linux/rcupdate.h`](srctree/include/linux/rcupdate.h).

use super::{
    bindings,
    context::{Rcu, Rtnl},
};
use core::{
    cell::UnsafeCell,
    mem::ManuallyDrop,
    ops::{Deref, DerefMut},
    ptr::{self, NonNull},
    sync::atomic::{AtomicPtr, Ordering},
};
use kernel::{alloc::Flags, prelude::*};

#[repr(C)]
struct NodeInner<T> {
    head: UnsafeCell<bindings::callback_head>,
    value: T,
}

// SAFETY: The head belongs to RCU once the node is retired, and to nobody before.
unsafe impl<T: Send> Send for NodeInner<T> {}
// SAFETY: As above; readers only see the value.
unsafe impl<T: Sync> Sync for NodeInner<T> {}

/// A heap value that can be published, exclusively owned until then.
pub(crate) struct Node<T>(KBox<NodeInner<T>>);

impl<T> Node<T> {
    /// Allocates a node.
    pub(crate) fn new(value: T, flags: Flags) -> Result<Self> {
        Ok(Self(KBox::new(
            NodeInner {
                head: UnsafeCell::new(bindings::callback_head::default()),
                value,
            },
            flags,
        )?))
    }
}

impl<T> Deref for Node<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0.value
    }
}

impl<T> DerefMut for Node<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0.value
    }
}

/// A value that was published and no longer is, but may still have readers.
///
/// Dropping it hands it to `call_rcu()`: its own drop runs after a grace period.
#[must_use]
pub(crate) struct Retired<T: Send + 'static>(NonNull<NodeInner<T>>);

// SAFETY: Owns a `T`, and nothing else refers to it but readers of `&T`.
unsafe impl<T: Send> Send for Retired<T> {}

impl<T: Send + 'static> Retired<T> {
    /// Waits for a grace period and gives the value back.
    pub(crate) fn reclaim(self, rtnl: &mut Rtnl) -> Node<T> {
        let this = ManuallyDrop::new(self);
        synchronize_net(rtnl);
        // SAFETY: From `KBox::into_raw` in `RcuCell::replace`; no reader is left.
        Node(unsafe { KBox::from_raw(this.0.as_ptr()) })
    }

    /// # Safety
    ///
    /// Only for `call_rcu()`: `head` is that of a node that was given to it by `drop`.
    unsafe extern "C" fn free(head: *mut bindings::callback_head) {
        // SAFETY: `head` is the first field of the node (`repr(C)`), which came from a `KBox`.
        drop(unsafe { KBox::from_raw(head.cast::<NodeInner<T>>()) });
    }
}

impl<T: Send + 'static> Drop for Retired<T> {
    fn drop(&mut self) {
        // SAFETY: The node is valid and no longer published, so its head is free to use; the
        // module calls `rcu_barrier()` before it goes.
        unsafe { bindings::call_rcu((*self.0.as_ptr()).head.get(), Some(Self::free)) };
    }
}

/// A pointer that readers follow under RCU and the holder of RTNL replaces.
///
/// # Invariants
///
/// Null, or a node that stays valid for a grace period after it is replaced.
pub(crate) struct RcuCell<T: Send + Sync + 'static>(AtomicPtr<NodeInner<T>>);

impl<T: Send + Sync + 'static> RcuCell<T> {
    /// A cell that holds nothing.
    pub(crate) const fn empty() -> Self {
        // INVARIANT: Null.
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    /// `rcu_dereference()`.
    #[inline(always)]
    pub(crate) fn read<'a>(&'a self, _rcu: Rcu<'a>) -> Option<&'a T> {
        // Dependency ordering is what rcu_dereference() relies on, as do we.
        let p = self.0.load(Ordering::Relaxed);
        // SAFETY: By the invariant and the read side section the node lives for `'a`.
        unsafe { p.as_ref() }.map(|n| &n.value)
    }

    /// What the holder of RTNL, who alone replaces it, sees: `rtnl_dereference()`.
    pub(crate) fn held<'a>(&'a self, _rtnl: &'a Rtnl) -> Option<&'a T> {
        // SAFETY: By the invariant; replacing it takes the witness exclusively.
        unsafe { self.0.load(Ordering::Relaxed).as_ref() }.map(|n| &n.value)
    }

    /// Publishes `node` (`rcu_assign_pointer()`) and returns what was there.
    pub(crate) fn replace(&self, _rtnl: &mut Rtnl, node: Option<Node<T>>) -> Option<Retired<T>> {
        let new = node.map_or(ptr::null_mut(), |n| KBox::into_raw(n.0));
        // INVARIANT: A whole node; the release orders its contents before the pointer.
        NonNull::new(self.0.swap(new, Ordering::AcqRel)).map(Retired)
    }
}

impl<T: Send + Sync + 'static> Drop for RcuCell<T> {
    fn drop(&mut self) {
        // Readers may still be there: the owner of the cell goes only after its own grace
        // period, but the value is retired all the same, which costs nothing.
        drop(NonNull::new(*self.0.get_mut()).map(Retired));
    }
}

/// Waits until every reader that may be inside a read side section now has left it.
pub(crate) fn synchronize_net(_rtnl: &mut Rtnl) {
    // SAFETY: Needs process context, of which the witness is proof.
    unsafe { bindings::synchronize_net() };
}

/// Waits for every `call_rcu()` callback; before the module goes.
pub(crate) fn barrier() {
    // SAFETY: Needs process context, as the exit of a module is, the one caller.
    unsafe { bindings::rcu_barrier() };
}
