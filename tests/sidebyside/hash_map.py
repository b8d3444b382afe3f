#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""hash_map.py LABEL BOND VLAN MEMBER...: send every frame of hash_frames.py by BOND, those with
tags also by the device VLAN above it, and print a line for each: LABEL, frame, member that got it
(none for a drop), error of the sender if any."""
import errno
import socket
import struct
import sys

import hash_frames

ETH_P_ALL = 3
SOL_PACKET = 263
PACKET_VNET_HDR = 15
PACKET_IGNORE_OUTGOING = 23


class Sender:
    def __init__(self, dev, header=False):
        self.header = header
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        if header:
            self.sock.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        self.sock.bind((dev, 0))

    def send(self, frame, linear=0, priority=0):
        if self.header:
            frame = struct.pack("=BBHHHH", 0, 0, linear, 0, 0, 0) + frame
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_PRIORITY, priority)
        try:
            self.sock.send(frame)
        except OSError as error:
            return errno.errorcode[error.errno]
        return ""


class Members:
    def __init__(self, names):
        self.taps = []
        for name in names:
            tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            tap.bind((name, ETH_P_ALL))
            tap.setblocking(False)
            self.taps.append((name, tap))

    def who(self):
        """The members that sent something since the last call."""
        got = []
        for name, tap in self.taps:
            try:
                while True:
                    tap.recv(1)
                    got.append(name)
            except BlockingIOError:
                pass
        return "+".join(got) or "none"


def main():
    label, bond, vlan, *names = sys.argv[1:]
    plain, sized, tagged = Sender(bond), Sender(bond, header=True), Sender(vlan)
    members = Members(names)
    members.who()

    def report(frame, refused):
        print(label, frame, members.who(), refused)

    for name, frame in hash_frames.good_frames():
        report(name, plain.send(frame))
        report("tagged:" + name, tagged.send(frame))
        report("priority:" + name, tagged.send(frame, priority=3))
    for name, frame in hash_frames.bad_frames():
        report(name, plain.send(frame))
    for name, frame, linear in hash_frames.jumbo_frames():
        report(name, sized.send(frame, linear))


main()
