# SPDX-License-Identifier: GPL-2.0
"""Every option, set to values at its edges, by each way there is, in each state of a bond."""
import struct
import sys

from netlink import BOND, IFLA_ADDRESS, IFLA_LINK, IFLA_MASTER, IFLA_MTU, MEMBER, attr, number
from values import FILES, SCALARS, numbers, texts
from world import BOND_ATTR, CLASS, NAMES, Transcript, World, option, read, write

# num_grat_arp has the one of num_unsol_na.
NO_ATTRIBUTE = [name for name, (_, how) in SCALARS.items() if how is None and name != "num_grat_arp"]
STATES = ("down and empty", "down with members", "up with members")
FILE = CLASS + "bond0/bonding/"


class Bench:
    """A bond to set options of, as good as new whenever something else than the option changed."""

    def __init__(self, t, world, mode, state):
        self.t, self.world, self.nl = t, world, world.nl
        self.mode, self.state = mode, state
        self.members = [] if "empty" in state else ["d0", "d1"]
        self.make()

    def make(self):
        self.world.bond("bond0", self.mode, self.members, up="up" in self.state, miimon=100)
        # Not sooner: members would wait before their links are up.
        self.nl.change("bond0", [option("updelay", 200)])
        self.world.settle(0.02)
        self.first = self.now = self.look()
        self.world.forget()

    def drop(self):
        self.nl.delete("bond0")
        # A former member is as it was, but for being up.
        for m in self.members:
            self.nl.up(m, False)

    def remake(self):
        self.drop()
        self.make()

    def look(self):
        """All that options change, by name."""
        out = {key[5:]: value for key, value in self.nl.get("bond0").items() if key.startswith("bond.")}
        for name in NO_ATTRIBUTE:
            out[name] = read(FILE + name).strip()
        for m in self.members:
            for key, value in self.nl.get(m).items():
                if key.startswith("slave.") or key == "master":
                    out["%s %s" % (m, key)] = value
        return out

    def case(self, name):
        return "%s, %s: %s" % (NAMES[self.mode], self.state, name)

    def attempt(self, name, what, act):
        """Sets an option and writes down what came of it."""
        before = self.now
        answer = act()
        after = self.now = self.look()
        key = "num_unsol_na" if name == "num_grat_arp" else name
        case = self.case(name)
        self.t.put(case, what, answer)
        same = before.get(key) == after.get(key)
        self.t.put(case, what + ", then", "unchanged" if same else [str(after.get(key)), read(FILE + name)])
        self.t.put(case, what + ", log", self.world.log_lines())
        changed = {k: [before.get(k), after.get(k)] for k in before | after if before.get(k) != after.get(k) and k != key}
        self.t.put(case, what + ", otherwise", changed)
        if answer[0] != "ok" and before != after:
            self.t.put(case, what + ", refused, but changed", changed)
        # The rest goes on as it was. Members come and go only in their own cases.
        if changed and name not in ("slaves", "queue_id", "of a member"):
            self.remake()

    def done(self, name=""):
        """With an option. What became of members by their own is not all seen."""
        if self.now != self.first or name in ("slaves", "queue_id", "of a member"):
            self.remake()

    def files(self, every):
        for name in SCALARS:
            for i, text in enumerate(texts(name, every)):
                self.attempt(name, "%d write %r" % (i, text), lambda: (write(FILE + name, text),))
            self.done()
        for name, values in FILES.items():
            for i, text in enumerate(values):
                self.attempt(name, "%d write %r" % (i, text), lambda: (write(FILE + name, text),))
            self.done(name)

    def attributes(self):
        for name, (_, how) in SCALARS.items():
            if how:
                for what, payload in numbers(name):
                    data = [attr(BOND_ATTR[name][0], payload)]
                    self.attempt(name, "attribute " + what, lambda: self.nl.change("bond0", data))
                self.done()
        for name in ("active_slave", "primary"):
            for device in ("d1", "d0", "d2", "d3", "lo", "bond0", 0, 99999, 0xffffffff):
                index = self.nl.index(device) if isinstance(device, str) else device
                self.attempt(name, "attribute %s" % device, lambda: self.nl.change("bond0", [option(name, index)]))
            self.done()
        for name, payloads in RAW.items():
            for i, payload in enumerate(payloads):
                data = [attr(BOND_ATTR[name][0], payload)]
                self.attempt(name, "attribute %d" % i, lambda: self.nl.change("bond0", data))
            self.done()
        for what, data in SEVERAL.items():
            self.attempt("several", what, lambda: self.nl.change("bond0", data))
            self.done()

    def of_members(self):
        # Links without a speed come to rest first.
        self.world.settle(0.3)
        self.now = self.look()
        self.world.forget()
        for device in ("d0", "d1", "d2", "d3"):
            for kind, how in ((5, "u16"), (9, "s32"), (10, "u16")):
                for value in (1, 0, 16, 17, 65535) if how == "u16" else (1, 0, -1, 2147483647, -2147483648):
                    data = [attr(kind, number(how, value))]
                    self.attempt("of a member", "%s %s=%d" % (device, MEMBER[kind][0], value),
                                 lambda: self.nl.change_member(device, data))
            for kind in (1, 2, 3, 4, 6, 7, 12, 13, 99):
                self.attempt("of a member", "%s attribute %d" % (device, kind),
                             lambda: self.nl.change_member(device, [attr(kind, bytes(4))]))
            self.attempt("of a member", device + " short", lambda: self.nl.change_member(device, [attr(9, b"\1")]))
        self.done("of a member")

    def joins(self):
        """Devices that may or may not become members."""
        for device in ("d0", "d1", "d2", "d3", "d4", "lo", "bond0", "bond9", "br0", "d5", "vlan0", "vrf0", "gre0"):
            if device in self.world.extra or device[0] in "dbl":
                self.attempt("a member", "netlink " + device, lambda: self.nl.master(device, "bond0"))
                if device in ("d2", "bond9", "gre0"):
                    self.remake()
                self.attempt("a member", "sysfs " + device, lambda: (write(FILE + "slaves", "+" + device),))
                self.attempt("a member", "sysfs, away " + device, lambda: (write(FILE + "slaves", "-" + device),))
                if device in ("d2", "d0", "d1", "bond9", "gre0"):
                    self.remake()


def target(*octets):
    return attr(0, bytes(octets))


V6 = bytes.fromhex("20010db8000000000000000000000001")
RAW = {
    "arp_ip_target": [[], [target(192, 0, 2, 1)], [target(192, 0, 2, 1), target(192, 0, 2, 1)], [target(0, 0, 0, 0)],
                      [target(192, 0, 2)], [target(192, 0, 2, i) for i in range(1, 17)],
                      [target(192, 0, 2, i) for i in range(1, 18)], b"", b"\1"],
    "ns_ip6_target": [[], [attr(0, V6)], [attr(0, V6), attr(0, V6)], [attr(0, bytes(16))], [attr(0, V6[:15])],
                      [attr(0, bytes(15) + b"\1")], [attr(0, b"\xff\2" + bytes(13) + b"\1")], b""],
    "ad_actor_system": [bytes([2, 0, 0, 0, 9, 1]), bytes(6), bytes([1, 0, 0, 0, 0, 0]), bytes(5), bytes(7), b""],
}
SEVERAL = {
    "miimon and arp_interval": [option("miimon", 50), option("arp_interval", 100)],
    "miimon 0 and arp_interval 0": [option("miimon", 0), option("arp_interval", 0)],
    "miimon and arp_validate": [option("miimon", 50), option("arp_validate", 1)],
    "miimon and arp_validate 0": [option("miimon", 50), option("arp_validate", 0)],
    "delays before miimon": [option("updelay", 100), option("downdelay", 150), option("miimon", 50)],
    "delay and miimon 0": [option("updelay", 100), option("miimon", 0)],
    "a good one and a bad one": [option("resend_igmp", 9), option("primary_reselect", 9)],
    "a bad one and a good one": [option("miimon", 0x80000000), option("resend_igmp", 9)],
    "unknown": [attr(35, bytes(4))],
    "unknown and known": [attr(99, bytes(4)), option("resend_igmp", 9)],
    "ad_info": [attr(23, bytes(4))],
    "none": [],
    "the same twice": [option("resend_igmp", 3), option("resend_igmp", 300)],
}


def created(t, world, mode):
    """The options in the request that makes a bond."""
    nl = world.nl

    def attempt(name, what, data, extra=(), device="bond0"):
        case = "%s, new: %s" % (NAMES[mode], name)
        before = set(socket_names())
        t.put(case, what, nl.add(device, "bond", data, extra, answer=True))
        new = sorted(set(socket_names()) - before)
        t.put(case, what + ", then", new)
        nl.decoder.random.clear()
        for bond in new:
            message = nl.get(bond)
            t.put(case, what + ", then the device", {k: v for k, v in message.items() if not k.startswith("bond.")})
            t.put(case, what + ", then options", {k: v for k, v in message.items() if k.startswith("bond.")})
            nl.delete(bond)
        t.put(case, what + ", log", world.log_lines())

    world.fresh()
    first = [option("mode", mode), option("miimon", 100)]
    # What depends on the mode is told by the first values.
    some = None if mode < 2 else 2
    for name, (_, how) in SCALARS.items():
        if how:
            base = [] if name == "mode" else first[:1] if name in ("miimon", "arp_interval", "arp_validate") else first
            for what, payload in numbers(name)[:some]:
                attempt(name, what, base + [attr(BOND_ATTR[name][0], payload)])
    for name in ("active_slave", "primary"):
        for device in ("d0", "d3", 0, 99999):
            index = nl.index(device) if isinstance(device, str) else device
            attempt(name, str(device), first + [option(name, index)])
    for name, payloads in RAW.items():
        for i, payload in enumerate(payloads):
            attempt(name, str(i), first + [attr(BOND_ATTR[name][0], payload)])
    for what, data in SEVERAL.items():
        attempt("several", what, first + data)
    attempt("several", "mode last", [option("updelay", 100), option("miimon", 100), *first])
    attempt("nothing", "no data", None)
    attempt("nothing", "no attributes", [])
    attempt("nothing", "a delay without miimon", [option("updelay", 100)])
    for name in ("bond%d", "b/d", "d0", "a" * 16, "."):
        attempt("the device", "name " + name, first, device=name)
    for address in (bytes(6), bytes([1, 0, 0, 0, 0, 1]), bytes([255] * 6), bytes([2, 0, 0, 0, 3, 9]), bytes(5), bytes(8)):
        attempt("the device", "address " + address.hex(), first, [attr(IFLA_ADDRESS, address)])
    for mtu in (0, 67, 68, 1500, 9000, 65535, 65536, 0xffffffff):
        attempt("the device", "mtu %d" % mtu, first, [attr(IFLA_MTU, number("u32", mtu))])
    for queues in (0, 1, 17, 4096, 4097):
        attempt("the device", "tx queues %d" % queues, first, [attr(31, number("u32", queues))])
        attempt("the device", "rx queues %d" % queues, first, [attr(32, number("u32", queues))])
    attempt("the device", "group", first, [attr(27, number("u32", 7))])
    attempt("the device", "master", first, [attr(IFLA_MASTER, number("u32", nl.index("bond9")))])
    attempt("the device", "link", first, [attr(IFLA_LINK, number("u32", nl.index("d0")))])


def socket_names():
    import socket
    return [name for _, name in socket.if_nameindex()]


def devices(world):
    nl = world.nl
    for i in range(6):
        nl.add("d%d" % i, "dummy", extra=[attr(IFLA_ADDRESS, bytes([2, 0, 0, 0, 1, i]))])
    nl.up("d4")
    world.bond("bond9", 1, ["d3"], miimon=100)
    nl.add("br0", "bridge")
    nl.master("d5", "br0")
    world.extra = []
    # Cannot be opened: what it is on is down.
    nl.add("d6", "dummy", extra=[attr(IFLA_ADDRESS, bytes([2, 0, 0, 0, 1, 6]))])
    below = [attr(IFLA_LINK, number("u32", nl.index("d6")))]
    for name, kind, data, extra in (("vrf0", "vrf", [attr(1, number("u32", 10))], ()), ("gre0", "ipip", [], ()),
                                    ("vlan0", "vlan", [attr(1, number("u16", 5))], below)):
        if nl.add(name, kind, data, extra, answer=True)[0] == "ok":
            world.extra.append(name)


def main():
    t, world = Transcript(), World()
    devices(world)
    for mode in map(int, sys.argv[2].split(",")):
        for i, state in enumerate(STATES):
            world.fresh()
            bench = Bench(t, world, mode, state)
            # How words are read does not depend on the mode.
            bench.files(every=i == 0 and mode < 2)
            bench.attributes()
            bench.of_members()
            bench.joins()
            bench.drop()
        created(t, world, mode)
    world.nl.delete("bond9")
    for name in world.extra + ["d%d" % i for i in range(7)] + ["br0"]:
        world.nl.delete(name)
    t.save(sys.argv[1])


main()
