#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Links that change in one moment, and members that go by other names: messages and log.
# guest debug: --no-leaks
# shellcheck source=tests/sidebyside/lib.sh
. "$(dirname "$0")/lib.sh"
# When LACP moves is in other tests.
side_by_side together "${1:-0,1,2,3}"
