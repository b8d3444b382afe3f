#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""flood.py DEVICE KIND NUMBER LACPDU: send frames that no honest partner of a port sends, as fast as
possible, by the device at the other end of its cable. LACPDU is one that the port has sent, in hex."""
import os
import socket
import sys

import lacp


def kinds(frame):
    """How to make frame number n of each kind, after its Ethernet header."""
    port, partner = lacp.parse(frame)
    return {
        # What the port said itself.
        "loop": lambda n: frame[14:],
        # The partner, with a state and key that change.
        "spoof": lambda n: lacp.lacpdu(partner.but(state=n & 255, key=n & 0xffff), port),
        # Others that claim to be the partner.
        "strangers": lambda n: lacp.lacpdu(partner.but(system=f"02:00:00:66:{n >> 8 & 255:02x}:{n & 255:02x}"), port),
        "noise": lambda n: b"\x01" + os.urandom(109),
        "short": lambda n: lacp.lacpdu(partner, port)[:n % 110],
        "subtype": lambda n: bytes((3 + n % 250,)) + bytes(109),
        "marker": lambda n: lacp.marker(1, transaction=n),
        "response": lambda n: lacp.marker(2, transaction=n),
        "nomarker": lambda n: lacp.marker(3 + n % 250, transaction=n),
    }


def main():
    device, kind, number, frame = sys.argv[1], sys.argv[2], int(sys.argv[3]), bytes.fromhex(sys.argv[4])
    make, head = kinds(frame)[kind], lacp.header("02:00:00:00:66:66")
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sock.bind((device, 0))
    for n in range(number):
        sock.send(head + make(n))


main()
