// SPDX-License-Identifier: GPL-2.0

//! The driver's trace events.
//!
//! C header: [`include/linux/tracepoint.h`](srctree/include/linux/tracepoint.h); the events themselves
//! are in `include/bond_trace.h`. Any context but NMI, with or without locks. An event nobody listens to
//! is a call that comes back at once.

use super::{bindings, device::NetDevice};
use core::ptr::null;

/// A number for filters, and the text that people read; a number without text is printed itself.
pub(crate) struct Value {
    /// The number.
    pub(crate) number: u16,
    /// The text.
    pub(crate) name: Option<&'static str>,
}

impl Value {
    fn raw(&self) -> bindings::bond_trace_value {
        // Names are short; one that is not is cut.
        let len = |name: &str| u16::try_from(name.len()).unwrap_or(u16::MAX);
        bindings::bond_trace_value {
            name: self.name.map_or(null(), |name| name.as_ptr().cast()),
            len: self.name.map_or(0, len),
            number: self.number,
        }
    }
}

/// A change of state of an LACP machine.
pub(crate) struct LacpTransition {
    /// The number of the port.
    pub(crate) port: u16,
    /// Which machine.
    pub(crate) machine: Value,
    /// Its old state.
    pub(crate) old: Value,
    /// Its new state.
    pub(crate) new: Value,
    /// Why.
    pub(crate) reason: Value,
}

/// Event `bond_lacp_transition`; `what` is asked only if somebody listens.
#[inline]
pub(crate) fn lacp(bond: &NetDevice, member: &NetDevice, what: impl FnOnce() -> LacpTransition) {
    // SAFETY: Reads a static key of this module.
    if !unsafe { bindings::bond_helper_trace_lacp_enabled() } {
        return;
    }
    let what = what();
    let mut raw = bindings::bond_trace_lacp {
        machine: what.machine.raw(),
        old: what.old.raw(),
        new: what.new.raw(),
        reason: what.reason.raw(),
        port: what.port,
    };
    // SAFETY: Both devices are alive, as the references show. Each name is null with no length, or has
    // its length in static bytes; nothing is kept.
    unsafe { bindings::bond_helper_trace_lacp(bond.as_ptr(), member.as_ptr(), &mut raw) };
}

/// Event `bond_link_state`: the link of a member in the eyes of the bond.
pub(crate) fn link(bond: &NetDevice, member: &NetDevice, old: Value, new: Value) {
    // SAFETY: Both devices are alive, as the references show. Each name is null with no length, or has
    // its length in static bytes; nothing is kept.
    unsafe {
        bindings::bond_helper_trace_link(bond.as_ptr(), member.as_ptr(), &old.raw(), &new.raw());
    }
}

/// Event `bond_active_changed`: the active member.
pub(crate) fn active(bond: &NetDevice, old: Option<&NetDevice>, new: Option<&NetDevice>) {
    let raw = |dev: Option<&NetDevice>| dev.map_or(null(), |dev| dev.as_ptr().cast_const());
    // SAFETY: The devices are alive, as the references show, or null.
    unsafe { bindings::bond_helper_trace_active(bond.as_ptr(), raw(old), raw(new)) };
}
