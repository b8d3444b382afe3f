#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# not on: uml
# Why did the port leave the aggregate? The history of LACP in debugfs.
# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"
[ "${BOND_DRIVER:-rust}" = rust ] || { echo "1..0 # SKIP the C driver has none"; exit 4; }
load_bonding max_bonds=0 || exit 1

# what MEMBER: its transitions, without time and port.
what() { history "${2-}" | sed -n "s/^.* $1 port [0-9]*: //p"; }
# since LINES MEMBER: those after the first LINES ones of all, but for churn, which takes a minute.
since() { history | tail -n +"$(($1 + 1))" | sed -n "/ churn /d; s/^.* $2 port [0-9]*: //p"; }
lines() { history | wc -l; }
mentions() { history | grep -q "$1"; }
# far: the name of the folder of the bond at the other end.
far() { echo "end0@$(stat -Lc %i /run/netns/peer)"; }
well_formed() { ! grep -vE '^ *[0-9]+\.[0-9]{6} [mp][01] port [0-9]+: (receive|periodic|selection|mux|actor churn|partner churn) [A-Z_0-9]+ -> [A-Z_0-9]+ \([A-Za-z ]+\)$'; }
now() { cut -d' ' -f1 /proc/uptime; }
in_order() { awk -v from="$1" -v to="$(now)" '$1 < last || $1 < from || $1 > to + 1 { print; bad = 1 } { last = $1 } END { exit bad }'; }

aggregate() {
	local start
	start=$(now)
	cables 2
	bond 2 mode 802.3ad miimon 50 lacp_rate fast
	peer_bond 2 mode 802.3ad miimon 50 lacp_rate fast
	holds "both ports collect and distribute" eventually mux_is "m0 m1" COLLECTING_DISTRIBUTING
	holds "a port was attached when all were ready" grep -qx "mux WAITING -> ATTACHED (ready)" <(what m1)
	holds "and distributes when the partner is in sync" \
		grep -qx "mux ATTACHED -> COLLECTING_DISTRIBUTING (partner in sync)" <(what m1)
	holds "one line for each" well_formed < <(history)
	holds "with its time, in order" in_order "${start%.*}" < <(history)
	holds "the other bond has its own" grep -q " p1 port 2: " <(history "$(far)")
	is "and nothing of this one" "$(history "$(far)" | grep -c ' m[01] ')" 0
}

quiet() {
	local before
	before=$(lines)
	sleep 3
	is "LACPDUs alone are not worth a line" "$(since "$before" '[mp][01]')" ""
	is "nor is the periodic timer" "$(history | grep -c PERIODIC_TX)" 0
}

pulled() {
	local before
	before=$(lines)
	ip -n peer link set p0 down
	holds "a cable is pulled: the port is out" eventually mux_is m0 ATTACHED
	# Its periodic timer may have ended in that very tick.
	is "because the link went down" "$(since "$before" m0 | sed 's/ PERIODIC_TX ->/ FAST_PERIODIC ->/')" \
		"receive CURRENT -> PORT_DISABLED (link down)
periodic FAST_PERIODIC -> NO_PERIODIC (link down)
mux COLLECTING_DISTRIBUTING -> ATTACHED (partner out of sync)"
	is "the other port has nothing to tell" "$(since "$before" m1)" ""
	ip -n peer link set p0 up
	holds "plugged in again: it is back" eventually mux_is "m0 m1" COLLECTING_DISTRIBUTING
	is "and what was before is still there" "$(what m0 | grep -c 'selection 0 -> 1 (begin)')" 1
}

silent() {
	local before
	before=$(lines)
	ip -n peer link set end0 down
	holds "the partner falls silent: the port is out" eventually mux_is m0 ATTACHED
	is "because nothing was heard" "$(since "$before" m0 | head -n 2)" \
		"receive CURRENT -> EXPIRED (partner silent)
mux COLLECTING_DISTRIBUTING -> ATTACHED (partner out of sync)"
	ip -n peer link set end0 up
	holds "it is heard again" eventually mux_is "m0 m1" COLLECTING_DISTRIBUTING
	holds "because of an LACPDU" grep -qx "receive EXPIRED -> CURRENT (LACPDU)" <(what m0)
}

readers() {
	while [ ! -e /tmp/stop ]; do
		history >/tmp/read || echo "no answer"
		well_formed </tmp/read
		in_order 0 </tmp/read
	done
}

flapping() {
	local i reader
	rm -f /tmp/stop
	readers >/tmp/complaints 2>&1 &
	reader=$!
	for ((i = 0; i < 8; i++)); do
		ip -n peer link set p0 down
		eventually mii_is m0 DOWN
		ip -n peer link set p0 up
		eventually mii_is m0 UP
		sleep 0.5
	done
	holds "a link that flapped recovers" eventually mux_is "m0 m1" COLLECTING_DISTRIBUTING
	touch /tmp/stop
	wait "$reader"
	is "whoever reads meanwhile gets whole lines" "$(head -n 5 /tmp/complaints)" ""
	is "a port remembers 32 transitions" "$(what m0 | wc -l)" 32
	is "the last ones" "$(what m0 | tail -n 1)" "mux ATTACHED -> COLLECTING_DISTRIBUTING (partner in sync)"
	is "the other port still knows its first one" "$(what m1 | head -n 1)" "selection 0 -> 2 (begin)"
}

leaving() {
	local fd
	ip link set m0 nomaster
	is "a port that left took its history along" "$(what m0)" ""
	holds "the other's is there" grep -q . <(what m1)
	ip link set m0 down
	ip link set m0 master bond0
	holds "it comes back as another port" eventually mentions " m0 port 3: "
	exec {fd}<"/sys/kernel/debug/bonding/bond0/lacp_history"
	ip link del bond0
	if [ -e /sys/kernel/debug/bonding/bond0 ]; then not_ok "the file goes with the bond"; else ok "the file goes with the bond"; fi
	if cat <&"$fd" >/dev/null 2>&1; then not_ok "even if it is open"; else ok "even if it is open"; fi
	exec {fd}<&-
	ip link add bond0 type bond mode active-backup miimon 50
	ip link set m0 down
	ip link set m0 master bond0
	holds "other modes have no file" test ! -e /sys/kernel/debug/bonding/bond0/lacp_history
	ip link set m0 nomaster
	ip link set bond0 down
	ip link set bond0 type bond mode 802.3ad
	holds "a change of mode brings it" test -e /sys/kernel/debug/bonding/bond0/lacp_history
	ip link set bond0 type bond mode balance-xor
	holds "another takes it away" test ! -e /sys/kernel/debug/bonding/bond0/lacp_history
	ip link del bond0
}

aggregate
quiet
pulled
silent
flapping
leaving
clear_all
unload_bonding || not_ok "the module unloads"
finish
