#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""tun_type.py NAME tun|tap TYPE: a persistent device of that link type (ARPHRD_*)."""
import fcntl
import os
import struct
import sys

TUNSETIFF, TUNSETPERSIST, TUNSETLINK = 0x400454CA, 0x400454CB, 0x400454CD
FLAGS = {"tun": 0x1001, "tap": 0x1002}

name, kind, arphrd = sys.argv[1], sys.argv[2], int(sys.argv[3])
fd = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), FLAGS[kind]))
fcntl.ioctl(fd, TUNSETPERSIST, 1)
fcntl.ioctl(fd, TUNSETLINK, arphrd)
