#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""frames.py NUMBER FROM TO...: send numbered frames by FROM and print one line
for each TO with the numbers that arrived there, in order of arrival. GAP in the
environment is the pause between two frames in seconds; without one, some 200
frames are as many as a socket holds."""
import os
import socket
import sys
import time

PROTO = 0x88B5


def packet_socket(name):
    netns, _, dev = name.rpartition("/")
    here = os.open("/proc/self/ns/net", os.O_RDONLY)
    if netns:
        there = os.open("/run/netns/" + netns, os.O_RDONLY)
        os.setns(there, os.CLONE_NEWNET)
        os.close(there)
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(PROTO))
    sock.bind((dev, PROTO))
    if netns:
        os.setns(here, os.CLONE_NEWNET)
    os.close(here)
    return sock


def main():
    number, sender = int(sys.argv[1]), packet_socket(sys.argv[2])
    receivers = [packet_socket(name) for name in sys.argv[3:]]
    source = sender.getsockname()[4]
    gap = float(os.environ.get("GAP", 0))
    for n in range(number):
        head = b"\xff" * 6 + source + PROTO.to_bytes(2, "big")
        sender.send(head + n.to_bytes(2, "big") + bytes(50))
        if gap:
            time.sleep(gap)
    for sock in receivers:
        sock.settimeout(0.2)
        got = []
        try:
            while len(got) < 4 * number:
                got.append(int.from_bytes(sock.recv(100)[14:16], "big"))
        except socket.timeout:
            pass
        print(*got)


main()
