#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Consoles on a bond: netconsole sends with interrupts off, by the members' netpolls.
# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"
modprobe -q netdevsim
target=/sys/kernel/config/netconsole/t0
if ! mkdir -p "$target" 2>/dev/null || [ ! -e /sys/bus/netdevsim/link_device ]; then
	echo "no netconsole or no netdevsim here"
	exit 4
fi
load_bonding max_bonds=0 || exit 1
got=/tmp/got

# nsim ID NAME [NETNS]: a netdevsim device of that name.
nsim() {
	local dev
	echo "$1 1" >/sys/bus/netdevsim/new_device
	eventually test -d "/sys/bus/netdevsim/devices/netdevsim$1/net"
	dev=$(ls "/sys/bus/netdevsim/devices/netdevsim$1/net")
	ip link set "$dev" name "$2"
	[ -z "${3-}" ] || ip link set "$2" netns "$3"
}

# pairs N: m0.. here, p0.. in the namespace peer, under one bond there.
pairs() {
	local i here there
	ip netns add peer
	exec {here}</proc/self/ns/net {there}</run/netns/peer
	ip -n peer link add end0 type bond mode balance-rr
	for ((i = 0; i < $1; i++)); do
		nsim "$((10 + i))" "m$i"
		nsim "$((20 + i))" "p$i" peer
		echo "$here:$(link "m$i" ifindex) $there:$(ip -n peer -j link show "p$i" | jq '.[0].ifindex')" \
			>/sys/bus/netdevsim/link_device
		ip -n peer link set "p$i" master end0
	done
	exec {here}<&- {there}<&-
	ip -n peer addr add 192.0.2.2/24 dev end0
	ip -n peer link set end0 up
}

unpair() {
	local i
	for ((i = 0; i < $1; i++)); do
		echo "$((10 + i))" >/sys/bus/netdevsim/del_device
		echo "$((20 + i))" >/sys/bus/netdevsim/del_device
	done
	ip netns del peer
}

# console on DEV | off: whether messages go out by a device; fails as the kernel does.
console() {
	if [ "$1" = off ]; then
		(echo 0 >"$target/enabled") 2>/dev/null
		return
	fi
	echo "$2" >"$target/dev_name"
	echo 192.0.2.1 >"$target/local_ip"
	echo 192.0.2.2 >"$target/remote_ip"
	(echo 1 >"$target/enabled") 2>/dev/null
}

listen() {
	: >"$got"
	ip netns exec peer socat -u UDP4-RECV:6666,rcvbuf=1000000 "OPEN:$got,append" &
	listener=$!
	eventually bound || not_ok "somebody listens"
}
# 6666, in hexadecimal.
bound() { ip netns exec peer grep -q ':1A0A ' /proc/net/udp; }

hush() { kill -9 "$listener" && wait "$listener" 2>/dev/null; }
say() { echo "<3>$1" >/dev/kmsg; }
heard() { [ "$(grep -c "$1" "$got")" = "$2" ]; }

# Everything that is said is heard once, in the modes that send it once.
mode() {
	local mode=$1 times=$2 i sent
	bond 2 mode "$mode" miimon 50
	holds "$mode: a console" console on bond0
	listen
	sent=$(count m1 tx_packets)
	for i in {1..20}; do say "word-$mode-$i-"; done
	holds "$mode: all is heard" eventually heard "word-$mode-" $((20 * times))
	if [ "$mode" = active-backup ]; then
		is "$mode: by the active member alone" "$(($(count m1 tx_packets) - sent))" 0
		for i in {1..40}; do
			say "change-$i-"
			ip link set bond0 type bond active_slave "m$((i % 2))"
		done
		holds "$mode: all is heard while the active member changes" eventually heard "change-" 40
		# The lines about a change are said while it goes on.
		holds "$mode: so is what the bond says of it" eventually heard "making interface the new active one" 40
	fi
	hush
	console off
	ip link del bond0
}

# A device but for what opening it once leaves.
picture() { ip -d -j link show "$1" | jq -cS 'del(.[0].stats64, .[0].qdisc, .[0].operstate)'; }

membership() {
	local before
	bond 1 mode balance-rr miimon 50
	console on bond0
	holds "a member that joins a bond with a console" ip link set m1 master bond0
	listen
	say joined-1-
	say joined-2-
	holds "it sends for it" eventually heard joined- 2
	hush
	holds "by both" test "$(count m0 tx_packets)" -gt 0 -a "$(count m1 tx_packets)" -gt 0
	ip link add v0 address 02:00:00:00:01:09 type veth peer name v1
	before=$(picture v0)
	refused "a device that cannot be polled" "Device or resource busy" ip link set v0 master bond0
	is "it is left as it was" "$(picture v0)" "$before"
	is "so is the bond" "$(info bond0 mode) $(cat /sys/class/net/bond0/bonding/slaves)" "balance-rr m0 m1"
	ip link set m1 nomaster
	console off
	holds "a member that left can have a console" console on m1
	console off
	ip link set m0 nomaster
	ip link set v0 master bond0
	is "no console on a bond with such a member" "$(console on bond0 && echo on)" ""
	ip link set v0 nomaster
	holds "one without it" console on bond0
	ip link del v0
	ip link set m0 master bond0
	is "a console on a member" "$(console off; console on m0 && echo on)" ""
	console on bond0
	ip link set m0 down
	console off
	holds "a console is given back by a member that is down" console on bond0
	ip link del bond0
	is "a console on a bond that goes" "$(cat "$target/enabled")" 0
	# Else it comes back with the next bond of that name.
	console off
}

# A VLAN on a bond on a bond.
stacked() {
	ip link set m0 down
	ip link set m1 down
	ip link add bond0 type bond mode active-backup miimon 50
	ip link add bond1 type bond mode balance-rr miimon 50
	ip link set m0 master bond0
	ip link set m1 master bond0
	ip link set bond0 master bond1
	ip link set bond1 up
	ip link add link bond1 name bond1.7 type vlan id 7
	ip addr add 192.0.2.1/24 dev bond1.7
	ip link set bond1.7 up
	ip -n peer addr del 192.0.2.2/24 dev end0
	ip -n peer link add link end0 name end0.7 type vlan id 7
	ip -n peer addr add 192.0.2.2/24 dev end0.7
	ip -n peer link set end0.7 up
	holds "stacked: a console" console on bond1.7
	listen
	say stacked-1-
	ip link set bond0 type bond active_slave m1
	say stacked-2-
	holds "stacked: all is heard" eventually heard stacked- 2
	hush
	ip link set m0 nomaster
	ip link del bond0
	console off
	ip link del bond1
	holds "stacked: the device is free" console on m0
	console off
}

pairs 2
mode balance-rr 1
mode active-backup 1
mode broadcast 2
membership
stacked
unpair 2
finish
