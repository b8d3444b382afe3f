#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# queue_id: traffic that tc puts on a queue of the bond leaves by the member with that queue.
# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"
load_bonding max_bonds=0 || exit 1

# steer QUEUE: tc puts the test frames on QUEUE.
steer() {
	tc qdisc replace dev bond0 handle 1 root multiq
	tc filter del dev bond0 parent 1: 2>/dev/null
	tc filter add dev bond0 parent 1: protocol all matchall action skbedit queue_mapping "$1"
}

# where: which of peer/p0, peer/p1, peer/p2 get 30 frames.
where() {
	frames 30 bond0 peer/p0 peer/p1 peer/p2 | awk '{ printf "%s%d", sep, NF; sep = " " }'
}

setup() {
	cables 3
	bond 3 mode "$1" miimon 20
	echo m1:2 >/sys/class/net/bond0/bonding/queue_id
	ip link set m2 type bond_slave queue_id 3
	is "$1: queue ids" "$(cat /sys/class/net/bond0/bonding/queue_id)" "m0:0 m1:2 m2:3"
}

setup active-backup
is "active-backup: without a rule" "$(where)" "30 0 0"
steer 2
is "active-backup, multiq: queue 2 is m1" "$(where)" "0 30 0"
steer 3
is "active-backup, multiq: queue 3 is m2" "$(where)" "0 0 30"
steer 5
is "active-backup, multiq: queue 5 is nobody's" "$(where)" "30 0 0"
steer 3
ip -n peer link set p2 down
eventually mii_is m2 DOWN
is "active-backup: m2 is down, so the mode decides" "$(frames 30 bond0 peer/p0 peer/p1 | awk '{ printf "%d ", NF }')" "30 0 "
ip -n peer link set p2 up
eventually mii_is m2 UP
is "active-backup: m2 is up again" "$(where)" "0 0 30"
tc qdisc del dev bond0 root
is "active-backup: the rule is gone" "$(where)" "30 0 0"
tc qdisc add dev bond0 clsact
tc filter add dev bond0 egress protocol all matchall action skbedit queue_mapping 2
is "active-backup, no queueing: queue 2 is m1" "$(where)" "0 30 0"
ip link set m1 type bond_slave queue_id 0
is "active-backup: m1 has no queue any more" "$(where)" "30 0 0"
clear_all

setup balance-rr
is "balance-rr: without a rule" "$(where)" "10 10 10"
steer 2
is "balance-rr, multiq: queue 2 is m1" "$(where)" "0 30 0"
ip -n peer link set p1 down
eventually mii_is m1 DOWN
is "balance-rr: m1 is down, so the mode decides" "$(frames 30 bond0 peer/p0 peer/p2 | awk '{ sum += NF } END { print sum }')" 30
clear_all

setup balance-xor
steer 2
# All frames are one flow to the hash.
is "balance-xor: the mode decides" "$(where | tr ' ' '\n' | sort -n | paste -sd' ')" "0 0 30"
clear_all

cables 1
ip link add bond0 type bond mode active-backup miimon 20
is "the bond has 16 queues" "$(link bond0 num_tx_queues)" 16
ip link set m0 master bond0
for id in 16 17; do
	if ip link set m0 type bond_slave queue_id $id 2>/dev/null; then taken=yes; else taken=no; fi
	is "queue id $id of 16" "$taken" "$([ $id = 16 ] && echo yes || echo no)"
done
clear_all
unload_bonding || not_ok "the module unloads"
finish
