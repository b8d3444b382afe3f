#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# 802.3ad with the C driver in another guest as the partner. Run by tools/pair:
#   tools/pair uml -- tests/interop/cdriver.sh "tests/interop/cdriver.sh far"
# usage: cdriver.sh [far | fast|slow [both|bond|partner]]
interop=$(dirname "$0")
# shellcheck source=tests/interop/exam.sh
. "$interop/exam.sh"
# shellcheck disable=SC2034  # exam.sh uses them
partner="C driver" realtime=1
# Whoever asks for slow LACP alone has the time to wait for its timeouts.
[ "${1-}" != slow ] || realtime=

wire() { python3 "$interop/wire.py" "$@"; }
peer() { wire ask run "$@"; }

if [ "${1-}" = far ]; then
	quiet
	load_c_bonding max_bonds=0 || exit 1
	python3 "$interop/flows.py" answer &
	wire far
	exit
fi

wire near &
for _ in {1..600}; do
	[ ! -e /run/wire ] || break
	sleep 0.1
done
peer grep -q bonding /proc/modules || { echo "# there is no partner"; exit 1; }
# The other guest ends with this one.
trap 'wire ask quit' EXIT

connect() { :; }
disconnect() { :; }

cut() { wire ask cut "$1"; }
plug() { wire ask plug "$1"; }
mute() { wire ask mute "$1"; }
unmute() { wire ask unmute "$1"; }

partner_start() {
	local active=on
	[ "$2" = active ] || active=off
	peer ip link add bond0 type bond mode 802.3ad miimon 100 lacp_rate "$1" lacp_active $active \
		xmit_hash_policy layer3+4 || return 1
	for i in 0 1; do
		peer ip link set "p$i" down
		peer ip link set "p$i" master bond0
	done
	peer ip addr add 192.0.2.2/24 dev bond0
	peer ip link set bond0 up
}

# Its last words do not arrive.
partner_stop() {
	mute 0
	mute 1
	peer ip link del bond0
	unmute 0
	unmute 1
}

partner_show() { peer cat /proc/net/bonding/bond0; }

partner_uses() {
	peer ip -d -j link show master bond0 | jq -r '[.[] | select(.linkinfo.info_slave_data |
			.mii_status == "UP" and (.ad_actor_oper_port_state / 32 | floor % 2 == 1)) |
		.ifname[1:]] | sort | join(" ")'
}

examine "$@"
