# SPDX-License-Identifier: GPL-2.0
"""Which members of a bond flows leave by, and whether they arrive at another bond. A place is "here"
or a namespace."""
import collections
import contextlib
import errno
import os
import select
import socket
import struct

ROUNDS, BATCH, PATIENCE = 2, 64, 1
ALL, IPV4, PORT = 3, 0x0800, 4433


@contextlib.contextmanager
def inside(place):
    """What is opened meanwhile belongs to that namespace."""
    if place == "here":
        yield
        return
    here, there = (os.open(path, os.O_RDONLY) for path in ("/proc/self/ns/net", "/run/netns/" + place))
    os.setns(there, os.CLONE_NEWNET)
    try:
        yield
    finally:
        os.setns(here, os.CLONE_NEWNET)
        os.close(here)
        os.close(there)


def packet_socket(place, name, protocol):
    with inside(place):
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sock.bind((name, protocol))
    sock.setblocking(False)
    return sock


def packet(source, target, flow, turn):
    payload = struct.pack("!HH", flow, turn) + bytes(14)
    udp = struct.pack("!HHHH", 30000 + flow, PORT, 8 + len(payload), 0) + payload
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0,
                     bytes((198, 51, 100, 1)), bytes((203, 0, 113, 1)))
    return target + source + IPV4.to_bytes(2, "big") + ip + udp


def arrivals(sock, outgoing):
    """(flow, turn) of each packet of ours that is there."""
    while True:
        try:
            data, address = sock.recvfrom(100)
        except BlockingIOError:
            return
        except OSError:
            continue  # the device went down once
        if (address[2] == socket.PACKET_OUTGOING) == outgoing and data[36:38] == PORT.to_bytes(2, "big"):
            yield struct.unpack_from("!HH", data, 42)


def send(sock, frame):
    try:
        sock.send(frame)
    except OSError as error:
        if error.errno != errno.ENOBUFS:  # the bond drops it
            raise


def paths(flows, start, end, names):
    """Sends a packet of each flow by the bond at START, twice over. {name: flows} of the members that
    they left by, and of what is wrong: "unsent", "lost" on the way to END, "doubled", "moved" from
    member to member."""
    sender, receiver = packet_socket(start, "bond0", 0), packet_socket(end, "bond0", IPV4)
    taps = [(name, packet_socket(start, name, ALL)) for name in names]
    source, target = sender.getsockname()[4], receiver.getsockname()[4]
    left, arrived = collections.defaultdict(list), collections.Counter()
    for turn in range(ROUNDS):
        for first in range(0, flows, BATCH):
            batch = range(first, min(first + BATCH, flows))
            for flow in batch:
                send(sender, packet(source, target, flow, turn))
            for name, tap in taps:
                for which in arrivals(tap, True):
                    left[which].append(name)
            missing = {(flow, turn) for flow in batch} & left.keys()
            while missing and select.select([receiver], [], [], PATIENCE)[0]:
                found = list(arrivals(receiver, False))
                arrived.update(found)
                missing -= set(found)
    for sock in (sender, receiver, *(tap for _, tap in taps)):
        sock.close()
    return summary(flows, left, arrived)


def summary(flows, left, arrived):
    counts = collections.Counter()
    for flow in range(flows):
        turns = [(flow, turn) for turn in range(ROUNDS)]
        ways = {name for which in turns for name in left[which]}
        if len(ways) == 1:
            counts.update(ways)
        for fault, is_so in (
                ("unsent", not all(left[which] for which in turns)),
                ("lost", any(left[which] and not arrived[which] for which in turns)),
                ("doubled", any(len(left[which]) > 1 or arrived[which] > 1 for which in turns)),
                ("moved", len(ways) > 1)):
            counts[fault] += is_so
    return {name: number for name, number in sorted(counts.items()) if number}
