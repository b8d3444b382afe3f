#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Both drivers on the same random walks through what user space can do.
# usage: walk.sh [SEED [WALKS [MODES]]], see walk.py
# shellcheck source=tests/sidebyside/lib.sh
. "$(dirname "$0")/lib.sh"
side_by_side walk "${3:-0,1,2,3/4/4+}" "${1:-9}" "${2:-15}"
