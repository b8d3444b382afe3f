#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What each mode does with packets, who may become a member, what members share
# with their bond, and what is refused as not implemented.
# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"
load_bonding max_bonds=0 || exit 1

# traffic MODE: pings both ways, peers of the same kind (a bridge for active-backup).
traffic() {
	cables 2
	bond 2 mode "$1" miimon 20
	case $1 in
	active-backup) peer_bridge 2 ;;
	*) peer_bond 2 mode "$1" miimon 20 ;;
	esac
	ping -c 1 -W 1 192.0.2.2 >/dev/null
	is "$1: 40 pings out" "$(received ping -q -c 40 -i 0.01 -W 1 192.0.2.2)" 40
	is "$1: 40 pings in" "$(received ip netns exec peer ping -q -c 40 -i 0.01 -W 1 192.0.2.1)" 40
	is "$1: large pings" "$(received ping -q -c 10 -i 0.01 -W 1 -s 9000 192.0.2.2)" 10
	clear_all
}

spread() {
	local got first second
	cables 2
	bond 2 mode balance-rr miimon 20
	mapfile -t got < <(frames 60 bond0 peer/p0 peer/p1)
	is "packets_per_slave 1: every second frame" \
		"$(tr ' ' '\n' <<<"${got[*]}" | sort -n | paste -sd' ')|$(alternates "${got[0]}" 2)|$(alternates "${got[1]}" 2)" \
		"$(seq -s' ' 0 59)|yes|yes"
	ip link set bond0 type bond packets_per_slave 3
	mapfile -t got < <(frames 60 bond0 peer/p0 peer/p1)
	is "packets_per_slave 3: 60 frames arrive" "$(wc -w <<<"${got[*]}")" 60
	# A turn may have begun before the first frame: at most 33 for one member.
	first=$(wc -w <<<"${got[0]}")
	holds "packets_per_slave 3: half for each ($first)" test $((first - 27)) -ge 0 -a "$first" -le 33
	is "packets_per_slave 3: three in a row" "$(runs "${got[0]}")" 3
	ip link set bond0 type bond packets_per_slave 0
	mapfile -t got < <(frames 100 bond0 peer/p0 peer/p1)
	first=$(wc -w <<<"${got[0]}") second=$(wc -w <<<"${got[1]}")
	is "packets_per_slave 0: 100 frames arrive" $((first + second)) 100
	holds "packets_per_slave 0: by chance ($first, $second)" test "$first" -gt 20 -a "$second" -gt 20
	clear_all

	cables 2
	bond 2 mode broadcast miimon 20
	mapfile -t got < <(frames 30 bond0 peer/p0 peer/p1)
	is "broadcast: every frame on both links" "${got[0]}|${got[1]}" "$(seq -s' ' 0 29)|$(seq -s' ' 0 29)"
	is "broadcast: received from both links" \
		"$(frames 10 peer/p0 bond0)|$(frames 10 peer/p1 bond0)" "$(seq -s' ' 0 9)|$(seq -s' ' 0 9)"
	clear_all

	cables 2
	bond 2 mode active-backup miimon 20
	mapfile -t got < <(frames 30 bond0 peer/p0 peer/p1)
	is "active-backup: only the active sends" "${got[0]}|${got[1]}" "$(seq -s' ' 0 29)|"
	is "active-backup: the backup hears nothing" \
		"$(frames 10 peer/p0 bond0)|$(frames 10 peer/p1 bond0)" "$(seq -s' ' 0 9)|"
	ip link set bond0 type bond all_slaves_active 1
	is "all_slaves_active: the backup hears too" "$(frames 10 peer/p1 bond0)" "$(seq -s' ' 0 9)"
	ip link set bond0 type bond active_slave m1
	mapfile -t got < <(frames 30 bond0 peer/p0 peer/p1)
	is "active-backup: also when it is the other" "${got[0]}|${got[1]}" "|$(seq -s' ' 0 29)"
	clear_all
}

# alternates "NUMBERS" STEP: do they differ by STEP each?
alternates() {
	awk -v step="$2" '{ for (i = 2; i <= NF; i++) if ($i - $(i - 1) != step) exit bad = 1 }
		END { print bad ? "no" : "yes" }' <<<"$1"
}

# The longest run of consecutive numbers.
runs() {
	awk '{ for (i = 1; i <= NF; i++) { n = (i > 1 && $i == $(i - 1) + 1) ? n + 1 : 1; if (n > max) max = n } }
		END { print max }' <<<"$1"
}

refusals() {
	cables 2
	ip link add bond0 type bond mode active-backup
	ip link set m0 up
	refused "an interface that is up" "Device can not be enslaved while up" ip link set m0 master bond0
	is "it stays as it was" "$(link m0 master)|$(link m0 mtu)|$(mac m0)" "null|1500|02:00:00:00:01:00"
	ip link set m0 down
	refused "the bond itself" "Cannot enslave bond to itself" ip link set bond0 master bond0
	ip link add gre9 type gre local 192.0.2.1 remote 192.0.2.9
	ip link set m0 master bond0
	refused "not Ethernet, after one that is" "Device type is different from other slaves" ip link set gre9 master bond0
	ip link del gre9
	ip link add mv0 link m1 type macvlan
	refused "a device in use" "Device is in use and cannot be enslaved" ip link set m1 master bond0
	ip link del mv0
	ip link add bond1 type bond
	holds "a member may move to another bond" ip link set m0 master bond1
	is "it has moved" "$(link m0 master)" bond1
	holds "release" ip link set m0 nomaster
	holds "release of what is no member" ip link set m0 nomaster
	ip link set bond1 master bond0
	refused "a ring of bonds" "" ip link set bond0 master bond1
	clear_all
}

not_implemented() {
	local mode option value
	cables 1
	for mode in balance-tlb balance-alb; do
		refused "mode $mode of a new bond" "not implemented" ip link add bond0 type bond mode "$mode"
	done
	bond 0 mode balance-rr
	ip link set bond0 down
	for mode in balance-tlb balance-alb; do
		refused "mode $mode of an old bond" "not implemented" ip link set bond0 type bond mode "$mode"
	done
	is "its mode is as before" "$(info bond0 mode)" balance-rr
	while read -r option value; do
		refused "$option $value" "not implemented" ip link set bond0 type bond "$option" "$value"
	done <<-END
		arp_interval 100
		arp_ip_target 192.0.2.2
		ns_ip6_target 2001:db8::1
	END
	ip link set bond0 type bond mode active-backup miimon 0
	refused "arp_validate" "not implemented" ip link set bond0 type bond arp_validate all
	clear_all
}

one_port() { [ "$(info bond0 ad_info.num_ports)" = 1 ]; }

# Parameters of the module are those of bonds made later.
by_parameter() {
	local on heard
	for on in 0 1; do
		heard=
		[ $on = 0 ] || heard=$(seq -s' ' 0 9)
		unload_bonding
		load_bonding max_bonds=0 mode=4 miimon=50 all_slaves_active=$on || exit 1
		cables 2
		bond 2
		eventually one_port
		is "all_slaves_active=$on, no partner: what a port hears that does not work" "$(frames 10 peer/p1 bond0)" "$heard"
		clear_all
	done
}

traffic balance-rr
traffic active-backup
traffic balance-xor
traffic broadcast
spread
refusals
not_implemented
by_parameter
unload_bonding || not_ok "the module unloads"
finish
