// SPDX-License-Identifier: GPL-2.0

//! Log lines that name a device: `netdev_info()` and its kin.

use super::{bindings, device::NetDevice};
use core::fmt;

/// The level of a line: `KERN_ERR`, `KERN_WARNING`, `KERN_INFO`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// Something failed.
    Error,
    /// Something is not as asked for.
    Warning,
    /// Something happened.
    Info,
}

/// Logs `args` (without a newline) for `dev`.
pub(crate) fn log(dev: &NetDevice, level: Level, args: fmt::Arguments<'_>) {
    let level = match level {
        Level::Error => c"\x013",
        Level::Warning => c"\x014",
        Level::Info => c"\x016",
    };
    // SAFETY: `%pA` takes a pointer to `fmt::Arguments`, which lives through the call; the other
    // strings are static.
    unsafe {
        bindings::netdev_printk(
            kernel::str::as_char_ptr_in_const_context(level).cast(),
            dev.as_ptr(),
            kernel::str::as_char_ptr_in_const_context(c"%pA\n").cast(),
            core::ptr::from_ref(&args).cast::<kernel::ffi::c_void>(),
        );
    }
}

/// As [`log`], unless the log is being flooded.
pub(crate) fn log_ratelimited(dev: &NetDevice, level: Level, args: fmt::Arguments<'_>) {
    // SAFETY: No precondition.
    if unsafe { bindings::net_ratelimit() } != 0 {
        log(dev, level, args);
    }
}

/// Logs a line without the module's name in front, as the C driver does while it is loaded.
pub(crate) fn plain(level: Level, args: fmt::Arguments<'_>) {
    let format = match level {
        Level::Error => c"\x013%pA\n",
        Level::Warning => c"\x014%pA\n",
        Level::Info => c"\x016%pA\n",
    };
    // SAFETY: As in `log`.
    unsafe {
        bindings::_printk(
            kernel::str::as_char_ptr_in_const_context(format).cast(),
            core::ptr::from_ref(&args).cast::<kernel::ffi::c_void>(),
        );
    }
}
