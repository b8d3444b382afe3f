# SPDX-License-Identifier: GPL-2.0
"""LACPDUs and Marker PDUs (IEEE 802.1AX-2014 6.4.2, 6.5.3): build, parse, describe."""
import struct
from dataclasses import dataclass, replace

SLOW = bytes.fromhex("0180c2000002")
ETHERTYPE = 0x8809

ACTIVE, SHORT, AGGREGATION, SYNC, COLLECTING, DISTRIBUTING, DEFAULTED, EXPIRED = (
    1 << bit for bit in range(8))
LETTERS = "ASGYCDFE"


@dataclass(frozen=True)
class Info:
    """One end as an LACPDU tells it."""
    system: str = "00:00:00:00:00:00"
    system_priority: int = 0xFFFF
    key: int = 0
    port_priority: int = 0xFF
    port: int = 0
    state: int = 0

    def pack(self):
        return struct.pack(">H6sHHHB", self.system_priority, mac(self.system), self.key,
                           self.port_priority, self.port, self.state)

    @classmethod
    def unpack(cls, data):
        priority, system, key, port_priority, port, state = struct.unpack(">H6sHHHB", data)
        return cls(system.hex(":"), priority, key, port_priority, port, state)

    def __str__(self):
        return (f"{self.system_priority}/{self.system} key {self.key} "
                f"port {self.port_priority}/{self.port} {letters(self.state)}")

    def but(self, **changes):
        return replace(self, **changes)


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def letters(state):
    """A state octet, one letter for each bit that is set."""
    return "".join(c if state >> bit & 1 else "-" for bit, c in enumerate(LETTERS))


def header(source, destination=SLOW, ethertype=ETHERTYPE):
    return destination + mac(source) + struct.pack(">H", ethertype)


def lacpdu(actor, partner, version=1, actor_tlv=(1, 20), partner_tlv=(2, 20),
           collector_tlv=(3, 16), delay=0, terminator=(0, 0)):
    """The 110 bytes after the Ethernet header."""
    return b"".join((
        bytes((1, version, *actor_tlv)), actor.pack(), bytes(3),
        bytes(partner_tlv), partner.pack(), bytes(3),
        bytes(collector_tlv), struct.pack(">H", delay), bytes(12),
        bytes(terminator), bytes(50)))


def marker(kind, port=1, system="02:00:00:00:0e:01", transaction=1, version=1):
    return b"".join((bytes((2, version, kind, 0x16)), struct.pack(">H", port), mac(system),
                     struct.pack(">I", transaction), bytes(2), bytes(92)))


def parse(frame):
    """(actor, partner) of an LACPDU, None of anything else."""
    if len(frame) < 124 or frame[12:14] != b"\x88\x09" or frame[14] != 1:
        return None
    return Info.unpack(frame[18:33]), Info.unpack(frame[38:53])


def describe(frame):
    """All that is in a frame: what a canonical LACPDU does not imply is shown as it is."""
    pdu = parse(frame)
    if pdu is None:
        return f"frame {len(frame)} {frame.hex()}"
    text = f"lacpdu [{pdu[0]}] [{pdu[1]}] from {frame[6:12].hex(':')}"
    if frame != header(frame[6:12].hex(":")) + lacpdu(*pdu):
        text += " not canonical " + frame.hex()
    return text
