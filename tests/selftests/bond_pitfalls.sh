#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What went wrong in bonding drivers before (spec/dataplane.md 11, by its numbers), as far as no
# other test of this folder shows it.
# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"
load_bonding max_bonds=0 || exit 1

carrier_is() { [ "$(cat /sys/class/net/bond0/carrier 2>/dev/null)" = "$1" ]; }
active() { info bond0 active_slave; }
gone() { [ ! -e "/sys/class/net/$1" ] && [ ! -e "/proc/net/bonding/$1" ]; }
dummies() { for ((i = 0; i < $1; i++)); do ip link add "d$i" type dummy; done; }
no_dummies() { for ((i = 0; i < $1; i++)); do ip link del "d$i"; done; }

# 4: members of a broadcast bond come and go under traffic: each frame leaves at most once by each,
# and those by a member that stays all arrive.
broadcast_churn() {
	local i got churn
	cables 3
	bond 3 mode broadcast miimon 10
	(for ((i = 0; i < 15; i++)); do
		ip link set m2 nomaster
		ip link set m2 master bond0
		ip link set m1 nomaster
		ip link set m1 master bond0
	done) &
	churn=$!
	mapfile -t got < <(GAP=0.005 frames 200 bond0 peer/p0 peer/p2)
	wait $churn
	is "4: broadcast: who stays gets every frame once" "$(wc -w <<<"${got[0]}")" 200
	is "4: broadcast: who comes and goes gets none twice" "$(tr ' ' '\n' <<<"${got[1]}" | sort | uniq -d)" ""
	clear_all
}

# 7: the counter of balance-rr is there whatever the bond was before.
rr_counter() {
	local got
	cables 2
	ip link add bond0 type bond mode active-backup miimon 10
	ip link set bond0 up
	ip link set bond0 down
	ip link set bond0 type bond mode balance-rr
	ip link set m0 master bond0
	ip link set m1 master bond0
	ip link set bond0 up
	mapfile -t got < <(frames 20 bond0 peer/p0 peer/p1)
	is "7: balance-rr after another mode" "$(wc -w <<<"${got[0]}") $(wc -w <<<"${got[1]}")" "10 10"
	clear_all
}

# 10: the bond's carrier follows a release; 11: updelay waits for nobody if there is nobody (the C
# driver does wait in balance-rr and broadcast, where ours goes by the HOWTO).
carrier() {
	local mode
	for mode in balance-rr active-backup broadcast; do
		cables 2
		ip -n peer link set p1 down
		bond 2 mode $mode miimon 20
		holds "10: $mode: one link, carrier" eventually carrier_is 1
		ip link set m0 nomaster
		holds "10: $mode: the other has none, so no carrier" eventually carrier_is 0
		ip link set bond0 type bond updelay 10000
		ip -n peer link set p1 up
		holds "11: $mode: the first link that comes up does not wait" eventually carrier_is 1
		ip -n peer link set p1 down
		eventually carrier_is 0
		for _ in 1 2 3 4 5; do
			ip -n peer link set p1 up
			ip -n peer link set p1 down
		done
		ip -n peer link set p1 up
		holds "11: $mode: nor one that flapped" eventually carrier_is 1
		clear_all
	done
}

# 12: closing cancels the monitor under RTNL, while it runs as often as it can.
close_and_monitor() {
	local i
	cables 2
	bond 2 mode active-backup miimon 1
	for ((i = 0; i < 40; i++)); do
		ip -n peer link set p0 "$([ $((i % 2)) = 0 ] && echo down || echo up)"
		ip link set bond0 down
		ip link set bond0 up
		ip link set bond0 type bond miimon $((i % 3))
	done
	ip -n peer link set p0 up
	ip link set bond0 type bond miimon 1
	holds "12: the bond opens and closes, and then carries" eventually carrier_is 1
	clear_all
}

# 18: no two members with one address, whoever leaves and returns.
follow() {
	cables 3
	ip link add bond0 type bond mode active-backup fail_over_mac follow miimon 20
	ip link set m0 master bond0
	ip link set m1 master bond0
	ip link set bond0 up
	ip link set bond0 type bond active_slave m1
	ip link set m0 nomaster
	is "18: the permanent address is back" "$(mac m0)" 02:00:00:00:01:00
	ip link set m0 master bond0
	holds "18: the bond's address is one member's alone" \
		test "$(cat /sys/class/net/m[01]/address | grep -c "$(mac bond0)")" = 1
	ip link set bond0 type bond active_slave m0
	holds "18: also after another failover" \
		test "$(cat /sys/class/net/m[01]/address | sort | uniq | wc -l)" = 2
	is "18: and it is the active one's" "$(mac m0)" "$(mac bond0)"
	ip link del bond0
	is "18: all have their own again" "$(mac m0) $(mac m1)" "02:00:00:00:01:00 02:00:00:00:01:01"
	clear_all
}

flag() { [ $(($(cat "/sys/class/net/$1/flags") & $2)) != 0 ]; }
master_flag() { flag "$1" 0x400; }
slave_flag() { flag "$1" 0x800; }

# 22: a bond that was a member is a bond still.
nested_flags() {
	dummies 2
	ip link add bond0 type bond mode balance-rr
	ip link add bond1 type bond mode balance-rr
	ip link set d0 master bond1
	ip link set bond1 up
	refused "22: a bond that is up is no candidate" "while up" ip link set bond1 master bond0
	holds "22: a refused bond is a master" master_flag bond1
	ip link set bond1 down
	ip link set bond1 master bond0
	holds "22: an enslaved bond is a master and a slave" eval "master_flag bond1 && slave_flag bond1"
	ip link set bond1 nomaster
	holds "22: a released bond is a master, no slave" eval "master_flag bond1 && ! slave_flag bond1"
	holds "22: it can be enslaved again" ip link set bond1 master bond0
	holds "22: it takes members" ip link set d1 master bond1
	ip link del bond0
	ip link del bond1
	no_dummies 2
}

# 23, 24: nothing of the bond stays on members, in whatever order it ends.
filters() {
	local mode before
	dummies 2
	before=$(ip maddr show dev d0 | grep -c link)
	for mode in balance-rr active-backup broadcast; do
		ip link add bond0 type bond mode $mode miimon 20
		ip link set bond0 up promisc on allmulticast on
		ip maddr add 33:33:00:00:00:99 dev bond0
		ip link set d0 master bond0
		is "23: $mode: enslaved after the bond is up" "$(ip maddr show dev d0 | grep -c 33:33:00:00:00:99)" 1
		ip link set bond0 down
		is "23: $mode: closed" "$(ip maddr show dev d0 | grep -c 33:33:00:00:00:99)" 0
		ip link del bond0
		is "23: $mode: deleted" "$(ip maddr show dev d0 | grep -c link)" "$before"
		is "24: $mode: promiscuity" "$(link d0 promiscuity) $(link d0 allmulti)" "0 0"
		# The bond's address, and so what the bridge wants of it, changes with the last release.
		ip link add br0 type bridge
		ip link add bond0 type bond mode $mode miimon 20
		ip link set d0 master bond0
		ip link set bond0 master br0
		ip link set bond0 up
		ip link set d0 nomaster
		is "24: $mode: the last member leaves a port of a bridge" \
			"$(link d0 promiscuity) $(link d0 allmulti)" "0 0"
		ip link del bond0
		ip link del br0
	done
	no_dummies 2
}

# 25: VLAN ids on members, of both kinds, and id 0.
vlan_ids() {
	dummies 2
	ip link add bond0 type bond mode active-backup miimon 20
	ip link set d0 master bond0
	ip link add link bond0 name q5 type vlan id 5
	ip link add link bond0 name ad6 type vlan proto 802.1ad id 6
	ip link add link bond0 name q0 type vlan id 0
	ip link set bond0 up
	holds "25: another member takes the ids" ip link set d1 master bond0
	holds "25: and gives them back" ip link set d1 nomaster
	ip link del q5
	ip link set d1 master bond0
	holds "25: the bond goes with VLANs above" ip link del bond0
	holds "25: the VLANs have gone" eval "gone ad6 && gone q0"
	holds "25: the members are free of ids" no_dummies 2
}

# 26: a change that one member refuses is taken back from those before it.
roll_back() {
	dummies 2
	ip link set d1 up
	ip link add v1 link d1 type vlan id 9
	ip link add bond0 type bond mode balance-rr
	ip link set d0 master bond0
	ip link set v1 master bond0
	refused "26: an MTU that the second refuses" "" ip link set bond0 mtu 2000
	is "26: all are as before" "$(link bond0 mtu) $(link d0 mtu) $(link v1 mtu)" "1500 1500 1500"
	ip link del bond0
	ip link del v1

	ip link add mv0 link d1 type macvlan
	ip link add mv1 link d1 address 02:00:00:00:0a:01 type macvlan
	ip link set d1 up
	ip link set mv1 up
	ip link add bond0 address 02:00:00:00:0a:00 type bond mode balance-rr
	ip link set d0 master bond0
	ip link set mv0 master bond0
	ip link set bond0 up
	refused "26: a MAC that the second refuses" "" ip link set bond0 address 02:00:00:00:0a:01
	is "26: all are as before" "$(mac bond0) $(mac d0) $(mac mv0)" \
		"02:00:00:00:0a:00 02:00:00:00:0a:00 02:00:00:00:0a:00"
	ip link del bond0
	ip link del mv0
	ip link del mv1
	no_dummies 2
}

# 27: the module goes while namespaces have bonds, and while somebody makes more.
unload_everywhere() {
	local i ns left='' pause=0 writers=()
	for ns in ns1 ns2 ns3; do
		ip netns add $ns
		for i in 0 1; do
			ip -n $ns link add d$i type dummy
		done
		ip -n $ns link add bond0 type bond mode "${ns#ns}" miimon 5 2>/dev/null ||
			ip -n $ns link add bond0 type bond miimon 5
		for i in 0 1; do ip -n $ns link set d$i master bond0; done
		ip -n $ns link set bond0 up
	done
	# In virtual time a process that never waits can keep a kernel in its timer interrupts.
	[ "$LAB_FLAVOUR" = uml ] || pause=0.01
	for i in 5 6 7 8; do
		(while :; do
			echo +bond$i >/sys/class/net/bonding_masters
			echo balance-xor >/sys/class/net/bond$i/bonding/mode
			sleep $pause
			echo -bond$i >/sys/class/net/bonding_masters
			sleep $pause
		done) 2>/dev/null &
		writers+=($!)
	done
	for ((i = 0; i < 5; i++)); do
		unload_bonding || break
		left+=$(cd /sys/class/net && echo bond[0-9]*)
		load_bonding max_bonds=2 || break
	done
	kill "${writers[@]}"
	wait "${writers[@]}" 2>/dev/null
	is "27: unloaded five times under writers of bonding_masters" $i 5
	is "27: no bond is left between" "${left//'bond[0-9]*'/}" ""
	is "27: the members in the namespaces are free" \
		"$(for ns in ns1 ns2 ns3; do ip -n $ns -j link show d0 | jq -r '.[0].master'; done | sort -u)" null
	for ns in ns1 ns2 ns3; do ip netns del $ns; done
	clear_all 2>/dev/null
}

# 28: what could not be made leaves nothing.
failed_newlink() {
	refused "28: an option of a new bond is refused" "" ip link add bond9 type bond packets_per_slave 70000
	holds "28: there is no such bond" gone bond9
	refused "28: an option of another mode" "" ip link add bond9 type bond mode broadcast lacp_rate fast
	holds "28: there is no such bond" gone bond9
	dummies 1
	refused "28: the name is in use" "File exists" ip link add d0 type bond
	is "28: there is no file of it" "$(ls /proc/net/bonding/d0 2>/dev/null)" ""
	holds "28: and the names are free" ip link add bond9 type bond
	ip link del bond9
	no_dummies 1
}

# 29: names that change, and names that are used again.
renames() {
	dummies 2
	ip link add bond0 type bond mode active-backup miimon 20
	ip link set d0 master bond0
	ip link set bond0 up
	ip link set bond0 name bondx
	holds "29: the file has the new name" test -e /proc/net/bonding/bondx -a ! -e /proc/net/bonding/bond0
	holds "29: another bond has the old name" ip link add bond0 type bond
	holds "29: and a file of its own" test -e /proc/net/bonding/bond0
	is "29: files are of their bonds" "$(grep -c "Interface: d0" /proc/net/bonding/bondx) $(grep -c "Interface: d0" /proc/net/bonding/bond0)" "1 0"
	ip link del bond0
	refused "29: a name that is in use" "File exists" ip link set bondx name d1
	holds "29: the file is as before" test -e /proc/net/bonding/bondx
	ip link set bondx name bond0
	ip link del bond0
	no_dummies 2
}

# 34: members with an instance lock (dummy), where failover needs it: promiscuity and follow. The core
# holds that of a device while it tells of its new name.
instance_locks() {
	local policy
	for policy in none active follow; do
		dummies 2
		ip link add bond0 type bond mode active-backup miimon 20 fail_over_mac $policy
		ip link add link bond0 name v0 type vlan id 3
		ip link set d0 master bond0
		ip link set d1 master bond0
		ip link set bond0 up promisc on
		ip link set v0 up
		ip link set d0 carrier off
		holds "34: $policy: failover between locked devices" eventually active_is d1
		ip link set d0 carrier on
		ip link set d1 down
		holds "34: $policy: and back" eventually active_is d0
		is "34: $policy: promiscuity moved" "$(link d0 promiscuity) $(link d1 promiscuity)" "1 0"
		ethtool -K d0 lro off 2>/dev/null
		ip link set d1 up
		eventually mii_is d1 UP
		ip link set bond0 type bond primary d1
		ip link set d0 type bond_slave prio 5
		ip link set d1 name dx
		holds "34: $policy: a primary that is renamed is none" eventually active_is d0
		ip link set bond0 type bond miimon 0
		ip link set dx name d1
		holds "34: $policy: and is one again" eventually active_is d1
		is "34: $policy: promiscuity moved" "$(link d0 promiscuity) $(link d1 promiscuity)" "0 1"
		ip link del bond0
		no_dummies 2
	done
}

# 34: the same with a member that has no such lock, whose link goes in the same moment: the event of
# either finds both.
mixed_locks() {
	local policy
	for policy in none follow; do
		ip link add p0 group 7 up type veth peer name m0
		ip link add d0 group 7 type dummy
		ip link add bond0 type bond mode active-backup miimon 20 fail_over_mac $policy
		ip link set m0 master bond0
		ip link set d0 master bond0
		ip link set bond0 up promisc on
		is "34: mixed, $policy: at first" "$(active)" m0
		ip link set group 7 down
		holds "34: mixed, $policy: no link is left" eventually active_is null
		ip link set group 7 up
		holds "34: mixed, $policy: one is back" eventually mii_is m0 UP
		ip link set bond0 type bond active_slave d0
		ip link set group 7 down
		holds "34: mixed, $policy: no link is left again" eventually active_is null
		ip link del bond0
		ip link del p0
		ip link del d0
	done
}

# 34: the same below a member: HSR tells of its link within the events of its ports.
lock_below() {
	ip link add d0 group 7 up type dummy
	ip link add d1 group 7 up type dummy
	ip link add h0 type hsr slave1 d0 slave2 d1 ||
		{ skip "34: below" "no HSR in this kernel" && ip link del d0 && ip link del d1 && return; }
	ip link add bond0 mtu 1400 type bond mode active-backup miimon 20
	ip link set h0 master bond0
	ip link set bond0 up allmulticast on
	holds "34: below: at first" eventually active_is h0
	ip link set d0 carrier off
	ip link set d1 carrier off
	holds "34: below: the link is lost" eventually active_is null
	ip link set d1 carrier on
	holds "34: below: and is back" eventually active_is h0
	ip link set group 7 down
	holds "34: below: the ports are closed" eventually active_is null
	ip link del bond0
	ip link del h0
	ip link del d0
	ip link del d1
}

# 39: the user chooses while links bounce: in the end it is a member that works.
choices() {
	local i bounce
	cables 3
	bond 3 mode active-backup miimon 10
	(for ((i = 0; i < 30; i++)); do
		ip -n peer link set "p$((i % 3))" "$([ $((i % 2)) = 0 ] && echo down || echo up)"
	done) &
	bounce=$!
	for ((i = 0; i < 30; i++)); do
		ip link set bond0 type bond primary "m$((i % 3))"
		ip link set bond0 type bond active_slave "m$(((i + 1) % 3))"
		ip link set "m$((i % 3))" type bond_slave prio $((i % 4))
	done 2>/dev/null
	wait $bounce
	for i in 0 1; do ip -n peer link set "p$i" down; done
	ip -n peer link set p2 up
	holds "39: the one that works is active" eventually active_is m2
	for i in 0 1; do ip -n peer link set "p$i" up; done
	ip link del bond0
	# A primary that is enslaved last is active at once, whatever the policy.
	ip link add bond0 type bond mode active-backup miimon 10 primary_reselect failure
	ip link set bond0 up
	echo m1 >/sys/class/net/bond0/bonding/primary
	ip link set m0 master bond0
	ip link set m1 master bond0
	is "39: a primary that joins" "$(active)" m1
	clear_all
	cables 3
	bond 3 mode active-backup miimon 10
	for i in 0 1 2; do ip link set "m$i" type bond_slave prio 5; done
	ip -n peer link set p0 down
	holds "39: equal priorities: the next in order" eventually active_is m1
	clear_all
}

# 40: flags and master in one request; members that the user takes down.
one_request() {
	local monitor
	for monitor in "miimon 20" "miimon 0"; do
		cables 2
		# shellcheck disable=SC2086
		ip link add bond0 type bond mode active-backup $monitor
		ip link set bond0 up
		ip link set m0 up
		holds "40: $monitor: down and master in one request" ip link set m0 down master bond0
		is "40: $monitor: a member, and up" "$(link m0 master) $(link m0 'flags | index("UP") != null')" "bond0 true"
		ip link set m1 master bond0
		ip link set m0 down
		if [ "$monitor" = "miimon 20" ]; then
			holds "40: $monitor: a member taken down has lost its link" eventually active_is m1
			ip link set m0 up
			holds "40: $monitor: and got it back" eventually mii_is m0 UP
		else
			is "40: $monitor: a member taken down is as before" "$(active) $(port m0 mii_status)" "m0 UP"
			frames 5 bond0 peer/p1 >/dev/null
		fi
		ip link set m0 nomaster
		is "40: $monitor: released" "$(link m0 master) $(active)" "null m1"
		clear_all
	done
}

broadcast_churn
rr_counter
carrier
close_and_monitor
follow
nested_flags
filters
vlan_ids
roll_back
unload_everywhere
load_bonding max_bonds=0
failed_newlink
renames
instance_locks
mixed_locks
lock_below
choices
one_request
unload_bonding || not_ok "the module unloads"
finish
