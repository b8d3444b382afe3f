#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Two bonds with LACP, and 2 or 8 cables between them: flows use all of them both ways, while
# members are pulled, plugged in again, and cabled to another bond. What is selected when members
# differ: bond_lacp_select.sh.
# shellcheck source=tests/selftests/lacp.sh
. "$LAB_CHECKOUT/tests/selftests/lacp.sh"
load_bonding max_bonds=0 || exit 1

# recable N FROM TO: the far end of cable N goes to the bond of another place.
recable() {
	ip -n "$2" link set "p$1" nomaster
	ip -n "$2" link set "p$1" netns "$3"
	ip -n "$3" link set "p$1" master bond0
}

# from FIRST N: the numbers of the cables from the first one on.
from() { seq -s' ' "$1" $(($2 - 1)); }

# both N PULLED: bonds of N cables each; that many of them get into trouble.
both() {
	local i n=$1 few=$2 all rest some
	all=$(from 0 "$n") rest=$(from "$few" "$n") some=$(from 0 "$few")
	cables "$n"
	places third
	lacp_bond here "$(names m "$all" ' ')"
	lacp_bond peer "$(names p "$all" ' ')"
	works "$n cables" peer "$all" 15/15

	for i in $some; do
		if ((i % 2)); then ip link set "m$i" down; else ip -n peer link set "p$i" down; fi
	done
	works "$n cables, $few pulled" peer "$rest" 15/15
	for i in $some; do
		if ((i % 2)); then ip link set "m$i" up; else ip -n peer link set "p$i" up; fi
	done
	works "$n cables, plugged in again" peer "$all" 15/15

	lacp_bond third ""
	for i in $some; do recable "$i" peer third; done
	works "$n cables, $few to another bond" peer "$rest" 15/15 "$(names m "$some" ,)" "" third
	for i in $rest; do recable "$i" peer third; done
	works "$n cables, all to that bond" third "$all" 15/15
	for i in $all; do recable "$i" third peer; done
	works "$n cables, all back" peer "$all" 15/15
	clear_all
	ip netns del third
}

# In real time, one of them.
[ "$LAB_FLAVOUR" = uml ] || both 2 1
both 8 3
unload_bonding || not_ok "the module unloads"
finish
