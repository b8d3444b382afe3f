#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# not on: uml
# The ioctls of ifenslave, by their numbers and by the private ones of old.
# shellcheck source=tests/selftests/lib.sh
. "$(dirname "$0")/lib.sh"

here=$(dirname "$0")
io() { python3 "$here/bond_ioctl.py" "$@"; }

load_bonding max_bonds=0 || exit 1
ip link add bond0 type bond mode active-backup
ip link set bond0 up
for d in d0 d1 d2; do ip link add "$d" type dummy; done

is "no members" "$(io bond0 info)" "1 0 100"
is "enslave" "$(io bond0 enslave d0)" ""
is "enslave, the old number" "$(io bond0 old-enslave d1)" ""
eventually mii_is d1 UP
is "two members" "$(io bond0 info)" "1 2 100"
is "the old query" "$(io bond0 old-info)" "1 2 100"
is "member 0" "$(io bond0 slave 0)" "d0 0 0 0"
is "member 1" "$(io bond0 old-slave 1)" "d1 0 1 0"
is "no member 2" "$(io bond0 slave 2)" "ENODEV"
is "no member -1" "$(io bond0 slave -1)" "ENODEV"
is "change active" "$(io bond0 active d1)" ""
is "it did" "$(cat /sys/class/net/bond0/bonding/active_slave)" "d1"
is "not a member" "$(io bond0 active d2)" "EINVAL"
is "no device" "$(io bond0 enslave nosuch)" "ENODEV"
is "already enslaved" "$(io bond0 enslave d0)" "EBUSY"
is "not ours to release" "$(io bond0 release d2)" "EINVAL"
is "carrier by MII" "$(io bond0 mii 1)" "0x0004"
is "take an address" "$(io bond0 hwaddr d2)" ""
is "it did" "$(cat /sys/class/net/bond0/address)" "$(cat /sys/class/net/d2/address)"
is "release" "$(io bond0 old-release d0)" ""
is "release the last" "$(io bond0 release d1)" ""
is "no members left" "$(io bond0 info)" "1 0 100"
ip link del bond0
for d in d0 d1 d2; do ip link del "$d"; done
unload_bonding || not_ok "the module unloads"
echo "1..$cases"
[ "$failures" = 0 ]
