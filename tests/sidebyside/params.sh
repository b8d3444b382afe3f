#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Module parameters at their edges: the result, the log, and what bonds are like then.
# guest debug: --no-leaks
# shellcheck source=tests/sidebyside/lib.sh
. "$(dirname "$0")/lib.sh"
side_by_side params "$@"
