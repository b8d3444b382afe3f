#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# control.sh: the control plane of both drivers in one boot, see control.py.
# shellcheck source=tests/bench/lib.sh
. "$LAB_CHECKOUT/tests/bench/lib.sh"
modprobe -q dummy numdummies=0
sysctl -qw net.ipv6.conf.default.disable_ipv6=1
dmesg -n 1
for driver in c rust; do
	load $driver && python3 "$LAB_CHECKOUT/tests/bench/control.py" $driver && unload_bonding || exit 1
done
