#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# bond_soak.sh [PACKETS [SEED]]: all CPUs send while members flap, leave, join, go down, and options
# change. Every packet must be accounted for: as sent by a member or as dropped, in the bond's
# counters, and as freed, in the sender's socket. The runner looks for leaks and complaints.
# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"
case $LAB_FLAVOUR in uml) usual=200000 ;; *) usual=50000 ;; esac
packets=${1:-$usual} seed=${2:-20261123}
modprobe -q pktgen || { skip "the soak" "no pktgen"; finish; }
load_bonding max_bonds=0 || exit 1

# aim CPU COUNT: what that CPU's thread sends. By the queueing layer, whose answers may be
# negative when a member is down.
aim() {
	local file=/proc/net/pktgen/bond0@$1 command
	echo "add_device bond0@$1" >"/proc/net/pktgen/kpktgend_$1"
	for command in "count $2" "pkt_size 60" "delay 0" "xmit_mode queue_xmit" "dst 192.0.2.2" \
		"dst_mac 02:00:00:00:02:00" "flag UDPSRC_RND" "udp_src_min 1" "udp_src_max 60000"; do
		echo "$command" >"$file"
	done
}

# disarm CPU: its thread has nothing to send. Until it has seen to that: what is added before would go, too.
disarm() {
	echo rem_device_all >"/proc/net/pktgen/kpktgend_$1"
	while grep -q @ "/proc/net/pktgen/kpktgend_$1"; do sleep 0.05; done
}

# given CPU: the packets that the thread gave away, whatever became of them.
given() {
	sed -n 's/.*pkts-sofar: *\([0-9]*\) *errors: *\([0-9]*\).*/\1 \2/p' "/proc/net/pktgen/bond0@$1" |
		{ read -r sent errors && echo $((sent + errors)); }
}

# launch CPU...: these threads send; until each has begun and ended. Where time is virtual, the file
# that starts them may come back before one of them has run at all.
launch() {
	local cpu before=()
	for cpu; do before[cpu]=$(begun "$cpu"); done
	echo start >/proc/net/pktgen/pgctrl
	for cpu; do
		[ "${before[cpu]}" ] || return
		until [ "$(begun "$cpu")" != "${before[cpu]}" ] && ! grep -q '^Running: *[^ ]' "/proc/net/pktgen/kpktgend_$cpu"; do
			sleep 0.05
		done
	done
}

# begun CPU: when that thread began to send, last.
begun() { sed -n 's/.*started: *\([0-9]*us\).*/\1/p' "/proc/net/pktgen/bond0@$1"; }

# soak MODE OPTION=VALUE...: packets in that mode, while options, these among them, change.
soak() {
	local mode=$1 i cpu cpus total=0 left portion=200000 sent owned changes changer
	shift
	cpus=$(nproc)
	ip link add bond0 type bond mode "$mode" miimon 10 || { not_ok "$mode: a bond"; return; }
	for i in {0..5}; do
		ip link add "d$i" type dummy
		ip link set "d$i" master bond0
	done
	ip link set bond0 up
	python3 "$LAB_CHECKOUT/tests/selftests/soak.py" "$seed" "$@" >/tmp/changer &
	changer=$!
	eventually grep -q ready /tmp/changer || not_ok "$mode: changes begin"
	# In portions: a kernel that looks for leaks frees what it knows of a frame after a grace
	# period, for which senders without a pause leave no time.
	for ((cpu = 0; cpu < cpus; cpu++)); do aim "$cpu" $portion; done
	for ((left = packets / cpus; left > 0; left -= portion)); do
		[ "$left" -ge $portion ] || portion=$left
		for ((cpu = 0; cpu < cpus; cpu++)); do echo "count $portion" >"/proc/net/pktgen/bond0@$cpu"; done
		launch $(seq 0 $((cpus - 1))) || { not_ok "$mode: pktgen sends"; break; }
		for ((cpu = 0; cpu < cpus; cpu++)); do
			i=$(given "$cpu")
			[ "$i" -ge $portion ] || not_ok "$mode: CPU $cpu sent all" "$i"
			total=$((total + i))
		done
		sleep 0.1
	done
	for ((cpu = 0; cpu < cpus; cpu++)); do disarm "$cpu"; done
	kill $changer
	wait $changer
	read -r sent owned changes < <(tail -n 1 /tmp/changer)
	echo "# $mode: $total and $sent packets, $changes changes, $(count bond0 tx_dropped) dropped"
	is "$mode: each packet is counted" "$(($(count bond0 tx_packets) + $(count bond0 tx_dropped)))" \
		$((total + sent))
	is "$mode: each packet is freed" "$owned" 0
	ip link del bond0
	for i in {0..5}; do ip link del "d$i"; done
}

sysctl -qw net.ipv6.conf.default.disable_ipv6=1
# A device that is being opened has a queue for a moment. If its processor does not run just then,
# other processors pile up frames there, of which the core drops some without counting them.
sysctl -qw net.core.qdisc_max_burst=2147483647 2>/dev/null
dmesg -n 1
soak balance-rr packets_per_slave={0,1,7}
soak active-backup active_slave={d2,} primary={d3,} primary_reselect={0,2} fail_over_mac=0
soak balance-xor xmit_hash_policy={layer2,layer3+4,vlan+srcmac}
holds "the module unloads" unload_bonding
finish
