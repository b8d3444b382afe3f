#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Cables between two guests, over the wire of tools/pair.

wire.py near      tap devices m0 and m1; obeys wire.py ask
wire.py far       tap devices p0 and p1 at the other end; runs commands for wire.py ask
wire.py ask cut|plug|mute|unmute N
wire.py ask run COMMAND...    at the far end, with its output and status
wire.py ask quit
"""
import fcntl
import os
import select
import shlex
import socket
import struct
import subprocess
import sys
import threading
import tty

TUNSETIFF, TUNSETCARRIER, TAP, NO_PI = 0x400454CA, 0x400454E2, 0x0002, 0x1000
CONTROL = "/run/wire"
MAGIC = b"\xa5wir"
HEAD = struct.Struct(">4sHBB")
HELLO, WELCOME, FRAME, CARRIER, RUN, RESULT, QUIT = range(7)


class Wire:
    def __init__(self):
        self.fd = os.open("/dev/tty1", os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self.fd)
        self.data, self.lock = b"", threading.Lock()

    def send(self, kind, cable=0, payload=b""):
        data = HEAD.pack(MAGIC, len(payload), kind, cable) + payload
        with self.lock:
            while data:
                data = data[os.write(self.fd, data):]

    def messages(self):
        """What has arrived, whole messages only; what is none is skipped."""
        self.data += os.read(self.fd, 65536)
        while True:
            start = self.data.find(MAGIC)
            if start < 0 or len(self.data) < start + HEAD.size:
                return
            _, length, kind, cable = HEAD.unpack_from(self.data, start)
            end = start + HEAD.size + length
            if len(self.data) < end:
                return
            payload, self.data = self.data[start + HEAD.size:end], self.data[end:]
            yield kind, cable, payload


def tap(name, address):
    fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), TAP | NO_PI))
    subprocess.run(["ip", "link", "set", name, "address", address], check=True)
    return fd


class End:
    """Either end: frames and carrier."""

    def __init__(self, letter, number):
        self.wire = Wire()
        self.taps = [tap(f"{letter}{i}", f"02:00:00:00:{number:02x}:{i:02x}") for i in (0, 1)]
        self.muted = set()

    def carrier(self, cable, on):
        fcntl.ioctl(self.taps[cable], TUNSETCARRIER, struct.pack("i", on))

    def outgoing(self, cable):
        try:
            frame = os.read(self.taps[cable], 65536)
        except OSError:
            return  # nothing there, or the device is down
        if cable not in self.muted:
            self.wire.send(FRAME, cable, frame)

    def incoming(self, cable, frame):
        try:
            if cable not in self.muted:
                os.write(self.taps[cable], frame)
        except OSError:
            pass  # the device is down

    def loop(self, others=(), timeout=None):
        ready = select.select([self.wire.fd, *self.taps, *others], [], [], timeout)[0]
        for cable, fd in enumerate(self.taps):
            if fd in ready:
                self.outgoing(cable)
        if self.wire.fd in ready:
            for message in self.wire.messages():
                self.got(*message)
        return ready

    def got(self, kind, cable, payload):
        if kind == FRAME:
            self.incoming(cable, payload)
        elif kind == CARRIER:
            self.carrier(cable, payload[0])


class Near(End):
    def __init__(self):
        super().__init__("m", 1)
        self.met, self.waiting = False, []
        self.control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.control.bind(CONTROL + ".new")
        self.control.listen()

    def got(self, kind, cable, payload):
        super().got(kind, cable, payload)
        if kind == HELLO and not self.met:
            self.met = True
            self.wire.send(WELCOME)
            os.rename(CONTROL + ".new", CONTROL)
        elif kind == RESULT:
            with self.waiting.pop(0) as client:
                client.send(payload)

    def obey(self, client):
        verb, _, rest = client.recv(4096).decode().partition(" ")
        if verb == "run":
            self.waiting.append(client)
            self.wire.send(RUN, 0, rest.encode())
            return
        if verb == "quit":
            self.wire.send(QUIT)
        elif verb in ("cut", "plug"):
            on = bytes((verb == "plug",))
            self.carrier(int(rest), on[0])
            self.wire.send(CARRIER, int(rest), on)
        elif verb == "mute":
            self.muted.add(int(rest))
        elif verb == "unmute":
            self.muted.discard(int(rest))
        client.send(b"\0")
        client.close()

    def run(self):
        while True:
            if self.control in self.loop([self.control]):
                self.obey(self.control.accept()[0])


class Far(End):
    def __init__(self):
        super().__init__("p", 2)
        self.welcome = self.done = False

    def execute(self, command):
        done = subprocess.run(command, shell=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.wire.send(RESULT, 0, bytes((done.returncode & 255,)) + done.stdout[:60000])

    def got(self, kind, cable, payload):
        super().got(kind, cable, payload)
        if kind == WELCOME:
            self.welcome = True
        elif kind == RUN:
            threading.Thread(target=self.execute, args=(payload.decode(),)).start()
        elif kind == QUIT:
            self.done = True

    def run(self):
        while not self.welcome:
            self.wire.send(HELLO)
            self.loop(timeout=0.3)
        while not self.done:
            self.loop()


def ask(words):
    client = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    client.connect(CONTROL)
    client.send(" ".join(words[:1] + [shlex.quote(word) for word in words[1:]]).encode())
    answer = client.recv(1 << 16)
    sys.stdout.buffer.write(answer[1:])
    sys.exit(answer[0])


{"near": lambda: Near().run(), "far": lambda: Far().run(), "ask": lambda: ask(sys.argv[2:])}[sys.argv[1]]()
