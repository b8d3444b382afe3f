#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""failover_latency.py ROUNDS: take the active member's peer down ROUNDS times; print
median and worst time, in microseconds, from that request to the netlink message of
bond0 that names another active member. Members mN have peers pN in netns peer."""
import fcntl
import os
import socket
import statistics
import struct
import sys
import time

SIOCSIFFLAGS, IFF_UP = 0x8914, 1
IFLA_LINKINFO, INFO_DATA, BOND_ACTIVE = 18, 2, 2


def attributes(data):
    while len(data) >= 4:
        size, kind = struct.unpack_from("HH", data)
        yield kind & 0x3FFF, data[4:size]
        data = data[(size + 3) & ~3:]


def active_in(message):
    """The active member's index in a message of rtnetlink, if it has one."""
    for kind, value in attributes(message[32:]):
        if kind == IFLA_LINKINFO:
            for part, inner in attributes(value):
                if part == INFO_DATA:
                    data = dict(attributes(inner))
                    if BOND_ACTIVE in data:
                        return struct.unpack("I", data[BOND_ACTIVE])[0]
    return None


def wait_for_other(monitor, bond, old):
    while True:
        data = monitor.recv(65536)
        now = time.monotonic_ns()
        while data:
            size, kind = struct.unpack_from("IH", data)
            message, data = data[:size], data[(size + 3) & ~3:]
            if kind == 16 and struct.unpack_from("i", message, 20)[0] == bond:
                if active_in(message) not in (None, old):
                    return active_in(message), now


def set_up(sock, name, up):
    fcntl.ioctl(sock, SIOCSIFFLAGS, struct.pack("16sH14x", name.encode(), IFF_UP if up else 0))


def main():
    here = os.open("/proc/self/ns/net", os.O_RDONLY)
    os.setns(os.open("/run/netns/peer", os.O_RDONLY), os.CLONE_NEWNET)
    peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    os.setns(here, os.CLONE_NEWNET)
    monitor = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    monitor.bind((0, 1))
    monitor.settimeout(5)
    bond, active = socket.if_nametoindex("bond0"), socket.if_nametoindex("m0")
    times = []
    for _ in range(int(sys.argv[1])):
        name = socket.if_indextoname(active).replace("m", "p")
        start = time.monotonic_ns()
        set_up(peer, name, False)
        active, end = wait_for_other(monitor, bond, active)
        times.append((end - start) // 1000)
        set_up(peer, name, True)
        time.sleep(0.05)
    print(int(statistics.median(times)), max(times))


main()
