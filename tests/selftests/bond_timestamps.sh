#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# not on: uml
# guest stock: --nics 2
# Timestamps of packets on a bond are those of its members.
# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"
modprobe -q netdevsim
load_bonding max_bonds=0 || exit 1
here=$LAB_CHECKOUT/tests/selftests

# stamps DEV: what ethtool tells of a device, but its name.
stamps() { ethtool -T "$1" 2>&1 | tail -n +2; }
software() { ethtool -T "$1" | grep -c software-transmit; }
# hwtstamp get|set|set-bonded DEV: the answer of the ioctl.
hwtstamp() { python3 "$here/hwtstamp.py" "$@"; }

nsim() {
	echo "$1 1" >/sys/bus/netdevsim/new_device
	eventually test -d "/sys/bus/netdevsim/devices/netdevsim$1/net"
	ip link set "$(ls "/sys/bus/netdevsim/devices/netdevsim$1/net")" name "$2"
}

cables 2
ip link add d0 type dummy
ip link add d1 type dummy
# A type of link without timestamps, which a bridge is, since it has no ethtool operation for them.
ip link add br0 up type bridge
ip link add link br0 name b0 type vlan id 3

if [ -e /sys/bus/netdevsim/new_device ]; then
	nsim 30 n0
else
	ip link add n0 type dummy
fi
ip link add bond0 type bond mode active-backup miimon 50
is "nothing sent without members" "$(software bond0)" 0
ip link set n0 master bond0
ip link set d0 master bond0
ip link set bond0 up
eventually active_is n0
is "active-backup: those of the active member" "$(stamps bond0)" "$(stamps n0)"
ip link set bond0 type bond active_slave d0
is "active-backup: of another" "$(stamps bond0)" "$(stamps d0)"
ip link del bond0

for mode in balance-rr broadcast; do
	ip link add bond0 type bond mode "$mode" miimon 50
	is "$mode: none without members" "$(software bond0)" 0
	ip link set d0 master bond0
	is "$mode: by software, if the member can" "$(software bond0)" "$(software d0)"
	ip link set b0 master bond0
	is "$mode: not if one cannot" "$(software b0) $(software bond0)" "0 0"
	ip link set b0 nomaster
	ip link set d1 master bond0
	is "$mode: if all can" "$(software bond0)" 1
	is "$mode: no hardware" "$(hwtstamp get bond0)" "Operation not supported"
	ip link del bond0
done

# Hardware timestamps: here no device has them, so each way ends with the right refusal.
ip link add bond0 type bond mode active-backup miimon 50
is "no member: get" "$(hwtstamp get bond0)" "Operation not supported"
ip link set d0 master bond0
is "get from a member that cannot" "$(hwtstamp get bond0)" "$(hwtstamp get d0)"
is "set without knowing of bonds" "$(hwtstamp set bond0)" "Operation not supported"
is "set by a member that cannot" "$(hwtstamp set-bonded bond0)" "$(hwtstamp set d0)"
ip link del bond0

# Cards that have them, in an emulated machine.
modprobe -q e1000e
cards=()
for dev in /sys/class/net/*; do
	[ "$(basename "$(readlink "$dev/device/driver")")" != e1000e ] || cards+=("${dev##*/}")
done
if [ ${#cards[@]} -ge 2 ]; then
	ip link add bond0 type bond mode active-backup miimon 50
	for dev in "${cards[@]}"; do ip link set "$dev" master bond0; done
	ip link set bond0 up
	eventually active_is "${cards[0]}"
	is "cards: a clock" "$(stamps bond0)" "$(stamps "${cards[0]}")"
	holds "cards: which is one" test "$(stamps bond0 | grep -c 'hardware-')" -gt 2
	is "cards: set without knowing of bonds" "$(hwtstamp set bond0)" "Operation not supported"
	is "cards: off at first" "$(hwtstamp get bond0)" "1 0 0"
	is "cards: set" "$(hwtstamp set-bonded bond0)" "1 1 1"
	is "cards: it is the card's" "$(hwtstamp get "${cards[0]}")" "1 1 1"
	ip link set bond0 type bond active_slave "${cards[1]}"
	is "cards: another has its own" "$(hwtstamp get bond0)" "1 0 0"
	ip link set bond0 type bond active_slave "${cards[0]}"
	is "cards: as does the first" "$(hwtstamp get bond0)" "1 1 1"
	ip link del bond0
else
	skip "cards" "none here"
fi
[ ! -e /sys/bus/netdevsim/del_device ] || echo 30 >/sys/bus/netdevsim/del_device
ip link del br0
clear_all
finish
