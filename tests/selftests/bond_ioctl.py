#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""One bonding ioctl: bond_ioctl.py BOND enslave|release|hwaddr|active DEVICE, or info, or slave N."""
import array
import errno
import fcntl
import socket
import struct
import sys

NUMBERS = {"enslave": 0x8990, "release": 0x8991, "hwaddr": 0x8992, "slave": 0x8993,
           "info": 0x8994, "active": 0x8995, "mii": 0x8948}
OLD = {"enslave": 0, "release": 1, "hwaddr": 2, "slave": 11, "info": 12, "active": 13}


def main():
    bond, verb, *rest = sys.argv[1:]
    number = NUMBERS.get(verb)
    if verb.startswith("old-"):
        verb = verb[4:]
        number = 0x89F0 + OLD[verb]
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    answer = array.array("B", b"~" * 64)
    if verb == "slave":
        struct.pack_into("i", answer, 0, int(rest[0]))
    if verb in ("slave", "info"):
        union = struct.pack("QQ", answer.buffer_info()[0], 0)
    elif verb == "mii":
        union = struct.pack("HHHH", 0, int(rest[0]), 0, 0)
    else:
        union = rest[0].encode()
    request = bytearray(struct.pack("16s24s", bond.encode(), union))
    try:
        fcntl.ioctl(sock, number, request, True)
    except OSError as e:
        print(errno.errorcode[e.errno])
        return 1
    if verb == "info":
        print(*struct.unpack_from("iii", answer))
    elif verb == "slave":
        name, link, state, padding, failures = struct.unpack_from("16sbb2sI", answer, 4)
        name, _, unused = name.partition(b"\0")
        print(name.decode(), link, state, failures)
        if (unused + padding).strip(b"~"):
            print("what the caller had is gone")
    elif verb == "mii":
        print("%#06x" % struct.unpack_from("H", request, 22))
    return 0


sys.exit(main())
