#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""scenarios.py [NAME...]: run scenarios and print each transcript below a line "# NAME"; without
names, list them. What they share is in rig.py."""
import sys

# pylint: disable=unused-import
import states
import aggregation
import abuse
from registry import SCENARIOS


def main():
    for name in sys.argv[1:]:
        print("#", name, flush=True)
        SCENARIOS[name]().close()
    if len(sys.argv) == 1:
        print(*SCENARIOS, sep="\n")


main()
