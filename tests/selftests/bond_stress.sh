#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# bond_stress.sh [CYCLES [SEED [WORKERS]]]: whatever may happen to bonds, in random order, by
# several processes at once, with traffic and with readers of everything; then the module must
# unload. The runner looks for kernel complaints.
# guest uml: --smp 2
# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"
cycles=${1:-150} seed=${2:-$RANDOM} workers=${3:-3}
load_bonding max_bonds=0 || exit 1
echo "# $cycles cycles by $workers workers, seed $seed, $(nproc) processors"

pick() { shift $((RANDOM % $#)) && echo "$1"; }
member() { n=m$((RANDOM % 4)); }
some_bond() { b=bond$((RANDOM % 3)); }

options=(
	"miimon 0" "miimon 10" "miimon 50" "updelay 20" "downdelay 20" "updelay 0" "downdelay 0"
	"primary_reselect 0" "primary_reselect 1" "primary_reselect 2" "fail_over_mac 0"
	"fail_over_mac 1" "fail_over_mac 2" "num_grat_arp 5" "peer_notif_delay 20"
	"packets_per_slave 0" "packets_per_slave 7" "packets_per_slave 1" "all_slaves_active 1"
	"all_slaves_active 0" "resend_igmp 3" "use_carrier 0" "use_carrier 1" "mode balance-rr"
	"mode active-backup" "mode broadcast" "mode balance-xor" "min_links 1" "arp_interval 10"
	"mode 802.3ad" "xmit_hash_policy layer2" "xmit_hash_policy layer3+4" "xmit_hash_policy encap2+3"
	"xmit_hash_policy vlan+srcmac" "lp_interval 3" "lacp_rate fast" "lacp_active off" "ad_select bandwidth"
	"ad_select actor_port_prio" "ad_actor_sys_prio 9" "ad_user_port_key 3" "coupled_control off"
	"ad_actor_system 02:00:00:00:09:09" "lacp_strict on" "lacp_strict off" "broadcast_neighbor on")
# What has to have happened in a long run.
events="mode-balance-rr mode-active-backup mode-balance-xor mode-broadcast mode-802.3ad enslave release
	type-tunnel type-netlink console namespace replace resilient aggregated"

# did EVENT: for the summary.
did() { echo "$1" >>/tmp/did; }

# option: by netlink or by sysfs, where the ones of members have other names.
option() {
	local choice=${options[RANDOM % ${#options[@]}]} dir=/sys/class/net/$b/bonding
	case $((RANDOM % 9)) in
	0) ip link set "$b" type bond primary "$n" ;;
	1) ip link set "$b" type bond active_slave "$n" ;;
	2) ip link set "$b" type bond clear_active_slave ;;
	3) ip link set "$n" type bond_slave queue_id $((RANDOM % 5)) prio $((RANDOM % 9)) ;;
	4 | 5) ip link set "$b" type bond "${choice% *}" "${choice#* }" ;;
	6) echo "${choice#* }" >"$dir/${choice% *}" ;;
	7)
		echo "$n" >"$dir/$(pick primary active_slave)"
		echo "$n:$((RANDOM % 4))" >"$dir/queue_id"
		;;
	8) ip link set "$n" type bond_slave actor_port_prio $((RANDOM % 300)) ;;
	esac
}

# In 802.3ad three of the members have a partner, but for a while after changes.
ends() {
	cables 4
	peer_bond 3 mode 802.3ad lacp_rate fast miimon 20
}

# empty BOND: its members leave.
empty() {
	local m
	for m in $(cat "/sys/class/net/$1/bonding/slaves"); do ip link set "$m" nomaster; done
}

# resilient: flows move, or stay where they are, while members come and go.
resilient() {
	local dir=/sys/class/net/$b/bonding
	echo "$(pick 0 10 500)" >"$dir/resilient_idle_ms"
	echo "$(pick 0 16 256)" >"$dir/resilient_buckets" && did resilient
}

# A bond of whatever mode becomes one of the next.
modes=(balance-rr 802.3ad active-backup balance-xor 802.3ad broadcast)
change_mode() {
	local mode
	mode=${modes[turn++ % ${#modes[@]}]}
	ip link set "$b" down
	empty "$b"
	ip link set "$b" type bond mode "$mode" && did "mode-$mode"
	for n in m0 m1 m2; do ip link set "$n" down && ip link set "$n" master "$b"; done
	ip link set "$b" up
	# Long enough for LACP to agree, some times.
	[ "$mode" != 802.3ad ] || [ $((RANDOM % 2)) = 0 ] || sleep 6
}

# watch: notes that LACP has aggregated ports.
watch() {
	while sleep 0.3; do
		! grep -qs '^[2-9]' /sys/class/net/bond*/bonding/ad_num_ports || did aggregated
	done
}

# A tunnel or a netlink monitor makes a bond one of its link type.
other_type() {
	local kind
	[ $((turn++ % 2)) = 0 ] && kind=tunnel || kind=netlink
	n=$kind$worker
	case $((RANDOM % 4)) in
	0) ip link del "$n" ;;
	*)
		# Neither can take an address, which other modes want.
		ip link add "$b" type bond miimon 10
		ip link set "$b" down
		empty "$b"
		ip link set "$b" type bond mode active-backup
		case $kind in
		# With one end only: a console that goes by a tunnel to a known one is an error of the kernel
		# (dst_cache outside of softirq), whatever the bonding driver.
		tunnel) ip link add "$n" type gre local 192.0.2.8 ;;
		netlink) ip link add "$n" type nlmon ;;
		esac
		ip link set "$n" down && ip link set "$n" master "$b" && did "type-$kind"
		;;
	esac
}

# console: this worker's netconsole goes by the bond, or stops.
console() {
	local target=/sys/kernel/config/netconsole/w$worker
	[ -d "$target" ] || mkdir "$target" || return
	if [ "$(cat "$target/enabled")" = 1 ]; then
		echo 0 >"$target/enabled"
		return
	fi
	echo "$b" >"$target/dev_name"
	echo 192.0.2.1 >"$target/local_ip"
	echo 192.0.2.2 >"$target/remote_ip"
	echo 1 >"$target/enabled" && did console && echo "<4>stress: a message by $b" >/dev/kmsg
}

# A namespace with a bond of its own goes with everything in it.
namespace() {
	ip netns add "short$worker"
	ip -n "short$worker" link add bond7 type bond mode "$(pick 0 1 2 3 4)" miimon 10
	ip -n "short$worker" link add d0 type dummy
	ip -n "short$worker" link add d1 type dummy
	ip -n "short$worker" link set d0 master bond7
	ip -n "short$worker" link set d1 master bond7
	ip -n "short$worker" link set bond7 up
	ip netns del "short$worker" && did namespace
}

# The other ends go, and new ones come: a member's device is unregistered.
replace() {
	[ "$worker" = 0 ] && [ $((RANDOM % 2)) = 0 ] || return 0
	ip netns del peer
	ends && did replace
}

by_sysfs() {
	case $((RANDOM % 4)) in
	0) ip link set "$n" down && echo "+$n" >"/sys/class/net/$b/bonding/slaves" ;;
	1) echo "-$n" >"/sys/class/net/$b/bonding/slaves" ;;
	2) echo "+$b" >/sys/class/net/bonding_masters ;;
	3) echo "-$b" >/sys/class/net/bonding_masters ;;
	esac
}

# one ACTION
one() {
	local n b
	member
	some_bond
	case $1 in
	0 | 1) ip link add "$b" type bond mode "$(pick 0 1 2 3 4)" miimon "$(pick 0 5 20)" && ip link set "$b" up ;;
	2) ip link del "$b" ;;
	3 | 4 | 5 | 6) ip link set "$n" down && ip link set "$n" master "$b" && did enslave ;;
	7) ip link set "$n" nomaster && did release ;;
	8) ip link set "$n" name "other$worker" && ip link set "other$worker" name "$n" ;;
	9) ip link set "$b" name "other$worker" && ip link set "other$worker" name "$b" ;;
	10) namespace ;;
	11) replace ;;
	12 | 13) option ;;
	14 | 15) ip -n peer link set "p${n#m}" "$(pick up down up)" ;;
	16) ip link set "$b" "$(pick up down up up)" ;;
	17) ip link add link "$b" name "v$b" type vlan id 7 || ip link del "v$b" ;;
	18) ip link set "$b" "$(pick promisc allmulticast)" "$(pick on off)" mtu "$(pick 1400 1500 9000)" ;;
	19)
		ip -d link show
		ip -s link show "$b"
		ip link set "$b" address "02:00:00:00:09:0$((RANDOM % 9))"
		ip link set "$b" master "bond$((RANDOM % 3))"
		;;
	20) by_sysfs ;;
	21) ip maddr "$(pick add del)" "33:33:00:00:00:0$((RANDOM % 9))" dev "$b" ;;
	22 | 23) change_mode ;;
	24) other_type ;;
	25) console ;;
	26 | 27) resilient ;;
	esac >/dev/null 2>&1
}

# work WORKER CYCLES
work() {
	local worker=$1 i turn=$1
	RANDOM=$((seed + worker))
	# Chance leaves something out: every third cycle has its turn.
	for ((i = 0; i < $2; i++)); do
		if [ $((i % 3)) = 0 ]; then one $(((i / 3 + 9 * worker) % 28)); else one $((RANDOM % 28)); fi
	done
	true
}

# traffic: frames by every bond there is, all the time.
traffic() {
	exec python3 - <<-'END'
		import socket, time
		socks = [(socket.socket(socket.AF_PACKET, socket.SOCK_RAW), f"bond{i}") for i in range(3)]
		while True:
		    for sock, name in socks:
		        for _ in range(8):
		            try:
		                sock.sendto(b"\xff" * 6 + b"\x02" + bytes(5) + b"\x88\xb5" + bytes(60), (name, 0))
		            except OSError:
		                break
		    time.sleep(0.003)
	END
}

readers() {
	python3 "$LAB_CHECKOUT/tests/selftests/bond_readers.py" "$1" 2>/tmp/readers &
	background+=($!)
}

modprobe -q netconsole
ends
ip link add bond0 type bond mode balance-rr miimon 10
ip link set bond0 up
background=()
traffic &
background+=($!)
watch &
background+=($!)
readers 0.02
readers 0.03
workers_running=()
for ((w = 0; w < workers; w++)); do
	work "$w" $((cycles / workers)) &
	workers_running+=($!)
done
finished=0
for w in "${workers_running[@]}"; do wait "$w" && finished=$((finished + 1)); done
is "$cycles cycles with seed $seed: workers that finish" "$finished" "$workers"
is "the readers and the traffic are still there" "$(kill -0 "${background[@]}" 2>&1)" ""
kill "${background[@]}"
wait "${background[@]}" 2>/dev/null
missing=
for event in $events; do
	number=$(grep -cx "$event" /tmp/did)
	echo "# $event: $number"
	[ "$number" != 0 ] || missing+=" $event"
done
if [ "$cycles" -ge 500 ]; then
	is "all of that happened" "$missing" ""
else
	is "members came and went" "$(grep -oE '\b(enslave|release)\b' <<<"$missing")" ""
fi
rmdir /sys/kernel/config/netconsole/w* 2>/dev/null
for ((w = 0; w < workers; w++)); do
	ip link del "tunnel$w"
	ip link del "netlink$w"
done 2>/dev/null
clear_all
is "no bond is left" "$(ip -o link show type bond)" ""

# Bonds that are up, and readers in the middle of them, do not keep the module.
background=()
readers 0.001
for ((i = 0; i < 20; i++)); do
	ip link add "bond$i" type bond miimon 1
	ip link add "d$i" type dummy
	ip link set "d$i" master "bond$i"
	ip link set "bond$i" up
done
holds "the module unloads with bonds that are up" unload_bonding
is "they are gone" "$(find /sys/class/net -name 'bond*' | wc -l)" 0
kill "${background[@]}"
holds "it loads again" load_bonding
holds "and unloads" unload_bonding
finish
