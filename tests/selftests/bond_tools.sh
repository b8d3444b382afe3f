#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# not on: uml
# Bonds as the tools of distributions make them: ifenslave's scripts for ifupdown by sysfs, in
# their order; systemd-networkd and NetworkManager by one netlink request with all attributes,
# and members that come and go while the bond is up.
# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"
load_bonding max_bonds=0 || exit 1

opt() { cat "/sys/class/net/bond0/bonding/$1"; }
set_opt() { echo "$2" >"/sys/class/net/bond0/bonding/$1"; }
members() { opt slaves | tr ' ' '\n' | sort | paste -sd' '; }

# ifupdown MODE OPTION=VALUE...: "auto bond0" with bond-slaves m0 m1. The bond is made by
# bonding_masters; mode before the other options, which need the bond down; primary before the
# members are there; members down when they are added; active_slave at last.
ifupdown() {
	local mode=$1 pair failed='' n
	shift
	echo +bond0 >/sys/class/net/bonding_masters || failed+=" +bond0"
	ip link set bond0 down
	set_opt mode "$mode" || failed+=" mode"
	for pair; do
		[ "${pair%%=*}" = active_slave ] || set_opt "${pair%%=*}" "${pair#*=}" || failed+=" $pair"
	done
	for n in m0 m1; do
		ip link set "$n" down
		set_opt slaves "+$n" || failed+=" +$n"
	done
	ip addr add 192.0.2.1/24 dev bond0
	ip link set bond0 up || failed+=" up"
	for pair; do
		[ "${pair%%=*}" != active_slave ] || set_opt active_slave "${pair#*=}" || failed+=" $pair"
	done
	is "ifupdown, $mode: every write is taken" "$failed" ""
	is "ifupdown, $mode: the members" "$(members)" "m0 m1"
}

# ifdown: members leave one by one, then the bond.
ifdown() {
	local n failed=''
	ip link set bond0 down
	for n in $(opt slaves); do set_opt slaves "-$n" || failed+=" -$n"; done
	echo -bond0 >/sys/class/net/bonding_masters || failed+=" -bond0"
	is "ifdown: every write is taken" "$failed" ""
	is "ifdown: members are free, the bond is gone" \
		"$(link m0 master) $(link m1 master) $(ip -o link show type bond | wc -l)" "null null 0"
}

reaches_peer() {
	ping -c 1 -W 1 192.0.2.2 >/dev/null
	is "$1: traffic" "$(received ping -q -c 10 -i 0.02 -W 1 192.0.2.2)" 10
}

by_sysfs() {
	cables 2
	peer_bridge 2
	ifupdown active-backup miimon=100 updelay=0 downdelay=200 primary=m1 \
		primary_reselect=always fail_over_mac=none num_grat_arp=2 num_unsol_na=2 \
		resend_igmp=1 use_carrier=1 all_slaves_active=0 active_slave=m1
	is "ifupdown, active-backup: what was asked for" \
		"$(opt miimon) $(opt updelay) $(opt downdelay) $(opt primary) $(opt primary_reselect) $(opt active_slave)" \
		"100 0 200 m1 always 0 m1"
	reaches_peer "ifupdown, active-backup"
	ifdown
	ip -n peer link del end0
	peer_bond 2 mode balance-rr miimon 100
	ifupdown balance-rr miimon=100 packets_per_slave=1 resend_igmp=1
	reaches_peer "ifupdown, balance-rr"
	ifdown
	ip -n peer link del end0
	peer_bond 2 mode broadcast miimon 100
	ifupdown broadcast miimon=100
	reaches_peer "ifupdown, broadcast"
	ifdown
	# ifenslave waits for members that come late: hotplug adds to a bond that is up.
	ifupdown active-backup miimon=100
	set_opt slaves -m1
	holds "ifupdown: a member plugged in later" eval "ip link set m1 down && set_opt slaves +m1"
	holds "ifupdown: adding it twice is refused" eval "! set_opt slaves +m1 2>/dev/null"
	ifdown
	clear_all
}

# networkd: the device with all of its options at once, members afterwards with the bond up, and
# every option again (networkd configures what exists already).
by_netlink() {
	local all
	cables 2
	peer_bridge 2
	all="mode active-backup miimon 100 updelay 200 downdelay 200 use_carrier 1
		primary_reselect always fail_over_mac none all_slaves_active 0 resend_igmp 1
		num_grat_arp 1 min_links 0 lp_interval 1"
	# shellcheck disable=SC2086
	holds "networkd: a bond with every attribute" \
		ip link add name bond0 address 02:00:00:00:0b:01 mtu 1400 type bond $all
	is "networkd: the MAC and MTU asked for" "$(mac bond0) $(link bond0 mtu)" "02:00:00:00:0b:01 1400"
	holds "networkd: up before there are members" ip link set bond0 up
	for n in m0 m1; do
		holds "networkd: $n" eval "ip link set $n down && ip link set $n master bond0"
	done
	eventually mii_is m1 UP
	holds "networkd: PrimarySlave= and ActiveSlave= of a member" \
		ip link set bond0 type bond primary m1 active_slave m1
	is "networkd: they are" "$(info bond0 primary) $(info bond0 active_slave)" "m1 m1"
	is "networkd: members have the bond's MAC and MTU" "$(mac m0) $(mac m1) $(link m0 mtu)" \
		"02:00:00:00:0b:01 02:00:00:00:0b:01 1400"
	holds "networkd: the same options of a bond that is up" \
		ip link set bond0 type bond miimon 100 updelay 200 downdelay 200
	refused "networkd: another mode of a bond that is up" "" ip link set bond0 type bond mode balance-rr
	ip addr add 192.0.2.1/24 dev bond0
	reaches_peer "networkd"
	# Reconfiguring: NetworkManager takes the bond down and every member out, and starts again.
	ip link set bond0 down
	for n in m0 m1; do ip link set $n nomaster; done
	holds "NetworkManager: another mode once it is empty" ip link set bond0 type bond mode balance-rr
	for n in m0 m1; do
		holds "NetworkManager: $n again" eval "ip link set $n down && ip link set $n master bond0"
	done
	holds "NetworkManager: the bond goes with its members" ip link del bond0
	is "NetworkManager: they have their MAC and MTU again" "$(mac m0) $(link m0 mtu)" "02:00:00:00:01:00 1500"
	clear_all
}

by_sysfs
by_netlink
unload_bonding || not_ok "the module unloads"
finish
