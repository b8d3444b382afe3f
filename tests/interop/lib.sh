# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# For the tests of this folder.

# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"

interop=$LAB_CHECKOUT/tests/interop
export PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1

# Skip the whole script, with the driver's own words, if it has no 802.3ad.
need_8023ad() {
	local said
	if said=$(ip link add probe0 type bond mode 802.3ad 2>&1); then
		ip link del probe0
		return
	fi
	skip "$(basename "$0" .sh)" "mode 802.3ad: $(tr '\n' ' ' <<<"$said")"
	finish
}

# No frames but those that the tests send.
quiet() {
	sysctl -qw net.ipv6.conf.default.disable_ipv6=1
}
