# SPDX-License-Identifier: GPL-2.0
"""A bond whose cables end in this program: each member is a tap device, and a scripted LACP
partner sits at its other end. All that the bond sends and shows is written down with its
(virtual) time; run under time-travel=inf-cpu two runs of the same driver print the same."""
import fcntl
import os
import select
import socket
import struct
import subprocess
import time

import lacp
import links

TUNSETIFF, TUNSETCARRIER, TAP, NO_PI = 0x400454CA, 0x400454E2, 0x0002, 0x1000
# The tick of LACP is 10 jiffies and one for the timer wheel. States are looked at before each.
TICK = 0.11
LOOK = 0.09
# Links change well before the next tick: the poll of one driver and the notifier of the other
# have both seen it by then.
CHANGE = 0.03
# Timers of the kernel end on jiffies: everything starts at the same distance from one.
ALIGN, OFFSET = 0.1, 0.003
REPLY = 0.03
PROBE = 0x88B5


def ip(*args):
    words = [word for arg in args for word in str(arg).split()]
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    return (done.stdout + done.stderr).strip() if done.returncode else ""


class Partner:
    """The other end of one cable. `talks` False is silence; `smart` derives Synchronization,
    Collecting and Distributing from what the bond says, else `info.state` is sent as it is."""

    def __init__(self, port, info):
        self.port, self.info, self.other = port, info, None
        self.talks, self.smart = True, True
        self.set, self.clear = 0, 0
        self.next = None

    def actor(self):
        state = self.info.state
        if self.smart and self.other and self.other.state & state & lacp.AGGREGATION:
            state |= lacp.SYNC
            if self.other.state & lacp.SYNC:
                state |= lacp.COLLECTING
                if self.other.state & lacp.COLLECTING:
                    state |= lacp.DISTRIBUTING
        if self.smart and not self.other:
            state |= lacp.DEFAULTED
        return self.info.but(state=(state | self.set) & ~self.clear)

    def due(self, when):
        self.next = when if self.next is None else min(self.next, when)

    def heard(self, pdu, now):
        actor, partner = pdu
        before, self.other = (self.actor(), self.other), actor
        if not self.talks:
            return
        changed = before != (self.actor(), self.other)
        if changed or partner != self.actor():
            self.due(now + REPLY)

    def send(self, now):
        self.port.send(lacp.lacpdu(self.actor(), self.other or lacp.Info()))
        either = (self.info.state | (self.other.state if self.other else 0)) & lacp.ACTIVE
        fast = not self.other or self.other.state & lacp.SHORT
        self.next = now + (1 if fast else 30) if either else None

    def change(self, **changes):
        """Change what this end says, and say it now."""
        for name in ("set", "clear", "smart", "talks"):
            if name in changes:
                setattr(self, name, changes.pop(name))
        self.info = self.info.but(**changes)
        self.next = None
        if self.talks:
            self.send(self.port.rig.clock())

    def silence(self):
        self.talks, self.next = False, None

    def restart(self):
        """Forget everything, as a partner that booted."""
        self.other = None
        self.change(talks=True)


class Port:
    def __init__(self, rig, number):
        self.rig, self.name = rig, f"m{number}"
        self.mac = f"02:00:00:00:01:{number:02x}"
        self.fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(self.fd, TUNSETIFF, struct.pack("16sH22x", self.name.encode(), TAP | NO_PI))
        ip("link set", self.name, "address", self.mac)
        self.partner = Partner(self, lacp.Info(
            "02:00:00:00:0e:01", 0xFFFF, 17, 0xFF, number + 1,
            lacp.ACTIVE | lacp.SHORT | lacp.AGGREGATION))

    def carrier(self, on):
        fcntl.ioctl(self.fd, TUNSETCARRIER, struct.pack("i", on))

    def write(self, frame):
        try:
            os.write(self.fd, frame)
        except OSError as error:
            self.rig.log(f"{self.name} write {error.strerror}")

    def send(self, payload, **kwargs):
        """A slow-protocol frame from the partner."""
        self.write(lacp.header(f"02:00:00:00:0e:{0x80 + self.partner.info.port:02x}", **kwargs) + payload)

    def read(self):
        try:
            return os.read(self.fd, 65536)
        except BlockingIOError:
            return None
        except OSError:
            return None  # the device is down


class Rig:
    def __init__(self, ports=2, options="", enslave=True, up=True, miimon=100):
        self.zero, self.seen = time.monotonic(), {}
        # The last LACPDU of each member, and all other frames.
        self.last, self.transmitted = {}, []
        self.links = links.Links()
        self.kmsg = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self.kmsg, 0, os.SEEK_END)
        self.ports = [Port(self, number) for number in range(ports)]
        self.ip("link add bond0 type bond mode 802.3ad miimon", miimon, options)
        if enslave:
            for port in self.ports:
                self.ip("link set", port.name, "master bond0")
        self.sampled = 0
        if up:
            self.align()
            self.ip("link set bond0 up")

    def align(self):
        """Wait for the next round time, and count from it."""
        now = time.monotonic()
        self.zero = (now // ALIGN + 2) * ALIGN + OFFSET
        time.sleep(self.zero - now)
        self.sampled = 0

    def clock(self):
        return time.monotonic() - self.zero

    def log(self, text):
        print(f"{self.clock():10.3f} {text}")

    def ip(self, *args):
        """A command whose failure belongs to the transcript."""
        said = ip(*args)
        if said:
            self.log(f"ip {' '.join(map(str, args))}: {said}")

    def command(self, *words):
        """As ip, of another program."""
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
        if done.returncode:
            self.log(f"{' '.join(map(str, words))}: {(done.stdout + done.stderr).strip()}")

    def ping(self, address):
        """One echo request; whether it is answered is no matter."""
        subprocess.run(["ping", "-c1", "-W1", address], capture_output=True)

    def set(self, options):
        self.ip("link set bond0 type bond", options)

    def each(self, **changes):
        for port in self.ports:
            port.partner.change(**changes)

    def silence(self):
        for port in self.ports:
            port.partner.silence()

    def sample(self):
        now = self.links.look("bond0")
        if now is not self.seen:
            for subject in sorted(now.keys() | self.seen.keys()):
                if now.get(subject) != self.seen.get(subject):
                    self.log(f"{subject}: {now.get(subject, 'gone')}")
        self.seen = now
        for text, times in self.kernel_log().items():
            self.log(f"kernel: {text}" + (f" ({times} times)" if times > 1 else ""))

    def kernel_log(self):
        """{text: times} of what the kernel has said of the bond since the last call."""
        found = {}
        while True:
            try:
                record = os.read(self.kmsg, 8192).decode(errors="replace")
            except BlockingIOError:
                return found
            except BrokenPipeError:
                record = "-;bond0 lines were overwritten"
            text = record.partition(";")[2].splitlines()[0]
            if "bond0" in text:
                found[text] = found.get(text, 0) + 1

    def receive(self, port):
        while (frame := port.read()) is not None:
            if frame[12:14] == b"\x88\x09":
                self.log(f"{port.name} {lacp.describe(frame)}")
                pdu = lacp.parse(frame)
                if pdu:
                    self.last[port.name] = frame
                    port.partner.heard(pdu, self.clock())
            else:
                self.transmitted.append((port.name, frame))

    def run(self, seconds):
        """Let time pass: answer, send what is due, look at the state once a tick."""
        end = self.clock() + seconds
        while True:
            now = self.clock()
            for port in self.ports:
                if port.partner.next is not None and port.partner.next <= now:
                    port.partner.send(now)
            if now >= self.sampled * TICK + LOOK:
                self.sampled = int((now - LOOK) / TICK) + 1
                self.sample()
            if now >= end:
                return
            times = [p.partner.next for p in self.ports if p.partner.next is not None]
            wait = min(times + [end, self.sampled * TICK + LOOK]) - now
            ready = select.select([p.fd for p in self.ports], [], [], max(wait, 0))[0]
            for port in self.ports:
                if port.fd in ready:
                    self.receive(port)

    def settle(self):
        """Wait for the time of a tick at which links change."""
        self.run((CHANGE - self.clock()) % TICK)

    def link(self, on, ports, restart=True):
        """Take the carrier of ports away, or give it back with a partner that booted."""
        self.settle()
        for port in ports:
            port.carrier(on)
            port.partner.silence()
            if on and restart:
                port.partner.restart()

    def mark(self, text):
        self.log(f"== {text}")

    def probe(self):
        """Which member carries which of 8 flows, and which members' frames the bond takes."""
        out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(PROBE))
        out.bind(("bond0", PROBE))
        out.setblocking(False)
        self.transmitted.clear()
        for flow in range(8):
            head = bytes((2, 0, 0, 0, 9, flow)) + lacp.mac(self.ports[0].mac) + PROBE.to_bytes(2, "big")
            try:
                out.send(head + bytes((flow,)) * 46)
            except OSError as error:
                self.log(f"probe {error.strerror}")
        self.run(0.01)
        carried = {frame[14]: name for name, frame in self.transmitted if frame[12:14] == b"\x88\xb5"}
        self.log("probe sent by " + " ".join(carried.get(flow, "-") for flow in range(8)))
        taken = []
        for port in self.ports:
            port.write(bytes.fromhex("ffffffffffff") + lacp.mac("02:00:00:00:0e:77") +
                       PROBE.to_bytes(2, "big") + port.name.encode().ljust(46, b"\0"))
        self.run(0.01)
        try:
            while True:
                data, address = out.recvfrom(100)
                if address[2] != socket.PACKET_OUTGOING:
                    taken.append(data[14:].rstrip(b"\0").decode())
        except BlockingIOError:
            pass
        out.close()
        self.log("probe received by " + " ".join(taken))

    def counters(self):
        for args in ("bond dev bond0", "bond_slave dev m0"):
            shown = subprocess.run(["ip", "link", "xstats", "type", *args.split()],
                                   capture_output=True, text=True)
            for line in (shown.stdout + shown.stderr).splitlines():
                self.log(f"xstats {args.split()[0]} {' '.join(line.split())}")

    def close(self):
        self.counters()
        self.mark("end")
        ip("link del bond0")
        for port in self.ports:
            os.close(port.fd)
        os.close(self.kmsg)
