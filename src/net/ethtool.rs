// SPDX-License-Identifier: GPL-2.0

//! ethtool operations of a driver's devices.
//!
//! C header: [`include/linux/ethtool.h`](srctree/include/linux/ethtool.h). All run under RTNL.

use super::{
    bindings,
    context::Rtnl,
    driver,
    timestamp::{self, Timestamps},
};
use core::{marker::PhantomData, mem::MaybeUninit};
use kernel::ffi::c_int;

/// What a driver answers to ethtool.
pub(crate) trait Ethtool: driver::Driver {
    /// The driver's name and the version of its binary interface.
    const INFO: (&'static [u8], &'static [u8]);

    /// Speed in Mbit/s and duplex (`DUPLEX_*`), each if known.
    fn link_settings(&self, rtnl: &mut Rtnl) -> (Option<u32>, Option<u8>);
}

/// A static table of operations.
#[repr(transparent)]
pub(crate) struct Table(bindings::ethtool_ops);

// SAFETY: Never written.
unsafe impl Sync for Table {}

impl Table {
    pub(super) fn as_ptr(&self) -> *const bindings::ethtool_ops {
        &self.0
    }
}

struct Calls<D>(PhantomData<D>);

fn copy(to: &mut [u8], from: &[u8]) {
    let room = to.len().saturating_sub(1);
    for (t, f) in to.iter_mut().take(room).zip(from) {
        *t = *f;
    }
}

/// Safety of every function here: called by ethtool for a device of `D` with RTNL held.
#[allow(clippy::missing_safety_doc)]
impl<D: Ethtool + Timestamps> Calls<D> {
    unsafe extern "C" fn drvinfo(
        _dev: *mut bindings::net_device,
        info: *mut bindings::ethtool_drvinfo,
    ) {
        // SAFETY: Valid for the call.
        let info = unsafe { &mut *info };
        copy(&mut info.driver, D::INFO.0);
        copy(&mut info.fw_version, D::INFO.1);
    }

    unsafe extern "C" fn link_ksettings(
        dev: *mut bindings::net_device,
        out: *mut bindings::ethtool_link_ksettings,
    ) -> c_int {
        // SAFETY: See the block.
        let (mut rtnl, this, out) =
            unsafe { (Rtnl::assume_held(), driver::private::<D>(dev), &mut *out) };
        let (speed, duplex) = this.link_settings(&mut rtnl);
        out.base.duplex = duplex.unwrap_or(bindings::DUPLEX_UNKNOWN as u8);
        out.base.port = bindings::PORT_OTHER as u8;
        out.base.speed = speed.unwrap_or(bindings::SPEED_UNKNOWN as u32);
        0
    }

    const OPS: Table = {
        // SAFETY: All zeroes is a valid value: no operation.
        let mut o: bindings::ethtool_ops = unsafe { MaybeUninit::zeroed().assume_init() };
        o.get_drvinfo = Some(Self::drvinfo);
        o.get_link = Some(bindings::ethtool_op_get_link);
        o.get_link_ksettings = Some(Self::link_ksettings);
        o.get_ts_info = Some(timestamp::info::<D>);
        Table(o)
    };
}

/// The table for `D`.
pub(crate) fn table<D: Ethtool + Timestamps>() -> &'static Table {
    const { &Calls::<D>::OPS }
}
