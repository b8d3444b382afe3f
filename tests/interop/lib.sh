# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# For the tests of this folder.

# shellcheck source=tests/selftests/lib.sh
. "$LAB_CHECKOUT/tests/selftests/lib.sh"

interop=$LAB_CHECKOUT/tests/interop
export PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1

# No frames but those that the tests send.
quiet() {
	sysctl -qw net.ipv6.conf.default.disable_ipv6=1
}
