#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What members share with their bond, and get back when they leave.
# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"
load_bonding max_bonds=0 || exit 1

member_macs() { echo "$(mac m0) $(mac m1)"; }
counts() { echo "$(link m0 "$1") $(link m1 "$1")"; }
has_mc() { ip maddr show dev "$1" | grep -c "33:33:00:00:00:99"; }
has_uc() { bridge fdb show dev "$1" | grep -c "02:00:00:00:00:99"; }

addresses() {
	local random
	ip link add bond0 type bond mode "$1"
	random=$(mac bond0)
	ip link set m0 master bond0
	is "$1: the bond takes the first MAC" "$(mac bond0)" 02:00:00:00:01:00
	ip link set m1 master bond0
	is "$1: the second takes the bond's" "$(mac m1)" 02:00:00:00:01:00
	ip link set bond0 up
	ip link set bond0 address 02:00:00:00:03:03
	is "$1: a new MAC reaches all" "$(mac bond0) $(member_macs)" "02:00:00:00:03:03 02:00:00:00:03:03 02:00:00:00:03:03"
	refused "$1: a multicast MAC" "" ip link set bond0 address 03:00:00:00:03:03
	ip link set m1 nomaster
	is "$1: a member gets its MAC back" "$(mac m1)" 02:00:00:00:01:01
	ip link set m0 nomaster
	is "$1: so does the last" "$(mac m0)" 02:00:00:00:01:00
	holds "$1: the bond has another" test "$(mac bond0)" != 02:00:00:00:03:03 -a "$(mac bond0)" != "$random"
	ip link del bond0
}

mtu() {
	ip link set m1 mtu 1450
	ip link add bond0 mtu 1400 type bond mode balance-rr
	ip link set m0 master bond0
	ip link set m1 master bond0
	is "members take the MTU" "$(counts mtu)" "1400 1400"
	ip link set bond0 mtu 2000
	is "members follow the MTU" "$(counts mtu)" "2000 2000"
	refused "an MTU that no member can have" "" ip link set bond0 mtu 70000
	is "the MTU is as before" "$(link bond0 mtu) $(counts mtu)" "2000 2000 2000"
	ip link set m0 nomaster
	ip link del bond0
	is "members get their MTU back" "$(counts mtu)" "1500 1450"
	ip link set m1 mtu 1500
}

# filters MODE "PROMISC": which members follow the bond.
filters() {
	local want=$2 mc="1 1"
	[ "$1" != active-backup ] || mc="1 0"
	bond 2 mode "$1" miimon 20
	ip link set bond0 promisc on allmulticast on
	is "$1: promisc" "$(counts promiscuity)" "$want"
	is "$1: allmulti" "$(counts allmulti)" "$want"
	ip maddr add 33:33:00:00:00:99 dev bond0
	bridge fdb add 02:00:00:00:00:99 dev bond0 self
	is "$1: multicast addresses" "$(has_mc m0) $(has_mc m1)" "$mc"
	is "$1: unicast addresses" "$(has_uc m0) $(has_uc m1)" "$mc"
	if [ "$1" = active-backup ]; then
		ip link set bond0 type bond active_slave m1
		# One promiscuity is for the unicast address: veth has no filter for it.
		is "$1: the new active has the flags" "$(counts promiscuity) $(counts allmulti)" "0 2 0 1"
		is "$1: the new active has the addresses" "$(has_mc m0) $(has_mc m1) $(has_uc m0) $(has_uc m1)" "0 1 0 1"
	fi
	ip link set m0 nomaster
	is "$1: nothing stays after release" "$(link m0 promiscuity) $(link m0 allmulti) $(has_mc m0) $(has_uc m0)" "0 0 0 0"
	ip link set m0 master bond0
	ip link set bond0 promisc off allmulticast off
	ip maddr del 33:33:00:00:00:99 dev bond0
	bridge fdb del 02:00:00:00:00:99 dev bond0 self
	is "$1: nothing stays after removal" "$(counts promiscuity) $(counts allmulti) $(has_mc m0)$(has_mc m1)$(has_uc m0)$(has_uc m1)" "0 0 0 0 0000"
	ip link del bond0
	is "$1: members are down and free" "$(ip -o link show up | grep -c ': m[01]@') $(link m0 master)" "0 null"
}

vlans() {
	bond 2 mode balance-rr miimon 20
	peer_bond 2 mode balance-rr miimon 20
	ip link add link bond0 name v5 type vlan id 5
	ip -n peer link add link end0 name v5 type vlan id 5
	ip addr add 198.51.100.1/24 dev v5
	ip -n peer addr add 198.51.100.2/24 dev v5
	ip link set v5 up
	ip -n peer link set v5 up
	ping -c 1 -W 1 198.51.100.2 >/dev/null
	is "a VLAN over the bond" "$(received ping -q -c 20 -i 0.01 -W 1 198.51.100.2)" 20
	ip link set m1 nomaster
	ip -n peer link set p1 nomaster
	is "with one member less" "$(received ping -q -c 20 -i 0.01 -W 1 198.51.100.2)" 20
	ip link set m1 master bond0
	ip -n peer link set p1 master end0
	is "and with it again" "$(received ping -q -c 20 -i 0.01 -W 1 198.51.100.2)" 20
	ip -n peer link del end0
	ip link del bond0
	ip -n peer link set p0 up
	ip -n peer link set p1 up
}

# all_stats: the counters that only grow, in one line.
all_stats() { cat /sys/class/net/bond0/statistics/{rx,tx}_{packets,bytes} | paste -sd' '; }

# grew "BEFORE" "AFTER": no counter went back.
grew() {
	local before after i
	read -ra before <<<"$1"
	read -ra after <<<"$2"
	for i in "${!before[@]}"; do
		[ "${after[$i]}" -ge "${before[$i]}" ] || return 1
	done
}

stats() {
	local a b c d
	ip link set m0 up
	frames 20 m0 peer/p0 >/dev/null
	ip link set m0 down
	bond 2 mode balance-rr miimon 20
	a=$(all_stats)
	is "what was before does not count" "$(count bond0 tx_packets)" 0
	frames 20 bond0 peer/p0 >/dev/null
	frames 5 peer/p1 bond0 >/dev/null
	b=$(all_stats)
	is "frames are counted" "$(count bond0 tx_packets) $(count bond0 rx_packets)" "20 5"
	ip link set m1 nomaster
	c=$(all_stats)
	ip link set m1 master bond0
	frames 20 bond0 peer/p0 >/dev/null
	d=$(all_stats)
	holds "statistics never go back" grew "$a $b $c" "$b $c $d"
	is "nothing is lost or counted twice" "$(count bond0 tx_packets) $(count bond0 rx_packets)" "40 5"
	ip link del bond0
}

names() {
	bond 2 mode active-backup miimon 20
	ip link set bond0 type bond primary m1
	is "the primary is active" "$(info bond0 primary) $(info bond0 active_slave)" "m1 m1"
	ip link set m1 name other
	is "renamed: no primary" "$(info bond0 primary)" null
	holds "renamed: still active somewhere" eventually carrier_on
	ip link set other name m1
	is "renamed back: primary again" "$(info bond0 primary) $(info bond0 active_slave)" "m1 m1"
	ip link set m0 name other
	is "another renamed: no change" "$(info bond0 primary) $(info bond0 active_slave)" "m1 m1"
	ip link set other name m0
	ip link del bond0
}
carrier_on() { [ "$(cat /sys/class/net/bond0/carrier)" = 1 ]; }

nested() {
	ip link add bond1 type bond mode active-backup miimon 20
	ip link set m0 master bond1
	ip link set m1 master bond1
	ip link add bond0 type bond mode broadcast miimon 20
	holds "a bond in a bond" ip link set bond1 master bond0
	ip addr add 192.0.2.1/24 dev bond0
	ip link set bond0 up
	peer_bridge 2
	eventually carrier_on
	ping -c 1 -W 1 192.0.2.2 >/dev/null
	is "it carries packets" "$(received ping -q -c 20 -i 0.01 -W 1 192.0.2.2)" 20
	ip -n peer link set p0 down
	ip -n peer link set p1 down
	holds "it loses its carrier with the members" eventually no_carrier
	ip -n peer link set p1 up
	holds "and gets it back" eventually carrier_on
	ip link del bond1
	is "the inner goes, the outer stays" "$(link bond0 ifname)" bond0
	ip link del bond0
	ip -n peer link del end0
	ip -n peer link set p0 up
}
no_carrier() { [ "$(cat /sys/class/net/bond0/carrier)" = 0 ]; }

cables 2
addresses balance-rr
addresses active-backup
addresses broadcast
mtu
filters balance-rr "1 1"
filters broadcast "1 1"
filters active-backup "1 0"
vlans
stats
names
nested
bond 2 mode balance-rr
ip netns del peer
eventually test ! -e /sys/class/net/m0
is "members that vanish are released" "$(ip -o link show master bond0 | wc -l)" 0
ip link del bond0
unload_bonding || not_ok "the module unloads"
finish
