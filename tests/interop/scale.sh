#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Many ports for a simulated hour: each sends every LACPDU, nothing changes, and it costs less
# processor time than with the C driver. Both ends of each cable are the driver's own. For
#   tools/lab run stock --icount -- tests/interop/scale.sh [SECONDS] [scale-one-bond|scale-many-bonds]
# where a nanosecond is an instruction and idle time is skipped.
interop=$(dirname "$0")
# shellcheck source=tests/interop/lib.sh
. "$interop/lib.sh"
case ${1-} in
[0-9]*) seconds=$1 && shift ;;
*) seconds=3600 ;;
esac
hz=$(sed -n 's/^CONFIG_HZ=//p' "/lab/stock/usr/lib/modules/$(uname -r)/config")

# build BONDS PORTS RATE: bonds b0.. here and in the namespace peer, joined by PORTS cables each.
build() {
	local b p
	ip netns add peer
	ip netns exec peer sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	for ((b = 0; b < $1; b++)); do
		echo "link add b$b type bond mode 802.3ad miimon 100 lacp_rate $3"
		for ((p = 0; p < $2; p++)); do
			echo "link add m$b.$p type veth peer name m$b.$p netns peer"
			echo "link set m$b.$p master b$b"
		done
		echo "link set b$b up"
	done | ip -batch - || return 1
	for ((b = 0; b < $1; b++)); do
		echo "link add b$b type bond mode 802.3ad miimon 100 lacp_rate $3"
		for ((p = 0; p < $2; p++)); do
			echo "link set m$b.$p master b$b"
		done
		echo "link set b$b up"
	done | ip -n peer -batch -
}

demolish() {
	ip -o link show type bond | sed 's/^[0-9]*: \([^:@]*\).*/link del \1/' | ip -batch -
	ip -n peer -o link show type bond | sed 's/^[0-9]*: \([^:@]*\).*/link del \1/' | ip -n peer -batch -
	ip -o link show type veth | sed 's/^[0-9]*: \([^:@]*\).*/link del \1/' | ip -batch -
	ip netns del peer
}

# "NAME LACPDUs-sent LACPDUs-received" of each member.
members() {
	ip link xstats type bond_slave | awk '
		/^[^ ]/ { name = $1 }
		/LACPDU Rx/ { rx = $NF }
		/LACPDU Tx/ { print name, $NF, rx }'
}

# What each member and bond shows, without counters.
states() {
	cat /proc/net/bonding/* | grep -vE 'Churn'
}

# The instructions of all tasks so far, in millions: all that bonds do by themselves is done by
# works, and what they receive by the softirqs of those.
busy() {
	awk '/^cpu0 / { printf "%d\n", $8 / 1e6 }' /proc/schedstat
}

# measure BONDS PORTS RATE: sets cost (million instructions), least, most (LACPDUs that a port
# sent), lost (sent and not received), distributing (ports), same (states before and after).
measure() {
	local before after start
	build "$@" || return 1
	sleep 20
	states >/tmp/states.before
	members | sort >/tmp/before
	start=$(busy)
	sleep "$seconds"
	cost=$(($(busy) - start))
	members | sort >/tmp/after
	states >/tmp/states.after
	same=$(diff /tmp/states.before /tmp/states.after | head -n 10)
	distributing=$(grep -c 'port state: 6[13]$' /tmp/states.after)
	read -r ports least most lost < <(join /tmp/before /tmp/after | awk '
		{ sent = $4 - $2; got = $5 - $3; lost += (sent > got ? sent - got : got - sent) > 1
		  if (least == "" || sent < least) least = sent; if (sent > most) most = sent }
		END { print NR, least + 0, most + 0, lost + 0 }')
	demolish
}

# LACPDUs are 10 or 300 ticks apart, and a tick is 100 ms and one jiffy.
examine() { # NAME BONDS PORTS RATE
	local name="$1" driver want period=1
	shift
	[ "$3" = fast ] || period=30
	want=$(awk -v s="$seconds" -v p="$period" -v hz="$hz" 'BEGIN { printf "%d", s / (p * (1 + 10 / hz)) }')
	for driver in "${drivers[@]}"; do
		"load_${driver}_bonding" max_bonds=0 && measure "$@" || { not_ok "$name: $driver"; return; }
		declare -g "cost_$driver=$cost"
		echo "# $name, $driver: $cost million instructions in $seconds s," \
			"$least to $most LACPDUs by each of $ports ports"
		[ "$driver" = "${drivers[0]}" ] || continue
		is "$name: all ports distribute" "$distributing" $(($1 * $2 * 2))
		is "$name: all ports were asked" "$ports" $(($1 * $2))
		is "$name: nothing changes" "$same" ""
		holds "$name: every port sends all its LACPDUs, $want or one more or less: $least to $most" \
			test "$least" -ge $((want - 1)) -a "$most" -le $((want + 1))
		is "$name: every LACPDU arrives" "$lost" 0
	done
	[ "${drivers[0]}" = c ] || holds "$name: $cost_rust million instructions, C driver $cost_c" \
		test "$cost_rust" -le "$cost_c"
}

quiet
load_bonding max_bonds=0 || exit 1
need_8023ad
drivers=(rust c)
[ "$BOND_DRIVER" != c ] || drivers=(c)
case ${1-} in
'' | scale-one-bond) examine "64 ports in a bond, fast" 1 64 fast ;;&
'' | scale-many-bonds) examine "100 bonds of 2 ports, slow" 100 2 slow ;;
esac
finish
