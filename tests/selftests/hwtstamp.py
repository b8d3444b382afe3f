#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""hwtstamp.py get|set|set-bonded DEV: configuration of hardware timestamps by ioctl.
Prints flags, tx type and filter of the answer, or the error."""
import ctypes
import fcntl
import os
import socket
import struct
import sys

SIOCSHWTSTAMP, SIOCGHWTSTAMP, BONDED = 0x89B0, 0x89B1, 1
what, dev = sys.argv[1:3]

config = ctypes.create_string_buffer(struct.pack("iii", BONDED if what == "set-bonded" else 0, 1, 1))
request = struct.pack("16sP16x", dev.encode(), ctypes.addressof(config))
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    try:
        fcntl.ioctl(sock, SIOCGHWTSTAMP if what == "get" else SIOCSHWTSTAMP, request)
        print(*struct.unpack("iii", config.raw[:12]))
    except OSError as error:
        print(os.strerror(error.errno))
