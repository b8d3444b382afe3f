#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Options that are set again while delays run, members that refuse, and the module that goes before
# its bonds do: messages and log.
# guest debug: --no-leaks
# shellcheck source=tests/sidebyside/lib.sh
. "$(dirname "$0")/lib.sh"
side_by_side corners "$@"
