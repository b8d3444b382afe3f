// SPDX-License-Identifier: GPL-2.0

//! Frames.
//!
//! C header: [`include/linux/skbuff.h`](srctree/include/linux/skbuff.h).

use super::{bindings, context::BhOff, device::NetDevice};
use core::{
    mem::ManuallyDrop,
    ptr::{addr_of, addr_of_mut, NonNull},
};

/// A frame that we own; dropping it frees it.
///
/// # Invariants
///
/// A valid buffer, of which this value is the only owner of one reference.
pub(crate) struct Skb(NonNull<bindings::sk_buff>);

impl Skb {
    /// Takes over a frame.
    ///
    /// # Safety
    ///
    /// `ptr` is a valid frame whose reference the caller gives away.
    #[inline(always)]
    pub(super) unsafe fn from_raw(ptr: *mut bindings::sk_buff) -> Self {
        // SAFETY: Valid, so not null. INVARIANT: By the caller's promise.
        Self(unsafe { NonNull::new_unchecked(ptr) })
    }

    /// A frame that stays its owner's, for the length of a callback.
    ///
    /// # Safety
    ///
    /// `ptr` is a valid frame as long as the result is used, through which nothing may take it.
    pub(super) unsafe fn borrow(ptr: NonNull<bindings::sk_buff>) -> ManuallyDrop<Self> {
        // INVARIANT: Not the owner, but never dropped, and the caller gives out `&Skb` only.
        ManuallyDrop::new(Self(ptr))
    }

    /// The C frame.
    #[inline(always)]
    pub(super) fn as_ptr(&self) -> *mut bindings::sk_buff {
        self.0.as_ptr()
    }

    /// Gives the frame to C.
    #[inline(always)]
    pub(super) fn into_raw(self) -> *mut bindings::sk_buff {
        ManuallyDrop::new(self).0.as_ptr()
    }

    /// Sets the device that the frame leaves by or came in on.
    #[inline(always)]
    pub(super) fn set_dev(&mut self, dev: &NetDevice) {
        // SAFETY: We own the frame. The device is borrowed, and outlives the frame's stay with
        // it by the rules of the context that the callers show.
        unsafe {
            addr_of_mut!(
                (*self.0.as_ptr())
                    .__bindgen_anon_1
                    .__bindgen_anon_1
                    .__bindgen_anon_1
                    .dev
            )
            .write(dev.as_ptr())
        };
    }

    /// Where the field at `offset` bytes lies.
    ///
    /// # Safety
    ///
    /// `offset` is that of a `T` in `struct sk_buff`.
    #[inline(always)]
    pub(super) unsafe fn at<T>(&self, offset: u32) -> *mut T {
        // SAFETY: Inside of the structure, by the caller's promise.
        unsafe { self.0.as_ptr().byte_add(offset as usize).cast() }
    }

    /// Where `ndo_select_queue` saved the queue mapping: in the part of the control block that is
    /// the queueing layer's, and so a device's until the frame is sent on.
    #[inline(always)]
    fn saved_queue(&self) -> *mut u16 {
        // SAFETY: The control block holds a `struct qdisc_skb_cb` at its beginning.
        unsafe {
            self.at(bindings::BOND_OFF_skb_cb.wrapping_add(bindings::BOND_OFF_qdisc_cb_queue))
        }
    }

    /// The queue that the sender or a filter chose, plus one; 0 for none.
    #[inline(always)]
    pub(crate) fn queue_mapping(&self) -> u16 {
        // SAFETY: The frame is valid.
        unsafe { addr_of!((*self.0.as_ptr()).queue_mapping).read() }
    }

    /// Keeps the queue mapping for [`Skb::restore_queue_mapping`] while ours is chosen.
    #[inline(always)]
    pub(super) fn save_queue_mapping(&mut self) {
        // SAFETY: We own the frame; only fields of it are touched.
        unsafe { self.saved_queue().write(self.queue_mapping()) };
    }

    /// Puts back the queue mapping that `ndo_select_queue` saved before it chose ours.
    #[inline(always)]
    pub(crate) fn restore_queue_mapping(&mut self) {
        // SAFETY: We own the frame; only fields of it are touched.
        unsafe {
            let saved = self.saved_queue().read();
            addr_of_mut!((*self.0.as_ptr()).queue_mapping).write(saved);
        }
    }

    /// A second frame with the same data, or nothing if there is no memory.
    pub(crate) fn try_clone(&self, _bh: BhOff<'_>) -> Option<Self> {
        // SAFETY: The frame is valid. INVARIANT: A clone has one reference, ours.
        NonNull::new(unsafe { bindings::skb_clone(self.0.as_ptr(), bindings::GFP_ATOMIC) })
            .map(Self)
    }

    /// Leaves the frame with whom it came from by `ndo_start_xmit`, to try again later; returns
    /// `NETDEV_TX_BUSY`, which must be the answer.
    #[must_use]
    pub(crate) fn leave_for_later(self) -> i32 {
        let _ = self.into_raw();
        bindings::NETDEV_TX_BUSY
    }

    /// Frees the frame and counts it as dropped on its way out of `dev`; returns `NET_XMIT_DROP`.
    #[inline(always)]
    pub(crate) fn drop_tx(self, dev: &NetDevice) -> i32 {
        // SAFETY: The frame is ours to give away and the device is alive.
        unsafe { bindings::bond_helper_tx_drop(dev.as_ptr(), self.into_raw()) }
    }
}

impl Drop for Skb {
    fn drop(&mut self) {
        // SAFETY: By the invariant the reference is ours.
        unsafe {
            bindings::dev_kfree_skb_any_reason(
                self.0.as_ptr(),
                bindings::SKB_DROP_REASON_NOT_SPECIFIED,
            )
        };
    }
}
