#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""control.py DRIVER: what making bonds, enslaving, releasing and reading out costs, in time and
memory; the driver is loaded. Prints one JSON object a line."""
import json
import os
import socket
import struct
import sys
import time

from rtnl import (Rtnl, attribute, del_device, free_kilobytes, new_device, set_master, set_up)

BOND_MODE, ACTIVE_BACKUP, ROUND_ROBIN = 1, 1, 0
# A freed thing is gone after a grace period and what a worker does then.
SETTLE = 0.5

rtnl = Rtnl()
driver = sys.argv[1]
bed = os.environ["LAB_FLAVOUR"]


def record(what, value, unit, **keys):
    print(json.dumps({"what": what, "bed": bed, "driver": driver, **keys, "value": value, "unit": unit}),
          flush=True)


def timed(requests):
    start = time.monotonic_ns()
    for request in requests:
        rtnl.ask(request)
    return (time.monotonic_ns() - start) / 1000


def bond(name, mode):
    return new_device(name, "bond", attribute(BOND_MODE, struct.pack("B", mode)))


def bonds(n):
    before = free_kilobytes()
    took = timed([bond(f"b{i}", ROUND_ROBIN) for i in range(n)])
    record("create bonds", took, "us", n=n)
    time.sleep(SETTLE)
    record("memory of a bond", (before - free_kilobytes()) / n, "kB", n=n)
    took = timed([del_device(f"b{i}") for i in range(n)])
    record("delete bonds", took, "us", n=n)
    time.sleep(SETTLE)


def members(n, mode, name):
    rtnl.ask(bond("bond0", mode))
    master = socket.if_nametoindex("bond0")
    rtnl.ask(set_up(master, True))
    dummies = [socket.if_nametoindex(f"d{i}") for i in range(n)]
    before = free_kilobytes()
    took = timed([set_master(d, master) for d in dummies])
    record("enslave members", took, "us", n=n, mode=name)
    time.sleep(SETTLE)
    record("memory of a member", (before - free_kilobytes()) / n, "kB", n=n, mode=name)
    rounds, size = 20, 0
    start = time.monotonic_ns()
    for _ in range(rounds):
        with open("/proc/net/bonding/bond0", "rb", buffering=0) as file:
            while data := file.read(65536):
                size += len(data)
    record("read procfs", (time.monotonic_ns() - start) / 1000 / rounds, "us", n=n, mode=name,
           bytes=size // rounds)
    took = timed([set_master(d, 0) for d in dummies])
    record("release members", took, "us", n=n, mode=name)
    time.sleep(SETTLE)
    for d in dummies:
        rtnl.ask(set_master(d, master))
    took = timed([del_device("bond0")])
    record("delete with members", took, "us", n=n, mode=name)
    time.sleep(SETTLE)


def main():
    # The first of everything fills caches that stay.
    for i in range(20):
        rtnl.ask(bond(f"b{i}", ROUND_ROBIN))
    for i in range(20):
        rtnl.ask(del_device(f"b{i}"))
    for n in os.environ.get("BONDS", "100 400").split():
        bonds(int(n))
    for i in range(256):
        rtnl.ask(new_device(f"d{i}", "dummy"))
    for n in 16, 64, 256:
        members(n, ACTIVE_BACKUP, "active-backup")
        members(n, ROUND_ROBIN, "balance-rr")
    for i in range(256):
        rtnl.ask(del_device(f"d{i}"))


main()
