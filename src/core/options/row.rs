// SPDX-License-Identifier: GPL-2.0

//! What a row of the option table says.

use super::table::OptId;
use crate::engine::types::ModeSet;
use core::ffi::CStr;

/// A named value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named {
    /// The word user space writes.
    pub(crate) name: &'static str,
    /// The number behind it.
    pub(crate) value: u32,
    /// Chosen by the word `default`, too.
    pub(crate) is_default: bool,
    /// The lower end of the option's range.
    pub(crate) is_min: bool,
    /// The upper end of the option's range; an option without one takes table values only.
    pub(crate) is_max: bool,
}

impl Named {
    pub(super) const fn new(name: &'static str, value: u32) -> Self {
        Self {
            name,
            value,
            is_default: false,
            is_min: false,
            is_max: false,
        }
    }

    pub(super) const fn by_default(mut self) -> Self {
        self.is_default = true;
        self
    }

    pub(super) const fn min(mut self) -> Self {
        self.is_min = true;
        self
    }

    pub(super) const fn max(mut self) -> Self {
        self.is_max = true;
        self
    }
}

/// What the values of an option look like.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    /// One of these.
    Table(&'static [Named]),
    /// A number; the names mark the ends of the range and the default.
    Range(&'static [Named]),
    /// Something with a syntax of its own, not kept in `Settings`.
    Raw(RawKind),
}

/// The options with a syntax of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RawKind {
    /// `+name` or `-name`.
    MemberCommand,
    /// The name of a member; empty for none.
    MemberName,
    /// The name of a device that is or may become a member; empty for none.
    DeviceName,
    /// `+address` or `-address`, IPv4.
    Ipv4Target,
    /// `+address` or `-address`, IPv6.
    Ipv6Target,
    /// `name:number`.
    QueueId,
    /// A MAC address.
    Mac,
    /// A signed 32-bit number per member.
    MemberS32,
    /// An unsigned 16-bit number per member.
    MemberU16,
}

/// Payload of a netlink attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    /// One byte.
    U8,
    /// Two bytes, host order.
    U16,
    /// Four bytes, host order.
    U32,
    /// Four bytes, host order, signed.
    S32,
    /// Interface index, four bytes; 0 for none.
    IfIndex,
    /// Six bytes.
    Mac,
    /// Nest of IPv4 addresses, each four bytes in network order.
    Ipv4List,
    /// Nest of IPv6 addresses, each sixteen bytes.
    Ipv6List,
}

/// Where an attribute is nested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nest {
    /// `IFLA_INFO_DATA` of the bond: numbers are `IFLA_BOND_*`.
    Bond,
    /// `IFLA_INFO_SLAVE_DATA` of a member: numbers are `IFLA_BOND_SLAVE_*`.
    Member,
}

/// When an attribute or a file has content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Always.
    Always,
    /// In a mode with a primary, while there is an active member.
    HasActive,
    /// While the primary is enslaved.
    HasPrimary,
    /// While the list is not empty.
    NotEmpty,
    /// In 802.3ad mode.
    Ad,
    /// In 802.3ad mode, for a reader with CAP_NET_ADMIN in the initial user namespace.
    AdAdmin,
}

/// The netlink attribute of an option (`include/uapi/linux/if_link.h`).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Netlink {
    /// Where it is nested.
    pub(crate) nest: Nest,
    /// Its number.
    pub(crate) attr: u16,
    /// Its payload.
    pub(crate) wire: Wire,
    /// Highest value the policy admits; a higher one is refused with -ERANGE before the option sees it.
    pub(crate) policy_max: Option<u32>,
    /// When it is dumped.
    pub(crate) dump: When,
}

/// What reading the sysfs file gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Show {
    /// Name, space, number.
    NameNumber,
    /// `%d`.
    Signed,
    /// `%u`.
    Unsigned,
    /// Not in `Settings`: the front-end prints it.
    Raw,
}

/// The file of an option in `/sys/class/net/<bond>/bonding/`. It has the option's name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sysfs {
    /// Permission bits.
    pub(crate) perm: u16,
    /// What is read.
    pub(crate) show: Show,
    /// When reading gives anything.
    pub(crate) when: When,
}

/// C type of a module parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParamType {
    /// `int`
    Int,
    /// `uint`
    Uint,
    /// `charp`
    Charp,
    /// `array of charp`, 16 at most.
    CharpArray,
}

/// The module parameter of an option. It has the option's name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Param {
    /// Its type.
    pub(crate) ty: ParamType,
    /// Permission bits of its file; 0 for none.
    pub(crate) perm: u16,
    /// Whether the C driver has it, too.
    pub(crate) in_c: bool,
}

/// Whether setting the option has its effect in this version of the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Yes.
    Available,
    /// Not yet: anything but the default is refused with -EOPNOTSUPP once everything else is right.
    Later,
}

/// One option.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// Which.
    pub(crate) id: OptId,
    /// Name in sysfs, as module parameter and in messages.
    pub(crate) c_name: &'static CStr,
    /// The values.
    pub(crate) kind: Kind,
    /// Value of a new bond when no module parameter says otherwise. 0 for raw options.
    pub(crate) default: u32,
    /// Unit of the value, for the documentation; empty if none.
    pub(crate) unit: &'static str,
    /// Modes in which it may be set.
    pub(crate) modes: ModeSet,
    /// May be set only while the bond is down.
    pub(crate) needs_down: bool,
    /// May be set only while the bond has no members.
    pub(crate) needs_empty: bool,
    /// Netlink attribute.
    pub(crate) netlink: Option<Netlink>,
    /// sysfs file.
    pub(crate) sysfs: Option<Sysfs>,
    /// Module parameter.
    pub(crate) param: Option<Param>,
    /// Whether it works already.
    pub(crate) status: Status,
    /// One sentence for `modinfo` and the option reference.
    pub(crate) doc: &'static str,
}

impl Row {
    /// The name.
    pub(crate) fn name(&self) -> &'static str {
        self.c_name.to_str().unwrap_or("")
    }

    /// The named values; none for a raw option.
    pub(crate) const fn values(&self) -> &'static [Named] {
        match self.kind {
            Kind::Table(values) | Kind::Range(values) => values,
            Kind::Raw(_) => &[],
        }
    }

    /// Lowest and highest number; `None` if only the table's values count.
    pub(crate) fn range(&self) -> Option<(u32, u32)> {
        let values = self.values();
        let max = values.iter().find(|named| named.is_max)?.value;
        let min = values.iter().find(|named| named.is_min);
        Some((min.map_or(0, |named| named.value), max))
    }

    /// The name of a table value.
    pub(crate) fn value_name(&self, value: u32) -> Option<&'static str> {
        let found = self.values().iter().find(|named| named.value == value)?;
        Some(found.name)
    }
}

/// Builders: a row of the table reads as a sentence.
impl Row {
    pub(super) const fn new(id: OptId, c_name: &'static CStr, kind: Kind) -> Self {
        Self {
            id,
            c_name,
            kind,
            default: 0,
            unit: "",
            modes: ModeSet::ALL,
            needs_down: false,
            needs_empty: false,
            netlink: None,
            sysfs: None,
            param: None,
            status: Status::Available,
            doc: "",
        }
    }

    pub(super) const fn default(mut self, value: u32) -> Self {
        self.default = value;
        self
    }

    pub(super) const fn unit(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }

    pub(super) const fn modes(mut self, modes: ModeSet) -> Self {
        self.modes = modes;
        self
    }

    pub(super) const fn down(mut self) -> Self {
        self.needs_down = true;
        self
    }

    pub(super) const fn empty(mut self) -> Self {
        self.needs_empty = true;
        self
    }

    pub(super) const fn attr(self, attr: u16, wire: Wire) -> Self {
        self.attr_when(attr, wire, When::Always)
    }

    pub(super) const fn attr_when(mut self, attr: u16, wire: Wire, dump: When) -> Self {
        self.netlink = Some(Netlink {
            nest: Nest::Bond,
            attr,
            wire,
            policy_max: None,
            dump,
        });
        self
    }

    pub(super) const fn attr_capped(mut self, attr: u16, wire: Wire, max: u32) -> Self {
        self.netlink = Some(Netlink {
            nest: Nest::Bond,
            attr,
            wire,
            policy_max: Some(max),
            dump: When::Always,
        });
        self
    }

    pub(super) const fn member_attr(mut self, attr: u16, wire: Wire, dump: When) -> Self {
        self.netlink = Some(Netlink {
            nest: Nest::Member,
            attr,
            wire,
            policy_max: None,
            dump,
        });
        self
    }

    pub(super) const fn file(self, show: Show) -> Self {
        self.file_when(show, When::Always)
    }

    pub(super) const fn file_when(mut self, show: Show, when: When) -> Self {
        self.sysfs = Some(Sysfs {
            perm: 0o644,
            show,
            when,
        });
        self
    }

    pub(super) const fn param(self, ty: ParamType) -> Self {
        self.param_with(ty, 0, true)
    }

    pub(super) const fn new_param(self, ty: ParamType) -> Self {
        self.param_with(ty, 0, false)
    }

    pub(super) const fn param_with(mut self, ty: ParamType, perm: u16, in_c: bool) -> Self {
        self.param = Some(Param { ty, perm, in_c });
        self
    }

    pub(super) const fn later(mut self) -> Self {
        self.status = Status::Later;
        self
    }

    pub(super) const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }
}
