// SPDX-License-Identifier: GPL-2.0

//! The options of a bond: what they are, how they are written, what setting one means.
//!
//! ```text
//!  module parameters   sysfs   netlink   ioctl          (src/frontend: read the text or the number)
//!          |             |        |        |
//!          v             v        v        v
//!       params       set_text  set_num  parse_raw       may it be set (mode, members, up)?
//!          |             |        |        |            is the value right?
//!          |             +-- plan-+        |            what follows from it?
//!          v                  v            v
//!      Settings            Plan | Refusal  RawValue | Refusal
//! ```
//!
//! Everything starts from one table ([`TABLE`]): adding an option is adding a row and, if it has
//! consequences, an arm in [`mod@plan`]. An option or mode whose work is not done yet is marked there
//! (`Status::Later`, `Mode::implemented()`), and refused only after everything else was found right.
//!
//! The front-end keeps the order of the C driver: the mode decides before members, members before
//! up or down, that before the value, the value before its consequences.

pub(crate) mod errno;
pub(crate) mod params;
pub(crate) mod parse;
pub(crate) mod plan;
pub(crate) mod raw;
pub(crate) mod refusal;
pub(crate) mod row;
pub(crate) mod settings;
pub(crate) mod table;
pub(crate) mod targets;
mod values;

#[cfg(test)]
mod tests;

#[allow(
    unused_imports,
    reason = "the front-ends are written against this list"
)]
pub(crate) use self::{
    errno::{Errno, Level, Log},
    params::{evaluate, ParamText, RawParams, Template},
    parse::{netlink_u32, parse_num, parse_text},
    plan::{
        check_deps, check_implemented, plan, set_num, set_raw, set_text, Ctx, Effects, Note, Plan,
    },
    raw::{actor_system_bytes, masters, parse_raw, Command, RawValue, MASTERS_NO_COMMAND},
    refusal::{Cause, Delay, Refusal, Value},
    row::{
        Kind, Named, Nest, Netlink, Param, ParamType, RawKind, Row, Show, Status, Sysfs, When, Wire,
    },
    settings::{format, Settings},
    table::{OptId, APPLY_ORDER, DUMP_ORDER, MEMBER_APPLY_ORDER, N_OPTIONS, N_SCALAR, TABLE},
    targets::{Address, Target, TargetError, Targets, MAX_TARGETS},
};
