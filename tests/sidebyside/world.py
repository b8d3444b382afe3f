# SPDX-License-Identifier: GPL-2.0
"""Bonds, members whose carrier we hold, and a transcript of what was seen."""
import ctypes
import json
import os
import re
import struct
import time

from netlink import IFLA_ADDRESS, Log, Monitor, Netlink, attr, number

NAMES = ["balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb"]
BOND_ATTR = {name: (kind, how) for kind, (name, how) in __import__("netlink").BOND.items()}
CLASS = "/sys/class/net/"


class Transcript:
    """What one driver did: values under keys, in cases."""

    def __init__(self):
        self.cases = {}

    def put(self, case, key, value):
        values = self.cases.setdefault(case, {})
        if key in values:
            raise KeyError("%s: %s twice" % (case, key))
        values[key] = value if isinstance(value, (list, str)) else json.dumps(value, sort_keys=True)

    def save(self, path):
        with open(path, "w") as out:
            json.dump(self.cases, out)


def option(name, value):
    """An attribute of IFLA_INFO_DATA."""
    kind, how = BOND_ATTR[name]
    return attr(kind, number("u32" if how == "dev" else how, value))


def write(path, text):
    """ok, or the name of the error."""
    import errno
    try:
        fd = os.open(path, os.O_WRONLY)
        try:
            os.write(fd, text if isinstance(text, bytes) else text.encode())
        finally:
            os.close(fd)
    except OSError as e:
        return errno.errorcode[e.errno]
    return "ok"


def read(path):
    import errno
    try:
        with open(path, "rb") as file:
            return file.read().decode(errors="replace")
    except OSError as e:
        return errno.errorcode[e.errno]


def without_admin(function):
    """What function returns in a process without any capability."""
    out, into = os.pipe()
    pid = os.fork()
    if pid == 0:
        header = struct.pack("II", 0x20080522, 0)
        none = bytes(24)
        if ctypes.CDLL(None).capset(header, none):
            os._exit(1)
        with os.fdopen(into, "w") as file:
            json.dump(function(), file)
        os._exit(0)
    os.close(into)
    with os.fdopen(out) as file:
        text = file.read()
    if os.waitpid(pid, 0)[1]:
        raise ChildProcessError("the process without capabilities failed")
    return json.loads(text)


class World:
    """The devices of a test. Members mN are veth whose other ends are pN."""

    def __init__(self):
        for which in ("default", "all"):
            write("/proc/sys/net/ipv6/conf/%s/disable_ipv6" % which, "1")
        self.nl = Netlink()
        self.log = Log()
        self.monitor = Monitor(self.nl.decoder)
        self.bonds = []

    def cables(self, count):
        for i in range(count):
            other = attr(1, bytes(16) + attr(3, "p%d" % i) + attr(IFLA_ADDRESS, bytes([2, 0, 0, 0, 2, i])))
            self.nl.add("m%d" % i, "veth", [other], [attr(IFLA_ADDRESS, bytes([2, 0, 0, 0, 1, i]))])
            self.nl.up("p%d" % i)

    def carrier(self, member, on):
        self.nl.up(member.replace("m", "p"), on)

    def bond(self, name, mode, members=(), up=True, **options):
        self.nl.add(name, "bond", [option("mode", mode)] + [option(k, v) for k, v in options.items()])
        for member in members:
            answer = self.nl.master(member, name)
            if answer[0] != "ok":
                raise RuntimeError("%s does not take %s: %s" % (name, member, answer))
        if up:
            self.nl.up(name)

    def settle(self, seconds=1.3):
        """Waits for whatever has a timer; the slowest is the core's, which announces links each second."""
        time.sleep(seconds)

    def forget(self):
        """Starts a new step: drops events and log lines so far, and the names of old devices."""
        self.monitor.take()
        self.log.take()

    def fresh(self):
        """Starts a new scenario."""
        self.forget()
        self.nl.decoder.random.clear()
        self.nl.known.clear()

    def anonymous(self, text):
        """The text, without addresses that nobody chose."""
        return re.sub("(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", lambda m: self.nl.decoder.address(m[0]), text)

    def log_lines(self):
        """The log lines since the last time, without such addresses."""
        return [self.anonymous(line) for line in self.log.take()]


def flatten(value, prefix=""):
    """Leaves of JSON as (path, leaf)."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from flatten(inner, prefix + "." + key if prefix else key)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from flatten(inner, "%s[%d]" % (prefix, i))
    else:
        yield prefix, value
