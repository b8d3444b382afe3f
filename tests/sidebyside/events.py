# SPDX-License-Identifier: GPL-2.0
"""The link notifications and log lines of what happens to a bond."""
import re
import socket
import subprocess
import sys
import time

import lacp
from netlink import IFLA_ADDRESS, IFLA_IFNAME, IFLA_MTU, attr, number
from world import CLASS, NAMES, Transcript, World, option, write

MEMBERS = ["m0", "m1", "m2"]
NO_STATE = ("event", "change")
BONDING = CLASS + "bond0/bonding/"


def present():
    names = (name for _, name in socket.if_nameindex())
    return sorted(name for name in names if name in MEMBERS or name.startswith("bond"))


class Story:
    """What happened, step by step, as a case of the transcript."""

    def __init__(self, t, world, case):
        self.t, self.world, self.case = t, world, case
        self.last = {}
        self.number = 0
        world.fresh()

    def bond(self, mode, members, **options):
        """Makes bond0, up and with members, one thing after another."""
        self.world.bond("bond0", mode, up=False, **options)
        self.tell("create")
        for m in members:
            self.tell("enslave while down", self.world.nl.master(m, "bond0"))
        self.world.nl.up("bond0")
        self.tell("up")

    def tell(self, step, *answers):
        """Waits until all is quiet and writes down what came of a step."""
        self.world.settle(lacp.AGREED if NAMES[lacp.LACP] in self.case else 1.3)
        self.number += 1
        events = [(device, what) for device, what in self.world.monitor.take() if not device.startswith("p")]
        lines = [(device, self.line(device, what)) for device, what in events]
        name = "%02d %s" % (self.number, step)
        self.t.put(self.case, name + ": order", [device for device, _ in lines])
        for device in sorted({device for device, _ in lines}):
            self.t.put(self.case, "%s: %s" % (name, device), [line for of, line in lines if of == device])
        # Where a moment falls between two passes of the monitor is nobody's choice.
        log = [re.sub("again after [12]00 ms", "again after a while", line) for line in self.world.log_lines()
               if not re.match("<.>peer", line)]
        self.t.put(self.case, name + ": log", log)
        # What was decoded has names in it that may have changed.
        self.world.nl.known.clear()
        for device in present():
            state = self.world.nl.get(device).items()
            self.t.put(self.case, "%s: then %s" % (name, device), ["%s=%s" % item for item in sorted(state)])
        for i, answer in enumerate(answers):
            self.t.put(self.case, "%s: answer %d" % (name, i), answer)

    def line(self, device, what):
        """A message as what is new in it; what is no state stands there always."""
        what = {key: value for key, value in what.items() if key not in NO_STATE or value not in (0, "0x0")}
        before = self.last.get(device, {})
        self.last[device] = what
        parts = ["%s=%s" % item for item in sorted(what.items())
                 if item[0] in NO_STATE or before.get(item[0]) != item[1]]
        gone = ["%s=" % key for key in sorted(before) if key not in what and key not in NO_STATE]
        return " ".join(parts + gone) or "nothing new"


def fail_over(story, members=MEMBERS):
    """The links of all members go and return."""
    world = story.world
    for m in members:
        world.carrier(m, False)
        story.tell(m + " loses its link")
    for m in reversed(members):
        world.carrier(m, True)
        story.tell(m + " has it back")


def life(t, world, kind):
    nl, mode = world.nl, NAMES[kind]
    story = Story(t, world, mode + ", life")
    nl.add("bond0", "bond", [option("mode", kind), option("miimon", 100)])
    story.tell("create")
    for m in MEMBERS[:2]:
        story.tell("enslave while down", nl.master(m, "bond0"))
    nl.up("bond0")
    story.tell("up")
    story.tell("enslave while up", nl.master("m2", "bond0"))
    fail_over(story)
    nl.up("bond0", False)
    story.tell("down")
    nl.up("bond0")
    story.tell("up again")
    nl.set("bond0", attr(IFLA_MTU, u32(1400)))
    story.tell("mtu")
    nl.set("bond0", attr(IFLA_ADDRESS, bytes([2, 0, 0, 0, 3, 1])))
    story.tell("address")
    nl.set("m1", attr(IFLA_IFNAME, "mx"))
    story.tell("a member renamed")
    nl.set("mx", attr(IFLA_IFNAME, "m1"))
    story.tell("and back")
    nl.set("bond0", attr(IFLA_IFNAME, "bond7"))
    story.tell("renamed")
    nl.set("bond7", attr(IFLA_IFNAME, "bond0"))
    story.tell("and back")
    nl.up("m0", False)
    story.tell("a member taken down")
    nl.up("m0")
    story.tell("and up")
    for flag, name in ((0x100, "promisc"), (0x200, "allmulti")):
        nl.set("bond0", ifflags=flag, change=flag)
        story.tell(name)
        nl.set("bond0", ifflags=0, change=flag)
        story.tell("no " + name)
    story.tell("release", nl.master("m0", None))
    story.tell("release", nl.master("m1", None))
    story.tell("release the last", nl.master("m2", None))
    for m in MEMBERS:
        nl.up(m, False)
    story.tell("members down")
    for m in MEMBERS[:2]:
        story.tell("enslave again", nl.master(m, "bond0"))
    nl.delete("bond0")
    story.tell("delete with members")


def u32(value):
    return number("u32", value)


def by_files(t, world, kind):
    """The same by sysfs, where other messages go to the log."""
    nl, mode = world.nl, NAMES[kind]
    story = Story(t, world, mode + ", by sysfs")
    masters = CLASS + "bonding_masters"
    story.tell("create", write(masters, "+bond0"))
    story.tell("create again", write(masters, "+bond0"))
    story.tell("delete another", write(masters, "-bond1"))
    story.tell("nonsense", write(masters, "bond1"))
    story.tell("mode", write(BONDING + "mode", mode))
    story.tell("miimon", write(BONDING + "miimon", "100"))
    story.tell("updelay", write(BONDING + "updelay", "250"))
    for m in MEMBERS[:2]:
        story.tell("enslave", write(BONDING + "slaves", "+" + m))
    nl.up("bond0")
    story.tell("up")
    for name, value in (("primary", "m1"), ("active_slave", "m0"), ("active_slave", ""), ("primary", ""),
                        ("primary_reselect", "failure"), ("num_grat_arp", "3"), ("peer_notif_delay", "200"),
                        ("miimon", "0"), ("miimon", "50"), ("downdelay", "130"), ("all_slaves_active", "1"),
                        ("xmit_hash_policy", "layer3+4"), ("resend_igmp", "0"), ("mode", "0"), ("mode", "nonsense"),
                        ("queue_id", "m0:2"), ("slaves", "+m0"), ("slaves", "+nosuch"), ("slaves", "-m2")):
        story.tell("%s %s" % (name, value), write(BONDING + name, value + "\n"))
    story.tell("release", write(BONDING + "slaves", "-m0"))
    story.tell("delete", write(masters, "-bond0"))
    for m in MEMBERS:
        nl.up(m, False)


def delays(t, world, kind):
    story = Story(t, world, NAMES[kind] + ", updelay and downdelay")
    story.bond(kind, MEMBERS[:2], miimon=100, updelay=300, downdelay=200)
    fail_over(story, MEMBERS[:2])
    world.carrier("m0", False)
    world.settle(0.15)
    world.carrier("m0", True)
    story.tell("a link lost for a moment")
    world.carrier("m1", False)
    world.settle(1)
    world.carrier("m1", True)
    world.settle(0.15)
    world.carrier("m1", False)
    story.tell("a link back for a moment")
    world.nl.delete("bond0")
    story.tell("delete")
    world.carrier("m1", True)
    for m in MEMBERS:
        world.nl.up(m, False)


def no_monitor(t, world, kind):
    story = Story(t, world, NAMES[kind] + ", without a monitor")
    story.bond(kind, MEMBERS[:2], miimon=0)
    fail_over(story, MEMBERS[:2])
    story.tell("release", world.nl.master("m0", None))
    world.nl.delete("bond0")
    story.tell("delete")
    for m in MEMBERS:
        world.nl.up(m, False)


def link_is_down(t, world, kind):
    """Members that join without a link."""
    story = Story(t, world, NAMES[kind] + ", no link at first")
    for m in MEMBERS:
        world.carrier(m, False)
    story.bond(kind, MEMBERS[:2], miimon=100)
    for m in MEMBERS[:2]:
        world.carrier(m, True)
        story.tell(m + " gets a link")
    world.nl.set("m1", attr(10, u32(0)))
    story.tell("release")
    world.nl.delete("m0")
    story.tell("the device of a member goes")
    world.nl.delete("m1")
    world.nl.delete("m2")
    world.nl.delete("bond0")
    world.cables(len(MEMBERS))


def active(t, world, kind):
    """The active member of active-backup."""
    nl, mode = world.nl, NAMES[kind]
    for policy in (0, 1, 2):
        story = Story(t, world, "%s, fail_over_mac %d" % (mode, policy))
        story.bond(kind, MEMBERS[:2], miimon=100, fail_over_mac=policy, num_unsol_na=3, peer_notif_delay=200)
        for m in ("m1", "m0"):
            story.tell("active_slave", nl.change("bond0", [option("active_slave", nl.index(m))]))
        story.tell("the same", nl.change("bond0", [option("active_slave", nl.index("m0"))]))
        story.tell("none", nl.change("bond0", [option("active_slave", 0)]))
        story.tell("not a member", nl.change("bond0", [option("active_slave", nl.index("m2"))]))
        fail_over(story, MEMBERS[:2])
        story.tell("primary", nl.change("bond0", [option("primary", nl.index("m1"))]))
        fail_over(story, ["m1"])
        story.tell("prio", nl.change_member("m0", [attr(9, u32(5))]))
        story.tell("no primary", nl.change("bond0", [option("primary", 0)]))
        story.tell("prio", nl.change_member("m0", [attr(9, u32(7))]))
        story.tell("another joins", nl.master("m2", "bond0"))
        nl.set("bond0", attr(IFLA_ADDRESS, bytes([2, 0, 0, 0, 3, 2])))
        story.tell("address")
        story.tell("release the active one", nl.master("m0", None))
        story.tell("release", nl.master("m1", None))
        nl.delete("bond0")
        story.tell("delete")
        for m in MEMBERS:
            nl.up(m, False)


def stacked(t, world, kind):
    """With a VLAN, a bridge and multicast memberships on top, and in another bond."""
    nl = world.nl
    story = Story(t, world, NAMES[kind] + ", stacked")
    story.bond(kind, MEMBERS[:2], miimon=100)
    vlan = attr(5, u32(nl.index("bond0")))
    nl.add("bond0.5", "vlan", [attr(1, number("u16", 5))], [vlan])
    story.tell("vlan")
    nl.up("bond0.5")
    story.tell("vlan up")
    nl.add("bond1", "bond", [option("mode", 1), option("miimon", 100)])
    story.tell("create another")
    nl.up("bond0", False)
    story.tell("down")
    story.tell("bond in bond", nl.master("bond0", "bond1"))
    nl.up("bond1")
    story.tell("up")
    story.tell("loop", nl.master("bond1", "bond0"))
    story.tell("a member of a member leaves", write(CLASS + "bond1/bonding/slaves", "-m0"))
    fail_over(story, MEMBERS[:2])
    nl.delete("bond1")
    story.tell("the outer one goes")
    nl.add("br0", "bridge")
    nl.up("br0")
    story.tell("bridge")
    story.tell("bond in bridge", nl.master("bond0", "br0"))
    world.carrier("m0", False)
    story.tell("m0 loses its link")
    world.carrier("m0", True)
    story.tell("m0 has it back")
    nl.delete("bond0")
    story.tell("delete below a bridge and a vlan")
    nl.delete("br0")
    for m in MEMBERS:
        nl.up(m, False)


def namespace(t, world, kind):
    """A namespace goes, and with it bonds whose members are older and newer than they are."""
    story = Story(t, world, NAMES[kind] + ", in a namespace that goes")
    made = """
        link add v0 address 02:00:00:00:05:00 type dummy
        link add bond1 type bond mode {0} miimon 100
        link add bond0 type bond mode {0} miimon 100
        link add v1 address 02:00:00:00:05:01 type dummy
        link add v2 address 02:00:00:00:05:02 type dummy
        link set v0 master bond0
        link set v1 master bond0
        link set v2 master bond1
        link set bond0 up
        link set bond1 up
        link add v3 type veth peer name q0 netns 1
    """.format(NAMES[kind])
    if kind == lacp.LACP:
        # Which of two bonds it looks at first is nobody's choice.
        made = "\n".join(line for line in made.split("\n") if "bond1" not in line)
    subprocess.run("ip netns add short && ip -n short -batch -", input=made, text=True, shell=True, check=True)
    story.tell("made")
    subprocess.run("ip netns del short", shell=True, check=True)
    while "q0" in (name for _, name in socket.if_nameindex()):
        time.sleep(0.1)
    story.tell("gone")


def strange_speed(t, world):
    """A link has a speed that LACP has no class for, which is worth a line the first time."""
    nl = world.nl
    story = Story(t, world, "802.3ad, a strange speed")
    nl.add("bond1", "bond", [option("mode", 0), option("miimon", 100)])
    for m in MEMBERS:
        nl.master(m, "bond1")
    story.tell("three times 10 Gbit/s")
    nl.add("bond0", "bond", [option("mode", lacp.LACP), option("miimon", 100)])
    story.tell("create")
    for time_ in ("", " again"):
        story.tell("enslave" + time_, nl.master("bond1", "bond0"))
        nl.up("bond0")
        story.tell("up" + time_)
        world.carrier("m0", False)
        story.tell("two links are left" + time_)
        world.carrier("m0", True)
        story.tell("three" + time_)
        story.tell("release" + time_, nl.master("bond1", None))
        nl.up("bond1", False)
    nl.delete("bond0")
    nl.delete("bond1")
    for m in MEMBERS:
        nl.up(m, False)


def with_partner(t, world):
    for life_ in lacp.LIVES:
        story = Story(t, world, "802.3ad, %s" % life_.__name__)
        life_(world, lambda state, members: story.tell(state))
        story.tell("delete")


def main():
    t, world = Transcript(), World()
    world.cables(len(MEMBERS))
    for mode in map(int, sys.argv[2].split(",")):
        for scenario in (life, by_files, delays, no_monitor, link_is_down, stacked, namespace):
            scenario(t, world, mode)
        if mode == 1:
            active(t, world, mode)
        if mode == lacp.LACP:
            strange_speed(t, world)
            with_partner(t, world)
    for m in MEMBERS:
        world.nl.delete(m)
    t.save(sys.argv[1])


if __name__ == "__main__":
    main()
