// SPDX-License-Identifier: GPL-2.0

//! The vocabulary that every engine and every front-end shares: modes, link states, policies, names.
//!
//! Numbers are those of `include/uapi/linux/if_bonding.h`; user space reads and writes them.

pub(crate) use super::names::{is_space, IfName, MacAddr, Text};

/// A speed in Mbit/s that a device does not tell: `SPEED_UNKNOWN` of `include/uapi/linux/ethtool.h`.
pub(crate) const SPEED_UNKNOWN: u32 = u32::MAX;

/// Defines a field-less enum whose discriminants are uapi numbers, with the conversion from `u32`.
macro_rules! uapi_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $number:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub(crate) enum $name { $($(#[$vmeta])* $variant = $number,)* }

        impl $name {
            /// Every value, in numeric order.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The value with this uapi number.
            pub(crate) const fn from_u32(number: u32) -> Option<Self> {
                match number {
                    $($number => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// The uapi number.
            pub(crate) const fn number(self) -> u32 {
                match self { $(Self::$variant => $number,)* }
            }
        }

        impl TryFrom<u32> for $name {
            type Error = u32;

            fn try_from(number: u32) -> Result<Self, u32> {
                Self::from_u32(number).ok_or(number)
            }
        }
    };
}

uapi_enum! {
    /// Bonding mode (`BOND_MODE_*`).
    Mode {
        /// Round-robin over the members.
        BalanceRr = 0,
        /// One member carries the traffic, the others stand by.
        ActiveBackup = 1,
        /// The member is chosen by a hash of the packet.
        BalanceXor = 2,
        /// Every member sends every packet.
        Broadcast = 3,
        /// IEEE 802.1AX link aggregation with LACP (called by its old clause number).
        Ieee8023ad = 4,
        /// Outgoing flows are spread by load.
        BalanceTlb = 5,
        /// Outgoing and incoming flows are spread.
        BalanceAlb = 6,
    }
}

impl Mode {
    /// The option value as user space writes it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::BalanceRr => "balance-rr",
            Self::ActiveBackup => "active-backup",
            Self::BalanceXor => "balance-xor",
            Self::Broadcast => "broadcast",
            Self::Ieee8023ad => "802.3ad",
            Self::BalanceTlb => "balance-tlb",
            Self::BalanceAlb => "balance-alb",
        }
    }

    /// The name in the `Bonding Mode:` line of `/proc/net/bonding`.
    pub(crate) const fn long_name(self) -> &'static str {
        match self {
            Self::BalanceRr => "load balancing (round-robin)",
            Self::ActiveBackup => "fault-tolerance (active-backup)",
            Self::BalanceXor => "load balancing (xor)",
            Self::Broadcast => "fault-tolerance (broadcast)",
            Self::Ieee8023ad => "IEEE 802.3ad Dynamic link aggregation",
            Self::BalanceTlb => "transmit load balancing",
            Self::BalanceAlb => "adaptive load balancing",
        }
    }

    /// Whether this version of the driver can run the mode. Adding a mode changes this line only.
    pub(crate) const fn implemented(self) -> bool {
        matches!(
            self,
            Self::BalanceRr
                | Self::ActiveBackup
                | Self::BalanceXor
                | Self::Broadcast
                | Self::Ieee8023ad
        )
    }

    /// Whether there is an active member, hence a primary.
    pub(crate) const fn uses_primary(self) -> bool {
        ModeSet::PRIMARY.contains(self)
    }

    /// Whether the mode balances by itself (tlb, alb).
    pub(crate) const fn is_lb(self) -> bool {
        ModeSet::LB.contains(self)
    }

    /// Whether the mode keeps the array of usable members that a hash indexes.
    pub(crate) const fn can_use_hash(self) -> bool {
        matches!(
            self,
            Self::BalanceXor | Self::Ieee8023ad | Self::BalanceTlb | Self::BalanceAlb
        )
    }

    /// Whether packets are spread by the transmit hash policy.
    pub(crate) const fn uses_hash(self, tlb_dynamic_lb: bool) -> bool {
        match self {
            Self::BalanceXor | Self::Ieee8023ad => true,
            Self::BalanceTlb | Self::BalanceAlb => !tlb_dynamic_lb,
            Self::BalanceRr | Self::ActiveBackup | Self::Broadcast => false,
        }
    }

    /// Whether a member without known speed and duplex is unusable.
    pub(crate) const fn needs_speed_duplex(self) -> bool {
        matches!(self, Self::Ieee8023ad | Self::BalanceTlb | Self::BalanceAlb)
    }

    /// Whether the ARP/NS monitor exists in this mode; where it does not, the MII monitor must run.
    pub(crate) const fn may_use_arp(self) -> bool {
        ModeSet::ARP.contains(self)
    }

    /// Whether a member's queue_id can direct packets to it.
    pub(crate) const fn queue_override(self) -> bool {
        matches!(self, Self::BalanceRr | Self::ActiveBackup)
    }

    /// Whether an XDP program can run on a bond with this mode and transmit policy.
    ///
    /// vlan+srcmac is out because the VLAN tag is usually not in the buffer that XDP sees.
    pub(crate) const fn xdp_capable(self, policy: XmitPolicy) -> bool {
        match self {
            Self::BalanceRr | Self::ActiveBackup => true,
            Self::BalanceXor | Self::Ieee8023ad => !matches!(policy, XmitPolicy::VlanSrcMac),
            Self::Broadcast | Self::BalanceTlb | Self::BalanceAlb => false,
        }
    }

    /// What is announced to members' drivers as transmit type when a member is linked.
    pub(crate) const fn lag_tx(self) -> LagTx {
        match self {
            Self::BalanceRr => LagTx::RoundRobin,
            Self::ActiveBackup => LagTx::ActiveBackup,
            Self::Broadcast => LagTx::Broadcast,
            Self::BalanceXor | Self::Ieee8023ad => LagTx::Hash,
            Self::BalanceTlb | Self::BalanceAlb => LagTx::Unknown,
        }
    }

    /// What is announced to members' drivers as hash type when a member is linked.
    pub(crate) const fn lag_hash(self, policy: XmitPolicy) -> LagHash {
        match self {
            Self::BalanceXor | Self::Ieee8023ad => match policy {
                XmitPolicy::Layer2 => LagHash::L2,
                XmitPolicy::Layer34 => LagHash::L34,
                XmitPolicy::Layer23 => LagHash::L23,
                XmitPolicy::Encap23 => LagHash::E23,
                XmitPolicy::Encap34 => LagHash::E34,
                XmitPolicy::VlanSrcMac => LagHash::VlanSrcMac,
            },
            _ => LagHash::None,
        }
    }
}

/// A set of modes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ModeSet(u8);

impl ModeSet {
    /// Every mode.
    pub(crate) const ALL: Self = Self::of(Mode::ALL);
    /// The modes with an active member.
    pub(crate) const PRIMARY: Self =
        Self::of(&[Mode::ActiveBackup, Mode::BalanceTlb, Mode::BalanceAlb]);
    /// The modes that can be monitored by ARP and neighbour solicitation.
    pub(crate) const ARP: Self = Self::of(&[
        Mode::BalanceRr,
        Mode::ActiveBackup,
        Mode::BalanceXor,
        Mode::Broadcast,
    ]);
    /// The modes that balance by themselves.
    pub(crate) const LB: Self = Self::of(&[Mode::BalanceTlb, Mode::BalanceAlb]);
    /// The modes in which the transmit hash alone decides.
    pub(crate) const HASH: Self = Self::of(&[Mode::BalanceXor, Mode::Ieee8023ad]);
    /// LACP.
    pub(crate) const AD: Self = Self::of(&[Mode::Ieee8023ad]);
    /// Round-robin.
    pub(crate) const RR: Self = Self::of(&[Mode::BalanceRr]);

    /// The set of these modes.
    pub(crate) const fn of(modes: &[Mode]) -> Self {
        let mut bits = 0;
        let mut rest = modes;
        while let [first, tail @ ..] = rest {
            bits |= first.bit();
            rest = tail;
        }
        Self(bits)
    }

    /// Whether `mode` is in the set.
    pub(crate) const fn contains(self, mode: Mode) -> bool {
        self.0 & mode.bit() != 0
    }
}

impl Mode {
    const fn bit(self) -> u8 {
        match self {
            Self::BalanceRr => 1,
            Self::ActiveBackup => 1 << 1,
            Self::BalanceXor => 1 << 2,
            Self::Broadcast => 1 << 3,
            Self::Ieee8023ad => 1 << 4,
            Self::BalanceTlb => 1 << 5,
            Self::BalanceAlb => 1 << 6,
        }
    }
}

uapi_enum! {
    /// Link state of a member (`BOND_LINK_*`).
    LinkState {
        /// The link works.
        Up = 0,
        /// The link is down, downdelay runs.
        Fail = 1,
        /// The link is down.
        Down = 2,
        /// The link is up again, updelay runs.
        Back = 3,
    }
}

impl LinkState {
    /// The text of the `mii_status` files and of procfs.
    pub(crate) const fn mii_status(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Fail => "going down",
            Self::Down => "down",
            Self::Back => "going back",
        }
    }
}

uapi_enum! {
    /// Whose MAC address the bond shows in active-backup mode (option fail_over_mac).
    FailOverMac {
        /// Every member is given the bond's address.
        None = 0,
        /// The bond takes the active member's address.
        Active = 1,
        /// The active member is given the bond's address, the others keep theirs.
        Follow = 2,
    }
}

uapi_enum! {
    /// When a recovered primary takes over again (option primary_reselect).
    PrimaryReselect {
        /// At once.
        Always = 0,
        /// If it is faster than the active member, or as fast with better duplex.
        Better = 1,
        /// Only when the active member fails.
        Failure = 2,
    }
}

uapi_enum! {
    /// What the transmit hash covers (option xmit_hash_policy, `BOND_XMIT_POLICY_*`).
    XmitPolicy {
        /// MAC addresses and packet type.
        Layer2 = 0,
        /// IP addresses and ports.
        Layer34 = 1,
        /// MAC and IP addresses.
        Layer23 = 2,
        /// As layer2+3, of the innermost header.
        Encap23 = 3,
        /// As layer3+4, of the innermost header.
        Encap34 = 4,
        /// VLAN ID and source MAC address.
        VlanSrcMac = 5,
    }
}

uapi_enum! {
    /// How LACP picks the active aggregator (option ad_select).
    AdSelect {
        /// Keep it until it has no usable member.
        Stable = 0,
        /// The most bandwidth.
        Bandwidth = 1,
        /// The most ports.
        Count = 2,
        /// The best actor port priority.
        ActorPortPrio = 3,
    }
}

uapi_enum! {
    /// `enum netdev_lag_tx_type` of `include/linux/netdevice.h`.
    LagTx {
        /// Not told.
        Unknown = 0,
        /// A random member per packet.
        Random = 1,
        /// Every member.
        Broadcast = 2,
        /// In turn.
        RoundRobin = 3,
        /// The active member.
        ActiveBackup = 4,
        /// By hash.
        Hash = 5,
    }
}

uapi_enum! {
    /// `enum netdev_lag_hash` of `include/linux/netdevice.h`.
    LagHash {
        /// No hash.
        None = 0,
        /// layer2.
        L2 = 1,
        /// layer3+4.
        L34 = 2,
        /// layer2+3.
        L23 = 3,
        /// encap2+3.
        E23 = 4,
        /// encap3+4.
        E34 = 5,
        /// vlan+srcmac.
        VlanSrcMac = 6,
        /// Something else.
        Unknown = 7,
    }
}
