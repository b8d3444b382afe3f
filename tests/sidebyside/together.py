# SPDX-License-Identifier: GPL-2.0
"""What the kernel tells and logs of links that change in one moment, and of members that go by
other names."""
import subprocess
import sys

from events import BONDING, MEMBERS, Story
from netlink import IFLA_IFNAME, attr
from world import NAMES, Transcript, World, write


def together(t, world, kind):
    """Links that go and return in one moment: those of VLANs, with the device below."""
    nl = world.nl
    nl.delete("m0")
    nl.delete("m1")
    for policy in (0, 1, 2) if kind == 1 else (0,):
        subprocess.run("""ip link add e0 type veth peer name e1
            ip link set e0 up
            ip link set e1 up
            for i in 0 1; do
                ip link add link e0 name m$i address 02:00:00:00:07:0$i type vlan id $((i + 1))
            done""", shell=True, check=True)
        for members in (MEMBERS, MEMBERS[1::-1]):
            story = Story(t, world, "%s, links go together, %d, %s" % (NAMES[kind], policy, members))
            story.bond(kind, members, miimon=100, **({"fail_over_mac": policy} if kind == 1 else {}))
            for turn in ("", " again"):
                nl.up("e1", False)
                story.tell("links are lost" + turn)
                nl.up("e1")
                story.tell("and back" + turn)
            nl.delete("bond0")
            for m in MEMBERS:
                nl.up(m, False)
        nl.delete("e0")
    nl.delete("m2")
    world.cables(len(MEMBERS))


def names(t, world, kind):
    """Devices that go by alternative names, and a primary that gets its name later."""
    nl = world.nl
    story = Story(t, world, NAMES[kind] + ", names")
    story.bond(kind, MEMBERS[:2], miimon=100)
    subprocess.run("for d in lo m1 m2; do ip link property add dev $d altname other-$d; done", shell=True, check=True)
    world.carrier("m1", False)
    story.tell("m1 loses its link")
    for name, value in (("active_slave", "other-m1"), ("active_slave", "other-m2"), ("active_slave", "other-lo"),
                        ("slaves", "+other-m1"), ("slaves", "+other-m2"), ("queue_id", "other-m1:2"),
                        ("active_slave", "other-m2"), ("active_slave", "m0"), ("primary", "other-m2"),
                        ("primary_reselect", "failure"), ("primary", "m1"), ("primary", "x9")):
        story.tell("%s %s" % (name, value), write(BONDING + name, value + "\n"))
    nl.set("m2", attr(IFLA_IFNAME, "x9"))
    story.tell("a name that primary waits for")
    nl.set("x9", attr(IFLA_IFNAME, "m2"))
    story.tell("and back")
    world.carrier("m1", True)
    story.tell("m1 has it back")
    story.tell("release", write(BONDING + "slaves", "-other-m1"))
    nl.delete("bond0")
    subprocess.run("for d in lo m1 m2; do ip link property del dev $d altname other-$d; done", shell=True, check=True)
    for m in MEMBERS:
        nl.up(m, False)


def main():
    t, world = Transcript(), World()
    world.cables(len(MEMBERS))
    for mode in map(int, sys.argv[2].split(",")):
        together(t, world, mode)
        if mode == 1:
            names(t, world, mode)
    for m in MEMBERS:
        world.nl.delete(m)
    t.save(sys.argv[1])


main()
