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

	make_bonds "$1" && traffic_with_failure && [ "$sent" = 200 ] && [ "$lost" -le 15 ] || ok=1
	drop_bonds || ok=1
	return $ok
}

# As "make modules_install" leaves it: ours in updates/, the C driver where it belongs.
modprobe_takes_updates() {
	local tree=/tmp/tree modules wanted=$BOND_RUST_KO

	[ "$BOND_DRIVER" = rust ] || wanted=$BOND_C_KO
	modules=$tree/lib/modules/$(uname -r)
	unload_bonding && load_needed "$wanted" || return 1
	mkdir -p "$modules/kernel/drivers/net/bonding" "$modules/updates"
	cp "$BOND_C_KO" "$modules/kernel/drivers/net/bonding/"
	[ "$BOND_DRIVER" = c ] || cp "$BOND_RUST_KO" "$modules/updates/"
	touch "$modules/modules.order" "$modules/modules.builtin"
	depmod -b "$tree" "$(uname -r)" && modprobe -d "$tree" bonding max_bonds=0 &&
		[ "$(which_bonding)" = "$BOND_DRIVER" ]
}

echo "1..9"
check "the module loads" load_bonding max_bonds=0
check "the loaded module is the one under test" test "$(which_bonding)" = "$BOND_DRIVER"
for mode in balance-rr active-backup broadcast; do
	check "$mode carries traffic" carries_traffic "$mode"
done
check "active-backup survives a dead cable" survives active-backup
check "the module unloads" unload_bonding
check "modprobe takes the module in updates/" modprobe_takes_updates
check "the module loads again" load_bonding
exit $bad
