#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Which member a bond names to RDMA for a frame and to TLS offload for a socket.
# guest debug: --module lower_dev --no-leaks
# shellcheck source=tests/sidebyside/lib.sh
. "$(dirname "$0")/lib.sh"
insmod /lab/out/lower_dev.ko || exit 1
side_by_side lower "$@"
