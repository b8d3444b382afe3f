# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Cables to a partner in the namespace "peer", where they are called p0 and p1. In between is
# the namespace "wire", so that a link can be lost at both ends, or go silent.

peer() { ip netns exec peer "$@"; }

connect() {
	local i
	ip netns add peer
	ip netns add wire
	for i in 0 1; do
		ip link add "m$i" address "02:00:00:00:01:0$i" type veth peer name "a$i" netns wire
		ip -n wire link add "b$i" type veth peer name "p$i" address "02:00:00:00:02:0$i" netns peer
		ip -n wire link set "a$i" up
		ip -n wire link set "b$i" up
		tc -n wire qdisc add dev "a$i" clsact
		tc -n wire qdisc add dev "b$i" clsact
		unmute $i
	done
	ip netns exec peer python3 "$interop/flows.py" answer &
	answerer=$!
}

# redirect CABLE ACTION...
redirect() {
	local i=$1
	shift
	tc -n wire filter del dev "a$i" ingress 2>/dev/null
	tc -n wire filter del dev "b$i" ingress 2>/dev/null
	tc -n wire filter add dev "a$i" ingress matchall action "${@//DEV/b$i}"
	tc -n wire filter add dev "b$i" ingress matchall action "${@//DEV/a$i}"
}
unmute() { redirect "$1" mirred egress redirect dev DEV; }
mute() { redirect "$1" drop; }
cut() {
	ip -n wire link set "a$1" down
	ip -n wire link set "b$1" down
}
plug() {
	ip -n wire link set "a$1" up
	ip -n wire link set "b$1" up
}

disconnect() {
	local i
	kill $answerer
	wait $answerer
	for i in 0 1; do
		ip link del "m$i"
		ip -n wire link del "b$i"
	done
	ip netns del peer
	ip netns del wire
}
