#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""cooked.py FROM ADDRESS TO...: send one frame by FROM to a link-layer address (hex)
and let the kernel make its header; print for each TO the link type and the sender's
address as the kernel parsed it, or "nothing". A name like peer/g0 is in that namespace."""
import os
import socket
import sys

PROTO = 0x0800
PAYLOAD = bytes.fromhex("450000200000000040110000c0000201c0000202") + b"bonding test"


def packet_socket(name):
    netns, _, dev = name.rpartition("/")
    here = os.open("/proc/self/ns/net", os.O_RDONLY)
    if netns:
        there = os.open("/run/netns/" + netns, os.O_RDONLY)
        os.setns(there, os.CLONE_NEWNET)
        os.close(there)
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(PROTO))
    sock.bind((dev, PROTO))
    if netns:
        os.setns(here, os.CLONE_NEWNET)
    os.close(here)
    return sock, dev


def received(sock):
    sock.settimeout(0.5)
    try:
        while True:
            data, (_, _, kind, hatype, addr) = sock.recvfrom(200)
            if data == PAYLOAD and kind != socket.PACKET_OUTGOING:
                return f"{hatype}:{addr.hex()}"
    except socket.timeout:
        return "nothing"


def main():
    sender, dev = packet_socket(sys.argv[1])
    receivers = [packet_socket(name)[0] for name in sys.argv[3:]]
    try:
        sender.sendto(PAYLOAD, (dev, PROTO, 0, 0, bytes.fromhex(sys.argv[2])))
    except OSError as e:
        print(f"errno {e.errno}", end=" ")
    print(*(received(sock) for sock in receivers))


main()
