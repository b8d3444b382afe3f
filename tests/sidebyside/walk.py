# SPDX-License-Identifier: GPL-2.0
"""walk.py TRANSCRIPT MODES DRIVER SEED WALKS: what bonds answer, show and log on random walks:
any of what user space can do to bonds and members, in any order. The same seed is the same walk.
MODES are lists of modes with "/" between; so many walks with the modes of each. 4+ is 802.3ad
with a partner at the other ends of the cables."""
import errno
import fcntl
import os
import random
import re
import socket
import struct
import subprocess
import sys

import lacp
from netlink import BOND, IFF_UP, IFLA_ADDRESS, IFLA_IFNAME, IFLA_LINK, IFLA_MTU, RTM_NEWLINK, attr, number
from values import SCALARS, numbers
from world import BOND_ATTR, CLASS, NAMES, Transcript, World, option, read, write

STEPS = 20
# Steps that are taken more often than others.
WEIGHTS = {"join": 2, "choose": 2, "carrier": 2, "send": 3, "ifenslave": 2}
BONDS = ["bond0", "bond1"]
MEMBERS = ["m0", "m1", "m2"]
MASTERS = CLASS + "bonding_masters"
COUNTERS = ["%s_%s" % (way, what) for way in ("tx", "rx") for what in ("packets", "bytes", "dropped", "errors")]
COUNTERS += ["rx_nohandler", "multicast"]
# What a reaction at once changes is in other tests.
OWN_PACE = ("carrier_changes", "carrier_up", "carrier_down")
# What the modes to come need, and what we alone have.
ELSEWHERE = ("mode", "arp_interval", "arp_validate", "arp_all_targets", "arp_missed_max", "tlb_dynamic_lb",
             "resilient_buckets", "resilient_idle_ms", "use_carrier")
# The C driver has no files of these.
NO_FILE = ("lacp_strict", "coupled_control", "broadcast_neighbor")
NOTHING = None, None
SIOCBONDENSLAVE, SIOCBONDRELEASE, SIOCBONDCHANGEACTIVE = 0x8990, 0x8991, 0x8995


def u32(value):
    return number("u32", value)


class Walk:
    """One walk: a bond or two, three members, and what may be on top."""

    def __init__(self, t, world, modes, seed):
        self.t, self.world, self.nl = t, world, world.nl
        self.modes, self.partner = [int(mode) for mode in modes.rstrip("+").split(",")], modes.endswith("+")
        # Of the same steps for both drivers, whatever they answer.
        self.random = random.Random(seed)
        self.case = "walk %s, modes %s" % (seed, modes)
        self.packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        names = sorted(name[3:] for name in dir(self) if name.startswith("do_"))
        self.steps = [getattr(self, "do_" + name) for name in names for _ in range(WEIGHTS.get(name, 1))]
        world.fresh()

    def some(self, of):
        return self.random.choice(of)

    def present(self):
        return [n for n in BONDS + MEMBERS + ["v0", "v1", "w0"] if os.path.isdir(CLASS + n)]

    def bonds(self):
        return [n for n in BONDS if os.path.isdir(CLASS + n)] or BONDS

    def scalar(self):
        return self.some([name for name in SCALARS if name not in ELSEWHERE and name not in NO_FILE])

    def by_netlink(self, name):
        """An attribute of that option with one of its values."""
        return attr(BOND_ATTR[name][0], self.some(numbers(name))[1])

    def attributes(self, count):
        names = [n for n in SCALARS if n not in ELSEWHERE and n in {name for name, _ in BOND.values()}]
        return [self.by_netlink(n) for n in self.random.sample(names, count)]

    # What a step may be: each says what it did, and what came of it.

    def do_create(self):
        name = self.some(BONDS)
        data = [option("mode", self.some(self.modes)), option("miimon", self.some([0, 100, 100, 50]))]
        data += self.attributes(self.some([0, 0, 1, 2]))
        return "create %s" % name, self.nl.add(name, "bond", data, answer=True)

    def do_create_by_file(self):
        name = self.some(BONDS)
        done = write(MASTERS, "+" + name)
        return "create %s by a file" % name, (done, write(CLASS + name + "/bonding/mode", NAMES[self.some(self.modes)]),
                                            write(CLASS + name + "/bonding/miimon", "100"))

    def do_delete(self):
        name = self.some(self.bonds())
        if self.some([0, 1, 2]):
            return NOTHING
        if self.some([0, 1]):
            return "delete %s by a file" % name, write(MASTERS, "-" + name)
        return ("delete " + name, self.nl.delete(name)) if os.path.isdir(CLASS + name) else NOTHING

    def join(self, member, bond):
        if self.some([0, 1]):
            answer = write(CLASS + bond + "/bonding/slaves", "+" + member)
            return "%s joins %s by a file" % (member, bond), self.excused(answer)
        if not os.path.isdir(CLASS + bond) or not os.path.isdir(CLASS + member):
            return NOTHING
        return "%s joins %s" % (member, bond), self.excused(self.nl.master(member, bond))

    def excused(self, answer):
        """The C driver gives a bond another random address if its first member fails to join, ours
        lets it keep the one it has (Documentation/design.rst)."""
        for bond in BONDS if "'ok'" not in repr(answer) else ():
            if os.path.isdir(CLASS + bond) and not read(CLASS + bond + "/bonding/slaves").strip():
                self.nl.decoder.renew(read(CLASS + bond + "/address").strip())
        return answer

    def do_join(self):
        return self.join(self.some(MEMBERS), self.some(self.bonds()))

    def do_join_down(self):
        member = self.some(MEMBERS)
        self.nl.up(member, False)
        self.world.settle(0.3)
        return self.join(member, self.some(self.bonds()))

    def do_join_oddly(self):
        return self.join(self.some(self.present() + ["lo", "nosuch"]), self.some(self.bonds()))

    def do_leave(self):
        member, bond = self.some(MEMBERS), self.some(self.bonds())
        if self.some([0, 1]):
            return "%s leaves %s by a file" % (member, bond), write(CLASS + bond + "/bonding/slaves", "-" + member)
        return member + " leaves", self.nl.master(member, None)

    def do_option(self):
        bond = self.some(self.bonds())
        data = self.attributes(self.some([1, 1, 2, 3]))
        if not os.path.isdir(CLASS + bond):
            return NOTHING
        return "options of %s: %s" % (bond, b"".join(data).hex()), self.nl.change(bond, data)

    def do_option_by_file(self):
        bond, name = self.some(self.bonds()), self.scalar()
        value = str(self.some(SCALARS[name][0]))
        return "%s of %s = %s" % (name, bond, value), write(CLASS + bond + "/bonding/" + name, value)

    def do_choose(self):
        bond, name, member = self.some(self.bonds()), self.some(["primary", "active_slave"]), self.some(MEMBERS + [""])
        if self.some([0, 1]):
            answer = write(CLASS + bond + "/bonding/" + name, member or "\n")
            return "%s of %s = %s by a file" % (name, bond, member), answer
        if not os.path.isdir(CLASS + bond):
            return NOTHING
        index = self.nl.index(member) if member else 0
        return "%s of %s = %s" % (name, bond, member), self.nl.change(bond, [option(name, index)])

    def do_mode(self):
        bond, mode = self.some(self.bonds()), self.some(self.modes)
        return "mode of %s = %d" % (bond, mode), write(CLASS + bond + "/bonding/mode", NAMES[mode])

    def do_member(self):
        member = self.some(MEMBERS)
        if self.some([0, 1]):
            return member + " prio", self.nl.change_member(member, [attr(9, number("s32", self.some([-5, 0, 5, 7])))])
        queue = number("u16", self.some([0, 1, 2, 15, 16, 17]))
        return member + " queue", self.nl.change_member(member, [attr(5, queue)])

    def do_carrier(self):
        member, on = self.some(MEMBERS), self.some([False, True, True])
        return "%s link %s" % (member, on), self.world.carrier(member, on)

    def do_blink(self):
        member = self.some(MEMBERS)
        self.world.carrier(member, False)
        self.world.settle(self.some([0.12, 0.25]))
        return "%s link blinks" % member, self.world.carrier(member, True)

    def do_up(self):
        device, on = self.some(self.present()), self.some([False, True, True])
        return "%s up %s" % (device, on), self.ask(device, ifflags=IFF_UP * on, change=IFF_UP)

    def do_up_again(self):
        bond = self.some(self.bonds())
        if not os.path.isdir(CLASS + bond):
            return NOTHING
        return "%s up" % bond, self.ask(bond, ifflags=IFF_UP, change=IFF_UP)

    def ask(self, device, *attrs, **rest):
        return self.nl.ask(RTM_NEWLINK, 0, self.nl.index(device), list(attrs), **rest)

    def do_mtu(self):
        device, mtu = self.some(self.present()), self.some([68, 1280, 1400, 1500, 9000, 65535, 67])
        return "%s mtu %d" % (device, mtu), self.ask(device, attr(IFLA_MTU, u32(mtu)))

    def do_address(self):
        device = self.some(self.present())
        address = self.some([[2, 0, 0, 0, 3, 1], [2, 0, 0, 0, 3, 2], [1, 0, 0, 0, 0, 1], [2, 0, 0, 0, 1, 1], [0] * 6])
        return "%s address %s" % (device, bytes(address).hex()), self.ask(device, attr(IFLA_ADDRESS, bytes(address)))

    def do_flag(self):
        device, flag, on = self.some(self.present()), self.some([0x100, 0x200, 0x1000, 0x80]), self.some([0, 1])
        return "%s flag %#x %d" % (device, flag, on), self.ask(device, ifflags=flag * on, change=flag)

    def do_feature(self):
        device = self.some(self.present())
        feature = self.some(["tso", "gso", "gro", "tx", "sg", "lro", "txvlan", "rxvlan", "ntuple", "rx-vlan-filter"])
        answer = self.tool("ethtool", "-K", device, feature, self.some(["on", "off"]))
        return "%s feature %s" % (device, feature), answer

    def do_send(self):
        """Frames of a few flows out of a bond, and to a member and its bond."""
        to = [bytes([2, 0, 0, 0, 9, i]) for i in range(7)] + [bytes([255] * 6), bytes([1, 0, 0x5e, 0, 0, 9])]
        self.random.shuffle(to)
        frames = [address + bytes([2, 0, 0, 0, 8, self.some(range(8))]) + b"\x88\xb5" + bytes(50) for address in to]
        device = self.some([n for n in self.present() if n not in MEMBERS] + ["p0", "p1", "p2"])
        said = []
        for frame in frames:
            try:
                said.append(self.packets.sendto(frame, (device, 0)))
            except OSError as e:
                said.append(e.errno)
        return "frames by " + device, said

    def tool(self, *command):
        done = subprocess.run(command, capture_output=True, text=True)
        return done.returncode, done.stdout, re.sub("ifindex [0-9]+", "", done.stderr)

    def do_ip(self):
        device = self.some(self.present())
        what = self.some(["add", "add", "del"])
        return device + " has an address", self.tool("ip", "addr", what, "192.0.2.1/24", "dev", device)

    def do_multicast(self):
        device = self.some(self.present())
        group = self.some(["01:00:5e:01:02:03", "33:33:00:00:00:09"])
        return device + " group", self.tool("ip", "maddr", self.some(["add", "add", "del"]), group, "dev", device)

    def do_static(self):
        device = self.some(self.present())
        address, what = self.some(["02:00:00:00:07:01", "02:00:00:00:07:02"]), self.some(["add", "add", "del"])
        return device + " another address", self.tool("bridge", "fdb", what, address, "dev", device, "self")

    def do_macvlan(self):
        bond = self.some(self.bonds())
        if os.path.isdir(CLASS + "w0"):
            return "w0 deleted", self.nl.delete("w0")
        if not os.path.isdir(CLASS + bond):
            return NOTHING
        more = [attr(IFLA_LINK, u32(self.nl.index(bond))), attr(IFLA_ADDRESS, bytes([2, 0, 0, 0, 4, 1]))]
        return "w0 over " + bond, self.nl.add("w0", "macvlan", [attr(1, u32(4))], more, answer=True)

    def do_ifenslave(self):
        """By the ioctls of old."""
        bond, member = self.some(self.bonds()), self.some(MEMBERS)
        way = self.some([SIOCBONDENSLAVE, SIOCBONDENSLAVE, SIOCBONDRELEASE, SIOCBONDCHANGEACTIVE])
        try:
            fcntl.ioctl(self.packets, way, struct.pack("16s24s", bond.encode(), member.encode()))
            answer = "ok"
        except OSError as e:
            answer = errno.errorcode[e.errno]
        if way == SIOCBONDENSLAVE:
            self.excused(answer)
        return "ioctl %#x %s %s" % (way, bond, member), answer

    def do_namespace(self):
        device = self.some(self.present())
        answer = self.tool("ip", "link", "set", device, "netns", "other")
        back = self.tool("ip", "-n", "other", "link", "set", device, "netns", "1") if answer[0] == 0 else None
        left = re.sub("[0-9]+: ", "", self.tool("ip", "-n", "other", "link")[1])
        return device + " elsewhere and back", (answer, back, left)

    def lists(self):
        """The addresses that devices listen to."""
        multicast = [" ".join(line.split()[1:]) for line in read("/proc/net/dev_mcast").split("\n")]
        return multicast, self.world.anonymous(self.tool("bridge", "fdb", "show")[1]).split("\n")

    def do_rename(self):
        device = self.some(self.present())
        answer = self.ask(device, attr(IFLA_IFNAME, "x0")), "x0" in os.listdir(CLASS)
        if answer[1]:
            self.nl.set("x0", attr(IFLA_IFNAME, device))
        return "%s renamed and back" % device, answer

    def do_queue_length(self):
        device = self.some(self.present())
        return device + " queue length", self.ask(device, attr(13, u32(self.some([0, 100, 1000]))))

    def do_vlan(self):
        number_, bond = self.some([0, 1]), self.some(self.bonds())
        name = "v%d" % number_
        if os.path.isdir(CLASS + name):
            return "%s deleted" % name, self.nl.delete(name)
        if not os.path.isdir(CLASS + bond):
            return NOTHING
        return "%s over %s" % (name, bond), self.nl.add(name, "vlan", [attr(1, number("u16", 5 + number_))],
                                                        [attr(IFLA_LINK, u32(self.nl.index(bond)))], answer=True)

    def do_queue_file(self):
        bond, member = self.some(self.bonds()), self.some(MEMBERS)
        text = "%s:%d" % (member, self.some([0, 1, 2, 3, 16]))
        return "queue_id of %s = %s" % (bond, text), write(CLASS + bond + "/bonding/queue_id", text)

    # The walk.

    def look(self, name):
        """All that is shown of a device."""
        shown = {k: v for k, v in self.nl.get(name).items() if k not in OWN_PACE}
        shown["counters"] = [read("%s%s/statistics/%s" % (CLASS, name, counter)).strip() for counter in COUNTERS]
        if name in BONDS:
            base = CLASS + name + "/bonding/"
            for file in ("slaves", "active_slave", "mii_status", "queue_id", "primary", "num_grat_arp"):
                shown["file " + file] = read(base + file)
            shown["proc"] = self.world.anonymous(read("/proc/net/bonding/" + name)).split("\n")
        return shown

    def go(self):
        self.world.cables(len(MEMBERS))
        if self.partner:
            lacp.partner(self.world)
        for number_ in range(STEPS):
            # Nothing is of interest without a bond, and little without a member.
            step = self.some(self.steps)
            if number_ < 3:
                step = (self.do_create, self.do_join, self.do_join_down)[number_]
            what, answer = step()
            if what is None:
                continue
            self.world.settle(lacp.AGREED if self.partner else 1.3)
            self.nl.known.clear()
            step = "%02d %s" % (number_, what)
            self.t.put(self.case, step + ": answer", str(answer))
            self.t.put(self.case, step + ": log", self.world.log_lines())
            self.t.put(self.case, step + ": devices", self.present())
            multicast, unicast = self.lists()
            self.t.put(self.case, step + ": multicast", multicast)
            self.t.put(self.case, step + ": unicast", unicast)
            for device in self.present() if "feature" in what else ():
                features = [line for line in self.tool("ethtool", "-k", device)[1].split("\n") if "esp-" not in line]
                self.t.put(self.case, step + ": features of " + device, features)
            for device in self.present():
                for key, value in self.look(device).items():
                    self.t.put(self.case, "%s: %s %s" % (step, device, key), value)
        self.end()

    def end(self):
        for name in ["v0", "v1", "w0", "peer"] + BONDS:
            if os.path.isdir(CLASS + name):
                self.nl.delete(name)
        for m in MEMBERS:
            self.t.put(self.case, "end: " + m, {k: v for k, v in self.nl.get(m).items() if k not in OWN_PACE})
            self.nl.delete(m)
        self.world.settle()
        self.world.forget()


def main():
    path, modes, _, *rest = sys.argv[1:]
    seed, walks = map(int, rest)
    t, world = Transcript(), World()
    subprocess.run(["ip", "netns", "add", "other"])
    try:
        for i, some in enumerate(some for some in modes.split("/") for _ in range(walks)):
            Walk(t, world, some, "%d.%d" % (seed, i)).go()
    finally:
        t.save(path)
        subprocess.run(["ip", "netns", "del", "other"])


if __name__ == "__main__":
    main()
