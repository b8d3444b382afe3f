#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The demonstration of "make demo": bonds under traffic while a cable dies.
. /lab/tools/guest/lib.sh
. /lab/tools/guest/bonds.sh

verdict=0
echo "== kernel $(uname -r), $(uname -v | cut -c1-60)"
load_bonding max_bonds=0 || { echo "VERDICT: FAILED, the module did not load"; exit 1; }
echo "== loaded: $(grep '^bonding ' /proc/modules)"
echo "== build id of the loaded module: $(loaded_id)"
echo "== it is: $(which_bonding) ($([ "$(which_bonding)" = rust ] && echo "this tree's Rust driver" || echo "NOT this tree's driver"))"
for mode in active-backup balance-rr broadcast; do
	echo
	echo "==== mode $mode: two cables, a ping every 20 ms, one cable dies and comes back"
	if ! make_bonds $mode; then
		echo "  the bonds do not come up"
		verdict=1
		drop_bonds
		continue
	fi
	echo "-- /proc/net/bonding/bond0 before"
	sed 's/^/   /' /proc/net/bonding/bond0
	traffic_with_failure
	echo "-- /proc/net/bonding/bond0 after"
	sed 's/^/   /' /proc/net/bonding/bond0
	echo "-- while the cable was dead: $active_after"
	echo "-- sent $sent, answered $received, lost $lost"
	case $active_after in
	*"eth0 down"*) ;;
	*) echo "  the dead cable was not noticed" && verdict=1 ;;
	esac
	# A poll interval of losses is the classic driver's; more is a failure.
	if [ "${sent:-0}" -lt 150 ] || [ "$lost" -gt 15 ]; then
		echo "  too many lost"
		verdict=1
	fi
	drop_bonds || verdict=1
done
echo
if [ $verdict = 0 ]; then
	echo "VERDICT: OK, $(which_bonding) bonding on $(uname -r) kept traffic flowing in 3 modes"
else
	echo "VERDICT: FAILED"
fi
exit $verdict
