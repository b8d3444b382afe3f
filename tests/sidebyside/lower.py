# SPDX-License-Identifier: GPL-2.0
"""The lower device that a bond names for frames (ndo_get_xmit_slave) and for sockets
(ndo_sk_get_lower_dev), asked by way of the module tests/modules/lower_dev."""
import errno
import os
import random
import socket
import struct
import subprocess
import sys

import hash_frames
from world import CLASS, NAMES, Transcript, World, option, write

MEMBERS = ["m0", "m1", "m2"]
POLICIES = ["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac"]
HASHED, LACP = (2, 4), 4
FILE = "/sys/kernel/debug/lower_dev"
PACKET_OUTGOING = 4


def ask(device, frame=b"", sock=None, every=False):
    """The name of the lower device, or none; or the error."""
    request = struct.pack("=16siI", device.encode(), sock.fileno() if sock else -1, every) + frame
    fd = os.open(FILE, os.O_RDWR)
    try:
        os.write(fd, request)
        return os.read(fd, 16).decode() or "none"
    except OSError as error:
        return errno.errorcode[error.errno]
    finally:
        os.close(fd)


def igmp():
    r = random.Random("igmp")
    return hash_frames.ether(r, 0x0800, hash_frames.ip4(r, 2, bytes([0x16, 0, 0, 0, 239, 1, 1, 1])))


FRAMES = [("igmp", igmp())]
FRAMES += [(name, frame) for name, frame in hash_frames.good_frames() if int(name.split(".")[1]) < 2]
FRAMES += [(name, frame) for name, frame in hash_frames.bad_frames() if int(name.split(".")[1]) < 4]


class Flow:
    """A connected socket, and a frame with the same addresses and ports."""

    def __init__(self, name, family, kind, port, here, there):
        self.name = "%s %d" % (name, port)
        self.sock = socket.socket(family, kind)
        self.sock.setblocking(False)
        if family == socket.AF_INET6:
            self.sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        self.sock.bind((here, port))
        self.sock.connect_ex((there, port * 7 % 60000))
        ports = struct.pack("!HH", port, port * 7 % 60000)
        here, there = here.replace("::ffff:", ""), there.replace("::ffff:", "")
        proto = 17 if kind == socket.SOCK_DGRAM else 6
        if ":" in here:
            packet = struct.pack("!IHBB", 6 << 28, 20, proto, 64)
            packet += socket.inet_pton(socket.AF_INET6, here) + socket.inet_pton(socket.AF_INET6, there)
        else:
            packet = struct.pack("!BBHHHBBH", 0x45, 0, 40, 0, 0, 64, proto, 0)
            packet += socket.inet_aton(here) + socket.inet_aton(there)
        kind = 0x86DD if ":" in here else 0x0800
        self.frame = bytes([2, 0, 0, 0, 9, 9, 2, 0, 0, 0, 9, 8]) + struct.pack("!H", kind) + packet + ports + bytes(16)


def flows():
    kinds = (("udp", socket.SOCK_DGRAM), ("tcp", socket.SOCK_STREAM))
    for i in range(5):
        for name, kind in kinds:
            yield Flow(name + "4", socket.AF_INET, kind, 5000 + i, "192.0.2.1", "192.0.2.%d" % (10 + i))
            yield Flow(name + "6", socket.AF_INET6, kind, 6000 + 3 * i, "2001:db8::1", "2001:db8::%d:2" % (10 + i))
            yield Flow("mapped " + name, socket.AF_INET6, kind, 7000 + i, "::ffff:192.0.2.1", "::ffff:192.0.2.%d" % (10 + i))


class Wire:
    """Sends by a bond and says which members did."""

    def __init__(self, device):
        self.out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.out.bind((device, 0))
        self.taps = {}
        for name in MEMBERS:
            self.taps[name] = socket.socket(socket.AF_PACKET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, socket.htons(3))
            self.taps[name].bind((name, 3))

    def who(self, frame):
        try:
            self.out.send(frame)
        except OSError:
            pass
        seen = []
        for name, tap in self.taps.items():
            try:
                while True:
                    got, address = tap.recvfrom(2048)
                    if got == frame and address[2] == PACKET_OUTGOING:
                        seen.append(name)
            except BlockingIOError:
                pass
        return "+".join(seen) or "none"

    def close(self):
        for sock in (self.out, *self.taps.values()):
            sock.close()


class Asker:
    def __init__(self, t, world, mode):
        self.t, self.world, self.mode = t, world, mode
        self.flows = list(flows())
        self.disagree = []

    def look(self, case, random_turns=False):
        for every in (False, True):
            for name, frame in FRAMES:
                lower = ask("bond0", frame, every=every)
                if random_turns and lower in MEMBERS and name != "igmp":
                    lower = "a member"
                self.t.put(case, "%s%s" % (name, " of all" if every else ""), lower)
        for flow in self.flows:
            lower = ask("bond0", sock=flow.sock)
            self.t.put(case, "socket " + flow.name, lower)
            # TLS takes the device itself where the bond names none.
            if lower not in ("bond0", ask("bond0", flow.frame)):
                self.disagree.append("%s: socket %s by %s, its frames by another" % (case, flow.name, lower))

    def sent(self, case):
        """Whether frames leave by the member that is named for them."""
        wire = Wire("bond0")
        for flow in self.flows:
            named, sent = ask("bond0", flow.frame), wire.who(flow.frame)
            if named != sent:
                self.disagree.append("%s: %s named %s, sent by %s" % (case, flow.name, named, sent))
        wire.close()

    def states(self, what, settle, **more):
        """Members come, lose their links and go."""
        world, nl = self.world, self.world.nl
        case = "%s, %%s" % what
        for m in MEMBERS:
            nl.master(m, "bond0")
        self.look(case % "down", **more)
        nl.up("bond0")
        world.settle(settle)
        self.look(case % "up", **more)
        # Turns are taken by asking, too.
        if self.mode in HASHED or self.mode == 1:
            self.sent(case % "up")
        world.carrier("m1", False)
        world.settle(settle)
        self.look(case % "a link lost", **more)
        if self.mode in HASHED or self.mode == 1:
            self.sent(case % "a link lost")
        nl.master("m0", None)
        world.settle(settle)
        self.look(case % "a member left", **more)
        world.carrier("m2", False)
        world.settle(settle)
        self.look(case % "all links lost", **more)
        nl.up("bond0", False)
        for m in MEMBERS[1:]:
            world.carrier(m, True)
            nl.master(m, None)
        for m in MEMBERS:
            nl.up(m, False)


def run(t, world, driver, mode):
    nl, name = world.nl, NAMES[mode]
    settle = 1.3
    world.fresh()
    if mode == LACP:
        settle = 8
        nl.add("peer", "bond", [option("mode", mode), option("lacp_rate", 1), option("miimon", 100)])
        for m in MEMBERS:
            p = m.replace("m", "p")
            nl.up(p, False)
            nl.master(p, "peer")
        nl.up("peer")
    asker = Asker(t, world, mode)
    lacp = [option("lacp_rate", 1)] if mode == LACP else []
    nl.add("bond0", "bond", [option("mode", mode), option("miimon", 50), *lacp])
    asker.look(name + ", empty")
    if mode == 0:
        # Whether frames count that nobody sends is nobody's business.
        nl.delete("bond0")
        nl.add("bond0", "bond", [option("mode", mode), option("miimon", 50)])
        never_up(asker, world, driver)
    if mode in HASHED:
        for number_, policy in enumerate(POLICIES):
            nl.change("bond0", [option("xmit_hash_policy", number_)])
            asker.states("%s %s" % (name, policy), settle)
        nl.change("bond0", [option("xmit_hash_policy", 1)])
        stacked(t, world, asker, name, settle)
        if driver == "rust":
            resilient(asker, world, settle)
    elif mode == 0:
        for packets in (1, 3, 0):
            nl.change("bond0", [option("packets_per_slave", packets)])
            asker.states("%s %d" % (name, packets), settle, random_turns=packets == 0)
    else:
        asker.states(name, settle)
    nl.delete("bond0")
    if mode == LACP:
        nl.delete("peer")
    for flow in asker.flows:
        flow.sock.close()
    for m in MEMBERS:
        nl.up(m.replace("m", "p"))
    return asker.disagree


def never_up(asker, world, driver):
    """The C driver has no counter before a bond is up for the first time, and oopses."""
    nl = world.nl
    if driver == "rust":
        world.bond("bond9", 0, ["m0"], up=False)
        if ask("bond9", asker.flows[0].frame) != "m0":
            asker.disagree.append("a bond that never was up does not name its member")
        nl.delete("bond9")
        nl.up("m0", False)
    nl.up("bond0")
    nl.up("bond0", False)


def stacked(t, world, asker, name, settle):
    """A socket's device is looked for down to the lowest one."""
    nl = world.nl
    for m in MEMBERS:
        nl.master(m, "bond0")
    nl.add("bond1", "bond", [option("mode", 2), option("xmit_hash_policy", 1), option("miimon", 50)])
    nl.master("bond0", "bond1")
    nl.up("bond1")
    world.settle(settle)
    for flow in asker.flows:
        t.put(name + ", in a bond", "socket " + flow.name, ask("bond1", sock=flow.sock))
        t.put(name + ", in a bond", "frame " + flow.name, ask("bond1", flow.frame))
    nl.delete("bond1")
    nl.up("bond0", False)
    for m in MEMBERS:
        nl.master(m, None)
        nl.up(m, False)


def resilient(asker, world, settle):
    """With buckets, what is named is what sends, before and after flows have moved."""
    nl = world.nl
    for m in MEMBERS:
        nl.master(m, "bond0")
    for text in ("64", "0"):
        if write(CLASS + "bond0/bonding/resilient_buckets", text) != "ok":
            raise SystemExit("resilient_buckets cannot be " + text)
        nl.up("bond0")
        for m, on in (("m0", True), ("m1", False), ("m1", True)):
            world.carrier(m, on)
            world.settle(settle)
            asker.sent("%s buckets, %s %s" % (text, m, on))
    nl.up("bond0", False)
    for m in MEMBERS:
        nl.master(m, None)
        nl.up(m, False)


def main():
    # Turns are counted by processor.
    os.sched_setaffinity(0, {0})
    t, world = Transcript(), World()
    world.cables(len(MEMBERS))
    world.nl.add("net0", "dummy")
    write("/proc/sys/net/ipv6/conf/net0/disable_ipv6", "0")
    for address in ("192.0.2.1/24", "2001:db8::1/32"):
        subprocess.run(["ip", "addr", "add", address, "dev", "net0", "nodad"][:6 + (":" in address)], check=True)
    world.nl.up("net0")
    disagree = []
    for mode in map(int, sys.argv[2].split(",")):
        disagree += run(t, world, sys.argv[3], mode)
    for device in MEMBERS + ["net0"]:
        world.nl.delete(device)
    t.save(sys.argv[1])
    for line in disagree[:20]:
        print("# " + line)
    sys.exit(bool(disagree))


main()
