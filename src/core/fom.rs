// SPDX-License-Identifier: GPL-2.0

//! `fail_over_mac`: which device carries which address (spec/dataplane.md 4.3 and 1.2 step f).
//!
//! Addresses are compared and copied, never looked into, so that any link layer's address type `A`
//! will do.

use super::types::FailOverMac;

/// What happens to a member's address when it is enslaved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AtEnslave {
    /// The member takes the bond's address, even if it is the same already.
    TakeBond,
    /// The member gets a random address, because its own is in use by the bond.
    TakeRandom,
    /// The member keeps its address.
    Keep,
}

/// Decides on the address of a new member.
///
/// `policy` is `None` (the policy) in every mode but active-backup; `has_members` does not count the
/// new one.
pub(crate) fn at_enslave<A: PartialEq>(
    policy: FailOverMac,
    has_members: bool,
    member: &A,
    bond: &A,
) -> AtEnslave {
    match policy {
        FailOverMac::None => AtEnslave::TakeBond,
        FailOverMac::Follow if has_members && member == bond => AtEnslave::TakeRandom,
        FailOverMac::Follow | FailOverMac::Active => AtEnslave::Keep,
    }
}

/// Whether a released member gets its permanent address back.
///
/// `policy` is `None` (the policy) in every mode but active-backup.
pub(crate) fn restores_permanent(policy: FailOverMac) -> bool {
    match policy {
        FailOverMac::None | FailOverMac::Follow => true,
        FailOverMac::Active => false,
    }
}

/// The member that swaps addresses with the new active one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Partner {
    /// The active member so far.
    Old,
    /// The member at this place among those handed in.
    Other(usize),
}

/// What to do about addresses when the active member changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan<A> {
    /// Leave all addresses alone.
    Nothing,
    /// The bond takes the address of the new active member (stolen, with its notifications).
    BondTakes(A),
    /// The new active member takes the bond's address.
    NewTakes(A),
    /// First the new active member takes `new`; if that worked, `partner` takes `old`.
    Swap {
        /// Who gets the new active member's former address.
        partner: Partner,
        /// The address for the new active member.
        new: A,
        /// The address for the partner.
        old: A,
    },
}

/// Plans the addresses for a change of the active member from `old` to `new`.
///
/// `others` are the addresses of the members except the new active one, in list order; they are
/// looked at only under `follow` without an old active member.
pub(crate) fn on_failover<A: PartialEq>(
    policy: FailOverMac,
    bond: A,
    new: Option<A>,
    old: Option<A>,
    others: impl IntoIterator<Item = A>,
) -> Plan<A> {
    let Some(new) = new else {
        return Plan::Nothing;
    };
    match policy {
        FailOverMac::None => Plan::Nothing,
        FailOverMac::Active => Plan::BondTakes(new),
        FailOverMac::Follow => {
            let swap = |partner, holder| Plan::Swap {
                partner,
                new: holder,
                old: new,
            };
            if let Some(old) = old {
                return swap(Partner::Old, old);
            }
            // Counted by hand, because `position` checks its count for overflow.
            let mut index = 0usize;
            for other in others {
                if other == bond {
                    return swap(Partner::Other(index), bond);
                }
                index = index.wrapping_add(1);
            }
            Plan::NewTakes(bond)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follow_swaps_with_the_old_active_member() {
        let plan = on_failover(FailOverMac::Follow, 1, Some(2), Some(1), [1]);
        let swap = Plan::Swap {
            partner: Partner::Old,
            new: 1,
            old: 2,
        };
        assert_eq!(plan, swap);
    }

    #[test]
    fn follow_without_old_swaps_with_whoever_has_the_bonds_address() {
        let plan = on_failover(FailOverMac::Follow, 1, Some(2), None, [3, 1, 1]);
        let swap = Plan::Swap {
            partner: Partner::Other(1),
            new: 1,
            old: 2,
        };
        assert_eq!(plan, swap);
        let plan = on_failover(FailOverMac::Follow, 1, Some(2), None, [3]);
        assert_eq!(plan, Plan::NewTakes(1));
    }

    #[test]
    fn active_moves_the_bond_and_none_moves_nothing() {
        assert_eq!(
            on_failover(FailOverMac::Active, 1, Some(2), Some(1), []),
            Plan::BondTakes(2)
        );
        assert_eq!(
            on_failover(FailOverMac::Active, 1, None, Some(1), []),
            Plan::Nothing
        );
        assert_eq!(
            on_failover(FailOverMac::None, 1, Some(2), Some(1), []),
            Plan::Nothing
        );
    }

    #[test]
    fn enslave_follows_the_policy() {
        assert_eq!(
            at_enslave(FailOverMac::None, false, &1, &1),
            AtEnslave::TakeBond
        );
        assert_eq!(
            at_enslave(FailOverMac::Follow, false, &1, &1),
            AtEnslave::Keep
        );
        assert_eq!(
            at_enslave(FailOverMac::Follow, true, &1, &1),
            AtEnslave::TakeRandom
        );
        assert_eq!(
            at_enslave(FailOverMac::Follow, true, &2, &1),
            AtEnslave::Keep
        );
        assert_eq!(
            at_enslave(FailOverMac::Active, true, &1, &1),
            AtEnslave::Keep
        );
    }
}
