#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# failover.sh [ROUNDS]: the time that a failover takes, with both drivers; see failover.py.
# shellcheck source=tests/bench/lib.sh
. "$LAB_CHECKOUT/tests/bench/lib.sh"
modprobe -q dummy numdummies=0
dmesg -n 1
for driver in c rust; do
	load $driver && python3 "$LAB_CHECKOUT/tests/bench/failover.py" $driver "${1:-30}" && unload_bonding || exit 1
done
