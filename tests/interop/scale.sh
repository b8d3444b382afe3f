#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Many ports for a simulated hour: each sends every LACPDU, nothing changes, and it costs not much
# more processor time than with the C driver. Both ends of each cable are the driver's own. For
#   tools/lab run stock --icount -- tests/interop/scale.sh [[ROUNDSx]SECONDS] [scale-one-bond|scale-many-bonds]
# where a nanosecond is an instruction and idle time is skipped. Works that fall into the same jiffy
# need one processor to wake up once. Whether they do is decided when bonds come up, and makes
# more of a difference for few bonds than the drivers do: so there may be rounds, each with new bonds.
interop=$(dirname "$0")
# shellcheck source=tests/interop/lib.sh
. "$interop/lib.sh"
# limit: how many percent of the C driver's time ours may take.
rounds=1 seconds=3600 limit=100
case ${1-} in
[0-9]*x*) rounds=${1%x*} seconds=${1#*x} limit=105 && shift ;;
[0-9]*) seconds=$1 limit=103 && shift ;;
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

# look: sets busy, the instructions of all works so far in thousands, and now, in milliseconds.
# All that bonds do by themselves is done by works, and what they receive by the softirqs of
# those, or by the task that goes on with them. A worker can go, so they are what is left when all
# other tasks are taken away. No program is run: to load one takes time that depends on the host.
look() {
	local word task name spent others=0
	for task in /proc/[0-9]*; do
		read -r name <"$task/comm" && read -r spent _ <"$task/schedstat" || continue
		[[ $name == kworker/* || $name == ksoftirqd/* ]] || others=$((others + spent))
	done 2>/dev/null
	while read -r word _ _ _ _ _ _ busy _; do
		[ "$word" != cpu0 ] || break
	done </proc/schedstat
	busy=$(((busy - others) / 1000))
	read -r now _ </proc/uptime
	now=$((10#${now/./} * 10))
}

# pause SECONDS: sleep, without a program.
pause() { read -rt "$1" _ <>/tmp/never || :; }

# measure BONDS PORTS RATE: sets cost (instructions a second, in thousands), least, most (LACPDUs
# that a port sent), span (the milliseconds, at least and at most, in which it did), lost (ports
# that did not get what was sent), distributing (ports), same (differences in states).
measure() {
	local times=() start
	build "$@" || return 1
	pause 20
	states >/tmp/states.before
	look && times+=("$now")
	members | sort >/tmp/before
	look && times+=("$now") && start=$busy
	pause "$seconds"
	look && times+=("$now")
	cost=$(((busy - start) * 1000 / (times[2] - times[1])))
	members | sort >/tmp/after
	look && times+=("$now")
	span=("$((times[2] - times[1]))" "$((times[3] - times[0]))")
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
inspect() { # NAME BONDS PORTS RATE
	local period=$((1000 + 10000 / hz)) low high

	[ "$4" = fast ] || period=$((30 * period))
	low=$((span[0] / period - 1)) high=$((span[1] / period + 2))
	is "$1: all ports distribute" "$distributing" $(($2 * $3 * 2))
	is "$1: all ports were asked" "$ports" $(($2 * $3))
	is "$1: nothing changes" "$same" ""
	holds "$1: every port sends all its LACPDUs, $low to $high: $least to $most" \
		test "$least" -ge $low -a "$most" -le $high
	is "$1: every LACPDU arrives" "$lost" 0
}

examine() { # NAME BONDS PORTS RATE
	local name="$1" driver round
	declare -A costs=()
	shift
	for ((round = 1; round <= rounds; round++)); do
		for driver in "${drivers[@]}"; do
			"load_${driver}_bonding" max_bonds=0 && measure "$@" || { not_ok "$name: $driver"; return; }
			costs[$driver]=$((${costs[$driver]-0} + cost))
			echo "# $name, $driver: $cost thousand instructions a second for $((span[0] / 1000)) s," \
				"$least to $most LACPDUs by each of $ports ports"
			[ "$driver" != "${drivers[0]}" ] || inspect "$name, round $round" "$@"
		done
	done
	[ "${drivers[0]}" = c ] ||
		holds "$name: $((costs[rust] / rounds)) thousand instructions a second, C driver $((costs[c] / rounds))" \
			test $((costs[rust] * 100)) -le $((costs[c] * limit))
}

mkfifo /tmp/never
quiet
load_bonding max_bonds=0 || exit 1
drivers=(rust c)
[ "$BOND_DRIVER" != c ] || drivers=(c)
case ${1-} in
'' | scale-one-bond) examine "64 ports in a bond, fast" 1 64 fast ;;&
'' | scale-many-bonds) examine "50 bonds of 2 ports, slow" 50 2 slow ;;
esac
finish
