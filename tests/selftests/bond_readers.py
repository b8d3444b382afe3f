#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Reads all that bonds show, over and over, until killed: sysfs, procfs and dumps of rtnetlink.

usage: bond_readers.py [PAUSE]

PAUSE is in seconds (0.01): on one processor somebody else must have a turn. What is not there
any more when it is read does not matter; what the kernel says of it in its log does.
"""

import glob
import os
import socket
import struct
import sys
import time

PATTERNS = (
    "/sys/class/net/*/bonding/*",
    "/sys/class/net/*/bonding_slave/*",
    "/sys/class/net/bond*/statistics/*x_packets",
    "/sys/class/net/bond*/slave_*/operstate",
    "/sys/class/net/bonding_masters",
    "/proc/net/bonding/*",
    "/sys/kernel/debug/bonding/*/*",
    "/proc/net/dev",
    "/sys/kernel/debug/bonding/*/*",
)
GETLINK, REQUEST_DUMP, DONE, ERROR = 18, 0x301, 3, 2
IFLA_EXT_MASK = 29


def dump(sock):
    """Asks for all links and reads the answer to its end."""
    mask = struct.pack("HHI", 8, IFLA_EXT_MASK, 9)
    body = struct.pack("BxHiII", 0, 0, 0, 0, 0) + mask
    sock.send(struct.pack("IHHII", 16 + len(body), GETLINK, REQUEST_DUMP, 1, 0) + body)
    while True:
        kind = struct.unpack_from("H", sock.recv(1 << 16), 4)[0]
        if kind in (DONE, ERROR):
            return


def files():
    """Reads every file, some of them in two steps."""
    for pattern in PATTERNS:
        for name in glob.glob(pattern):
            try:
                fd = os.open(name, os.O_RDONLY)
            except OSError:
                continue
            try:
                os.read(fd, 100)
                os.read(fd, 4096)
            except OSError:
                pass
            finally:
                os.close(fd)


def main():
    pause = float(sys.argv[1]) if len(sys.argv) > 1 else 0.01
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as sock:
        sock.settimeout(5)
        while True:
            files()
            try:
                dump(sock)
            except OSError:
                pass
            time.sleep(pause)


main()
