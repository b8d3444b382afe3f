#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Sends frames by a device while processes read its counters without pause.

usage: stats_readers.py DEV FRAMES READERS [ALSO...]

The readers watch DEV and the devices ALSO. Prints "went backwards: N" and "sent: N", where N of
the first is how often a counter was smaller than a moment before, in any reader.
"""

import multiprocessing
import os
import socket
import sys

FRAME = b"\xff" * 6 + b"\x02" + bytes(5) + b"\x88\xb5" + bytes(46)
FIELDS = ("tx_packets", "tx_bytes", "rx_packets", "rx_bytes")


def read(files, stop, backwards, ready):
    """Reads all counters until stop is set; counts decreases."""
    fds = [os.open(name, os.O_RDONLY) for name in files]
    last = [0] * len(fds)
    ready.release()
    decreases = 0
    while not stop.is_set():
        for i, fd in enumerate(fds):
            now = int(os.pread(fd, 32, 0))
            decreases += now < last[i]
            last[i] = now
    with backwards.get_lock():
        backwards.value += decreases


def send(dev, frames):
    """Sends that many frames; returns how many the device took."""
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    sock.bind((dev, 0))
    sent = 0
    for _ in range(frames):
        try:
            sent += sock.send(FRAME) > 0
        except OSError:
            pass
    return sent


def main():
    dev, frames, readers = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    files = [
        f"/sys/class/net/{name}/statistics/{field}"
        for name in [dev] + sys.argv[4:]
        for field in FIELDS
    ]
    stop, ready = multiprocessing.Event(), multiprocessing.Semaphore(0)
    backwards = multiprocessing.Value("q", 0)
    tasks = [
        multiprocessing.Process(target=read, args=(files, stop, backwards, ready))
        for _ in range(readers)
    ]
    for task in tasks:
        task.start()
    for _ in tasks:
        ready.acquire()
    sent = send(dev, frames)
    stop.set()
    for task in tasks:
        task.join()
    print(f"went backwards: {backwards.value}")
    print(f"sent: {sent}")


main()
