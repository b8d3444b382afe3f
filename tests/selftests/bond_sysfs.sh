#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# not on: uml
# The files of a bond in sysfs, and bonding_masters.
. /lab/tools/guest/lib.sh

n=0 bad=0
check() { # NAME COMMAND...
	local name=$1
	shift
	n=$((n + 1))
	if "$@"; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		bad=1
	fi
}

dir=/sys/class/net/bond0/bonding
masters=/sys/class/net/bonding_masters

reads() { # FILE TEXT: the file has exactly this text, newline included
	local text

	text=$(cat "$1" && echo .) || return 1
	[ "$text" = "$2." ] || { echo "# $1 reads '${text%.}'"; return 1; }
}
is() { reads "$dir/$1" "$2"$'\n'; }
put() { echo "$2" 2>/dev/null >"$dir/$1"; }
set_to() { put "$1" "$2" && is "$1" "$3"; }
refused() { ! put "$1" "$2"; }
master() { echo "$1" 2>/dev/null >"$masters"; }
no_master() { ! master "$1"; }

c_files="active_slave ad_actor_key ad_actor_sys_prio ad_actor_system ad_aggregator
ad_num_ports ad_partner_key ad_partner_mac ad_select ad_user_port_key all_slaves_active
arp_all_targets arp_interval arp_ip_target arp_missed_max arp_validate downdelay
fail_over_mac lacp_active lacp_rate lp_interval mii_status miimon min_links mode
num_grat_arp num_unsol_na packets_per_slave peer_notif_delay primary primary_reselect
queue_id resend_igmp slaves tlb_dynamic_lb updelay use_carrier xmit_hash_policy"
has_files() {
	local f

	for f in $c_files broadcast_neighbor coupled_control lacp_strict ns_ip6_target resilient_{buckets,idle_ms}; do
		[ -e "$dir/$f" ] || { echo "# $f is missing"; return 1; }
	done
	[ "$(find "$dir" -type f | wc -l)" = 44 ]
}
readable() {
	local f

	for f in "$dir"/*; do
		cat "$f" >/dev/null || return 1
	done
}
empty_outside_ad() {
	local f

	for f in ad_aggregator ad_num_ports ad_actor_key ad_partner_key ad_partner_mac \
		ad_actor_sys_prio ad_actor_system ad_user_port_key; do
		reads "$dir/$f" "" || return 1
	done
}
in_order() {
	master +bond1 && master +x%d && master +b2 &&
		reads $masters $'bond0 bond1 x0 b2\n' &&
		master -bond1 && reads $masters $'bond0 x0 b2\n' &&
		master -x0 && master -b2 && reads $masters $'bond0\n'
}
own_namespace() {
	ip netns add other || return 1
	ip netns exec other sh -c "cat $masters | wc -c | grep -qx 0 &&
		echo +bond0 >$masters && echo +bond7 >$masters &&
		[ \"\$(cat $masters)\" = 'bond0 bond7' ] && [ -e /proc/net/bonding/bond7 ]" &&
		reads $masters $'bond0\n' || return 1
	ip netns del other
}
points_to() { # LINK DEVICE
	[ "$(readlink -f "/sys/class/net/bond0/$1")" = "$(readlink -f "/sys/class/net/$2")" ]
}
has_links() {
	points_to slave_d0 d0 && points_to lower_d0 d0 || return 1
	ip link set d0 name e0 || return 1
	points_to slave_e0 e0 && [ ! -e /sys/class/net/bond0/slave_d0 ] || return 1
	ip link set e0 name d0
}
no_links() { [ ! -e /sys/class/net/bond0/slave_d0 ] && points_to slave_d1 d1; }
long_list() {
	local i

	for i in $(seq 100 400); do master "+averylong-bd$i" || return 1; done
	grep -q ' ++more++$' $masters && [ "$(wc -c <$masters)" -le 4095 ] || return 1
	for i in $(seq 100 400); do master "-averylong-bd$i" || return 1; done
	reads $masters $'bond0\n'
}

echo "1..49"
check "the module loads with one bond" load_bonding max_bonds=1 mode=active-backup
check "bonding_masters lists it" reads $masters $'bond0\n'
check "all files are there" has_files
check "all files can be read" readable
check "slaves is empty" reads $dir/slaves ""
check "queue_id is empty" reads $dir/queue_id ""
check "the mode is the parameter's" is mode "active-backup 1"
check "miimon is 100 by default" is miimon 100
check "mii_status" is mii_status down
check "files of 802.3ad are empty" empty_outside_ad
check "a mode by number" set_to mode 0 "balance-rr 0"
check "a mode by name" set_to mode active-backup "active-backup 1"
check "a mode that does not exist" refused mode nonsense
check "miimon" set_to miimon 200 200
check "updelay is rounded" set_to updelay 500 400
check "downdelay" set_to downdelay 600 600
check "fail_over_mac" set_to fail_over_mac follow "follow 2"
check "fail_over_mac back" set_to fail_over_mac none "none 0"
check "num_grat_arp" set_to num_grat_arp 7 7
check "num_unsol_na is the same" is num_unsol_na 7
check "num_unsol_na too large" refused num_unsol_na 256
check "primary_reselect" set_to primary_reselect failure "failure 2"
check "resend_igmp" set_to resend_igmp 3 3
check "min_links" set_to min_links 2 2
check "all_slaves_active" set_to all_slaves_active 1 1
check "xmit_hash_policy" set_to xmit_hash_policy layer3+4 "layer3+4 1"
check "lp_interval" set_to lp_interval 5 5
check "packets_per_slave in another mode" refused packets_per_slave 2
check "lacp_rate in another mode" refused lacp_rate fast
check "a file for reading only" test "$(stat -c %a $dir/mii_status)" = 444
check "a file for writing" test "$(stat -c %a $dir/mode)" = 644
ip link add d0 type dummy
ip link add d1 type dummy
ip link set bond0 up
check "a member joins" put slaves +d0
check "another member joins" put slaves +d1
check "slaves lists them" is slaves "d0 d1"
check "queue_id lists them" is queue_id "d0:0 d1:0"
check "queue_id is set" set_to queue_id d1:2 "d0:0 d1:2"
sleep 1 # updelay
check "active_slave is set" set_to active_slave d1 d1
check "primary is set" set_to primary d0 d0
check "slave_ links follow renames" has_links
check "mode is refused with members" refused mode 0
check "a member leaves" set_to slaves -d0 d1
check "its link is gone" no_links
check "primary reads empty without it" reads $dir/primary ""
check "bonding_masters keeps the order" in_order
check "bonding_masters refuses a name in use" no_master +d1
check "bonding_masters refuses to delete others" no_master -d1
check "bonding_masters refuses nonsense" no_master bond9
check "each namespace has its own" own_namespace
check "a long list ends with ++more++" long_list
ip link del d0
ip link del d1
unload_bonding || bad=1
exit $bad
