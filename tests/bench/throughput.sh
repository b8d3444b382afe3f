#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# throughput.sh [RUNS [PACKETS [MODES [CPUS]]]]: time that a packet takes when one CPU sends and when
# two do, at the machine's own speed. A run is the quickest of many short bursts: whatever else the
# machine does makes bursts slower, never quicker. As it may do so for seconds, the drivers take turns,
# several in a run.
# shellcheck source=tests/bench/lib.sh
. "$LAB_CHECKOUT/tests/bench/lib.sh"
runs=${1:-5} packets=${2:-20000} wanted=${3:-.} counts=${4:-1 2} turns=4 bursts=12

# burst CPUS: send once; print the nanoseconds per packet.
burst() {
	local cpu us=0 n=0 got took errors

	pktgen start pgctrl
	for ((cpu = 0; cpu < $1; cpu++)); do
		read -r got took errors < <(sent "$cpu" bond0)
		[ "$got" = "$packets" ] && [ "$errors" = 0 ] || return 1
		n=$((n + got))
		[ "$took" -le "$us" ] || us=$took
	done
	awk -v us="$us" -v n="$n" 'BEGIN { printf "%.1f\n", us * 1000 / n }'
}

# cost CPUS: print the nanoseconds per packet that bond0 took, burst by burst.
cost() {
	local cpu i

	for ((cpu = 0; cpu < $1; cpu++)); do aim "$cpu" bond0 "$packets" || return 1; done
	for ((i = 0; i < bursts; i++)); do
		burst "$1" || return 1
	done
	for ((cpu = 0; cpu < $1; cpu++)); do pktgen rem_device_all "kpktgend_$cpu"; done
}

# take_turn DRIVER OPTIONS: the driver's bursts in one mode, to /tmp/bursts.DRIVER.CPUS.
take_turn() {
	local n good=y

	load "$1" || exit 1
	# shellcheck disable=SC2086
	bond bond0 2 $2 || good=
	for n in $counts; do
		[ "$n" -gt "$cpus" ] || [ ! $good ] || cost "$n" >>"/tmp/bursts.$1.$n" || good=
	done
	ip link del bond0 2>/dev/null
	unload_bonding || exit 1
	[ $good ]
}

# run NUMBER NAME OPTIONS
run() {
	local turn driver n

	rm -f /tmp/bursts.*
	for ((turn = 0; turn < turns; turn++)); do
		for driver in c rust; do take_turn $driver "$3" || return 1; done
	done
	for driver in c rust; do
		for n in $counts; do
			[ ! -e "/tmp/bursts.$driver.$n" ] || record "time" $driver "\"mode\":\"$2\",\"cpus\":$n,\"run\":$1" \
				"$(sort -n "/tmp/bursts.$driver.$n" | head -n 1)" ns
		done
	done
}

modprobe -q pktgen || { echo "# no pktgen"; exit 1; }
dummies 2
dmesg -n 1
cpus=$(nproc)
for ((number = 1; number <= runs; number++)); do
	while IFS='=' read -r name options; do
		run "$number" "$name" "$options" || echo "# $name: not measured"
	done < <(modes | grep -E "$wanted")
done
