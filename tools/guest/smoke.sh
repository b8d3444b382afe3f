#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The stock kernel takes our module, and each mode carries traffic there.
. /lab/tools/guest/lib.sh
. /lab/tools/guest/bonds.sh

n=0 bad=0
check() { # NAME COMMAND...
	local name=$1
	shift
	n=$((n + 1))
	if "$@"; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		bad=1
	fi
}

carries_traffic() {
	local ok=0

	make_bonds "$1" || ok=1
	drop_bonds || ok=1
	return $ok
}

survives() {
	local ok=0

	make_bonds "$1" && traffic_with_failure && [ "$lost" -le 15 ] || ok=1
	drop_bonds || ok=1
	return $ok
}

echo "1..8"
check "the module loads" load_bonding max_bonds=0
check "the loaded module is the one under test" test "$(which_bonding)" = "$BOND_DRIVER"
for mode in balance-rr active-backup broadcast; do
	check "$mode carries traffic" carries_traffic "$mode"
done
check "active-backup survives a dead cable" survives active-backup
check "the module unloads" unload_bonding
check "the module loads again" load_bonding
exit $bad
