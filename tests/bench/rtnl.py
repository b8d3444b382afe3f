# SPDX-License-Identifier: GPL-2.0
"""Requests to rtnetlink with little cost of their own, and what a kernel's memory holds."""
import glob
import os
import socket
import struct

NEWLINK, DELLINK = 16, 17
IFLA_IFNAME, IFLA_MASTER, IFLA_LINKINFO = 3, 10, 18
INFO_KIND, INFO_DATA = 1, 2
UP = 1


def attribute(kind, data):
    return struct.pack("HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


def attributes(data):
    """The attributes of a message or of an attribute, as pairs of kind and content."""
    while len(data) >= 4:
        size, kind = struct.unpack_from("HH", data)
        yield kind & 0x3FFF, data[4:size]
        data = data[(size + 3) & ~3:]


def text(kind, string):
    return attribute(kind, string.encode() + b"\0")


class Rtnl:
    def __init__(self):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        self.sock.bind((0, 0))

    def ask(self, message):
        """Sends a request and waits for the answer; raises OSError if it is refused."""
        self.sock.send(message)
        answer = self.sock.recv(65536)
        kind, = struct.unpack_from("H", answer, 4)
        error = -struct.unpack_from("i", answer, 16)[0] if kind == 2 else 0
        if error:
            raise OSError(error, os.strerror(error))


def link(kind, index=0, *attributes, flags=0, change=0, create=False):
    body = struct.pack("BxHiII", 0, 0, index, flags, change) + b"".join(attributes)
    bits = 5 | (0x600 if create else 0)  # REQUEST | ACK (| CREATE | EXCL)
    return struct.pack("IHHII", 16 + len(body), kind, bits, 1, 0) + body


def new_device(name, kind, *data):
    info = text(INFO_KIND, kind)
    if data:
        info += attribute(INFO_DATA, b"".join(data))
    return link(NEWLINK, 0, text(IFLA_IFNAME, name), attribute(IFLA_LINKINFO, info), create=True)


def del_device(name):
    return link(DELLINK, 0, text(IFLA_IFNAME, name))


def set_master(index, master):
    return link(NEWLINK, index, attribute(IFLA_MASTER, struct.pack("I", master)))


def set_up(index, up):
    return link(NEWLINK, index, flags=UP if up else 0, change=UP)


def held_kilobytes():
    """What the kernel's objects hold: slabs by the objects in use, per-CPU memory, stacks and
    mappings. Free memory would count pages that caches and lists of pages keep as they like."""
    for path in glob.glob("/sys/kernel/slab/*/shrink"):
        with open(path, "w") as file:
            file.write("1")
    with open("/proc/slabinfo") as file:
        slabs = [line.split() for line in file if ":" in line and not line.startswith(("#", "slabinfo"))]
    held = sum(int(objects) * int(size) for _, objects, _, size, *_ in slabs) / 1024
    with open("/proc/meminfo") as file:
        fields = dict(line.split(":") for line in file)
    return held + sum(int(fields[name].split()[0]) for name in ("Percpu", "KernelStack", "VmallocUsed"))
