#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""control.py DRIVER time|memory: what making bonds, enslaving, releasing and reading out costs; the
driver is loaded. Prints one JSON object a line."""
import json
import os
import socket
import statistics
import struct
import sys
import time

from rtnl import (Rtnl, attribute, del_device, held_kilobytes, new_device, set_master, set_up)

BOND_MODE, ACTIVE_BACKUP, ROUND_ROBIN = 1, 1, 0
# A freed thing is gone after a grace period and what a worker does then.
SETTLE = 0.5
# Seconds between two ticks of the clock, which some waits end with.
TICK = 0.004

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


def settle(phase=0):
    """Waits until all is quiet, and for a part of a tick."""
    time.sleep(SETTLE + phase * TICK)


def bonds(n):
    create = timed([bond(f"b{i}", ROUND_ROBIN) for i in range(n)])
    settle()
    delete = timed([del_device(f"b{i}") for i in range(n)])
    settle()
    return {"create bonds": create, "delete bonds": delete}


def read_out():
    """The time of reading the file of procfs whole."""
    rounds = 10
    start = time.monotonic_ns()
    for _ in range(rounds):
        with open("/proc/net/bonding/bond0", "rb", buffering=0) as file:
            while file.read(65536):
                pass
    return (time.monotonic_ns() - start) / 1000 / rounds


def members(dummies, mode, phase):
    rtnl.ask(bond("bond0", mode))
    master = socket.if_nametoindex("bond0")
    rtnl.ask(set_up(master, True))
    enslave = timed([set_master(d, master) for d in dummies])
    settle()
    read = read_out()
    release = timed([set_master(d, 0) for d in dummies])
    settle()
    for d in dummies:
        rtnl.ask(set_master(d, master))
    settle(phase)
    delete = timed([del_device("bond0")])
    settle()
    return {"enslave members": enslave, "read procfs": read, "release members": release,
            "delete a bond with members": delete}


def repeat(measure, rounds, **keys):
    """Records the mean of some rounds, which begin at different moments between two ticks: whoever
    waits for one waits longer or shorter."""
    results = [measure(i / rounds) for i in range(rounds)]
    for what in results[0]:
        record(what, statistics.mean(r[what] for r in results), "us", **keys)


def new_dummies(n):
    for i in range(n):
        rtnl.ask(new_device(f"d{i}", "dummy"))
    return [socket.if_nametoindex(f"d{i}") for i in range(n)]


def take_times():
    # The first of everything fills caches that stay.
    bonds(20)
    for n in 100, 400:
        repeat(lambda _: bonds(n), 1, n=n)
    dummies = new_dummies(256)
    for n, rounds in (16, 16), (64, 8), (256, 4):
        for mode, name in (ACTIVE_BACKUP, "active-backup"), (ROUND_ROBIN, "balance-rr"):
            repeat(lambda phase: members(dummies[:n], mode, phase), rounds, n=n, mode=name)
    for i in range(256):
        rtnl.ask(del_device(f"d{i}"))


def take_memory():
    """In a guest that had no other driver: what one leaves behind must not count."""
    dummies = new_dummies(256)
    for i in range(20):
        rtnl.ask(bond(f"warm{i}", ROUND_ROBIN))
    settle()
    before, n = held_kilobytes(), 400
    for i in range(n):
        rtnl.ask(bond(f"b{i}", ROUND_ROBIN))
    settle()
    record("memory of a bond", (held_kilobytes() - before) / n, "kB")
    for i, d in enumerate(dummies[:32]):
        rtnl.ask(set_master(d, socket.if_nametoindex(f"b{i}")))
    settle()
    before, master = held_kilobytes(), socket.if_nametoindex("b0")
    for d in dummies[32:]:
        rtnl.ask(set_master(d, master))
    settle()
    record("memory of a member", (held_kilobytes() - before) / len(dummies[32:]), "kB")


if sys.argv[2] == "memory":
    take_memory()
else:
    take_times()
