#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What other drivers find that ask a bond for its speed whenever they hear of a member.
# guest debug: --module lower_dev --no-leaks
# shellcheck source=tests/sidebyside/lib.sh
. "$(dirname "$0")/lib.sh"
insmod /lab/out/lower_dev.ko listen=1 || exit 1
side_by_side listener "$@"
