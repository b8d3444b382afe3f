#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# control.sh time: the control plane of both drivers in one boot; control.sh memory: what bonds and
# members of one driver (--driver) weigh. See control.py.
# shellcheck source=tests/bench/lib.sh
. "$LAB_CHECKOUT/tests/bench/lib.sh"
modprobe -q dummy numdummies=0
sysctl -qw net.ipv6.conf.default.disable_ipv6=1
dmesg -n 1
drivers="c rust"
[ "$1" = time ] || drivers=${BOND_DRIVER:-rust}
for driver in $drivers; do
	load "$driver" && python3 "$LAB_CHECKOUT/tests/bench/control.py" "$driver" "$1" || exit 1
	[ "$1" = memory ] || unload_bonding || exit 1
done
