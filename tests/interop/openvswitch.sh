#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# 802.3ad with a bond of Open vSwitch (userspace datapath) as the partner.
# usage: openvswitch.sh [fast|slow [both|bond|partner]]
# guest debug: --no-leaks
interop=$(dirname "$0")
# shellcheck source=tests/interop/exam.sh
. "$interop/exam.sh"
# shellcheck source=tests/interop/cables.sh
. "$interop/cables.sh"
# shellcheck disable=SC2034  # exam.sh uses them
partner="Open vSwitch" by_load=1

export OVS_RUNDIR=/run/openvswitch OVS_LOGDIR=/tmp/ovs OVS_DBDIR=/tmp/ovs

partner_start() {
	mkdir -p $OVS_RUNDIR $OVS_DBDIR
	rm -f $OVS_DBDIR/conf.db
	ovsdb-tool create $OVS_DBDIR/conf.db /usr/share/openvswitch/vswitch.ovsschema &&
		peer ovsdb-server $OVS_DBDIR/conf.db --remote=punix:$OVS_RUNDIR/db.sock \
			--detach --pidfile --no-chdir --log-file >/dev/null 2>&1 &&
		peer ovs-vsctl --no-wait init &&
		peer ovs-vswitchd --detach --pidfile --no-chdir --log-file --disable-system >/dev/null 2>&1 ||
		return 1
	peer ovs-vsctl --timeout=20 add-br br0 -- set bridge br0 datapath_type=netdev -- \
		add-bond br0 ovs0 p0 p1 bond_mode=balance-tcp "lacp=$2" "other_config:lacp-time=$1" || return 1
	peer ip link set p0 up
	peer ip link set p1 up
	peer ip addr replace 192.0.2.2/24 dev br0
	peer ip link set br0 up
}

partner_stop() {
	local pid
	for pid in ovs-vswitchd ovsdb-server; do
		pid=$(cat "$OVS_RUNDIR/$pid.pid") || continue
		kill "$pid"
		while [ -e "/proc/$pid" ]; do sleep 0.1; done
	done
}

partner_show() {
	peer ovs-appctl lacp/show
	peer ovs-appctl bond/show
}

partner_uses() {
	partner_show 2>/dev/null | awk '
		/^(member|slave):? p/ { n = substr($2, 2) + 0 }
		/actor state:/ && /distributing/ { distributes[n] = 1 }
		/may_enable: true/ { usable[n] = 1 }
		END { for (n = 0; n < 2; n++) if (distributes[n] && usable[n]) printf "%s%s", s++ ? " " : "", n; print "" }'
}

examine "$@"
