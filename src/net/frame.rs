// SPDX-License-Identifier: GPL-2.0

//! Looking into frames and sockets, without changing them.
//!
//! C headers: [`include/linux/skbuff.h`](srctree/include/linux/skbuff.h),
//! [`include/net/flow_dissector.h`](srctree/include/net/flow_dissector.h). Nothing is pulled: what
//! does not lie in one piece is copied out, so a look can neither fail for want of memory nor move
//! the data of a frame that somebody else looks at.

use super::{bindings, device::NetDevice, skb::Skb};
use core::{
    marker::PhantomData,
    mem::MaybeUninit,
    ptr::{addr_of, NonNull},
};

/// The bytes of a frame that is sent, from its MAC header on, which is where its data begin. Where
/// the field for the MAC header points does not matter: some senders leave it unset.
pub(crate) struct Frame<'a> {
    skb: &'a Skb,
    linear: &'a [u8],
    /// Where the data begin, counted from the start of the buffer.
    start: usize,
}

/// Reads a field of the headers group, at its offset in this kernel.
macro_rules! header {
    ($skb:expr, $ty:ty, $offset:ident) => {
        // SAFETY: The frame is valid, and this is its field of that type.
        unsafe { $skb.at::<$ty>(bindings::$offset).read() }
    };
}

impl Skb {
    /// A look at the bytes.
    #[inline(always)]
    pub(crate) fn frame(&self) -> Frame<'_> {
        // SAFETY: The frame is valid.
        let (head, data) = unsafe {
            let skb = self.as_ptr();
            (addr_of!((*skb).head).read(), addr_of!((*skb).data).read())
        };
        let start = (data as usize).wrapping_sub(head as usize);
        let len = self.tail_offset().saturating_sub(start);
        // SAFETY: Between its data and the tail, neither of which it moves while it is borrowed,
        // all is its memory; a frame has data.
        let linear =
            unsafe { NonNull::slice_from_raw_parts(NonNull::new_unchecked(data), len).as_ref() };
        Frame {
            skb: self,
            linear,
            start,
        }
    }

    /// Where the part that lies in one piece ends, counted from the start of the buffer.
    #[inline(always)]
    fn tail_offset(&self) -> usize {
        // SAFETY: The frame is valid.
        let tail = unsafe { addr_of!((*self.as_ptr()).tail).read() };
        #[cfg(CONFIG_64BIT)]
        return tail as usize;
        // SAFETY: The frame is valid.
        #[cfg(not(CONFIG_64BIT))]
        return (tail as usize).wrapping_sub(unsafe { (*self.as_ptr()).head } as usize);
    }
}

impl Frame<'_> {
    /// The bytes that lie in one piece.
    #[inline(always)]
    pub(crate) fn linear(&self) -> &[u8] {
        self.linear
    }

    /// Copies the bytes at `offset`, wherever they lie; false if the frame is too short.
    pub(crate) fn copy(&self, offset: usize, into: &mut [u8]) -> bool {
        let skb = self.skb.as_ptr();
        match (i32::try_from(offset), i32::try_from(into.len())) {
            // SAFETY: The frame is valid, and so is the buffer for its length.
            (Ok(from), Ok(len)) => unsafe {
                bindings::skb_copy_bits(skb, from, into.as_mut_ptr().cast(), len) == 0
            },
            _ => false,
        }
    }

    /// Where the network header is, counted from the MAC header; wraps around if it is unset.
    #[inline(always)]
    pub(crate) fn network(&self) -> usize {
        let network: usize = header!(self.skb, u16, BOND_OFF_skb_network_header).into();
        network.wrapping_sub(self.start)
    }

    /// The protocol, in host order, that the frame says it carries: behind a tag that was taken
    /// out, but that of the tag if it is in the frame.
    #[inline(always)]
    pub(crate) fn protocol(&self) -> u16 {
        u16::from_be(header!(self.skb, u16, BOND_OFF_skb_protocol))
    }

    /// The VLAN tag that travels beside the frame for the hardware to insert: its TCI.
    #[inline(always)]
    pub(crate) fn vlan_tci(&self) -> Option<u16> {
        let present = header!(self.skb, u32, BOND_OFF_skb_vlan_all) != 0;
        present.then(|| header!(self.skb, u16, BOND_OFF_skb_vlan_tci))
    }

    /// The hash of its connection, if a socket or a device worked one out over transport headers.
    pub(crate) fn transport_hash(&self) -> Option<u32> {
        let mut hash = 0;
        // SAFETY: The frame is valid.
        unsafe { bindings::bond_helper_skb_l4_hash(self.skb.as_ptr(), &mut hash) }.then_some(hash)
    }

    /// What the kernel's flow dissector finds innermost in a frame that leaves by `dev`.
    pub(crate) fn dissect(&self, dev: &NetDevice) -> Option<InnerFlow> {
        let mut flow = MaybeUninit::uninit();
        // SAFETY: Both are alive; the flow is written if the function says so.
        unsafe {
            bindings::bond_helper_dissect(dev.as_ptr(), self.skb.as_ptr(), flow.as_mut_ptr())
                .then(|| InnerFlow::new(flow.assume_init()))
        }
    }
}

/// Whether a BPF program takes the place of the kernel's flow dissector for what leaves by `dev`.
#[inline(always)]
pub(crate) fn is_dissector_replaced(dev: &NetDevice) -> bool {
    // SAFETY: The device is alive.
    unsafe { bindings::bond_helper_has_bpf_dissector(dev.as_ptr()) }
}

/// A flow as the kernel sees it.
#[derive(Clone, Copy)]
pub(crate) struct InnerFlow {
    /// Exclusive or of both addresses, each reduced to one word in memory order.
    pub(crate) addresses: u32,
    /// Source and destination port as in the packet; 0 without.
    pub(crate) ports: [u8; 4],
    /// ICMP type, code and identifier, for those types that have one.
    pub(crate) icmp: Option<(u8, u8, u16)>,
}

impl InnerFlow {
    fn new(flow: bindings::bond_flow) -> Self {
        Self {
            addresses: flow.addresses,
            ports: flow.ports.to_ne_bytes(),
            icmp: (flow.icmp_id != 0).then_some((flow.icmp_type, flow.icmp_code, flow.icmp_id)),
        }
    }
}

/// A connected IPv4 or IPv6 socket.
///
/// # Invariants
///
/// Valid for `'a`.
pub(crate) struct Socket<'a>(NonNull<bindings::sock>, PhantomData<&'a ()>);

impl Socket<'_> {
    /// Wraps a socket that the core handed to a callback.
    ///
    /// # Safety
    ///
    /// `ptr` is an internet socket that stays valid for the lifetime of the value.
    pub(super) unsafe fn from_raw(ptr: NonNull<bindings::sock>) -> Self {
        // INVARIANT: By the caller's promise.
        Self(ptr, PhantomData)
    }

    /// The flow of what it sends.
    pub(crate) fn flow(&self) -> InnerFlow {
        let mut flow = MaybeUninit::uninit();
        // SAFETY: Valid by the invariant; the function writes the whole flow.
        InnerFlow::new(unsafe {
            bindings::bond_helper_sock_flow(self.0.as_ptr(), flow.as_mut_ptr());
            flow.assume_init()
        })
    }
}
