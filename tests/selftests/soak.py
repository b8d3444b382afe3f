#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""soak.py SEED OPTION=VALUE...: until SIGTERM, changes bond0 and its members d1 to d5 at random
(d0 stays as it is) and sends by a socket now and then. Says "ready" at first, at last how many
frames it sent, how many bytes its socket still owns and how many changes it made."""
import fcntl
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import time

FRAME = bytes(6) + b"\x02" + bytes(5) + b"\x88\xb5" + bytes(60)
SIOCOUTQ, SIOCSIFFLAGS = 0x5411, 0x8914
MEMBERS = [f"d{i}" for i in range(1, 6)]
OPTIONS = ["miimon=10", "miimon=100", "updelay=0", "downdelay=0", "all_slaves_active=0",
           "all_slaves_active=1", "resend_igmp=0", "resend_igmp=3", "num_grat_arp=2"]

on = True
sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)


def stop(*_):
    global on
    on = False


def store(path, value):
    """Writes to a file of sysfs; what is refused is refused."""
    try:
        with open("/sys/class/net/" + path, "w") as file:
            file.write(value)
    except OSError:
        pass


def set_up(name, up):
    fcntl.ioctl(sock, SIOCSIFFLAGS, struct.pack("16sH14x", name.encode(), 1 if up else 0))


def change(options):
    name = random.choice(MEMBERS)
    what = random.randrange(8)
    if what < 4:
        store(f"{name}/carrier", str(what % 2))
    elif what == 4:
        store("bond0/bonding/slaves", "-" + name)
    elif what == 5:
        if not os.path.exists(f"/sys/class/net/{name}/master"):
            set_up(name, False)
        store("bond0/bonding/slaves", "+" + name)
    elif what == 6:
        set_up(name, random.random() < 0.7)
    else:
        option, _, value = random.choice(options).partition("=")
        store("bond0/bonding/" + option, value)


def send():
    try:
        sock.send(FRAME)
    except OSError:
        pass  # given away all the same: a member that is down drops it
    return 1


def main():
    random.seed(int(sys.argv[1]))
    options = OPTIONS + sys.argv[2:]
    signal.signal(signal.SIGTERM, stop)
    sock.bind(("bond0", 0))
    print("ready", flush=True)
    sent = changes = 0
    while on:
        began = time.monotonic()
        change(options)
        changes += 1
        sent += sum(send() for _ in range(4))
        # The senders are to have most of the time, on slow kernels, too.
        time.sleep(time.monotonic() - began)
    for _ in range(100):
        owned, = struct.unpack("i", fcntl.ioctl(sock, SIOCOUTQ, bytes(4)))
        if not owned:
            break
        time.sleep(0.02)
    print(sent, owned, changes, flush=True)


main()
