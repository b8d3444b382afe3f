#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# not on: uml
# Names of devices are bytes: each file has just those, whether they are UTF-8 or not.
# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"
# Of characters, not of bytes, none of this is true.
export LC_ALL=C
load_bonding max_bonds=0 || exit 1
mount -t debugfs none /sys/kernel/debug 2>/dev/null

masters=/sys/class/net/bonding_masters
dir=/sys/class/net/bond0/bonding

# line TEXT FILE: the file has this line.
line() { grep -qaxF -e "$1" "$2"; }
# put NAME VALUE: write an option of bond0.
put() { echo "$2" >"$dir/$1"; }
gone() { [ ! -e "/sys/class/net/$1" ]; }

# member NAME WHAT: a member that is active and primary.
member() {
	local proc=/proc/net/bonding/bond0

	ip link add bond0 type bond mode active-backup miimon 20
	ip link set bond0 up
	ip link add "$1" type dummy
	ip link add d0 type dummy
	put slaves +d0
	holds "$2: enslaved by sysfs" put slaves "+$1"
	is "$2: slaves" "$(cat $dir/slaves)" "d0 $1"
	is "$2: queue_id" "$(cat $dir/queue_id)" "d0:0 $1:0"
	holds "$2: has a queue" put queue_id "$1:2"
	is "$2: queue_id" "$(cat $dir/queue_id)" "d0:0 $1:2"
	holds "$2: becomes the active one" put active_slave "$1"
	is "$2: active_slave" "$(cat $dir/active_slave)" "$1"
	holds "$2: becomes the primary" put primary "$1"
	is "$2: primary" "$(cat $dir/primary)" "$1"
	holds "$2: procfs: member" line "Slave Interface: $1" $proc
	holds "$2: procfs: active" line "Currently Active Slave: $1" $proc
	holds "$2: procfs: primary" line "Primary Slave: $1 (primary_reselect always)" $proc
	[ "$BOND_DRIVER" = c ] || holds "$2: the link in sysfs" test -e "/sys/class/net/bond0/slave_$1"
	put slaves -d0
	holds "$2: released by sysfs" put slaves "-$1"
	is "$2: no member is left" "$(cat $dir/slaves)" ""
	ip link del bond0
}

# master NAME WHAT: a bond of that name, with a member of the same.
master() {
	holds "$2: a bond by bonding_masters" eval "echo '+b$1' >$masters"
	is "$2: bonding_masters" "$(cat $masters)" "b$1"
	echo 802.3ad >"/sys/class/net/b$1/bonding/mode"
	echo "+$1" >"/sys/class/net/b$1/bonding/slaves"
	holds "$2: procfs: a file for the bond" line "Slave Interface: $1" "/proc/net/bonding/b$1"
	if [ "$BOND_DRIVER" != c ]; then
		ip link set "b$1" up
		echo 16 >"/sys/class/net/b$1/bonding/resilient_buckets"
		# Somebody has to be selected first.
		holds "$2: debugfs: LACP" eventually grep -qaF " $1 port 1: " "/sys/kernel/debug/bonding/b$1/lacp_history"
		holds "$2: debugfs: flows" eventually grep -qaE "^member $1 buckets 16 " "/sys/kernel/debug/bonding/b$1/flows"
		holds "$2: debugfs: flows" grep -qaE "^bucket 0 member $1 packets" "/sys/kernel/debug/bonding/b$1/flows"
	fi
	holds "$2: deleted by bonding_masters" eval "echo '-b$1' >$masters"
	holds "$2: it has gone" gone "b$1"
	ip link del "$1"
	ip link del d0
}

names() {
	member "$1" "$2"
	master "$1" "$2"
}

names $'\xc3\xa90' "UTF-8"
names $'\xff\x80x' "other bytes"
names $'a\xc3-\xa9' "a character in pieces"
unload_bonding || not_ok "the module unloads"
finish
