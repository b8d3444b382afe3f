#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# not on: uml
# /proc/net/bonding.
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

dir=/proc/net/bonding
shows() { # FILE: compare with standard input
	diff -u - "$dir/$1" >/tmp/diff 2>&1
	[ ! -s /tmp/diff ] || { sed "s/^/# /" /tmp/diff; return 1; }
}
header() {
	printf 'Ethernet Channel Bonding Driver: v%s\n\n' "$(uname -r)"
}
plain() {
	header
	cat <<-'END'
	Bonding Mode: load balancing (round-robin)
	MII Status: down
	MII Polling Interval (ms): 0
	Up Delay (ms): 0
	Down Delay (ms): 0
	Peer Notification Delay (ms): 0
	END
}
member() { # NAME QUEUE
	cat <<-END

	Slave Interface: $1
	MII Status: up
	Speed: Unknown
	Duplex: Unknown
	Link Failure Count: 0
	Permanent HW addr: 02:00:00:00:00:0${1#d}
	Slave queue ID: $2
	END
}
backup() {
	header
	cat <<-'END'
	Bonding Mode: fault-tolerance (active-backup) (fail_over_mac active)
	Primary Slave: d0 (primary_reselect always)
	Currently Active Slave: d0
	MII Status: up
	MII Polling Interval (ms): 100
	Up Delay (ms): 200
	Down Delay (ms): 300
	Peer Notification Delay (ms): 100
	END
	member d0 0
	member d1 3
}
renamed() {
	ip link set "$1" name "$2" && [ ! -e "$dir/$1" ] && [ -e "$dir/$2" ]
}
many() {
	local i

	for i in $(seq 10 70); do
		ip link add "m$i" type dummy && ip link set "m$i" master bond1 || return 1
	done
	[ "$(grep -c '^Slave Interface: m' $dir/bond1)" = 61 ] || return 1
	grep '^Slave Interface: m' $dir/bond1 | sort -c || return 1
	for i in $(seq 10 70); do ip link del "m$i" || return 1; done
	! grep -q '^Slave Interface' $dir/bond1
}
readers() {
	local pid ok=0 i

	while :; do cat $dir/* >/dev/null 2>&1; done &
	pid=$!
	for i in 1 2 3 4 5 6 7 8; do
		ip link add bond9 type bond mode 1 && ip link set d0 master bond9 &&
			ip link set bond9 name bond8 && ip link del bond8 || ok=1
	done
	kill $pid
	wait $pid 2>/dev/null
	return $ok
}
in_namespace() {
	ip netns add other && ip -n other link add bond5 type bond || return 1
	ip netns exec other test -e $dir/bond5 && [ ! -e $dir/bond5 ] || return 1
	ip netns del other
}

echo "1..12"
check "the module loads" load_bonding max_bonds=0
check "the directory is there without bonds" test -d $dir
ip link add bond1 type bond mode balance-rr miimon 0
check "a bond has a file" shows bond1 < <(plain)
check "the file is for everybody to read" test "$(stat -c %a $dir/bond1)" = 444
ip link add bond0 type bond mode active-backup miimon 100 updelay 200 downdelay 300 \
	peer_notify_delay 100 fail_over_mac active
for i in 0 1; do
	ip link add d$i address 02:00:00:00:00:0$i type dummy
	ip link set d$i master bond0
done
ip link set bond0 type bond primary d0
ip link set d1 type bond_slave queue_id 3
ip link set bond0 up
sleep 0.5
check "active-backup with members" shows bond0 < <(backup)
check "the file is renamed with the bond" renamed bond0 blue
check "and back" renamed blue bond0
ip link set d0 nomaster
check "many members" many
check "readers do not hinder changes" readers
check "each namespace has its own" in_namespace
ip link del bond0
check "the file goes with the bond" test ! -e $dir/bond0
ip link del bond1
check "the module unloads, and the directory goes" eval 'unload_bonding && [ ! -e $dir ]'
exit $bad
