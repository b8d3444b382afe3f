// SPDX-License-Identifier: GPL-2.0

//! Frames of the slow protocols (IEEE 802.3 annex 57A): what LACP and markers are carried in.
//!
//! C header: [`include/linux/skbuff.h`](srctree/include/linux/skbuff.h).

use super::{
    bindings,
    context::{BhOff, Rtnl},
    device::{DevRef, HwAddr, NetDevice},
    skb::Skb,
    upper::FrameIn,
};
use core::{
    mem::{self, MaybeUninit},
    ptr::{self, addr_of_mut, NonNull},
};

/// Bytes after the Ethernet header.
pub(crate) const LEN: usize = bindings::BOND_SLOW_LEN as usize;

/// The group address that slow protocols are sent to; bridges do not forward it.
static GROUP: [u8; 6] = [0x01, 0x80, 0xc2, 0x00, 0x00, 0x02];

/// How urgent a frame is on its way out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Priority {
    /// As any other.
    Normal,
    /// `TC_PRIO_CONTROL`: before the others.
    Control,
}

/// A frame that came in, as far as slow protocols care.
pub(crate) enum Slow<'a> {
    /// Something else.
    No,
    /// Of a slow protocol, but too short.
    Short,
    /// Of a slow protocol; what follows the Ethernet header.
    Payload(&'a [u8; LEN]),
}

impl FrameIn<'_> {
    /// Runs `f` with what the frame is to slow protocols. The payload is copied only if it does not
    /// lie in one piece.
    #[inline]
    pub(crate) fn with_slow<R>(&self, f: impl FnOnce(Slow<'_>) -> R) -> R {
        let mut room = MaybeUninit::<[u8; LEN]>::uninit();
        let mut payload = ptr::null();
        // SAFETY: The frame is valid, `room` has `LEN` bytes.
        let verdict = unsafe {
            let room = room.as_mut_ptr().cast();
            bindings::bond_helper_slow_payload(self.as_ptr(), room, &mut payload)
        };
        f(match verdict {
            // SAFETY: `LEN` bytes of the frame, which does not change while it is borrowed, or of
            // `room`, which lives as long as the call.
            0 => Slow::Payload(unsafe { &*payload.cast::<[u8; LEN]>() }),
            1 => Slow::Short,
            _ => Slow::No,
        })
    }
}

/// Frames that wait to be sent. Dropping frees them.
///
/// # Invariants
///
/// A list of frames linked by `next`, owned by this value, each with a reference to its device;
/// `last` is its end.
pub(crate) struct Outbox<'a> {
    first: *mut bindings::sk_buff,
    last: *mut bindings::sk_buff,
    bh: BhOff<'a>,
}

/// The `next` of a frame.
///
/// # Safety
///
/// `skb` is valid.
unsafe fn next_of(skb: *mut bindings::sk_buff) -> *mut *mut bindings::sk_buff {
    // SAFETY: Valid by contract.
    unsafe { addr_of_mut!((*skb).__bindgen_anon_1.__bindgen_anon_1.next) }
}

impl<'a> Outbox<'a> {
    /// An empty list.
    pub(crate) fn new(bh: BhOff<'a>) -> Self {
        Self {
            first: ptr::null_mut(),
            last: ptr::null_mut(),
            bh,
        }
    }

    /// Makes a frame that leaves by `dev`, whose payload `write` fills; false if there is no memory.
    /// The lock under which `dev` was found may be free again when the frame is sent.
    pub(crate) fn push(
        &mut self,
        dev: &NetDevice,
        source: &HwAddr,
        priority: Priority,
        write: impl FnOnce(&mut [u8; LEN]),
    ) -> bool {
        let &[a, b, c, d, e, f, ..] = source.as_bytes() else {
            return false;
        };
        let source = [a, b, c, d, e, f];
        let priority = match priority {
            Priority::Normal => bindings::TC_PRIO_BESTEFFORT,
            Priority::Control => bindings::TC_PRIO_CONTROL,
        };
        let mut payload = ptr::null_mut();
        // SAFETY: The device is alive; the arrays have the lengths that the helper reads.
        let skb = unsafe {
            bindings::bond_helper_slow_frame(
                dev.as_ptr(),
                GROUP.as_ptr(),
                source.as_ptr(),
                priority,
                &mut payload,
            )
        };
        let Some(skb) = NonNull::new(skb) else {
            return false;
        };
        // SAFETY: `LEN` bytes of the new frame, zeroed, and nobody else has them.
        write(unsafe { &mut *payload.cast::<[u8; LEN]>() });
        // The list has the reference now; `pop` takes it out.
        mem::forget(DevRef::new(dev));
        let skb = skb.as_ptr();
        if self.first.is_null() {
            self.first = skb;
        } else {
            // SAFETY: `last` is the end of our list.
            unsafe { next_of(self.last).write(skb) };
        }
        self.last = skb;
        true
    }

    /// The first frame, and its device.
    fn pop(&mut self) -> Option<(Skb, DevRef)> {
        let skb = NonNull::new(self.first)?.as_ptr();
        // SAFETY: The first of our list, which has a reference to its device by the invariant; both
        // leave the list, the frame as a single one.
        unsafe {
            self.first = next_of(skb).replace(ptr::null_mut());
            let dev = DevRef::from_raw(bindings::bond_helper_skb_dev(skb));
            Some((Skb::from_raw(skb), dev))
        }
    }

    /// Sends the frames, without any lock of ours.
    pub(crate) fn send(mut self) {
        while let Some((skb, dev)) = self.pop() {
            dev.queue_xmit(skb, self.bh);
        }
    }
}

impl Drop for Outbox<'_> {
    fn drop(&mut self) {
        while self.pop().is_some() {}
    }
}

impl NetDevice {
    /// Listens to slow protocols.
    pub(crate) fn join_slow(&self, _rtnl: &mut Rtnl) {
        // SAFETY: Alive; takes the address lock. Devices without filter hear everything.
        unsafe { bindings::dev_mc_add(self.as_ptr(), GROUP.as_ptr()) };
    }

    /// Undoes [`Self::join_slow`].
    pub(crate) fn leave_slow(&self, _rtnl: &mut Rtnl) {
        // SAFETY: As above.
        unsafe { bindings::dev_mc_del(self.as_ptr(), GROUP.as_ptr()) };
    }
}
