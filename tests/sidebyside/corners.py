# SPDX-License-Identifier: GPL-2.0
"""What the kernel tells and logs when the module goes before its bonds do, when a member refuses what
others have taken, and when options are set again while delays run."""
import os
import subprocess
import sys

from events import BONDING, MEMBERS, Story
from netlink import IFLA_MTU, RTM_NEWLINK, attr, number
from world import NAMES, Transcript, World, option, write


def again(t, world, kind):
    """Monitor and delays are written while delays run."""
    nl = world.nl
    story = Story(t, world, NAMES[kind] + ", again")
    story.bond(kind, MEMBERS[:2], miimon=1000, updelay=10000)
    world.carrier("m1", False)
    story.tell("m1 loses its link")
    world.carrier("m1", True)
    story.tell("m1 has it back")
    for _ in range(12):
        story.tell("miimon", write(BONDING + "miimon", "1000"), nl.change("bond0", [option("miimon", 1000)]))
    world.settle(15)
    story.tell("updelay is over")
    for delay, miimon in ((5000, 100), (3000, 500)):
        story.tell("miimon", write(BONDING + "miimon", str(miimon)))
        story.tell("delays", write(BONDING + "updelay", str(delay)), write(BONDING + "downdelay", str(delay)))
        world.carrier("m1", False)
        story.tell("m1 loses its link")
        story.tell("no downdelay", write(BONDING + "downdelay", "0"))
        world.carrier("m1", True)
        story.tell("m1 has it back")
        world.carrier("m1", False)
        story.tell("m1 loses its link for good")
        world.settle(6)
        world.carrier("m1", True)
        story.tell("m1 comes back")
        story.tell("no updelay", write(BONDING + "updelay", "0"))
        world.carrier("m1", False)
        story.tell("m1 loses its link again")
        world.carrier("m1", True)
        world.settle(6)
        story.tell("m1 is back")
    story.tell("endless", write(BONDING + "miimon", "1"), write(BONDING + "updelay", "2147483647"),
               write(BONDING + "downdelay", "2147483647"), write(BONDING + "miimon", "1000"))
    world.carrier("m1", False)
    story.tell("m1 loses its link, in vain")
    nl.delete("bond0")
    world.carrier("m1", True)
    for m in MEMBERS:
        nl.up(m, False)


def refused(t, world, kind):
    """A member refuses what those before it have taken."""
    nl = world.nl
    story = Story(t, world, NAMES[kind] + ", refused")
    nl.add("d3", "dummy")
    nl.up("d3")
    nl.add("d3.10", "vlan", [attr(1, number("u16", 10))], [attr(5, number("u32", nl.index("d3")))])
    story.bond(kind, MEMBERS[:2] + ["d3.10"], miimon=100)
    story.tell("mtu", nl.ask(RTM_NEWLINK, 0, nl.index("bond0"), [attr(IFLA_MTU, number("u32", 9000))]))
    nl.delete("bond0")
    story.tell("delete")
    nl.delete("d3")
    for m in MEMBERS:
        nl.up(m, False)


def unload(t, world, kind, order):
    """The module goes with members in bonds, some of which are older than theirs."""
    nl = world.nl
    story = Story(t, world, "%s, unload, %s" % (NAMES[kind], order))
    story.bond(kind, order[:2], miimon=100)
    nl.add("bond1", "bond", [option("mode", kind), option("miimon", 100)])
    nl.add("d9", "dummy", [], [attr(1, bytes([2, 0, 0, 0, 9, 9]))])
    for m in (order[2], "d9"):
        nl.master(m, "bond1")
    nl.up("bond1")
    subprocess.run("ip addr add 192.0.2.1/24 dev bond0", shell=True, check=True)
    story.tell("create another")
    done = subprocess.run(["rmmod", "bonding"], capture_output=True, text=True, check=False)
    story.tell("unload", done.returncode, done.stderr)
    module = os.environ["BOND_C_KO" if sys.argv[3] == "c" else "BOND_RUST_KO"]
    subprocess.run(["insmod", module, "max_bonds=0"], check=True)
    nl.delete("d9")
    for m in MEMBERS:
        nl.up(m, False)


def main():
    t, world = Transcript(), World()
    world.cables(len(MEMBERS))
    for mode in map(int, sys.argv[2].split(",")):
        if mode == 1:
            again(t, world, mode)
        refused(t, world, mode)
        unload(t, world, mode, MEMBERS)
        unload(t, world, mode, MEMBERS[::-1])
    for m in MEMBERS:
        world.nl.delete(m)
    t.save(sys.argv[1])


main()
