#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The counters of a bond: what was sent, never less than before, whoever reads meanwhile;
# also of bonds over bonds (a lock per level).
# guest uml: --smp 4
# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"
load_bonding max_bonds=0 || exit 1
sysctl -qw net.ipv6.conf.default.disable_ipv6=1 net.ipv6.conf.all.disable_ipv6=1

# Readers that fold the same counters at once are what this is about; with eight copies of each
# frame on four processors, a fold outside of the lock shows.
# Virtual time stands still while processes run, so one reader would starve the rest.
frames=30000 readers=3
[ "$LAB_FLAVOUR" = uml ] || frames=2000

# watched NAME COPIES DEV ALSO...: frames by DEV, which sends each so many times, with readers
# of DEV and ALSO.
watched() {
	local name=$1 copies=$2 dev=$3 out before
	shift 3
	before=$(count "$dev" tx_packets)
	out=$(python3 "$LAB_CHECKOUT/tests/selftests/stats_readers.py" "$dev" "$frames" "$readers" "$@")
	is "$name: counters never decrease" "$(sed -n 's/^went backwards: //p' <<<"$out")" 0
	is "$name: all frames were sent" "$(sed -n 's/^sent: //p' <<<"$out")" "$frames"
	is "$name: and each is counted once" $(($(count "$dev" tx_packets) - before)) "$((frames * copies))"
}

for i in {0..7}; do ip link add "d$i" type dummy; done
for mode in balance-rr active-backup broadcast; do
	ip link add bond0 type bond mode $mode miimon 10
	for i in {0..7}; do ip link set "d$i" master bond0; done
	ip link set bond0 up
	case $LAB_FLAVOUR$mode in
	umlbroadcast) frames=200000 watched "$mode" 8 bond0 ;;
	*broadcast) watched "$mode" 8 bond0 ;;
	*) watched "$mode" 1 bond0 ;;
	esac
	ip link del bond0
done

# bond2 over bond1 and bond0: the locks of three bonds at once, by readers of all of them.
for i in 0 1 2; do ip link add "bond$i" type bond mode balance-rr miimon 10; done
ip link set d0 master bond0
ip link set d1 master bond0
ip link set d2 master bond1
ip link set bond0 master bond1
ip link set d3 master bond2
ip link set bond1 master bond2
ip link set bond2 up
members() { echo $(($(count d0 tx_packets) + $(count d1 tx_packets))); }
before=$(members) total=$(count bond0 tx_packets)
watched "three levels" 1 bond2 bond1 bond0
is "the lower bond counts what its members sent" \
	$(($(count bond0 tx_packets) - total)) $(($(members) - before))

# What a member sent before or after is none of the bond's.
ip link set d0 nomaster
ip link set d0 up
before=$(count bond0 tx_packets)
python3 "$LAB_CHECKOUT/tests/selftests/stats_readers.py" d0 100 1 >/dev/null
is "a released member's frames are not counted" "$(count bond0 tx_packets)" "$before"
ip link set d0 down
ip link set d0 master bond0
is "nor those of before" "$(count bond0 tx_packets)" "$before"
ip link set bond2 down
is "counters survive the bond going down" "$(count bond0 tx_packets)" "$before"

# The deepest stack that the core allows, all read at once.
for i in 2 1 0; do ip link del "bond$i"; done
ip link add bond0 type bond mode balance-rr miimon 10
ip link set d0 master bond0
depth=1
while ip link add "bond$depth" type bond mode balance-rr miimon 10 &&
	ip link set "bond$((depth - 1))" master "bond$depth" 2>/dev/null; do
	depth=$((depth + 1))
done
ip link del "bond$depth"
top=bond$((depth - 1))
is "the core allows seven bonds over a device" "$depth" 7
ip link set "$top" up
frames=500 watched "the deepest stack" 1 "$top" bond0 bond1 bond2
for ((i = depth - 1; i >= 0; i--)); do ip link del "bond$i"; done
holds "the module unloads" unload_bonding
finish
