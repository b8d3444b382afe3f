#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# not on: uml
# Members that are not Ethernet: the bond becomes of their link type, and Ethernet again.
# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"
load_bonding max_bonds=0 || exit 1
here=$LAB_CHECKOUT/tests/selftests

tun() { python3 "$here/tun_type.py" "$@"; }
cooked() { python3 "$here/cooked.py" "$@"; }
# The link type and the flags that a type has, in a word.
kind() { ip -j link show "$1" | jq -r '.[0] | "\(.link_type) \(.flags - ["UP","LOWER_UP","NO-CARRIER","SLAVE"] | join(","))"'; }
# All that shows of a bond but what time changes.
picture() { ip -d -j link show "$1" | jq -cS 'del(.[0].stats64, .[0].operstate, .[0].flags)'; }
gone() { ! ip link show "$1" &>/dev/null; }
logged() { dmesg | grep -q "$1"; }
ether_flags=BROADCAST,MULTICAST,MASTER

# What the C driver leaves behind of a first member that failed to join.
without_trace() {
	if [ "$BOND_DRIVER" = c ]; then skip "$1" "the C driver leaves traces"; else is "$@"; fi
}

nlmon() {
	ip link add nl0 type nlmon
	ip link add bond0 type bond mode active-backup miimon 50
	ip link set bond0 up
	holds "nlmon: joins active-backup" ip link set nl0 master bond0
	is "nlmon: the bond is of its type" "$(kind bond0)" "netlink $ether_flags"
	is "nlmon: the bond is up again" "$(link bond0 'flags | index("UP") != null')" true
	is "nlmon: fail_over_mac" "$(info bond0 fail_over_mac)" active
	is "nlmon: it is the active member" "$(info bond0 active_slave)" nl0
	is "nlmon: the member's permanent address" "$(cat /sys/class/net/nl0/bonding_slave/perm_hwaddr)" ""
	refused "nlmon: an Ethernet device beside it" "Device type is different from other slaves" \
		ip link set d0 master bond0
	ip link set nl0 nomaster
	is "nlmon: the type stays when it leaves" "$(kind bond0)" "netlink $ether_flags"
	holds "nlmon: an Ethernet device after it" ip link set d0 master bond0
	is "nlmon: the bond is Ethernet again" "$(kind bond0)" "ether $ether_flags"
	is "nlmon: with an address of six bytes" "$(mac bond0 | tr -d '0-9a-f\n')" ":::::"
	ip link del bond0
	ip link del nl0
}

# A member that cannot take the bond's address fails where the bond has changed already.
failed() {
	local before
	ip link add nl0 type nlmon
	ip link add bond0 mtu 2000 type bond mode balance-rr miimon 50
	ip link set bond0 up
	before=$(picture bond0)
	refused "failed: nlmon in balance-rr" "Operation not supported" ip link set nl0 master bond0
	is "failed: the bond is Ethernet" "$(kind bond0)" "ether $ether_flags"
	without_trace "failed: nothing changed" "$(picture bond0)" "$before"
	without_trace "failed: the bond is up" "$(link bond0 'flags | index("UP") != null')" true
	is "failed: the device is as it was" "$(ip -o link show nl0 | grep -c 'DOWN.*link/netlink')$(link nl0 master)" 1null
	holds "failed: the bond works" ip link set d0 master bond0
	ip link del bond0

	# Where fail_over_mac has changed as well: a tunnel has no room for the MTU.
	ip link add g0 type gre local 10.0.0.1
	ip link add bond0 mtu 65535 type bond mode active-backup fail_over_mac follow miimon 50
	before=$(picture bond0)
	refused "failed: an MTU that gre cannot have" "Invalid argument" ip link set g0 master bond0
	without_trace "failed: fail_over_mac is as it was" "$(picture bond0)" "$before"
	is "failed: the tunnel is as it was" "$(link g0 master) $(link g0 mtu) $(link g0 operstate)" "null 1476 DOWN"
	ip link del bond0
	ip link del g0
	ip link del nl0
}

point_to_point() {
	ip link add g0 type gre local 10.0.0.1 remote 10.0.0.2
	ip link add bond0 type bond mode active-backup miimon 50
	holds "ptp: gre joins" ip link set g0 master bond0
	is "ptp: flags" "$(kind bond0)" "gre POINTOPOINT,NOARP,MASTER"
	is "ptp: address" "$(link bond0 address)" 10.0.0.1
	ip link set g0 nomaster
	holds "ptp: an Ethernet device after it" ip link set d0 master bond0
	is "ptp: flags of Ethernet" "$(kind bond0)" "ether $ether_flags"
	ip link set d0 nomaster
	ip link add g1 type gre local 10.0.0.1
	holds "ptp: gre without remote joins" ip link set g1 master bond0
	is "ptp: flags of a broadcast type" "$(kind bond0)" "gre $ether_flags"
	ip link del bond0
	ip link del g0
	ip link del g1
}

headers() {
	local depth=$1 top=bond0
	cables 1
	ip addr add 10.0.0.1/24 dev m0
	ip link set m0 up
	ip -n peer addr add 10.0.0.2/24 dev p0
	ip -n peer link add g0 up type gre local 10.0.0.2
	ip link add g0 type gre local 10.0.0.1
	ip link add bond0 type bond mode active-backup miimon 50
	ip link set g0 master bond0
	if [ "$depth" = 2 ]; then
		top=bond1
		ip link add bond1 type bond mode active-backup miimon 50
		ip link set bond0 master bond1
	fi
	ip link set "$top" up
	ping -q -c 1 -w 2 10.0.0.2 >/dev/null
	is "headers $depth: made by the member" "$(cooked "$top" 0a000002 peer/g0)" 778:0a000001
	is "headers $depth: read by the member" "$(cooked peer/g0 0a000001 "$top")" 778:0a000002
	# By whom, if by nobody: there is nothing to make them, and nothing that could send.
	ip link set g0 nomaster
	is "headers $depth: nobody to make them" "$(cooked "$top" 0a000002 peer/g0 | tail -c 8)" nothing
	[ "$depth" = 1 ] || ip link del bond1
	ip link del bond0
	ip link del g0
	clear_all
}

# Members of a type with addresses that can be set need no active-backup.
fddi() {
	tun t0 tap 774
	tun t1 tap 774
	ip link add bond0 type bond mode balance-rr miimon 50
	holds "fddi: joins balance-rr" ip link set t0 master bond0
	holds "fddi: and another" ip link set t1 master bond0
	is "fddi: type" "$(link bond0 link_type)" "$(link t0 link_type)"
	is "fddi: one address" "$(mac bond0) $(mac t1)" "$(mac t0) $(mac t0)"
	ip link set bond0 address 02:00:00:00:03:03
	is "fddi: a new address reaches all" "$(mac t0) $(mac t1)" "02:00:00:00:03:03 02:00:00:00:03:03"
	ip link set bond0 mtu 1400
	is "fddi: MTU" "$(link t0 mtu) $(link t1 mtu)" "1400 1400"
	ip link del bond0
	ip link del t0
	ip link del t1
}

infiniband() {
	local before
	tun ib0 tap 32
	tun ib1 tap 32
	ip link add bond0 type bond mode balance-rr miimon 50
	before=$(picture bond0)
	refused "infiniband: balance-rr" "Only active-backup mode is supported for infiniband slaves" \
		ip link set ib0 master bond0
	is "infiniband: the bond is Ethernet" "$(kind bond0)" "ether $ether_flags"
	without_trace "infiniband: nothing changed" "$(picture bond0)" "$before"
	ip link set bond0 type bond mode active-backup
	holds "infiniband: active-backup" ip link set ib0 master bond0
	is "infiniband: fail_over_mac" "$(info bond0 fail_over_mac)" active
	holds "infiniband: a second" ip link set ib1 master bond0
	ip link del bond0
	ip link add bond0 type bond mode active-backup miimon 50
	ip link set d0 master bond0
	ip link set ib0 down
	refused "infiniband: beside Ethernet" "Device type is different from other slaves" \
		ip link set ib0 master bond0
	ip link del bond0
	ip link del ib0
	ip link del ib1
}

# A device that cannot change its address beside one that can.
no_address() {
	tun t0 tap 65534
	tun t1 tun 65534
	ip link add bond0 type bond mode active-backup fail_over_mac none miimon 50
	holds "no address: the first can set its own" ip link set t0 master bond0
	refused "no address: the second cannot" "fail_over_mac is not set to active" ip link set t1 master bond0
	is "no address: the first stays" "$(link t0 master) $(link t1 master)" "bond0 null"
	ip link del bond0
	ip link del t0
	ip link del t1
}

objections() {
	ip link add g0 type gre local 10.0.0.1
	ip link add bond0 type bond mode active-backup miimon 50
	ip link add br0 type bridge
	ip link set bond0 master br0
	refused "objection: a bridge" "Device or resource busy" ip link set g0 master bond0
	is "objection: the type is as before" "$(kind bond0)" "ether $ether_flags"
	holds "objection: it is logged" logged "refused to change device type"
	ip link del br0
	ip link add link bond0 name v0 type vlan id 7
	refused "objection: a VLAN" "Device or resource busy" ip link set g0 master bond0
	ip link del v0
	holds "objection: none any more" ip link set g0 master bond0
	ip link del bond0
	ip link del g0
}

# When the device of the last member goes, so does a bond that is not Ethernet.
destroyed() {
	local name
	for name in g0 g1; do ip link add "$name" type gre local 10.0.0.1 key "${name#g}"; done
	ip link add bond0 type bond mode active-backup miimon 50
	ip link set g0 master bond0
	ip link set g1 master bond0
	ip link set bond0 up
	ip link del g0
	is "destroyed: not while a member is left" "$(info bond0 active_slave)" g1
	ip link del g1
	holds "destroyed: the bond" gone bond0
	holds "destroyed: its file in procfs" test ! -e /proc/net/bonding/bond0
	holds "destroyed: it is logged" logged "bond0.*: Destroying bond"
	# One of two bonds that stand on each other.
	ip link add g0 type gre local 10.0.0.1
	ip link add bond0 type bond mode active-backup miimon 50
	ip link add bond1 type bond mode active-backup miimon 50
	ip link set g0 master bond0
	ip link set bond0 master bond1
	ip link set bond1 up
	ip link del g0
	holds "destroyed: nested bonds" gone bond0
	holds "destroyed: both" gone bond1
	# Ethernet bonds stay.
	ip link add bond0 type bond mode active-backup miimon 50
	ip link add d9 type dummy
	ip link set d9 master bond0
	ip link del d9
	holds "destroyed: not an Ethernet bond" ip link show bond0
	# In a namespace that goes as a whole.
	ip netns add ns9
	ip -n ns9 link add g0 type gre local 10.0.0.1
	ip -n ns9 link add bond9 type bond mode active-backup
	ip -n ns9 link set g0 master bond9
	holds "destroyed: with its namespace" ip netns del ns9
	ip link del bond0
}

# What the stack above keeps of one link layer must not be seen by the other.
addresses() {
	sysctl -qw net.ipv6.conf.default.disable_ipv6=0
	ip link add g0 type gre local 10.0.0.1
	ip link add bond0 type bond mode active-backup miimon 50
	ip link set bond0 up
	bridge fdb add 02:00:00:00:00:99 dev bond0 self
	ip maddr add 33:33:00:00:00:99 dev bond0
	ip link set g0 master bond0
	is "addresses: none of Ethernet" "$(ip maddr show dev bond0 | grep -c 'link  33:33\|link  01:00')" 0
	is "addresses: no unicast ones" "$(bridge fdb show dev bond0 | grep -c 02:00:00:00:00:99)" 0
	ip link set g0 nomaster
	ip link set d0 master bond0
	is "addresses: none of gre" "$(mac bond0)" "$(mac d0)"
	ip addr add 192.0.2.1/24 dev bond0
	is "addresses: IPv4 groups are joined" "$(ip maddr show dev bond0 | grep -c 'link  01:00:5e:00:00:01')" 1
	ip link del bond0
	ip link del g0
}

limits() {
	ip link add g0 type gre local 10.0.0.1
	ip link add bond0 mtu 4000 type bond mode active-backup miimon 50
	ip link set g0 master bond0
	is "limits: the member has the bond's MTU" "$(link g0 mtu)" 4000
	ip link set g0 nomaster
	ip link set d0 master bond0
	ip link set d0 nomaster
	ip link set bond0 promisc on
	ip link set g0 master bond0
	ip link set g0 nomaster
	ip link set d0 master bond0
	if [ "$BOND_DRIVER" = c ]; then
		skip "limits: so does promiscuity" "the C driver forgets the flag, but not the count"
	else
		is "limits: so does promiscuity" "$(link bond0 'flags | index("PROMISC") != null') $(link bond0 promiscuity) $(link d0 promiscuity)" "true 1 1"
	fi
	ip link set bond0 promisc off
	is "limits: until it ends" "$(link d0 promiscuity)" 0
	if [ "$BOND_DRIVER" = c ]; then
		skip "limits: the MTU stays" "the C driver sets it to 1500"
		skip "limits: and may grow" "not beyond 1500 with the C driver"
	else
		is "limits: the MTU stays" "$(link bond0 mtu) $(link d0 mtu)" "4000 4000"
		holds "limits: and may grow" ip link set bond0 mtu 9000
	fi
	ip link del bond0
	ip link del g0
}

dmesg -C
ip link add d0 type dummy
nlmon
failed
point_to_point
headers 1
headers 2
fddi
infiniband
no_address
objections
destroyed
addresses
limits
finish
