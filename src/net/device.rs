// SPDX-License-Identifier: GPL-2.0

//! A network device, as any context may see it.
//!
//! C header: [`include/linux/netdevice.h`](srctree/include/linux/netdevice.h). Fields that the
//! data path reads are single marked loads at the offsets of this kernel; fields that change
//! under RTNL are copied out, never borrowed.

#![allow(
    unused_unsafe,
    reason = "`read_once!` is also used inside unsafe blocks"
)]

use super::{
    bindings,
    context::{BhOff, Rtnl},
    skb::Skb,
};
use core::{
    fmt,
    ops::Deref,
    ptr::{addr_of, NonNull},
};
use kernel::types::Opaque;

/// `struct net_device`.
///
/// # Invariants
///
/// A reference is only made for a device that cannot be freed while it exists: in a callback for
/// that device, inside a read side section, under RTNL, or from a counted [`DevRef`].
#[repr(transparent)]
pub(crate) struct NetDevice(Opaque<bindings::net_device>);

// SAFETY: The C structure is made for concurrent access; the methods follow its rules.
unsafe impl Send for NetDevice {}
// SAFETY: As above.
unsafe impl Sync for NetDevice {}

/// Reads a field that is written concurrently: `READ_ONCE(dev->field)`.
macro_rules! read_once {
    ($dev:expr, $field:ident) => {
        // SAFETY: By the type invariant the device is allocated; the field is a plain word.
        unsafe { addr_of!((*$dev.as_ptr()).$field).read_volatile() }
    };
}

impl NetDevice {
    /// Wraps a device that the core handed to a callback.
    ///
    /// # Safety
    ///
    /// `ptr` is a device that stays allocated for `'a`.
    #[inline(always)]
    pub(super) unsafe fn from_raw<'a>(ptr: *mut bindings::net_device) -> &'a Self {
        // SAFETY: `repr(transparent)`, and the caller's promise.
        unsafe { &*ptr.cast::<Self>() }
    }

    /// The C device.
    #[inline(always)]
    pub(super) fn as_ptr(&self) -> *mut bindings::net_device {
        self.0.get()
    }

    /// `netif_running()`: between open and close.
    #[inline(always)]
    pub(crate) fn running(&self) -> bool {
        read_once!(self, state) & (1 << bindings::__LINK_STATE_START) != 0
    }

    /// `netif_carrier_ok()`.
    #[inline(always)]
    pub(crate) fn carrier_ok(&self) -> bool {
        read_once!(self, state) & (1 << bindings::__LINK_STATE_NOCARRIER) == 0
    }

    /// Running with carrier, by one load.
    #[inline(always)]
    pub(crate) fn usable(&self) -> bool {
        let start = 1 << bindings::__LINK_STATE_START;
        let mask = start | (1 << bindings::__LINK_STATE_NOCARRIER);
        read_once!(self, state) & mask == start
    }

    /// Whether a carrier change waits for the link watch to announce it.
    pub(crate) fn linkwatch_pending(&self) -> bool {
        read_once!(self, state) & (1 << bindings::__LINK_STATE_LINKWATCH_PENDING) != 0
    }

    /// `IFF_*`, [`include/uapi/linux/if.h`](srctree/include/uapi/linux/if.h).
    pub(crate) fn flags(&self) -> u32 {
        read_once!(self, flags)
    }

    /// Whether all of `bits` of `IFF_*` are set.
    pub(crate) fn has_flags(&self, bits: u32) -> bool {
        self.flags() & bits == bits
    }

    /// Whether it is a member of some bond.
    pub(crate) fn is_bonding_slave(&self) -> bool {
        // SAFETY: A word of a live device.
        let private = unsafe { self.priv_flags_ptr().read_volatile() };
        self.has_flags(bindings::IFF_SLAVE) && private & bindings::IFF_BONDING != 0
    }

    /// The interface index.
    pub(crate) fn ifindex(&self) -> i32 {
        read_once!(self, ifindex)
    }

    /// The MTU in bytes.
    pub(crate) fn mtu(&self) -> u32 {
        read_once!(self, mtu)
    }

    /// How many devices are below this one, one below another, at the deepest: 0 to 7.
    pub(super) fn level(&self) -> u8 {
        // The core counts the device itself, and refuses stacks deeper than `MAX_NEST_DEV`.
        read_once!(self, lower_level).saturating_sub(1)
    }

    /// `ARPHRD_*`.
    pub(crate) fn type_(&self) -> u16 {
        read_once!(self, type_)
    }

    /// The length of the hardware address, at most `MAX_ADDR_LEN`.
    pub(crate) fn addr_len(&self) -> u8 {
        read_once!(self, addr_len)
    }

    /// The most bytes that a header of its link layer has.
    pub(super) fn hard_header_len(&self) -> u16 {
        read_once!(self, hard_header_len)
    }

    /// The features that are on.
    pub(crate) fn features(&self) -> u64 {
        read_once!(self, features)
    }

    /// The number of transmit queues in use.
    #[inline(always)]
    pub(crate) fn real_num_tx_queues(&self) -> u32 {
        read_once!(self, real_num_tx_queues)
    }

    /// The name; a rename under way may be seen half done, as everywhere in the kernel's logs.
    pub(crate) fn name(&self) -> DevName {
        // SAFETY: The device is allocated; a byte array is valid for volatile reads.
        DevName(unsafe {
            addr_of!((*self.as_ptr()).name)
                .cast::<[u8; 16]>()
                .read_volatile()
        })
    }

    /// The hardware address. Writers hold RTNL.
    pub(crate) fn address(&self, _rtnl: &Rtnl) -> HwAddr {
        let mut out = HwAddr {
            len: self.addr_len().min(HwAddr::MAX as u8),
            bytes: [0; HwAddr::MAX],
        };
        // SAFETY: `dev_addr` points to at least `MAX_ADDR_LEN` bytes, which only change under
        // RTNL.
        unsafe {
            core::ptr::copy_nonoverlapping(
                read_once!(self, dev_addr),
                out.bytes.as_mut_ptr(),
                out.len.into(),
            );
        }
        out
    }

    /// Whether the device is of a controller area network.
    pub(crate) fn is_can(&self) -> bool {
        u32::from(self.type_()) == bindings::ARPHRD_CAN
    }

    /// Whether the device cannot carry VLAN tags.
    pub(crate) fn is_vlan_challenged(&self) -> bool {
        self.features() & bindings::NETIF_F_VLAN_CHALLENGED != 0
    }

    /// Counts a frame that could not be sent.
    pub(crate) fn count_tx_dropped(&self) {
        // SAFETY: Alive; the counter is per CPU.
        unsafe { bindings::bond_helper_count_tx_dropped(self.as_ptr()) };
    }

    /// Whether both are the same device.
    pub(crate) fn is(&self, other: &NetDevice) -> bool {
        core::ptr::eq(self, other)
    }

    /// Sends a frame out of this device: `dev_queue_xmit()`. Consumes it in every case and
    /// returns the queue's verdict (`NET_XMIT_*`).
    #[inline(always)]
    pub(crate) fn queue_xmit(&self, mut skb: Skb, _bh: BhOff<'_>) -> i32 {
        skb.set_dev(self);
        // SAFETY: The frame is ours to give away, its device is alive, and the context is one
        // that `dev_queue_xmit()` allows.
        unsafe { bindings::__dev_queue_xmit(skb.into_raw(), core::ptr::null_mut()) }
    }
}

/// A device name, as [`NetDevice::name`] copied it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct DevName([u8; 16]);

impl DevName {
    /// The name with its padding.
    pub(crate) fn padded(&self) -> [u8; 16] {
        self.0
    }

    /// The name as a C string.
    pub(crate) fn as_c_str(&self) -> &core::ffi::CStr {
        core::ffi::CStr::from_bytes_until_nul(&self.0).unwrap_or(c"")
    }

    /// The bytes before the terminator.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.split(|&b| b == 0).next().unwrap_or(&[])
    }
}

/// For the log: UTF-8 as it is, anything else as `\xNN`. Files have the bytes themselves, see
/// [`super::raw_text::RawText::write_name`].
impl fmt::Display for DevName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.as_bytes().utf8_chunks() {
            f.write_str(chunk.valid())?;
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

/// A hardware address of up to `MAX_ADDR_LEN` bytes.
#[derive(Clone, Copy)]
pub(crate) struct HwAddr {
    len: u8,
    bytes: [u8; Self::MAX],
}

impl HwAddr {
    /// `MAX_ADDR_LEN`.
    pub(crate) const MAX: usize = 32;

    /// The address's bytes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len.into()).unwrap_or(&[])
    }

    /// Whether the address can be that of one device: neither zero nor a group's.
    pub(crate) fn is_unicast(&self) -> bool {
        let bytes = self.as_bytes();
        bytes.first().is_some_and(|first| first & 1 == 0) && bytes.iter().any(|&b| b != 0)
    }

    /// An address of `bytes`, which beyond [`Self::MAX`] are cut.
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let mut out = Self {
            len: bytes.len().min(Self::MAX) as u8,
            bytes: [0; Self::MAX],
        };
        for (to, from) in out.bytes.iter_mut().zip(bytes) {
            *to = *from;
        }
        out
    }
}

impl PartialEq for HwAddr {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl fmt::Display for HwAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, b) in self.as_bytes().iter().enumerate() {
            if i > 0 {
                f.write_str(":")?;
            }
            write!(f, "{b:02x}")?;
        }
        Ok(())
    }
}

/// A counted reference to a device (`dev_hold()`); the device cannot be freed while it exists.
pub(crate) struct DevRef(NonNull<bindings::net_device>);

// SAFETY: The count is per CPU or atomic.
unsafe impl Send for DevRef {}
// SAFETY: Only gives out `&NetDevice`, which is `Sync`.
unsafe impl Sync for DevRef {}

impl DevRef {
    /// Takes a reference.
    pub(crate) fn new(dev: &NetDevice) -> Self {
        // SAFETY: The device is alive.
        unsafe { bindings::bond_helper_dev_hold(dev.as_ptr()) };
        Self(NonNull::from(dev).cast())
    }

    /// Takes over a reference that was counted before.
    ///
    /// # Safety
    ///
    /// `dev` is valid, and the caller gives up a value of this type, which it forgot.
    pub(super) unsafe fn from_raw(dev: *mut bindings::net_device) -> Self {
        // SAFETY: Valid by contract.
        Self(unsafe { NonNull::new_unchecked(dev) })
    }
}

impl Clone for DevRef {
    fn clone(&self) -> Self {
        Self::new(self)
    }
}

impl Deref for DevRef {
    type Target = NetDevice;
    #[inline(always)]
    fn deref(&self) -> &NetDevice {
        // SAFETY: The reference keeps the device allocated.
        unsafe { NetDevice::from_raw(self.0.as_ptr()) }
    }
}

impl Drop for DevRef {
    fn drop(&mut self) {
        // SAFETY: Balances `new`.
        unsafe { bindings::bond_helper_dev_put(self.0.as_ptr()) };
    }
}
