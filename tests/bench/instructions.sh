#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# instructions.sh [PACKETS [MODES ["MEMBERS..."]]]: instructions that one packet costs, in a guest
# whose nanosecond is an instruction (--icount); MODES is an expression for their names. pktgen
# calls the bond's transmit function itself ("start_xmit") or goes by dev_queue_xmit()
# ("queue_xmit"), as a bond hands frames to its members.
# shellcheck source=tests/bench/lib.sh
. "$LAB_CHECKOUT/tests/bench/lib.sh"
packets=${1:-16000} wanted=${2:-.} sizes=${3:-2 8 32}

# once DEVICE COUNT [COMMAND...]: print the instructions per packet.
once() {
	local n us errors

	aim 0 "$1" "$2" "${@:3}" || return 1
	pktgen start pgctrl
	read -r n us errors < <(sent 0 "$1")
	[ "$n" = "$2" ] && [ "$errors" = 0 ] || { echo "# $1: $n sent, $errors errors" >&2; return 1; }
	awk -v us="$us" -v n="$n" 'BEGIN { printf "%.1f\n", us * 1000 / n }'
}

# cost DEVICE COUNT [COMMAND...]: the same, the least of some rounds: what else the kernel does
# meanwhile, timers and the work that they start, only ever adds to it.
cost() {
	local round

	for round in {1..4}; do once "$@" || return 1; done | sort -n | head -n 1
}

# arriving: print the cost of a packet that goes into p0 and comes in at v0, if all came.
arriving() {
	local before

	before=$(lost)
	cost p0 "$packets" "flag !SHARED"
	[ "$(lost)" = "$before" ] || { echo "# packets were lost on their way in" >&2; return 1; }
}

# lost: print what came in and found no room, so far.
lost() {
	local n=0 drops

	while read -r _ drops _; do n=$((n + 16#$drops)); done </proc/net/softnet_stat
	echo $n
}

modprobe -q pktgen || { echo "# no pktgen"; exit 1; }
dummies 32
ip link set d0 up
once d0 2000 >/dev/null
record bare none '' "$(cost d0 "$packets")" instructions
record handing none '' "$(cost d0 "$packets" "xmit_mode queue_xmit")" instructions
ip link set d0 down
# What goes into p0 comes in at v0. It is for somebody else, so that the stack drops it early, after
# a bond had it. pktgen must give the frames away, or the bond has to copy them.
for i in 0 1; do ip link add v$i type veth peer name p$i; done
ip link set p0 up && ip link set p1 up && ip link set v0 up
once p0 2000 >/dev/null
record "bare receive" none '' "$(arriving)" instructions
for driver in c rust; do
	load $driver || exit 1
	for case in "balance-rr active v0 v1" "active-backup active v0 v1" "active-backup backup v1 v0"; do
		read -r mode member first second <<<"$case"
		ip link set v0 down
		ip link add bond0 type bond miimon 100 mode "$mode" || continue
		ip link set "$first" master bond0 && ip link set "$second" master bond0 && ip link set bond0 up &&
			once p0 200 >/dev/null && value=$(arriving) &&
			record receive $driver "\"mode\":\"$mode\",\"member\":\"$member\"" "$value" instructions
		pktgen rem_device_all kpktgend_0
		ip link del bond0
	done
	while IFS='=' read -r name options; do
		for n in $sizes; do
			count=$packets
			[ "$name" != broadcast ] || count=$((packets / n))
			# shellcheck disable=SC2086
			if bond bond0 $n $options && once bond0 200 >/dev/null && value=$(cost bond0 $count); then
				record transmit $driver "\"mode\":\"$name\",\"members\":$n" "$value" instructions
			fi
			pktgen rem_device_all kpktgend_0
			ip link del bond0 2>/dev/null
		done
	done < <(modes | grep -E "$wanted")
	unload_bonding || exit 1
done
