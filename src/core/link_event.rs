// SPDX-License-Identifier: GPL-2.0

//! What the link monitor and the failover tell the user.
//!
//! `Display` yields the C driver's text, without the device names that come before it and without a
//! line end, because monitoring tools search the log for it.

use core::fmt;

/// The part a member plays, where a message mentions it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Not mentioned: every mode but active-backup.
    Unnamed,
    /// The active member of active-backup.
    Active,
    /// Any other member of active-backup.
    Backup,
}

/// How important a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// `KERN_INFO`
    Info,
    /// `KERN_WARNING`
    Warning,
}

/// A report about the link of one member. Times are in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkEvent {
    /// The link is lost and `downdelay` began.
    GoingDown {
        /// The member's part.
        role: Role,
        /// The whole delay.
        ms: i32,
    },
    /// The link came back within `downdelay`.
    UpAgain {
        /// Time it was away.
        ms: i32,
    },
    /// The link is there and `updelay` began.
    ComingUp {
        /// The whole delay, 0 if it is skipped.
        ms: i32,
    },
    /// The link was lost again within `updelay`.
    DownAgain {
        /// Time it was there.
        ms: i32,
    },
    /// The link is in use from now on.
    Up {
        /// Mbit/s, `u32::MAX` if unknown.
        speed: u32,
        /// 0 half, 1 full, 255 unknown.
        duplex: u8,
    },
    /// The link is out of use from now on.
    Down,
    /// The link is refused because the mode needs its speed and duplex.
    NoSpeed,
    /// The member became the active one.
    NewActive,
    /// The member became the active one within `updelay`.
    NewActiveEarly {
        /// The part of the delay that it had waited.
        ms: i32,
    },
}

impl LinkEvent {
    /// The level to log at.
    pub(crate) fn level(&self) -> Level {
        match self {
            Self::NoSpeed => Level::Warning,
            _ => Level::Info,
        }
    }

    /// Whether a flapping link may flood the log with this.
    pub(crate) fn is_ratelimited(&self) -> bool {
        match self {
            Self::GoingDown { .. }
            | Self::UpAgain { .. }
            | Self::ComingUp { .. }
            | Self::DownAgain { .. }
            | Self::NoSpeed => true,
            Self::Up { .. } | Self::Down | Self::NewActive | Self::NewActiveEarly { .. } => false,
        }
    }
}

impl fmt::Display for LinkEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::GoingDown { role, ms } => {
                let role = match role {
                    Role::Unnamed => "",
                    Role::Active => "active ",
                    Role::Backup => "backup ",
                };
                write!(
                    f,
                    "link status down for {role}interface, disabling it in {ms} ms"
                )
            }
            Self::UpAgain { ms } => write!(f, "link status up again after {ms} ms"),
            Self::ComingUp { ms } => write!(f, "link status up, enabling it in {ms} ms"),
            Self::DownAgain { ms } => write!(f, "link status down again after {ms} ms"),
            Self::Up { speed, duplex } => {
                let mbps = if speed == u32::MAX { 0 } else { speed };
                let duplex = if duplex == 0 { "half" } else { "full" };
                write!(f, "link status definitely up, {mbps} Mbps {duplex} duplex")
            }
            Self::Down => f.write_str("link status definitely down, disabling slave"),
            Self::NoSpeed => f.write_str("failed to get link speed/duplex"),
            Self::NewActive => f.write_str("making interface the new active one"),
            Self::NewActiveEarly { ms } => {
                write!(f, "making interface the new active one {ms} ms earlier")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_those_of_the_c_driver() {
        let role = Role::Backup;
        for (event, text) in [
            (
                LinkEvent::GoingDown { role, ms: 200 },
                "link status down for backup interface, disabling it in 200 ms",
            ),
            (
                LinkEvent::UpAgain { ms: 100 },
                "link status up again after 100 ms",
            ),
            (
                LinkEvent::Up {
                    speed: u32::MAX,
                    duplex: 255,
                },
                "link status definitely up, 0 Mbps full duplex",
            ),
            (
                LinkEvent::NewActiveEarly { ms: 300 },
                "making interface the new active one 300 ms earlier",
            ),
        ] {
            assert_eq!(event.to_string(), text);
        }
    }
}
