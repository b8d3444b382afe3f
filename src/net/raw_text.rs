// SPDX-License-Identifier: GPL-2.0

//! Text that need not be UTF-8.
//!
//! C header: [`include/linux/netdevice.h`](srctree/include/linux/netdevice.h), `dev_valid_name()`: the
//! name of a device is bytes, of which few are refused. Who reads a file looks for just these.

use super::device::DevName;
use core::fmt::{Arguments, Result, Write};

/// Where files are written to, whose text has names of devices.
pub(crate) trait RawText: Write {
    /// Writes bytes as they are. What does not fit is no error.
    fn write_bytes(&mut self, bytes: &[u8]);

    /// Writes a name, byte for byte, with text before and after it.
    fn write_name(
        &mut self,
        before: Arguments<'_>,
        name: &DevName,
        after: Arguments<'_>,
    ) -> Result {
        self.write_fmt(before)?;
        self.write_bytes(name.as_bytes());
        self.write_fmt(after)
    }
}
