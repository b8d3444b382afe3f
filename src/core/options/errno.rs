// SPDX-License-Identifier: GPL-2.0

//! Error numbers and log levels, named so that the pure core needs no kernel import.

/// An error number. The kernel side maps the names to its own constants: some numbers differ
/// between architectures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errno {
    /// Operation not permitted.
    Eperm,
    /// Permission denied: the option does not exist in this mode.
    Eacces,
    /// The bond is up, or a device is in use.
    Ebusy,
    /// The name is taken.
    Eexist,
    /// No such device.
    Enodev,
    /// Bad value.
    Einval,
    /// Beyond what the netlink policy admits.
    Erange,
    /// The bond has members.
    Enotempty,
    /// Valid, but impossible here.
    Eopnotsupp,
    /// What a part of the kernel returned: a positive number.
    Other(i32),
}

impl Errno {
    /// The number on most architectures (`asm-generic/errno.h`), positive.
    pub(crate) const fn generic(self) -> i32 {
        match self {
            Self::Eperm => 1,
            Self::Eacces => 13,
            Self::Ebusy => 16,
            Self::Eexist => 17,
            Self::Enodev => 19,
            Self::Einval => 22,
            Self::Erange => 34,
            Self::Enotempty => 39,
            Self::Eopnotsupp => 95,
            Self::Other(number) => number,
        }
    }
}

/// Importance of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// Something was refused.
    Error,
    /// Something was changed to make sense.
    Warning,
    /// Something to keep in mind.
    Notice,
    /// For the record.
    Info,
    /// For whoever looks for a fault.
    Debug,
}

/// Where log lines go. The front-end adds the prefix (`bond0: `) and the newline.
pub(crate) type Log<'a> = dyn FnMut(Level, core::fmt::Arguments<'_>) + 'a;
