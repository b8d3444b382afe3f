#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the kernel tells user space while a bond lives: the same messages in the same order.
# guest debug: --no-leaks
# shellcheck source=tests/sidebyside/lib.sh
. "$(dirname "$0")/lib.sh"
side_by_side events "$@"
