# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Two bonds back to back over two veth cables: here and in namespace "peer".

make_bonds() { # MODE
	local mode=$1 i

	ip netns add peer
	for i in 0 1; do
		ip link add "eth$i" type veth peer name "eth$i" netns peer
	done
	ip link add bond0 type bond mode "$mode" miimon 100 || return 1
	ip -n peer link add bond0 type bond mode "$mode" miimon 100 || return 1
	for i in 0 1; do
		ip link set "eth$i" master bond0 && ip -n peer link set "eth$i" master bond0 || return 1
	done
	ip addr add 192.0.2.1/24 dev bond0
	ip -n peer addr add 192.0.2.2/24 dev bond0
	ip link set bond0 up
	ip -n peer link set bond0 up
	ping -q -c 1 -w 30 192.0.2.2 >/dev/null
}

drop_bonds() {
	local i

	ip link del bond0
	ip -n peer link del bond0
	# One end takes the other along; the namespace itself goes in the background.
	for i in 0 1; do ip link del "eth$i"; done
	ip netns del peer
}

# traffic_with_failure: ping for 4 s; after 1 s the cable of eth0 dies, after
# 2.5 s it is back. Sets sent, received, lost.
traffic_with_failure() {
	local log=/tmp/ping.log pid

	ping -q -i 0.02 -c 200 -W 1 192.0.2.2 >"$log" 2>&1 &
	pid=$!
	sleep 1
	ip -n peer link set eth0 down
	sleep 0.7
	active_after=$(active_members)
	sleep 0.8
	ip -n peer link set eth0 up
	wait "$pid"
	sent=$(sed -n 's/^\([0-9]*\) packets transmitted.*/\1/p' "$log")
	received=$(sed -n 's/.*transmitted, \([0-9]*\) received.*/\1/p' "$log")
	lost=$((${sent:-0} - ${received:-0}))
}

# Members with a working link, and the active one if the mode has one.
active_members() {
	awk '/^Currently Active Slave/ { print "active " $4 }
	     /^Slave Interface/ { s = $3 }
	     /^MII Status/ && s { print s " " $3; s = "" }' /proc/net/bonding/bond0 | paste -sd,
}
