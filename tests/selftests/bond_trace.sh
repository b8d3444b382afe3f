#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# not on: uml
# Trace events: what LACP, the link monitor and the selection of the active member did.
# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"
tracing=/sys/kernel/tracing
[ "${BOND_DRIVER:-rust}" = rust ] || { echo "1..0 # SKIP the C driver has none"; exit 4; }
[ -e $tracing/events ] || { echo "1..0 # SKIP no trace events in this kernel"; exit 4; }
load_bonding max_bonds=0 || exit 1
events=$tracing/events/bonding

# traced EVENT: its lines, without task and time.
traced() { sed -n "s/^.* $1: //p" $tracing/trace; }

# The trace has what the history has, in the same words, and what the history leaves out.
lacp() {
	local untraced
	echo >$tracing/trace
	cables 2
	echo 1 >$events/bond_lacp_transition/enable
	bond 2 mode 802.3ad miimon 50 lacp_rate fast
	peer_bond 2 mode 802.3ad miimon 50 lacp_rate fast
	eventually mux_is "m0 m1" COLLECTING_DISTRIBUTING
	ip -n peer link set p0 down
	eventually mux_is m0 ATTACHED
	ip -n peer link set p0 up
	eventually mux_is "m0 m1" COLLECTING_DISTRIBUTING
	echo 0 >$events/bond_lacp_transition/enable
	untraced=$(comm -23 <(history | sed 's/^ *[0-9.]* /bond0 /' | sort) <(traced bond_lacp_transition | sort))
	holds "there is a history" test "$(history | wc -l)" -gt 20
	is "every transition in the history is in the trace" "$untraced" ""
	holds "so are those of the other bond" grep -q "^end0 p0 port 1: mux " <(traced bond_lacp_transition)
	holds "and each beat of the periodic timer" \
		grep -qx "bond0 m1 port 2: periodic FAST_PERIODIC -> PERIODIC_TX (timer)" <(traced bond_lacp_transition)
	is "links are not, unless asked for" "$(traced bond_link_state)" ""

	echo >$tracing/trace
	ip -n peer link set p0 down
	eventually mux_is m0 ATTACHED
	is "switched off: nothing" "$(grep -c bond_ $tracing/trace)" 0
	ip -n peer link set p0 up
	eventually mux_is "m0 m1" COLLECTING_DISTRIBUTING

	# Mux (3) leaves COLLECTING_DISTRIBUTING (3), in this namespace.
	echo "machine == 3 && old == 3 && netns == $(stat -Lc %i /proc/self/ns/net)" >$events/bond_lacp_transition/filter
	echo 1 >$events/bond_lacp_transition/enable
	echo 1 >$events/bond_link_state/enable
	ip -n peer link set p0 down
	eventually mux_is m0 ATTACHED
	is "numbers serve as filters" "$(traced bond_lacp_transition)" \
		"bond0 m0 port 1: mux COLLECTING_DISTRIBUTING -> ATTACHED (partner out of sync)"
	holds "links are traced" grep -qx "bond0 m0: link up -> down" <(traced bond_link_state)
	echo >$tracing/trace
	echo 'machine_name == "receive" && reason_name == "link up"' >$events/bond_lacp_transition/filter
	ip -n peer link set p0 up
	eventually mux_is "m0 m1" COLLECTING_DISTRIBUTING
	is "so do names" "$(traced bond_lacp_transition | grep bond0 | sort -u)" \
		"bond0 m0 port 1: receive PORT_DISABLED -> EXPIRED (link up)"
	echo 0 >$events/bond_lacp_transition/filter
	echo 0 >$events/enable
	clear_all
}

active() {
	echo >$tracing/trace
	echo 1 >$events/bond_active_changed/enable
	cables 2
	bond 2 mode active-backup miimon 50
	ip -n peer link set p0 down
	eventually active_is m1
	ip -n peer link set p1 down
	eventually active_is null || not_ok "no member is active"
	is "so are changes of the active member" "$(traced bond_active_changed)" \
		"bond0: active none -> m0
bond0: active m0 -> m1
bond0: active m1 -> none"
	echo 0 >$events/enable
	clear_all
}

lacp
active
echo 1 >$events/enable
unload_bonding || not_ok "the module unloads"
if [ -e $events ]; then not_ok "its events go along"; else ok "its events go along"; fi
finish
