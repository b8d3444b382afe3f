// SPDX-License-Identifier: GPL-2.0

//! Symbolic links between the directories of devices in sysfs.
//!
//! C header: [`include/linux/sysfs.h`](srctree/include/linux/sysfs.h).

use super::{bindings, context::Rtnl, device::NetDevice};
use kernel::{error::to_result, prelude::*};

/// Puts the link `name` to the directory of `to` into that of `from`; both are registered.
pub(crate) fn create(from: &NetDevice, to: &NetDevice, name: &CStr, _rtnl: &Rtnl) -> Result {
    // SAFETY: Both devices are alive, and so are their kobjects; one without a directory is
    // reported as an error. The name is copied.
    to_result(unsafe {
        bindings::sysfs_create_link(
            &raw mut (*from.as_ptr()).dev.kobj,
            &raw mut (*to.as_ptr()).dev.kobj,
            name.as_char_ptr(),
        )
    })
}

/// Removes the link `name` from the directory of `from`.
pub(crate) fn remove(from: &NetDevice, name: &CStr, _rtnl: &Rtnl) {
    // SAFETY: As in `create`.
    unsafe { bindings::sysfs_remove_link(&raw mut (*from.as_ptr()).dev.kobj, name.as_char_ptr()) };
}
