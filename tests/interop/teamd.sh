#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# 802.3ad with libteam's LACP runner as the partner.
# usage: teamd.sh [fast|slow [both|bond|partner]]
# guest debug: --no-leaks
interop=$(dirname "$0")
# shellcheck source=tests/interop/exam.sh
. "$interop/exam.sh"
# shellcheck source=tests/interop/cables.sh
. "$interop/cables.sh"
# shellcheck disable=SC2034  # exam.sh uses it
partner=teamd

# LACP of teamd: its ports are up or down as "selected" says.
partner_start() {
	local fast=false active=false
	[ "$1" = slow ] || fast=true
	[ "$2" = passive ] || active=true
	peer teamd -d -t team0 -c '{
		"device": "team0",
		"runner": {"name": "lacp", "active": '$active', "fast_rate": '$fast',
			   "tx_hash": ["ipv4", "udp"]},
		"link_watch": {"name": "ethtool"},
		"ports": {"p0": {}, "p1": {}}}' >/tmp/teamd.log 2>&1 || return 1
	peer ip addr add 192.0.2.2/24 dev team0
	peer ip link set team0 up
}

partner_stop() {
	peer teamd -k -t team0
	while peer ip link show team0 >/dev/null 2>&1; do sleep 0.1; done
}

partner_show() { peer teamdctl team0 state dump; }

# Distributing is bit 5 of what the port tells its partner.
partner_uses() {
	partner_show 2>/dev/null | jq -r '[.ports | to_entries[] |
		select(.value.link.up and .value.runner.aggregator.selected and
			(.value.runner.actor_lacpdu_info.state / 32 | floor % 2 == 1)) |
		.key[1:]] | sort | join(" ")'
}

examine "$@"
