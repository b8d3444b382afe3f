#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# bond_stress.sh [CYCLES [SEED]]: whatever may happen to bonds, in random order and
# with traffic; then the module must unload. The runner looks for kernel complaints.
# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"
cycles=${1:-150} seed=${2:-20261123}
RANDOM=$seed
load_bonding max_bonds=0 || exit 1

pick() { shift $((RANDOM % $#)) && echo "$1"; }
member() { n=m$((RANDOM % 4)); }
some_bond() { b=bond$((RANDOM % 3)); }

option() {
	local options=(
		"miimon 0" "miimon 10" "miimon 50" "updelay 20" "downdelay 20" "updelay 0" "downdelay 0"
		"primary $n" "active_slave $n" "clear_active_slave" "primary_reselect 0"
		"primary_reselect 1" "primary_reselect 2" "fail_over_mac 0" "fail_over_mac 1"
		"fail_over_mac 2" "num_grat_arp 5" "peer_notif_delay 20" "packets_per_slave 0"
		"packets_per_slave 7" "packets_per_slave 1" "all_slaves_active 1"
		"all_slaves_active 0" "resend_igmp 3" "use_carrier 0" "use_carrier 1"
		"mode balance-rr" "mode active-backup" "mode broadcast" "min_links 1"
		"arp_interval 10" "mode 802.3ad" "xmit_hash_policy 1")
	# shellcheck disable=SC2086
	ip link set "$b" type bond ${options[RANDOM % ${#options[@]}]}
}

# A namespace with a bond of its own goes with everything in it.
namespace() {
	ip netns add short
	ip -n short link add bond7 type bond mode "$(pick 0 1 3)" miimon 10
	ip -n short link add d0 type dummy
	ip -n short link add d1 type dummy
	ip -n short link set d0 master bond7
	ip -n short link set d1 master bond7
	ip -n short link set bond7 up
	ip netns del short
}

one() {
	local n b
	member
	some_bond
	case $((RANDOM % 20)) in
	0 | 1) ip link add "$b" type bond mode "$(pick 0 1 3)" miimon "$(pick 0 5 20)" && ip link set "$b" up ;;
	2) ip link del "$b" ;;
	3 | 4 | 5 | 6) ip link set "$n" down && ip link set "$n" master "$b" ;;
	7) ip link set "$n" nomaster ;;
	8) ip link set "$n" name other && ip link set other name "$n" ;;
	9) ip link set "$b" name other && ip link set other name "$b" ;;
	10) namespace ;;
	11)
		if [ $((RANDOM % 3)) = 0 ]; then
			ip netns del peer
			cables 4
		fi
		;;
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
	esac >/dev/null 2>&1
}

# traffic: frames by every bond there is, all the time.
traffic() {
	python3 - <<-'END'
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

cables 4
ip link add bond0 type bond mode balance-rr miimon 10
ip link set bond0 up
traffic &
sender=$!
for ((i = 0; i < cycles; i++)); do one; done
kill $sender
wait $sender 2>/dev/null
ok "$cycles cycles with seed $seed"
clear_all
is "no bond is left" "$(ip -o link show type bond | wc -l)" 0
for ((i = 0; i < 20; i++)); do
	ip link add "bond$i" type bond miimon 1
	ip link set "bond$i" up
done
holds "the module unloads with bonds that are up" unload_bonding
is "they are gone" "$(find /sys/class/net -name 'bond*' | wc -l)" 0
holds "it loads again" load_bonding
holds "and unloads" unload_bonding
finish
