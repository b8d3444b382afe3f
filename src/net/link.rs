// SPDX-License-Identifier: GPL-2.0

//! Link kinds: creation and configuration of devices by rtnetlink.
//!
//! C header: [`include/net/rtnetlink.h`](srctree/include/net/rtnetlink.h). Everything runs under
//! RTNL, but filling in the device's own attributes, which may run under RCU.

use super::{
    bindings,
    context::Rtnl,
    control::Extack,
    device::NetDevice,
    driver::{self, Driver},
    nlattr::{Attr, Attrs, Filler, Policy},
};
use core::{cell::UnsafeCell, marker::PhantomData, mem::MaybeUninit, ptr};
use kernel::{error::to_result, ffi::c_int, prelude::*};

/// What a driver does with requests of rtnetlink.
pub(crate) trait Link: Driver {
    /// The kind, as in `ip link add type KIND`.
    const KIND: &'static CStr;
    /// The policies of the device's attributes, by number.
    const POLICY: &'static [Policy];
    /// The policies of a member's attributes.
    const MEMBER_POLICY: &'static [Policy];

    /// Transmit and receive queues of a new device, unless the request says.
    fn queues() -> u32;
    /// Applies the attributes of a request.
    fn change(&self, rtnl: &mut Rtnl, attrs: &Attrs<'_>, extack: Extack) -> Result;
    /// Applies the attributes of a request for a member.
    fn change_member(
        &self,
        rtnl: &mut Rtnl,
        lower: &NetDevice,
        attrs: &Attrs<'_>,
        extack: Extack,
    ) -> Result;
    /// The room that [`Self::fill`] needs at most, in bytes.
    fn size() -> usize;
    /// Reports the attributes.
    fn fill(&self, out: &mut Filler<'_>) -> Result;
    /// The room that [`Self::fill_member`] needs at most.
    fn member_size() -> usize;
    /// The room that [`Self::fill_stats`] needs at most.
    fn stats_size() -> usize;
    /// Reports statistics of this kind of device, or of a member of one.
    fn fill_stats(dev: &NetDevice, of_member: bool, out: &mut Filler<'_>, rtnl: &Rtnl) -> Result;
    /// Reports the attributes of a member.
    fn fill_member(&self, lower: &NetDevice, out: &mut Filler<'_>, rtnl: &Rtnl) -> Result;
}

/// The static link operations of a driver; the core links them into a list.
#[repr(transparent)]
pub(crate) struct LinkOps<D>(UnsafeCell<bindings::rtnl_link_ops>, PhantomData<fn() -> D>);

// SAFETY: Written by the core under its own locks only.
unsafe impl<D> Sync for LinkOps<D> {}

impl<D> LinkOps<D> {
    pub(super) fn as_ptr(&self) -> *const bindings::rtnl_link_ops {
        self.0.get()
    }
}

struct Calls<D>(PhantomData<D>);

fn ret(r: Result) -> c_int {
    r.map_or_else(|e| e.to_errno(), |()| 0)
}

/// Safety of every function here: called by rtnetlink for a device of `D`, with RTNL held.
#[allow(clippy::missing_safety_doc)]
impl<D: Link> Calls<D> {
    unsafe extern "C" fn validate(
        tb: *mut *mut bindings::nlattr,
        _data: *mut *mut bindings::nlattr,
        _extack: *mut bindings::netlink_ext_ack,
    ) -> c_int {
        // SAFETY: Parsed attributes of the link, `__IFLA_MAX` of them.
        let tb = unsafe { Attrs::from_raw(tb, bindings::__IFLA_MAX as usize) };
        let Some(addr) = tb.get(bindings::IFLA_ADDRESS as usize) else {
            return 0;
        };
        match addr.bytes() {
            &[first, b, c, d, e, f] => {
                let zero = first | b | c | d | e | f == 0;
                if first & 1 != 0 || zero {
                    return EADDRNOTAVAIL.to_errno();
                }
                0
            }
            _ => EINVAL.to_errno(),
        }
    }

    unsafe extern "C" fn newlink(
        dev: *mut bindings::net_device,
        params: *mut bindings::rtnl_newlink_params,
        extack: *mut bindings::netlink_ext_ack,
    ) -> c_int {
        // SAFETY: See the block; the attributes are parsed by our policy.
        let (mut rtnl, data, extack) = unsafe {
            (
                Rtnl::assume_held(),
                (*params).data,
                Extack::from_raw(extack),
            )
        };
        if let Err(e) = driver::register(dev, &mut rtnl) {
            return e.to_errno();
        }
        // SAFETY: Registered, so `ndo_init` succeeded.
        let (d, this) = unsafe { (NetDevice::from_raw(dev), driver::private::<D>(dev)) };
        d.set_carrier(&rtnl, false);
        if data.is_null() {
            return 0;
        }
        // SAFETY: `maxtype + 1` entries.
        let attrs = unsafe { Attrs::from_raw(data, D::POLICY.len()) };
        let r = this.change(&mut rtnl, &attrs, extack);
        if r.is_err() {
            // SAFETY: Registered, RTNL is held.
            unsafe { bindings::unregister_netdevice_queue(dev, ptr::null_mut()) };
        }
        ret(r)
    }

    unsafe extern "C" fn changelink(
        dev: *mut bindings::net_device,
        _tb: *mut *mut bindings::nlattr,
        data: *mut *mut bindings::nlattr,
        extack: *mut bindings::netlink_ext_ack,
    ) -> c_int {
        // SAFETY: See the block; `maxtype + 1` entries.
        unsafe {
            Self::requested(dev, data, D::POLICY, extack, |this, rtnl, attrs, extack| {
                this.change(rtnl, attrs, extack)
            })
        }
    }

    /// Applies a request by `apply`, if it has attributes of the kind.
    ///
    /// # Safety
    ///
    /// As for the block; `data` is null or has one entry for each policy.
    unsafe fn requested(
        dev: *mut bindings::net_device,
        data: *mut *mut bindings::nlattr,
        policies: &[Policy],
        extack: *mut bindings::netlink_ext_ack,
        apply: impl FnOnce(&D, &mut Rtnl, &Attrs<'_>, Extack) -> Result,
    ) -> c_int {
        if data.is_null() {
            return 0;
        }
        // SAFETY: By the caller's promise.
        let (mut rtnl, this, attrs, extack) = unsafe {
            (
                Rtnl::assume_held(),
                driver::private::<D>(dev),
                Attrs::from_raw(data, policies.len()),
                Extack::from_raw(extack),
            )
        };
        ret(apply(this, &mut rtnl, &attrs, extack))
    }

    unsafe extern "C" fn member_changelink(
        dev: *mut bindings::net_device,
        lower: *mut bindings::net_device,
        _tb: *mut *mut bindings::nlattr,
        data: *mut *mut bindings::nlattr,
        extack: *mut bindings::netlink_ext_ack,
    ) -> c_int {
        // SAFETY: See the block; `slave_maxtype + 1` entries.
        unsafe {
            let lower = NetDevice::from_raw(lower);
            Self::requested(
                dev,
                data,
                D::MEMBER_POLICY,
                extack,
                |this, rtnl, attrs, extack| this.change_member(rtnl, lower, attrs, extack),
            )
        }
    }

    unsafe extern "C" fn get_size(_dev: *const bindings::net_device) -> usize {
        D::size()
    }

    unsafe extern "C" fn fill_info(
        skb: *mut bindings::sk_buff,
        dev: *const bindings::net_device,
    ) -> c_int {
        // SAFETY: The device is alive (RTNL or RCU), the message is the caller's.
        let (this, mut out) = unsafe { (driver::private::<D>(dev), Filler::from_raw(skb)) };
        ret(this.fill(&mut out))
    }

    unsafe extern "C" fn get_member_size(
        _dev: *const bindings::net_device,
        _lower: *const bindings::net_device,
    ) -> usize {
        D::member_size()
    }

    unsafe extern "C" fn fill_member_info(
        skb: *mut bindings::sk_buff,
        dev: *const bindings::net_device,
        lower: *const bindings::net_device,
    ) -> c_int {
        // SAFETY: See the block.
        let (rtnl, this, lower, mut out) = unsafe {
            (
                Rtnl::assume_held(),
                driver::private::<D>(dev),
                NetDevice::from_raw(lower.cast_mut()),
                Filler::from_raw(skb),
            )
        };
        ret(this.fill_member(lower, &mut out, &rtnl))
    }

    unsafe extern "C" fn get_stats_size(_dev: *const bindings::net_device, attr: c_int) -> usize {
        match attr as u32 {
            bindings::IFLA_STATS_LINK_XSTATS | bindings::IFLA_STATS_LINK_XSTATS_SLAVE => {
                D::stats_size()
            }
            _ => 0,
        }
    }

    unsafe extern "C" fn fill_stats(
        skb: *mut bindings::sk_buff,
        dev: *const bindings::net_device,
        _prividx: *mut c_int,
        attr: c_int,
    ) -> c_int {
        let of_member = match attr as u32 {
            bindings::IFLA_STATS_LINK_XSTATS => false,
            bindings::IFLA_STATS_LINK_XSTATS_SLAVE => true,
            _ => return EINVAL.to_errno(),
        };
        // SAFETY: See the block; `dev` is alive.
        let (rtnl, dev, mut out) = unsafe {
            (
                Rtnl::assume_held(),
                NetDevice::from_raw(dev.cast_mut()),
                Filler::from_raw(skb),
            )
        };
        ret(D::fill_stats(dev, of_member, &mut out, &rtnl))
    }

    unsafe extern "C" fn queues() -> u32 {
        D::queues()
    }
}

impl<D: Link> LinkOps<D> {
    /// The operations, for a static.
    pub(crate) const fn new() -> Self {
        // What `netdev_priv()` guarantees.
        const { assert!(core::mem::align_of::<D>() <= 32) };
        // SAFETY: All zeroes is a valid value.
        let mut o: bindings::rtnl_link_ops = unsafe { MaybeUninit::zeroed().assume_init() };
        o.kind = kernel::str::as_char_ptr_in_const_context(D::KIND);
        o.priv_size = core::mem::size_of::<D>();
        o.setup = Some(driver::setup::<D>);
        o.maxtype = D::POLICY.len().wrapping_sub(1) as u32;
        o.policy = D::POLICY.as_ptr().cast();
        o.validate = Some(Calls::<D>::validate);
        o.newlink = Some(Calls::<D>::newlink);
        o.changelink = Some(Calls::<D>::changelink);
        o.get_size = Some(Calls::<D>::get_size);
        o.fill_info = Some(Calls::<D>::fill_info);
        o.get_linkxstats_size = Some(Calls::<D>::get_stats_size);
        o.fill_linkxstats = Some(Calls::<D>::fill_stats);
        o.get_num_tx_queues = Some(Calls::<D>::queues);
        o.get_num_rx_queues = Some(Calls::<D>::queues);
        o.slave_maxtype = D::MEMBER_POLICY.len().wrapping_sub(1) as u32;
        o.slave_policy = D::MEMBER_POLICY.as_ptr().cast();
        o.slave_changelink = Some(Calls::<D>::member_changelink);
        o.get_slave_size = Some(Calls::<D>::get_member_size);
        o.fill_slave_info = Some(Calls::<D>::fill_member_info);
        Self(UnsafeCell::new(o), PhantomData)
    }
}

/// A registered kind of link. Dropping it deletes all its devices, in every namespace.
pub(crate) struct Registration<D: Link>(PhantomData<D>);

impl<D: Link> Registration<D> {
    /// Registers the kind; process context, without RTNL.
    pub(crate) fn new() -> Result<Self> {
        let ops = D::link_ops().as_ptr().cast_mut();
        // SAFETY: Static, and registered once: a second time fails with -EEXIST.
        to_result(unsafe { bindings::rtnl_link_register(ops) })?;
        Ok(Self(PhantomData))
    }
}

impl<D: Link> Drop for Registration<D> {
    fn drop(&mut self) {
        let ops = D::link_ops().as_ptr().cast_mut();
        // SAFETY: Registered by `new`.
        unsafe { bindings::rtnl_link_unregister(ops) };
    }
}

impl Extack {
    /// Points at the attribute that is to blame.
    pub(crate) fn blame(self, attr: &Attr<'_>) {
        let p = self.as_ptr();
        if !p.is_null() {
            // SAFETY: Valid; the attribute is part of the request, which outlives the answer.
            unsafe { (*p).bad_attr = attr.as_ptr() };
        }
    }
}
