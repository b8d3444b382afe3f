#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# 802.3ad under frames and members that nobody should offer it: floods are counted to the frame, leave
# few lines in the kernel log, and are forgotten once they are over.
# shellcheck source=tests/selftests/lacp.sh
. "$LAB_CHECKOUT/tests/selftests/lacp.sh"
load_bonding max_bonds=0 || exit 1

# counter PLACE PORT NAME
counter() {
	at "$1" -j link xstats type bond_slave dev "$2" | jq --arg name "$3" '[.. | objects | select(has($name)) | .[$name]] | add'
}

lines() { dmesg | grep -c bond0; }

# foreign COUNTER: how many frames m0 counted, without the LACPDUs of its partner.
foreign() {
	local sent=0 again count
	until count=$(counter here m0 "$1") && again=$(counter peer p0 lacpdu_tx) && [ "$sent" = "$again" ]; do
		sent=$again
	done
	[ "$1" = lacpdu_rx ] || sent=0
	echo $((count - sent))
}

# flood KIND NUMBER COUNTER [ANSWERS]: from the far end of m0, which counts each frame and, if it is
# to answer, each answer.
flood() {
	local kind=$1 number=$2 count before said
	shift 2
	said=$(lines)
	before=$(for count; do foreign "$count"; done)
	ip netns exec peer python3 "$LAB_CHECKOUT/tests/interop/flood.py" p0 "$kind" "$number" "$spoken"
	for count; do
		is "$kind: $count" $(($(foreign "$count") - $(head -n 1 <<<"$before"))) "$number"
		before=$(tail -n +2 <<<"$before")
	done
	said=$(($(lines) - said))
	if [ "$kind ${BOND_DRIVER:-rust}" = "loop c" ]; then
		skip "$kind: lines in the log" "the C driver writes one for each frame"
	else
		holds "$kind: $said lines in the log" test $said -lt 60
	fi
	works "$kind: afterwards" peer "0 1" 15/15
}

floods() {
	cables 2
	lacp_bond here "m0 m1"
	lacp_bond peer "p0 p1"
	works "before" peer "0 1" 15/15
	# What the port says.
	spoken=$(tcpdump -i m0 -Q out -c 1 -xx ether proto 0x8809 2>/dev/null | sed -n 's/.*0x[0-9a-f]*: *//p' | tr -d ' \n')
	flood loop 30000 lacpdu_rx
	flood spoof 20000 lacpdu_rx
	flood strangers 20000 lacpdu_rx
	flood noise 5000 lacpdu_rx
	flood short 5000 lacpdu_illegal_rx
	flood subtype 5000 lacpdu_unknown_rx
	flood marker 5000 marker_rx marker_response_tx
	flood response 5000 marker_response_rx
	flood nomarker 5000 marker_unknown_rx
	clear_all
}

# What is not Ethernet has no slow protocols.
refusals() {
	ip link add gre9 type gre local 192.0.2.1 remote 192.0.2.9
	ip link add m0 type veth peer name p0
	ip link add bond0 type bond mode 802.3ad
	refused "not Ethernet" "8023AD mode requires Ethernet devices" ip link set gre9 master bond0
	is "not Ethernet, through sysfs" "$( (echo +gre9 >/sys/class/net/bond0/bonding/slaves) 2>&1 | sed 's/.*: //')" "Invalid argument"
	is "the bond is as it was" "$(link bond0 link_type) $(link bond0 address | wc -c)" "ether 18"
	ip link set m0 master bond0
	refused "not Ethernet, after one that is" "Device type is different from other slaves" ip link set gre9 master bond0
	is "the same through sysfs" "$( (echo +gre9 >/sys/class/net/bond0/bonding/slaves) 2>&1 | sed 's/.*: //')" "Invalid argument"
	is "its master" "$(link gre9 master)" null
	ip link del bond0
	ip link del gre9
	ip link del m0
}

refusals
floods
unload_bonding || not_ok "the module unloads"
finish
