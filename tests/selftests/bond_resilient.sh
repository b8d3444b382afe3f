#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Resilient hashing: which flows move when members come and go.
# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"
load_bonding max_bonds=0 || exit 1
[ "${BOND_DRIVER:-rust}" = rust ] || { echo "1..0 # SKIP the C driver has no such option"; exit 4; }

members=$(echo d{0..7})
dir=/sys/class/net/bond0/bonding
mount -t debugfs none /sys/kernel/debug 2>/dev/null

# dummies BUCKETS IDLE: bond0 of eight members.
dummies() {
	local i
	ip link add bond0 address 02:00:00:00:00:01 type bond mode balance-xor miimon 20 xmit_hash_policy layer3+4
	echo "$1" >$dir/resilient_buckets
	echo "$2" >$dir/resilient_idle_ms
	for i in $members; do
		ip link add "$i" type dummy
		ip link set "$i" master bond0
	done
	ip link set bond0 up
}

gone() {
	local i
	ip link del bond0
	for i in $members; do ip link del "$i"; done
}

# shellcheck disable=SC2086
flows() { python3 "$LAB_CHECKOUT/tests/selftests/flow_map.py" "${1:-4096}" bond0 $members; }

# moved BEFORE AFTER [FROM]: how many flows changed, of those not on FROM.
moved() {
	paste <(tr ' ' '\n' <<<"$1") <(tr ' ' '\n' <<<"$2") |
		awk -v from="${3-}" '$1 != $2 && $1 != from { n++ } END { print n + 0 }'
}

# share FLOWS MEMBER: how many are on it.
share() { tr ' ' '\n' <<<"$1" | grep -cx "$2"; }

# worst FLOWS COUNT: by how many percent the fullest of COUNT members exceeds the mean.
worst() {
	tr ' ' '\n' <<<"$1" | sort | uniq -c |
		awk -v n="$2" '{ sum += $1; if ($1 > max) max = $1 } END { print int((max * n / sum - 1) * 100 + 0.999) }'
}

file() { cat "/sys/kernel/debug/bonding/${1:-bond0}/flows"; }

# map: the member of each bucket, by what the bond says: nothing is sent.
map() { file | awk '/^bucket/ { print $4 }' | paste -sd' '; }

# packets MEMBER: how many it sent.
packets() { file | awk -v m="$1" '/^member/ && $2 == m { print $6 }'; }

# carrier MEMBER on|off: waits until the bond knows.
carrier() {
	ip link set "$1" carrier "$2"
	eventually mii_is "$1" "$([ "$2" = on ] && echo UP || echo DOWN)"
}

options() {
	local value
	ip link add bond0 type bond mode balance-xor
	is "off by default" "$(cat $dir/resilient_buckets $dir/resilient_idle_ms | paste -sd' ')" "0 0"
	for value in 1 2 4096 0 256; do
		holds "resilient_buckets $value" bash -c "echo $value >$dir/resilient_buckets"
		is "it reads $value" "$(cat $dir/resilient_buckets)" "$value"
	done
	for value in 3 8192 -1 many 255; do
		if (echo $value >$dir/resilient_buckets) 2>/dev/null; then
			not_ok "resilient_buckets $value is refused"
		else
			ok "resilient_buckets $value is refused"
		fi
	done
	is "it is as before" "$(cat $dir/resilient_buckets)" 256
	ip link set bond0 type bond mode balance-rr
	is "a mode without a hash has none" "$(cat $dir/resilient_buckets)" 0
	if (echo 16 >$dir/resilient_buckets) 2>/dev/null; then
		not_ok "nor takes any"
	else
		ok "nor takes any"
	fi
	ip link del bond0
	unload_bonding
	load_bonding max_bonds=1 mode=balance-xor resilient_buckets=64 resilient_idle_ms=500
	is "module parameters" "$(cat $dir/resilient_buckets $dir/resilient_idle_ms | paste -sd' ')" "64 500"
	unload_bonding
	load_bonding max_bonds=1 mode=balance-xor resilient_buckets=65 resilient_idle_ms=-1
	is "bad ones do not count" "$(cat $dir/resilient_buckets $dir/resilient_idle_ms | paste -sd' ')" "0 0"
	unload_bonding
	load_bonding max_bonds=0
}

loss() {
	local full lost back
	dummies 1024 0
	full=$(flows)
	holds "8 members: imbalance $(worst "$full" 8) percent" test "$(worst "$full" 8)" -lt 15
	ip link set d3 carrier off
	eventually mii_is d3 DOWN
	lost=$(flows)
	is "a lost member: none but its flows move" "$(moved "$full" "$lost" d3)" 0
	is "none stays on it" "$(share "$lost" d3)" 0
	holds "7 members: imbalance $(worst "$lost" 7) percent" test "$(worst "$lost" 7)" -lt 15
	ip link set d3 carrier on
	eventually mii_is d3 UP
	back=$(flows)
	holds "it comes back: its share of $(share "$back" d3) returns" test "$(share "$back" d3)" -gt 430
	is "and nothing else moves" "$(paste <(tr ' ' '\n' <<<"$lost") <(tr ' ' '\n' <<<"$back") | awk '$1 != $2 && $2 != "d3"' | wc -l)" 0
	ip link set d5 nomaster
	ip link set d5 up
	is "a released member: none but its flows move" "$(moved "$back" "$(flows)" d5)" 0
	gone
}

# Whoever flaps, and in whichever order, in the end all is as it was.
flaps() {
	local full now i
	dummies 1024 0
	ip link set d7 nomaster
	full=$(map)
	is "flaps: 1024 buckets on 7 members" "$(tr ' ' '\n' <<<"$full" | sort | uniq -c | awk '{ print $1 }' | sort -u | paste -sd' ')" "146 147"
	for i in 0 3 6; do
		carrier "d$i" off
		carrier "d$i" on
		is "flaps: d$i gets exactly its buckets back" "$(moved "$full" "$(map)")" 0
	done
	for i in "1 off" "4 off" "2 off" "4 on" "0 off" "1 on" "6 off" "5 off" "3 off" "2 on" "3 on" "6 on" "0 on" "5 on"; do
		# shellcheck disable=SC2086
		carrier d$i
	done
	is "flaps: so it is after many" "$(moved "$full" "$(map)")" 0
	ip link set bond0 down
	ip link set bond0 up
	for i in {0..6}; do eventually mii_is "d$i" UP; done
	is "flaps: and after the bond was down" "$(moved "$full" "$(map)")" 0
	carrier d2 off
	ip link set d4 nomaster
	now=$(map)
	carrier d2 on
	is "flaps: when a member has left meanwhile, only its share returns" "$(moved "$now" "$(map)" | awk '{ print ($1 >= 146 && $1 <= 171) }')" 1
	is "flaps: with its own among it" "$(paste <(tr ' ' '\n' <<<"$full") <(map | tr ' ' '\n') | awk '$1 == "d2" && $2 != "d2"' | wc -l)" 0
	gone
}

# Another size is no reason to move.
sizes() {
	local full now size
	dummies 256 0
	ip link set d7 nomaster
	ip link set d7 up
	full=$(flows)
	for size in 512 4096 256; do
		echo $size >$dir/resilient_buckets
		now=$(flows)
		holds "sizes: $size buckets move $(moved "$full" "$now") of 4096 flows" test "$(moved "$full" "$now")" -lt 100
	done
	echo 64 >$dir/resilient_buckets
	now=$(flows)
	holds "sizes: 64 buckets on 7 members: imbalance $(worst "$now" 7) percent" test "$(worst "$now" 7)" -lt 25
	echo 256 >$dir/resilient_buckets
	full=$(map)
	carrier d3 off
	echo 512 >$dir/resilient_buckets
	carrier d3 on
	now=$(map)
	is "sizes: a member knows its buckets after that" "$(paste <(tr ' ' '\n' <<<"$full" | awk '{ print; print }') <(tr ' ' '\n' <<<"$now") | awk '$1 == "d3" && $2 != "d3"' | wc -l | awk '{ print ($1 < 4) }')" 1
	gone
}

# waits WHAT SECONDS: nothing moved since $lost, and then something does.
waits() {
	is "waiting: $1, nothing moves yet" "$(moved "$lost" "$(map)")" 0
	sleep "$2"
	is "waiting: $1, then it returns" "$(moved "$full" "$(map)")" 0
}

# flap: d3 is lost and comes back, so that its buckets wait.
flap() {
	carrier d3 off
	lost=$(map)
	carrier d3 on
}

waiting() {
	local full lost
	dummies 64 0
	full=$(map)
	echo 60000 >$dir/resilient_idle_ms
	flap
	sleep 1
	echo 3000 >$dir/resilient_idle_ms
	sleep 2
	waits "a shorter time" 3
	flap
	sleep 1
	echo 9000 >$dir/resilient_idle_ms
	sleep 5
	waits "a longer time" 6
	flap
	echo 0 >$dir/resilient_idle_ms
	is "waiting: no time any more: at once" "$(moved "$full" "$(map)")" 0
	echo 4000 >$dir/resilient_idle_ms
	flap
	sleep 3
	echo 128 >$dir/resilient_buckets
	full=$(tr ' ' '\n' <<<"$full" | awk '{ print; print }' | paste -sd' ')
	lost=$(map)
	sleep 3
	waits "another size" 3
	flap
	ip link set bond0 down
	ip link set bond0 up
	eventually mii_is d7 UP
	sleep 6
	is "waiting: it goes on after the bond was down" "$(moved "$full" "$(map)")" 0
	gone
	dummies 64 600000
	is "waiting: not for members that join while the bond is down" \
		"$(map | tr ' ' '\n' | sort | uniq -c | awk '{ print $1 }' | uniq)" 8
	gone
}

# Packets are those that a member sent itself.
own() {
	local before all
	dummies 64 0
	flows 512 >/dev/null
	before=$(packets d3)
	all=$(packets d0)
	holds "own: d3 sent $before packets" test "$before" -gt 0
	carrier d3 off
	is "own: an heir gets no packets of the dead" "$(packets d0)" "$all"
	flows 512 >/dev/null
	carrier d3 on
	is "own: nor does who comes back" "$(packets d3)" "$before"
	all=$(packets d0)
	echo 256 >$dir/resilient_buckets
	is "own: they stay when the size changes" "$(packets d0) $(packets d3)" "$all $before"
	is "own: none is lost" "$(file | awk '/^member/ { sum += $6 } END { print sum }')" 1024
	gone
}

idle() {
	local full busy
	dummies 64 3000
	full=$(flows 256)
	ip link set d3 carrier off
	eventually mii_is d3 DOWN
	busy=$(flows 256)
	is "idle: its flows move at once" "$(share "$busy" d3)" 0
	ip link set d3 carrier on
	eventually mii_is d3 UP
	is "idle: nothing moves back at once" "$(moved "$busy" "$(flows 256)")" 0
	local end=$((SECONDS + 7))
	while [ $SECONDS -lt $end ]; do flows 256 >/tmp/busy; done
	is "idle: busy flows stay" "$(moved "$busy" "$(cat /tmp/busy)")" 0
	sleep 7
	busy=$(flows 256)
	holds "idle: quiet flows move back ($(share "$busy" d3) of $(share "$full" d3))" test "$(share "$busy" d3)" -gt 0
	is "idle: each member has 8 buckets" "$(file | awk '/^member/ { print $4 }' | sort | uniq -c | tr -s ' ')" " 8 8"
	echo 0 >$dir/resilient_idle_ms
	ip link set d3 carrier off
	eventually mii_is d3 DOWN
	ip link set d3 carrier on
	eventually mii_is d3 UP
	holds "idle time 0: at once again" test "$(share "$(flows 256)" d3)" -gt 0
	gone
}

loads() {
	local map member
	dummies 32 0
	is "load: eight members, 32 buckets" "$(file | grep -c ^member) $(file | grep -c ^bucket)" "8 32"
	map=$(flows 512)
	is "load: every packet is counted" "$(file | awk '/^bucket/ { sum += $6 } END { print sum }')" 512
	for member in d0 d7; do
		is "load: packets of $member" "$(file | awk -v m=$member '/^member/ && $2 == m { print $6 }')" "$(share "$map" $member)"
	done
	ip link set bond0 down
	ip link set bond0 name team7
	is "load: the file follows the name" "$(file team7 | grep -c ^bucket)" 32
	ip link set team7 name bond0
	echo 0 >$dir/resilient_buckets
	is "load: nothing without buckets" "$(file)" ""
	gone
	if [ -e /sys/kernel/debug/bonding/bond0 ]; then not_ok "load: the folder goes with the bond"; else ok "load: the folder goes with the bond"; fi
}

off() {
	local before after
	dummies 0 0
	before=$(flows 512)
	echo 128 >$dir/resilient_buckets
	flows 512 >/dev/null
	echo 0 >$dir/resilient_buckets
	after=$(flows 512)
	is "switched off: the C driver's mapping again" "$(moved "$before" "$after")" 0
	gone
}

sysctl -qw net.ipv6.conf.default.disable_ipv6=1
options
loss
flaps
sizes
# Where time is not virtual, a machine with other work to do is late.
[ "$LAB_FLAVOUR" = uml ] || { idle; waiting; }
loads
own
off
unload_bonding || not_ok "the module unloads"
finish
