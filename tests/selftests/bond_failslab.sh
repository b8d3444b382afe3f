#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# not on: uml kasan
# Every allocation of creating, enslaving, releasing and of setting options fails once.
# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"
faults=/sys/kernel/debug/failslab
if [ ! -e /proc/thread-self/fail-nth ]; then
	skip "failing allocations" "this kernel has no fault injection"
	finish
fi
echo 0 >$faults/ignore-gfp-wait || exit 1
echo 0 >$faults/verbose
load_bonding max_bonds=0 || exit 1
cables 2
for bond in 0:balance-rr 1:active-backup 3:802.3ad; do
	ip link add "bond${bond%:*}" type bond mode "${bond#*:}" miimon 50
	ip link set "bond${bond%:*}" up mtu 1400 promisc on
	ip link add link "bond${bond%:*}" name "v${bond%:*}" type vlan id 5
	ip maddr add 33:33:00:00:00:99 dev "bond${bond%:*}"
done
ip link add bond2 type bond mode active-backup miimon 50
ip link set bond2 up
ip link add g0 type gre local 192.0.2.1
status=0
python3 "$LAB_CHECKOUT/tests/selftests/failslab.py" || status=1
clear_all
ip link del g0
unload_bonding || status=1
exit $status
