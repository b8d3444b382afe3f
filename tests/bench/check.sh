#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# check.sh: that a packet sent costs at most half of what it costs with the C driver, one received not
# more, and that a failover is as quick as promised. In a guest whose nanosecond is an instruction (--icount).
here=$LAB_CHECKOUT/tests/bench
modes='^(balance-rr|active-backup|balance-xor/layer2|balance-xor/layer3\+4|balance-xor/encap3\+4|broadcast)='
{
	"$here/instructions.sh" 16000 "$modes" "2 8" && "$here/failover.sh" 30
} >/tmp/figures || echo "# a measurement ended with an error"
grep -v '^{' /tmp/figures
exec python3 "$here/check.py" /tmp/figures
