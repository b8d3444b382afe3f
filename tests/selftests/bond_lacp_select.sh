#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Which ports LACP aggregates, and which aggregate it uses, by each ad_select policy, when members
# differ: speed, duplex, key, partner.
# usage: bond_lacp_select.sh [POLICY...]
# shellcheck source=tests/selftests/lacp.sh
. "$LAB_CHECKOUT/tests/selftests/lacp.sh"
load_bonding max_bonds=0 || exit 1

# Of the ends of cables, only those of taps have a speed that can be set.
coproc PANEL { exec python3 "$LAB_CHECKOUT/tests/selftests/panel.py"; }
panel() {
	local answer
	echo "$*" >&"${PANEL[1]}"
	read -r -u "${PANEL[0]}" answer
}

# Keys by speed (Mbit/s), full duplex.
declare -A key=([100]=7 [1000]=9 [10000]=15)

# cable N PLACE SPEED [DUPLEX-HERE]: its link goes away and comes back as another one.
cable() {
	panel cut "m$1"
	ethtool -s "m$1" speed "$3" duplex "${4:-full}" autoneg off
	ip netns exec "$2" ethtool -s "p$1" speed "$3" duplex full autoneg off
	# A driver that polls has to see that.
	sleep 0.1
	panel join "m$1" "$2/p$1"
}

# user_key KEY: of port p1 alone.
user_key() {
	ip -n peer link set bond0 down
	ip -n peer link set bond0 type bond ad_user_port_key "$1"
	ip -n peer link set p1 nomaster
	ip -n peer link set p1 master bond0
	ip -n peer link set bond0 up
}

# misfits POLICY: three cables to one bond, some not as the others.
misfits() {
	local policy=$1 i place
	for i in 0 1 2; do cable $i peer 1000; done
	lacp_bond here "m0 m1 m2" ad_select "$policy"
	lacp_bond peer "p0 p1 p2" ad_select "$policy"
	lacp_bond third p1
	works "$policy: all alike" peer "0 1 2" 9/9

	cable 0 peer 10000
	if [ "$policy" = bandwidth ]; then
		works "$policy: one is faster" peer 0 15/15 m1,m2 p1,p2
	else
		works "$policy: one is faster" peer "1 2" 9/9 m0 p0
	fi
	cable 0 peer 1000
	works "$policy: it is not any more" peer "0 1 2" 9/9

	cable 1 peer 1000 half
	works "$policy: half duplex" peer "0 2" 9/9 m1 p1
	cable 1 peer 1000
	if [ "${BOND_DRIVER:-rust}" = c ]; then
		skip "$policy: full duplex again" "the C driver does not recover"
		ip link set m1 nomaster
		ip link set m1 master bond0
	else
		works "$policy: full duplex again" peer "0 1 2" 9/9
	fi

	user_key 705
	works "$policy: wrong key of one" peer "0 2" 9/9 m1 p1
	user_key 0
	works "$policy: right key" peer "0 1 2" 9/9

	panel join m1 third/p1
	works "$policy: another partner" peer "0 2" 9/9 m1 "" third
	panel join m1 peer/p1
	works "$policy: back" peer "0 1 2" 9/9
	for place in here peer third; do at $place link del bond0; done
}

# Three partners: by a fast cable, by three cables, by one of high priority.
declare -A cables_of=([peer]="0" [third]="1 2 3" [fourth]="4") speed_of=([peer]=10000 [third]=1000 [fourth]=100)

# Whom each policy chooses: with the fast cable alone, then with all; without the fast one, with it
# again; without two of the three, with all again; without the one of high priority, with it again.
declare -A choices=(
	[stable]="peer peer third third third third third third"
	[bandwidth]="peer peer third peer peer peer peer peer"
	[count]="peer third third third peer third third third"
	[actor_port_prio]="peer fourth fourth fourth fourth fourth third fourth"
)
changes=("- 1 2 3 4" "+ 1 2 3 4" "- 0" "+ 0" "- 1 2" "+ 1 2" "- 4" "+ 4")

# change -|+ CABLE...: pull it, or plug it in again.
change() {
	local sign=$1 i place
	shift
	for i; do
		if [ "$sign" = - ]; then
			panel cut "m$i"
			pulled+=" $i"
			continue
		fi
		for place in "${!cables_of[@]}"; do
			[[ " ${cables_of[$place]} " != *" $i "* ]] || panel join "m$i" "$place/p$i"
		done
		pulled=${pulled/ $i/}
	done
}

# live PLACE: the cables to it that are plugged in.
live() { tr ' ' '\n' <<<"${cables_of[$1]}" | grep -vxE "none${pulled// /|}" | paste -sd' '; }

# other_places PLACE: those with a cable that is plugged in.
other_places() {
	local place
	for place in "${!cables_of[@]}"; do
		[ "$place" = "$1" ] || [ -z "$(live "$place")" ] || echo "$place"
	done | paste -sd' '
}

# others PLACE: the members of the aggregators of all other places.
others() {
	local place
	for place in $(other_places "$1"); do names m "$(live "$place")" ,; done | sort | paste -sd' '
}

# partners POLICY
partners() {
	local policy=$1 step=0 place i chosen speed pulled=
	for place in "${!cables_of[@]}"; do
		for i in ${cables_of[$place]}; do cable "$i" "$place" "${speed_of[$place]}"; done
		lacp_bond "$place" "$(names p "${cables_of[$place]}" ' ')"
	done
	lacp_bond here "m0 m1 m2 m3 m4" ad_select "$policy"
	for i in 0:10 1:50 2:50 3:50 4:1000; do
		ip link set "m${i%:*}" type bond_slave actor_port_prio "${i#*:}"
	done
	for chosen in ${choices[$policy]}; do
		# shellcheck disable=SC2086  # words
		change ${changes[step]}
		speed=${key[${speed_of[$chosen]}]}
		works "$policy, ${changes[step]}: $chosen" "$chosen" "$(live "$chosen")" "$speed/$speed" \
			"$(others "$chosen")" "" "$(other_places "$chosen")"
		step=$((step + 1))
	done
	for place in here "${!cables_of[@]}"; do at "$place" link del bond0; done
}

places peer third fourth
for i in 0 1 2 3 4; do panel new "m$i" "02:00:00:00:01:0$i"; done
for i in 0 1 2; do panel new "peer/p$i" "02:00:00:00:02:0$i"; done
for i in 1 2 3; do panel new "third/p$i" "02:00:00:00:03:0$i"; done
panel new fourth/p4 02:00:00:00:04:04
if [ $# = 0 ]; then
	set -- stable bandwidth count actor_port_prio
	# Where time is real or the processor slow, one of them.
	[ "$LAB_FLAVOUR" = debug ] || set -- bandwidth
fi
for policy; do
	# Where time is real, each step waits for LACP.
	[ "$LAB_FLAVOUR" = uml ] || misfits "$policy"
	partners "$policy"
done
kill "$PANEL_PID"
wait "$PANEL_PID"
for place in peer third fourth; do ip netns del $place; done
unload_bonding || not_ok "the module unloads"
finish
