#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""flows.py answer: echo UDP datagrams of port 4000. flows.py ask ADDRESS NUMBER: send one datagram
on each of NUMBER flows, ten times if need be, and print how many were answered."""
import select
import socket
import sys
import time

PORT, SO_NO_CHECK = 4000, 11


def udp():
    """Without a checksum: a datapath in user space would see it before a device fills it in."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, SO_NO_CHECK, 1)
    return sock


def answer():
    sock = udp()
    sock.bind(("", PORT))
    while True:
        data, address = sock.recvfrom(2000)
        sock.sendto(data, address)


def ask(address, number):
    socks = []
    for flow in range(number):
        sock = udp()
        sock.bind(("", 20000 + flow))
        sock.connect((address, PORT))
        socks.append(sock)
    answered = set()
    # Neighbours are not resolved and flow tables not filled at the first try.
    for _ in range(10):
        for sock in socks:
            if sock not in answered:
                sock.send(bytes(64))
                time.sleep(0.002)
        end = time.monotonic() + 1
        while len(answered) < number and (left := end - time.monotonic()) > 0:
            for sock in select.select(socks, [], [], left)[0]:
                try:
                    sock.recv(2000)
                    answered.add(sock)
                except OSError:
                    pass
    print(len(answered))


if sys.argv[1] == "answer":
    answer()
ask(sys.argv[2], int(sys.argv[3]))
