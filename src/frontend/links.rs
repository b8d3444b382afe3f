// SPDX-License-Identifier: GPL-2.0

//! The link `slave_<member>` in the directory of a bond in sysfs, as the HOWTO has it (design.rst D2).

use crate::{
    bond::Member,
    net::{
        context::Rtnl,
        device::DevName,
        print::{self, Level},
        symlink,
    },
};
use kernel::prelude::*;

/// `slave_` and a name of a device with its terminator.
fn with_name(name: &DevName, f: impl FnOnce(&CStr)) {
    let mut text = [0u8; 24];
    // 22 bytes at most, since a name has 15 or less.
    let parts = Iterator::chain(b"slave_".iter(), name.as_bytes());
    for (to, from) in text.iter_mut().zip(parts) {
        *to = *from;
    }
    if let Ok(text) = CStr::from_bytes_until_nul(&text) {
        f(text);
    }
}

/// Makes the link, under the name that the member has now. A bond without it works all the same.
pub(crate) fn link_member(m: &Member, rtnl: &mut Rtnl) {
    unlink_member(m, rtnl);
    let name = m.dev().name();
    let mut made = Ok(());
    with_name(&name, |text| {
        made = symlink::create(m.master(), m.dev(), text, rtnl)
    });
    match made {
        Ok(()) => *m.linked_as.get_mut(rtnl) = Some(name),
        Err(_) => print::log(
            m.master(),
            Level::Warning,
            format_args!("(slave {name}): no symbolic link in sysfs"),
        ),
    }
}

/// Removes the link, if there is one.
pub(crate) fn unlink_member(m: &Member, rtnl: &mut Rtnl) {
    if let Some(name) = m.linked_as.get_mut(rtnl).take() {
        with_name(&name, |text| symlink::remove(m.master(), text, rtnl));
    }
}
