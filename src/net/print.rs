// SPDX-License-Identifier: GPL-2.0

//! Log lines that name a device: `netdev_info()` and its kin.

use super::{bindings, device::NetDevice};
use core::fmt;
use kernel::ffi::{c_char, c_void};

/// The level of a line: `KERN_ERR`, `KERN_WARNING`, `KERN_NOTICE`, `KERN_INFO`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// Something failed.
    Error,
    /// Something is not as asked for.
    Warning,
    /// Something to keep in mind.
    Notice,
    /// Something happened.
    Info,
}

impl Level {
    /// The prefix of a line, and the format of a line that has one.
    fn formats(self) -> (*const c_char, *const c_char) {
        let (level, line) = match self {
            Self::Error => (c"\x013", c"\x013%pA\n"),
            Self::Warning => (c"\x014", c"\x014%pA\n"),
            Self::Notice => (c"\x015", c"\x015%pA\n"),
            Self::Info => (c"\x016", c"\x016%pA\n"),
        };
        (
            kernel::str::as_char_ptr_in_const_context(level).cast(),
            kernel::str::as_char_ptr_in_const_context(line).cast(),
        )
    }
}

/// Logs `args` (without a newline) for `dev`.
pub(crate) fn log(dev: &NetDevice, level: Level, args: fmt::Arguments<'_>) {
    let (level, _) = level.formats();
    // SAFETY: `%pA` takes a pointer to `fmt::Arguments`, which lives through the call; the other
    // strings are static; the device is alive.
    unsafe {
        bindings::netdev_printk(
            level,
            dev.as_ptr(),
            kernel::str::as_char_ptr_in_const_context(c"%pA\n").cast(),
            core::ptr::from_ref(&args).cast::<c_void>(),
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
    let (_, line) = level.formats();
    // SAFETY: As in `log`.
    unsafe { bindings::_printk(line, core::ptr::from_ref(&args).cast::<c_void>()) };
}

/// As [`plain`], unless the log is being flooded.
pub(crate) fn plain_ratelimited(level: Level, args: fmt::Arguments<'_>) {
    // SAFETY: No precondition.
    if unsafe { bindings::net_ratelimit() } != 0 {
        plain(level, args);
    }
}
