#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""flow_map.py FLOWS BOND MEMBER...: send one UDP packet of each of FLOWS flows by BOND and print
the member that each left by, in one line."""
import socket
import struct
import sys


def main():
    flows, bond, *names = sys.argv[1:]
    sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sender.bind((bond, 0))
    taps = []
    for name in names:
        tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        tap.bind((name, 3))
        tap.setblocking(False)
        taps.append((name, tap))

    def drain():
        got = []
        for name, tap in taps:
            try:
                while True:
                    tap.recv(1)
                    got.append(name)
            except BlockingIOError:
                pass
        return "+".join(got) or "none"

    drain()
    result = []
    for flow in range(int(flows)):
        payload = bytes(18)
        udp = struct.pack("!HHHH", 40000 + flow % 256, 443, 8 + len(payload), 0) + payload
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0,
                         bytes([10, 0, 0, flow // 256]), bytes([10, 0, 1, 1]))
        sender.send(b"\x02" * 12 + b"\x08\x00" + ip + udp)
        result.append(drain())
    print(*result)


main()
