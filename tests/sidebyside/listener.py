# SPDX-License-Identifier: GPL-2.0
"""The speed that a bond has for those who ask at each news of a member, as the module
tests/modules/lower_dev does: of cables and of devices with an instance lock, which the core holds
while it tells of their links."""
import sys

from netlink import attr, number
from world import CLASS, NAMES, Transcript, World, read, write

CABLES, LOCKED = ["m0", "m1", "m2"], ["d0", "d1", "d2"]


class Story:
    def __init__(self, t, world, case):
        self.t, self.world, self.case, self.number = t, world, case, 0
        world.fresh()

    def tell(self, step, asked=False):
        """Writes down the bond's speed, and with asked what it was at the last news of each member."""
        self.world.settle(3)
        self.number += 1
        name = "%02d %s" % (self.number, step)
        last = {line.split(":")[0]: line for line in self.world.log_lines() if "Mbit/s" in line}
        if asked:
            self.t.put(self.case, name + ": asked", sorted(last.values()))
        self.t.put(self.case, name + ": speed", read(CLASS + "bond0/speed"))


def carrier(world, device, on):
    if device in CABLES:
        world.carrier(device, on)
    else:
        world.nl.set(device, attr(33, number("u8", on)))


def live(t, world, kind, members, **options):
    nl = world.nl
    story = Story(t, world, "%s, %s, %s" % (NAMES[kind], " ".join(members), options))
    world.bond("bond0", kind, miimon=100, up=False, **options)
    for m in members[:2]:
        nl.master(m, "bond0")
        story.tell(m + " joins", asked=True)
    nl.up("bond0")
    story.tell("up", asked=True)
    nl.master(members[2], "bond0")
    story.tell(members[2] + " joins", asked=True)
    for m in members:
        carrier(world, m, False)
        story.tell(m + " loses its link")
        carrier(world, m, True)
        story.tell(m + " has it back")
    for m in members:
        carrier(world, m, False)
    story.tell("all links are lost")
    for m in members:
        carrier(world, m, True)
    story.tell("and back")
    if kind == 1:
        for m in (members[1], members[0]):
            story.tell("active_slave " + write(CLASS + "bond0/bonding/active_slave", m))
    for m in members:
        nl.master(m, None)
        story.tell(m + " leaves", asked=True)
        nl.up(m, False)
    nl.delete("bond0")


def main():
    t, world = Transcript(), World()
    world.cables(len(CABLES))
    for device in LOCKED:
        world.nl.add(device, "dummy")
    for kind in map(int, sys.argv[2].split(",")):
        live(t, world, kind, CABLES)
        live(t, world, kind, LOCKED)
        live(t, world, kind, LOCKED, updelay=200, downdelay=200)
    for device in CABLES + LOCKED:
        world.nl.delete(device)
    t.save(sys.argv[1])


main()
