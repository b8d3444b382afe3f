#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Every option with values at its edges: error, extack, log and what is read back.
# guest debug: --no-leaks
# shellcheck source=tests/sidebyside/lib.sh
. "$(dirname "$0")/lib.sh"
side_by_side options "$@"
