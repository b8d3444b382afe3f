#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# not on: uml kasan
# Frames whose sender does not say where their MAC header is go where others would.
# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"
load_bonding max_bonds=0 || exit 1
zgrep -q CONFIG_XDP_SOCKETS=y /proc/config.gz 2>/dev/null || grep -q ' xsk_create$' /proc/kallsyms ||
	{ skip "AF_XDP" "not in this kernel"; finish; }

# sends WAY...: set "by" to the frames that each member sent of those that xsk.py sent so.
sends() {
	local i before=()
	for i in 0 1 2; do before[i]=$(count m$i tx_packets); done
	by=
	python3 "$LAB_CHECKOUT/tests/selftests/xsk.py" bond0 200 "$@" || not_ok "$policy: $1 sends"
	for i in 0 1 2; do by+="$(($(count m$i tx_packets) - before[i])) "; done
}

cables 3
for policy in layer2 layer2+3 layer3+4 encap3+4 vlan+srcmac; do
	bond 3 mode balance-xor miimon 100 xmit_hash_policy $policy
	sends packet
	usual=$by
	sends xdp
	is "$policy: by the members that a packet socket sends by" "$by" "$usual"
	is "$policy: by all of them" "$(grep -c '\b0 ' <<<"$by")" 0
	ip link del bond0
done
finish
