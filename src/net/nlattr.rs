// SPDX-License-Identifier: GPL-2.0

//! Netlink attributes.
//!
//! C header: [`include/net/netlink.h`](srctree/include/net/netlink.h).

use super::bindings;
use core::{marker::PhantomData, mem::MaybeUninit, ptr::NonNull};
use kernel::{error::to_result, prelude::*};

/// What the core checks of an attribute before we see it.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub(crate) struct Policy(bindings::nla_policy);

// SAFETY: Never written.
unsafe impl Sync for Policy {}

impl Policy {
    const fn of(kind: u32, len: u16) -> Self {
        // SAFETY: All zeroes is a valid value: no check.
        let mut p: bindings::nla_policy = unsafe { MaybeUninit::zeroed().assume_init() };
        p.type_ = kind as u8;
        p.len = len;
        Self(p)
    }
    /// No check.
    pub(crate) const ANY: Self = Self::of(bindings::NLA_UNSPEC, 0);
    /// At least one byte.
    pub(crate) const U8: Self = Self::of(bindings::NLA_U8, 0);
    /// At least two bytes.
    pub(crate) const U16: Self = Self::of(bindings::NLA_U16, 0);
    /// At least four bytes.
    pub(crate) const U32: Self = Self::of(bindings::NLA_U32, 0);
    /// At least four bytes.
    pub(crate) const S32: Self = Self::of(bindings::NLA_S32, 0);
    /// Attributes.
    pub(crate) const NESTED: Self = Self::of(bindings::NLA_NESTED, 0);
    /// At most `len` bytes.
    pub(crate) const fn binary(len: u16) -> Self {
        Self::of(bindings::NLA_BINARY, len)
    }
    /// As [`Self::U32`], at most `max`: beyond, the core answers -ERANGE.
    pub(crate) const fn u32_up_to(range: &'static U32Range) -> Self {
        let mut p = Self::of(bindings::NLA_U32, 0);
        p.0.validation_type = bindings::NLA_VALIDATE_RANGE_PTR as u8;
        p.0.__bindgen_anon_1.range = &range.0;
        p
    }
}

/// A range for [`Policy::u32_up_to`].
pub(crate) struct U32Range(bindings::netlink_range_validation);

impl U32Range {
    /// From 0 to `max`.
    pub(crate) const fn up_to(max: u32) -> Self {
        Self(bindings::netlink_range_validation {
            min: 0,
            max: max as u64,
        })
    }
}

/// One attribute of a request.
#[derive(Clone, Copy)]
pub(crate) struct Attr<'a>(NonNull<bindings::nlattr>, PhantomData<&'a ()>);

impl<'a> Attr<'a> {
    pub(super) fn as_ptr(&self) -> *const bindings::nlattr {
        self.0.as_ptr()
    }

    /// The payload.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        // SAFETY: The core parsed the message: `nla_len` bytes are there, header included.
        unsafe {
            let p = self.0.as_ptr();
            let len = usize::from((*p).nla_len).saturating_sub(4);
            core::slice::from_raw_parts(p.cast::<u8>().add(4), len)
        }
    }

    fn array<const N: usize>(&self) -> [u8; N] {
        self.bytes()
            .get(..N)
            .and_then(|b| b.try_into().ok())
            .unwrap_or([0; N])
    }

    /// The first byte.
    pub(crate) fn u8(&self) -> u8 {
        u8::from_ne_bytes(self.array())
    }

    /// The first two bytes.
    pub(crate) fn u16(&self) -> u16 {
        u16::from_ne_bytes(self.array())
    }

    /// The first four bytes.
    pub(crate) fn u32(&self) -> u32 {
        u32::from_ne_bytes(self.array())
    }
}

/// The parsed attributes of a request, by number.
pub(crate) struct Attrs<'a>(*mut *mut bindings::nlattr, usize, PhantomData<&'a ()>);

impl<'a> Attrs<'a> {
    /// # Safety
    ///
    /// `tb` has `len` entries, null or valid attributes, for `'a`.
    pub(super) unsafe fn from_raw(tb: *mut *mut bindings::nlattr, len: usize) -> Self {
        Self(tb, len, PhantomData)
    }

    /// Attribute `number`, if the request has it.
    pub(crate) fn get(&self, number: usize) -> Option<Attr<'a>> {
        if number >= self.1 {
            return None;
        }
        // SAFETY: In range, by `from_raw`.
        NonNull::new(unsafe { *self.0.add(number) }).map(|p| Attr(p, PhantomData))
    }
}

/// A message that is being filled.
pub(crate) struct Filler<'a>(*mut bindings::sk_buff, PhantomData<&'a mut ()>);

impl Filler<'_> {
    /// # Safety
    ///
    /// `skb` is a message under construction, the caller's for as long as the value lives.
    pub(super) unsafe fn from_raw(skb: *mut bindings::sk_buff) -> Self {
        Self(skb, PhantomData)
    }

    /// Appends an attribute; -EMSGSIZE if there is no room.
    pub(crate) fn put(&mut self, number: u32, bytes: &[u8]) -> Result {
        let len = i32::try_from(bytes.len()).map_err(|_| EMSGSIZE)?;
        // SAFETY: The message is ours, `bytes` has `len` bytes.
        match unsafe { bindings::nla_put(self.0, number as i32, len, bytes.as_ptr().cast()) } {
            0 => Ok(()),
            _ => Err(EMSGSIZE),
        }
    }

    /// Appends eight bytes, aligned with the help of attribute `pad`.
    pub(crate) fn put_u64(&mut self, number: u32, v: u64, pad: u32) -> Result {
        let bytes = v.to_ne_bytes();
        // SAFETY: The message is ours, `bytes` has eight bytes.
        to_result(unsafe {
            bindings::nla_put_64bit(self.0, number as i32, 8, bytes.as_ptr().cast(), pad as i32)
        })
    }

    /// Appends an attribute that holds those that `fill` appends; as it was before if that fails.
    pub(crate) fn nest(&mut self, number: u32, fill: impl FnOnce(&mut Self) -> Result) -> Result {
        // SAFETY: The message is ours.
        let start = unsafe { bindings::bond_helper_nest_start(self.0, number as i32) };
        let start = NonNull::new(start).ok_or(EMSGSIZE)?;
        let result = fill(self);
        // SAFETY: Started above; nothing behind it was taken back.
        unsafe { bindings::bond_helper_nest_end(self.0, start.as_ptr(), result.is_ok()) };
        result
    }

    /// Appends a byte.
    pub(crate) fn put_u8(&mut self, number: u32, v: u8) -> Result {
        self.put(number, &[v])
    }

    /// Appends two bytes.
    pub(crate) fn put_u16(&mut self, number: u32, v: u16) -> Result {
        self.put(number, &v.to_ne_bytes())
    }

    /// Appends four bytes.
    pub(crate) fn put_u32(&mut self, number: u32, v: u32) -> Result {
        self.put(number, &v.to_ne_bytes())
    }
}
