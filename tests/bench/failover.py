#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""failover.py DRIVER ROUNDS: the time from carrier loss of the active member to the message by
which user space hears of the next one. The driver is loaded; miimon is 100.

The clock starts before the write to the carrier file of a dummy, in which its driver calls
netif_carrier_off() as that of a network card does in its interrupt, and stops when the netlink
message of the bond has been read. Prints one JSON object a line."""
import json
import os
import random
import socket
import statistics
import struct
import sys
import time

from rtnl import Rtnl, attribute, attributes, del_device, new_device, set_master, set_up

IFLA_LINKINFO, INFO_DATA = 18, 2
BOND_MODE, BOND_ACTIVE, BOND_MIIMON = 1, 2, 3
ACTIVE_BACKUP = 1
RTMGRP_LINK = 1
HEADER = 32


def active_in(message):
    """The index of the active member in a message about a bond, if it has one."""
    info = dict(attributes(message[HEADER:])).get(IFLA_LINKINFO, b"")
    data = dict(attributes(dict(attributes(info)).get(INFO_DATA, b"")))
    return struct.unpack("I", data[BOND_ACTIVE])[0] if BOND_ACTIVE in data else None


def hear(events, until):
    """What comes in until then, with the time of each; looked at later, to lose no time."""
    heard = []
    while (left := until - time.monotonic()) > 0:
        events.settimeout(left)
        try:
            data = events.recv(65536)
            heard.append((time.monotonic_ns(), data))
        except TimeoutError:
            break
    return heard


def first_naming(heard, bond, wanted):
    """When the message came that names the active member of the bond."""
    for when, data in heard:
        while data:
            size, kind = struct.unpack_from("IH", data)
            message, data = data[:size], data[(size + 3) & ~3:]
            if kind == 16 and struct.unpack_from("i", message, 20)[0] == bond:
                if active_in(message) == wanted:
                    return when
    raise RuntimeError("no failover")


def main():
    driver, rounds = sys.argv[1], int(sys.argv[2])
    rtnl = Rtnl()
    rtnl.ask(new_device("bond0", "bond", attribute(BOND_MODE, struct.pack("B", ACTIVE_BACKUP)),
                        attribute(BOND_MIIMON, struct.pack("I", 100))))
    bond = socket.if_nametoindex("bond0")
    members = []
    for name in "f0", "f1":
        rtnl.ask(new_device(name, "dummy"))
        index = socket.if_nametoindex(name)
        rtnl.ask(set_master(index, bond))
        members.append((index, os.open(f"/sys/class/net/{name}/carrier", os.O_WRONLY)))
    rtnl.ask(set_up(bond, True))
    events = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    events.bind((0, RTMGRP_LINK))
    random.seed(1)
    times = []
    for i in range(rounds):
        (_, carrier), (other, _) = members[i % 2], members[(i + 1) % 2]
        # Both links are up for longer than a pass, and the loss comes anywhere in one.
        hear(events, time.monotonic() + 0.3 + random.random() / 10)
        start = time.monotonic_ns()
        os.write(carrier, b"0")
        heard = hear(events, time.monotonic() + 0.25)
        times.append((first_naming(heard, bond, other) - start) // 1000)
        os.write(carrier, b"1")
    rtnl.ask(del_device("bond0"))
    for name in "f0", "f1":
        rtnl.ask(del_device(name))
    for what, value in ("median", int(statistics.median(times))), ("worst", max(times)):
        print(json.dumps({"what": "failover", "bed": os.environ["LAB_FLAVOUR"], "driver": driver,
                          "rounds": rounds, "of": what, "value": value, "unit": "us"}), flush=True)


main()
