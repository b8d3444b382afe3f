#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""A patch panel: tap devices, whose speed and duplex can be set, and cables between them. Obeys
lines of standard input and answers each with a line:

new [NS/]NAME ADDRESS    a device with an open end
join A B                 a cable between two devices: both have carrier
cut A                    no cable to A: neither end has carrier
"""
import fcntl
import os
import select
import struct
import subprocess
import sys

TUNSETIFF, TUNSETCARRIER, TAP, NO_PI = 0x400454CA, 0x400454E2, 0x0002, 0x1000


class Panel:
    def __init__(self):
        self.fds, self.cables = {}, {}

    def new(self, name, address):
        netns, _, device = name.rpartition("/")
        fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", device.encode(), TAP | NO_PI))
        self.fds[name] = fd
        self.carrier(name, False)
        subprocess.run(["ip", "link", "set", device, "address", address], check=True)
        if netns:
            subprocess.run(["ip", "link", "set", device, "netns", netns], check=True)

    def carrier(self, name, on):
        fcntl.ioctl(self.fds[name], TUNSETCARRIER, struct.pack("i", on))

    def join(self, *ends):
        for name, other in zip(ends, reversed(ends)):
            self.cut(name)
            self.cables[name] = other
        for name in ends:
            self.carrier(name, True)

    def cut(self, name):
        other = self.cables.pop(name, None)
        if other:
            del self.cables[other]
            self.carrier(name, False)
            self.carrier(other, False)

    def forward(self, name):
        try:
            frame = os.read(self.fds[name], 65536)
            if name in self.cables:
                os.write(self.fds[self.cables[name]], frame)
        except OSError:
            pass  # one of them is down

    def run(self):
        while True:
            ready = select.select([sys.stdin, *self.fds.values()], [], [])[0]
            for name, fd in self.fds.items():
                if fd in ready:
                    self.forward(name)
            if sys.stdin in ready:
                line = sys.stdin.readline()
                if not line:
                    return
                verb, *names = line.split()
                getattr(self, verb)(*names)
                print("done", flush=True)


Panel().run()
