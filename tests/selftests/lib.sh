# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# For the tests of this folder: TAP and networks to test with.

# shellcheck source=tools/guest/lib.sh
. /lab/tools/guest/lib.sh

cases=0 failures=0

ok() { cases=$((cases + 1)) && echo "ok $cases - $1"; }

# not_ok NAME [WHY]
not_ok() {
	cases=$((cases + 1)) failures=$((failures + 1))
	echo "not ok $cases - $1"
	[ -z "${2-}" ] || sed 's/^/#   /' <<<"$2"
}

skip() { cases=$((cases + 1)) && echo "ok $cases - $1 # SKIP $2"; }

# is NAME GOT WANTED
is() {
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "got '$2', wanted '$3'"; fi
}

# holds NAME COMMAND...: the command succeeds.
holds() {
	local name=$1 out
	shift
	if out=$("$@" 2>&1); then ok "$name"; else not_ok "$name" "$* failed: $out"; fi
}

# refused NAME TEXT COMMAND...: fails with status 2, as ip does, and says TEXT.
refused() {
	local name=$1 text=$2 out status=0
	shift 2
	out=$("$@" 2>&1) || status=$?
	if [ $status = 2 ] && [[ $out == *"$text"* ]]; then
		ok "$name"
	else
		not_ok "$name" "$*: status $status, '$out', wanted 2 and '$text'"
	fi
}

finish() {
	echo "1..$cases"
	[ "$failures" = 0 ]
	exit
}

# eventually COMMAND...: true within 15 s.
eventually() {
	local end=$((SECONDS + 15))
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.02
	done
}

# Things that ip shows: link DEV JQ-PATH, info BOND OPTION, port MEMBER FIELD.
link() { ip -d -j link show "$1" | jq -r ".[0].$2"; }
info() { link "$1" "linkinfo.info_data.$2"; }
port() { link "$1" "linkinfo.info_slave_data.$2"; }
count() { cat "/sys/class/net/$1/statistics/$2"; }
mac() { cat "/sys/class/net/$1/address"; }

active_is() { [ "$(info bond0 active_slave)" = "$1" ]; }
mii_is() { [ "$(port "$1" mii_status)" = "$2" ]; }

# history [FOLDER]: what LACP of a bond did. mux_is "MEMBER..." STATE: the mux machines are there, by
# the history of bond0.
history() { cat "/sys/kernel/debug/bonding/${1:-bond0}/lacp_history"; }
mux_is() {
	local member
	for member in $1; do
		history bond0 | sed -n "s/^.* $member port .*: mux .* -> \([A-Z_]*\) .*/\1/p" | tail -n 1 | grep -qx "$2" || return 1
	done
}

# cables N: veth m0..mN-1 here, p0.. in the namespace peer, all up there.
cables() {
	local i
	ip netns add peer
	ip netns exec peer sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	for ((i = 0; i < $1; i++)); do
		ip link add "m$i" address "02:00:00:00:01:0$i" type veth \
			peer name "p$i" address "02:00:00:00:02:0$i" netns peer
		ip -n peer link set "p$i" up
	done
}

# bond N OPTION...: bond0 of m0..mN-1, up, with 192.0.2.1/24.
bond() {
	local i n=$1
	shift
	ip link add bond0 type bond "$@" || return 1
	for ((i = 0; i < n; i++)); do
		ip link set "m$i" master bond0 || return 1
	done
	ip addr add 192.0.2.1/24 dev bond0
	ip link set bond0 up
}

# peer_bridge N, peer_bond N OPTION...: how the other end joins the cables.
peer_end() {
	local i kind=$1 n=$2
	shift 2
	ip -n peer link add end0 type "$kind" "$@" || return 1
	for ((i = 0; i < n; i++)); do
		[ "$kind" != bond ] || ip -n peer link set "p$i" down
		ip -n peer link set "p$i" master end0 || return 1
		ip -n peer link set "p$i" up
	done
	ip -n peer addr add 192.0.2.2/24 dev end0
	ip -n peer link set end0 up
}
peer_bridge() { peer_end bridge "$1"; }
peer_bond() { peer_end bond "$@"; }

# Remove all of the above.
clear_all() {
	local dev
	for dev in $(ip -o link show type bond | sed 's/^[0-9]*: \([^:@]*\).*/\1/'); do ip link del "$dev"; done
	for dev in $(ip -o link show type veth | sed 's/^[0-9]*: \([^:@]*\).*/\1/'); do ip link del "$dev"; done
	if [ -e /run/netns/peer ]; then
		ip -n peer link del end0 2>/dev/null
		ip netns del peer
	fi
}

# received COMMAND...: how many answers a ping command got, without duplicates.
received() { "$@" 2>&1 | sed -n 's/.*transmitted, \([0-9]*\) received.*/\1/p'; }

# frames NUMBER FROM TO...: send numbered frames by FROM; print what each TO got. A
# name like peer/p0 is a device in that namespace.
frames() { python3 "$LAB_CHECKOUT/tests/selftests/frames.py" "$@"; }
