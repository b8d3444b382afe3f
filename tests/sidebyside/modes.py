# SPDX-License-Identifier: GPL-2.0
"""Prints the modes to compare that the loaded driver takes, by number."""
from netlink import Netlink
from world import option

# Not yet tlb and alb.
COMPARED = (0, 1, 2, 3, 4)

netlink = Netlink()
taken = []
for mode in COMPARED:
    if netlink.add("bond0", "bond", [option("mode", mode)], answer=True)[0] == "ok":
        taken.append(mode)
        netlink.delete("bond0")
print(*taken, sep=",")
