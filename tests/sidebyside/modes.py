# SPDX-License-Identifier: GPL-2.0
"""Prints the modes that the loaded driver takes, by number."""
from netlink import Netlink
from world import option

netlink = Netlink()
taken = []
for mode in range(7):
    if netlink.add("bond0", "bond", [option("mode", mode)], answer=True)[0] == "ok":
        taken.append(mode)
        netlink.delete("bond0")
print(*taken, sep=",")
