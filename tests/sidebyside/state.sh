#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What user space reads about a bond and its members is the same as with the C driver.
# guest debug: --no-leaks
# shellcheck source=tests/sidebyside/lib.sh
. "$(dirname "$0")/lib.sh"
side_by_side state "$@"
