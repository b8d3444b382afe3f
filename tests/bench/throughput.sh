#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# throughput.sh [RUNS [PACKETS [MODES]]]: time that a packet takes when one CPU sends and when two
# do, at the machine's own speed. The drivers take turns, so that both see the same machine. A run is
# the quickest of many short bursts: whatever else the machine does makes bursts slower, never quicker,
# and seldom leaves none of them alone.
# shellcheck source=tests/bench/lib.sh
. "$LAB_CHECKOUT/tests/bench/lib.sh"
runs=${1:-5} packets=${2:-20000} wanted=${3:-.} bursts=40

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

# cost CPUS: print the nanoseconds per packet that bond0 took.
cost() {
	local cpu i

	for ((cpu = 0; cpu < $1; cpu++)); do aim "$cpu" bond0 "$packets" || return 1; done
	for ((i = 0; i < bursts; i++)); do
		burst "$1" || return 1
	done >/tmp/bursts
	for ((cpu = 0; cpu < $1; cpu++)); do pktgen rem_device_all "kpktgend_$cpu"; done
	sort -n /tmp/bursts | head -n 1
}

modprobe -q pktgen || { echo "# no pktgen"; exit 1; }
dummies 2
dmesg -n 1
cpus=$(nproc)
for ((run = 1; run <= runs; run++)); do
	for driver in c rust; do
		load $driver || exit 1
		while IFS='=' read -r name options; do
			# shellcheck disable=SC2086
			if bond bond0 2 $options; then
				for n in 1 2; do
					[ "$n" -le "$cpus" ] || continue
					value=$(cost $n) &&
						record "time" $driver "\"mode\":\"$name\",\"cpus\":$n,\"run\":$run" "$value" ns
				done
			fi
			ip link del bond0 2>/dev/null
		done < <(modes | grep -E "$wanted")
		unload_bonding || exit 1
	done
done
