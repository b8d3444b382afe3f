// SPDX-License-Identifier: GPL-2.0

//! Finding devices.
//!
//! C header: [`include/linux/netdevice.h`](srctree/include/linux/netdevice.h).

use super::{bindings, context::Rtnl, device::NetDevice};

/// The device of an index in the namespace of `near`.
pub(crate) fn by_index<'a>(near: &NetDevice, index: i32, _rtnl: &'a Rtnl) -> Option<&'a NetDevice> {
    // SAFETY: Alive; RTNL keeps what is found registered until the witness is used to change that.
    unsafe {
        let net = bindings::bond_helper_dev_net(near.as_ptr());
        let dev = bindings::__dev_get_by_index(net, index);
        (!dev.is_null()).then(|| NetDevice::from_raw(dev))
    }
}

/// The device of a name in the namespace of `near`.
pub(crate) fn by_name<'a>(
    near: &NetDevice,
    name: &[u8; 16],
    _rtnl: &'a Rtnl,
) -> Option<&'a NetDevice> {
    let mut text = [0u8; 17];
    for (to, from) in text.iter_mut().zip(name) {
        *to = *from;
    }
    // SAFETY: As above; the name is terminated.
    unsafe {
        let net = bindings::bond_helper_dev_net(near.as_ptr());
        let dev = bindings::__dev_get_by_name(net, text.as_ptr().cast());
        (!dev.is_null()).then(|| NetDevice::from_raw(dev))
    }
}
