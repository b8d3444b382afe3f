// SPDX-License-Identifier: GPL-2.0

//! Why an option cannot be set: error number, netlink text and log lines.
//!
//! All texts but the one of [`Cause::NotYet`] are the C driver's (`bond_opt_error_interpret()` in
//! `drivers/net/bonding/bond_options.c`), because scripts and selftests match on them.

use super::errno::{Errno, Level, Log};
use super::table::OptId;
use super::targets::TargetError;
use crate::engine::types::{IfName, Mode, Text};
use core::ffi::CStr;
use core::fmt;

/// A value as it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// Text, from sysfs or a module parameter; shown up to its first newline.
    Text(&'a [u8]),
    /// A number, from netlink; a negative one shows as the C driver's unsigned 64-bit number.
    Num(i64),
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => Text(super::parse::line(text)).fmt(f),
            Self::Num(number) => u64::from_ne_bytes(number.to_ne_bytes()).fmt(f),
        }
    }
}

/// Which delay a message speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delay {
    /// updelay
    Up,
    /// downdelay
    Down,
    /// peer_notif_delay
    PeerNotif,
}

impl fmt::Display for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Up => "up delay",
            Self::Down => "down delay",
            Self::PeerNotif => "peer notification delay",
        })
    }
}

/// What stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The option does not exist in this mode.
    Mode(Mode),
    /// The bond has members.
    HasMembers,
    /// The bond is up.
    Up,
    /// Not a value of this option.
    Invalid,
    /// The named device does not exist.
    NoDevice,
    /// The device is no member of any bond.
    NotMember(IfName),
    /// The device is a member of another bond.
    NotOurs(IfName),
    /// The device or its link is down, so it cannot be made the active member.
    NotUsable(IfName),
    /// No monitor runs whose interval the delay could be a multiple of.
    NoMonitor(Delay),
    /// An XDP program is attached and could not run with this value.
    Xdp,
    /// Valid, but this version of the driver lacks it.
    NotYet,
    /// `slaves` or a target file was written something without a sign.
    NoCommand,
    /// A target address that cannot be parsed.
    BadAddress,
    /// The list of targets refuses the address.
    Target(TargetError),
    /// ad_actor_system: not a unicast MAC address.
    ActorSystem,
    /// queue_id: malformed, unknown device, taken or too high.
    QueueId,
    /// Carrying the command out failed in some other part of the kernel.
    Kernel(Errno),
}

/// An option that was not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal<'a> {
    /// Which option.
    pub(crate) id: OptId,
    /// The value asked for.
    pub(crate) value: Value<'a>,
    /// Why it was not set.
    pub(crate) cause: Cause,
}

impl<'a> Refusal<'a> {
    pub(crate) const fn new(id: OptId, value: Value<'a>, cause: Cause) -> Self {
        Self { id, value, cause }
    }

    /// What the system call returns.
    pub(crate) const fn errno(&self) -> Errno {
        match self.cause {
            Cause::Mode(_) => Errno::Eacces,
            Cause::HasMembers => Errno::Enotempty,
            Cause::Up => Errno::Ebusy,
            Cause::NoDevice => Errno::Enodev,
            Cause::Invalid
            | Cause::NotMember(_)
            | Cause::NotOurs(_)
            | Cause::NotUsable(_)
            | Cause::Target(_)
            | Cause::ActorSystem => Errno::Einval,
            Cause::NoMonitor(_) | Cause::NoCommand | Cause::BadAddress | Cause::QueueId => {
                Errno::Eperm
            }
            Cause::Xdp | Cause::NotYet => Errno::Eopnotsupp,
            Cause::Kernel(errno) => errno,
        }
    }

    /// The text for a netlink user, attached to the offending attribute.
    pub(crate) const fn extack(&self) -> Option<&'static CStr> {
        match (self.errno(), self.cause) {
            (_, Cause::Mode(_)) => Some(c"option not supported in mode"),
            (_, Cause::NotYet) => {
                Some(c"option value is valid but not implemented in this version of the driver")
            }
            (_, Cause::Xdp) => Some(c"option value does not work with the attached XDP program"),
            (Errno::Enotempty, _) => {
                Some(c"unable to set option because the bond device has slaves")
            }
            (Errno::Ebusy, _) => Some(c"unable to set option because the bond is up"),
            (Errno::Einval, _) => Some(c"invalid option value"),
            (Errno::Enodev, _) => match self.value {
                Value::Text(_) => Some(c"interface does not exist"),
                Value::Num(_) => None,
            },
            _ => None,
        }
    }

    /// The log lines: the cause's own, then what follows from the error number.
    pub(crate) fn log(&self, log: &mut Log<'_>) {
        let mut error = |text: fmt::Arguments<'_>| log(Level::Error, text);
        match self.cause {
            Cause::NotMember(name) => {
                error(format_args!("(slave {name}): Device is not bonding slave"))
            }
            Cause::NotOurs(name) => error(format_args!("(slave {name}): Device is not our slave")),
            Cause::NotUsable(name) => error(format_args!(
                "(slave {name}): Could not set as active slave; either {name} is down or the link is down"
            )),
            Cause::NoMonitor(delay) => error(format_args!(
                "Unable to set {delay} as MII monitoring is disabled"
            )),
            Cause::NoCommand => match self.id {
                OptId::ArpIpTarget => error(format_args!(
                    "no command found in arp_ip_targets file - use +<addr> or -<addr>"
                )),
                OptId::NsIp6Target => error(format_args!(
                    "no command found in ns_ip6_targets file - use +<addr> or -<addr>"
                )),
                _ => error(format_args!(
                    "no command found in slaves file - use +ifname or -ifname"
                )),
            },
            Cause::BadAddress => match self.id {
                OptId::NsIp6Target => error(format_args!("invalid NS target specified")),
                _ => error(format_args!("invalid ARP target specified")),
            },
            Cause::Target(refused) => error(format_args!("{refused}")),
            Cause::ActorSystem => error(format_args!("Invalid ad_actor_system MAC address.")),
            Cause::QueueId => {
                log(Level::Debug, format_args!("invalid input for queue_id set"));
            }
            _ => {}
        }
        self.log_generic(&mut |text| log(Level::Error, text));
    }

    /// The lines that every option shares.
    fn log_generic(&self, error: &mut dyn FnMut(fmt::Arguments<'_>)) {
        let (row, value) = (self.id.row(), self.value);
        let name = row.name();
        match (self.errno(), self.cause) {
            (_, Cause::Mode(mode)) => error(format_args!(
                "option {name}: mode dependency failed, not supported in mode {}({})",
                mode.name(),
                mode.number()
            )),
            (_, Cause::NotYet) => error(format_args!(
                "option {name}: value {value} is valid but not implemented in this version of the driver"
            )),
            (Errno::Enotempty, _) => error(format_args!(
                "option {name}: unable to set because the bond device has slaves"
            )),
            (Errno::Ebusy, _) => error(format_args!(
                "option {name}: unable to set because the bond device is up"
            )),
            (Errno::Einval, _) => {
                error(format_args!("option {name}: invalid value ({value})"));
                if let Some((min, max)) = row.range() {
                    error(format_args!("option {name}: allowed values {min} - {max}"));
                }
            }
            (Errno::Enodev, _) if matches!(value, Value::Text(_)) => error(format_args!(
                "option {name}: interface {value} does not exist!"
            )),
            _ => {}
        }
    }
}
