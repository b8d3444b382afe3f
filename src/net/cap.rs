// SPDX-License-Identifier: GPL-2.0

//! What the current task may do.
//!
//! C header: [`include/linux/capability.h`](srctree/include/linux/capability.h).

use super::bindings;

/// Whether the task may administer the network of the initial user namespace.
pub(crate) fn is_admin() -> bool {
    // SAFETY: No precondition but a current task, which callers of files have.
    unsafe { bindings::capable(bindings::CAP_NET_ADMIN as i32) }
}

/// The release of the kernel that the module was built for.
pub(crate) fn release() -> &'static str {
    let text = core::ffi::CStr::from_bytes_until_nul(bindings::UTS_RELEASE);
    text.ok().and_then(|t| t.to_str().ok()).unwrap_or("")
}
