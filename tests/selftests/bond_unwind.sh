#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A device that fails to join, at each step that can fail, leaves no trace: neither the device nor
# the bond shows that anybody tried, and both work. See bond_failslab.sh for lack of memory.
# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"
load_bonding max_bonds=0 || exit 1

# All that shows of a device, but what time or having been open changes.
picture() {
	ip -d -j link show "$1" | jq -cS 'del(.[0].stats64, .[0].operstate, .[0].qdisc)'
	ip maddr show dev "$1"
	bridge fdb show dev "$1"
	ls "/sys/class/net/$1"
	ls "/sys/class/net/$1/bonding_slave" 2>/dev/null
	if [ -d "/sys/class/net/$1/bonding" ]; then
		grep . "/sys/class/net/$1/bonding/"*
		cat "/proc/net/bonding/$1"
	fi
}

# fails NAME TEXT DEV [BEFORE]: DEV cannot join bond0, and nothing shows of it.
fails() {
	local name=$1 text=$2 dev=$3 bond_before dev_before
	bond_before=$(picture bond0)
	dev_before=$(picture "$dev")
	refused "$name: is refused" "$text" ip link set "$dev" master bond0
	is "$name: the device is as before" "$(picture "$dev")" "$dev_before"
	if [ "$BOND_DRIVER" = c ] && [ -z "$(cat /sys/class/net/bond0/bonding/slaves)" ]; then
		skip "$name: the bond is as before" "the C driver gives it another address"
	else
		is "$name: the bond is as before" "$(picture bond0)" "$bond_before"
	fi
}

# Each of these fails at a later step than those before it.
steps() {
	local what=$1
	ip link add link d8 name mtu0 type vlan id 10
	fails "$what: MTU" "Numerical result out of range" mtu0
	ip link del mtu0

	if [[ $what != *active-backup* ]]; then
		# Of Ethernet's type, but with an address that cannot be set.
		python3 "$LAB_CHECKOUT/tests/selftests/tun_type.py" addr0 tun 1
		fails "$what: address" "Operation not supported" addr0
		ip link del addr0
	fi

	ip link add link d9 name open0 mtu 2000 type vlan id 11
	ip link set d9 down
	fails "$what: open" "Network is down" open0
	ip link del open0
	ip link set d9 up

	# A loop is found when all else is done.
	ip link add loop0 type bond mode balance-rr
	ip link set bond0 down
	ip link set bond0 master loop0
	fails "$what: link" "" loop0
	ip link set bond0 nomaster
	ip link del loop0
	ip link set bond0 up
}

try() {
	local mode=$1
	ip link add bond0 mtu 2000 type bond mode "$mode" miimon 50
	ip link add link bond0 name v0 type vlan id 5
	ip link add link bond0 name v1 type vlan proto 802.1ad id 6
	ip link set bond0 promisc on allmulticast on up
	ip maddr add 33:33:00:00:00:99 dev bond0
	bridge fdb add 02:00:00:00:00:99 dev bond0 self
	steps "$mode, first"
	ip link set d0 mtu 1900
	ip link set d0 master bond0
	steps "$mode, second"
	ip link set d1 master bond0
	is "$mode: others can join" "$(cat /sys/class/net/bond0/bonding/slaves)" "d0 d1"
	ip link del bond0
	is "$mode: they leave as they came" "$(link d0 mtu) $(link d0 promiscuity) $(link d0 allmulti) $(mac d0)" "1900 0 0 02:00:00:00:01:00"
}

# The deepest stack that the core allows, and one more.
depth() {
	local i
	ip link add link d9 name low type vlan id 12
	ip link add bond0 type bond
	ip link set low master bond0
	for i in {1..9}; do
		ip link add "bond$i" type bond
		ip link set "bond$((i - 1))" master "bond$i" 2>/dev/null || break
	done
	is "depth: the core's limit" "$i" 6
	is "depth: the device that is too deep is as before" "$(link "bond$((i - 1))" master) $(link "bond$((i - 1))" 'flags | index("SLAVE")')" "null null"
	for ((; i >= 0; i--)); do ip link del "bond$i"; done
	ip link del low
}

sysctl -qw net.ipv6.conf.default.disable_ipv6=1
for dev in d0:02:00:00:00:01:00 d1:02:00:00:00:01:01 d8:02:00:00:00:01:08 d9:02:00:00:00:01:09; do
	ip link add "${dev%%:*}" address "${dev#*:}" type dummy
done
ip link set d8 up
ip link set d9 mtu 3000 up
for mode in balance-rr active-backup broadcast balance-xor; do try "$mode"; done
depth
finish
