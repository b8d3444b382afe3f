#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""xsk.py DEVICE N xdp|packet: sends N frames from different addresses by an AF_XDP socket in copy
mode, which does not say where their MAC header is, or by a packet socket, which does."""
import ctypes
import mmap
import os
import socket
import struct
import sys

AF_XDP, SOL_XDP, XDP_COPY = 44, 283, 2
MMAP_OFFSETS, TX_RING, UMEM_REG, FILL_RING, COMPLETION_RING = 1, 3, 4, 5, 6
TX_RING_AT = 0x80000000
CHUNK, ROOM = 2048, 256


def frames(count):
    for i in range(count):
        yield bytes([2, 0, 0, 0, 9, 9, 2, 0, 0, 0, i >> 8, i & 255]) + b"\x88\xb5" + bytes(50)


def by_packet_socket(device, count):
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    sock.bind((device, 0))
    for frame in frames(count):
        sock.send(frame)


def by_xdp_socket(device, count):
    memory = mmap.mmap(-1, CHUNK * ROOM)
    where = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    sock = socket.socket(AF_XDP, socket.SOCK_RAW)
    sock.setsockopt(SOL_XDP, UMEM_REG, struct.pack("QQIIII", where, len(memory), CHUNK, 0, 0, 0))
    for ring in FILL_RING, COMPLETION_RING, TX_RING:
        sock.setsockopt(SOL_XDP, ring, struct.pack("I", ROOM))
    offsets = struct.unpack("16Q", sock.getsockopt(SOL_XDP, MMAP_OFFSETS, 128))
    produced, consumed, first = offsets[4:7]
    ring = mmap.mmap(sock.fileno(), first + 16 * ROOM, offset=TX_RING_AT)
    address = struct.pack("HHIII", AF_XDP, XDP_COPY, socket.if_nametoindex(device), 0, 0)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.bind(sock.fileno(), address, len(address)):
        raise OSError(ctypes.get_errno(), "bind")
    for i, frame in enumerate(frames(count)):
        memory[i * CHUNK:i * CHUNK + len(frame)] = frame
        struct.pack_into("QII", ring, first + 16 * i, i * CHUNK, len(frame), 0)
    struct.pack_into("I", ring, produced, count)
    while struct.unpack_from("I", ring, consumed)[0] != count:
        if libc.sendto(sock.fileno(), None, 0, socket.MSG_DONTWAIT, None, 0) < 0:
            error = ctypes.get_errno()
            if error not in (11, 16):
                raise OSError(error, os.strerror(error))


send = by_packet_socket if sys.argv[3] == "packet" else by_xdp_socket
send(sys.argv[1], int(sys.argv[2]))
