# SPDX-License-Identifier: GPL-2.0
"""Frames to hash: well-formed ones of many kinds, and malformed ones. The same each time."""
import random
import socket
import struct

COUNT = 25


def mac(rng):
    return bytes([rng.randrange(256) & 0xFE] + [rng.randrange(256) for _ in range(5)])


def ether(rng, proto, payload, tags=()):
    head = mac(rng) + mac(rng)
    for kind, tci in tags:
        head += struct.pack("!HH", kind, tci)
    return head + struct.pack("!H", proto) + payload


def ip4(rng, proto, payload, fragment=0, ihl=5):
    options = bytes(4 * max(ihl - 5, 0))
    head = struct.pack("!BBHHHBBH", 0x40 | ihl, 0, 20 + len(options) + len(payload),
                       rng.randrange(65536), fragment, 64, proto, 0)
    addresses = bytes([192, 0, 2, rng.randrange(256), 198, 51, 100, rng.randrange(256)])
    return head + addresses + options + payload


def ip6(rng, proto, payload):
    head = struct.pack("!IHBB", 6 << 28 | rng.randrange(1 << 20), len(payload), proto, 64)
    prefix = socket.inet_pton(socket.AF_INET6, "2001:db8::")[:8]
    addresses = b"".join(prefix + rng.randbytes(8) for _ in range(2))
    return head + addresses + payload


def ports(rng):
    return struct.pack("!HH", rng.randrange(65536), rng.randrange(65536))


def udp(rng, size=24):
    return ports(rng) + struct.pack("!HH", size, 0) + rng.randbytes(size - 8)


def tcp(rng):
    return ports(rng) + rng.randbytes(8) + struct.pack("!BBHHH", 0x50, 0x10, 1000, 0, 0) + b"data" * 4


def echo(rng, kind):
    return struct.pack("!BBHHH", kind, 0, 0, rng.randrange(65536), rng.randrange(9)) + rng.randbytes(24)


def icmp_error(rng, kind, inner):
    return struct.pack("!BBHI", kind, rng.randrange(4), 0, 0) + inner


def gre(rng, inner_proto, inner, key=True):
    head = struct.pack("!HH", 0x2000 if key else 0, inner_proto)
    return head + (rng.randbytes(4) if key else b"") + inner


def vxlan(rng, inner):
    return struct.pack("!HHHH", rng.randrange(65536), 4789, 0, 0) + struct.pack("!II", 1 << 27, 7 << 8) + inner


KINDS = {
    "udp4": lambda r: ether(r, 0x0800, ip4(r, 17, udp(r))),
    "tcp4": lambda r: ether(r, 0x0800, ip4(r, 6, tcp(r))),
    "udp6": lambda r: ether(r, 0x86DD, ip6(r, 17, udp(r))),
    "tcp6": lambda r: ether(r, 0x86DD, ip6(r, 6, tcp(r))),
    "echo4": lambda r: ether(r, 0x0800, ip4(r, 1, echo(r, r.choice((0, 8, 13, 14))))),
    "echo6": lambda r: ether(r, 0x86DD, ip6(r, 58, echo(r, r.choice((128, 129))))),
    "first-fragment": lambda r: ether(r, 0x0800, ip4(r, 17, udp(r), fragment=0x2000)),
    "later-fragment": lambda r: ether(r, 0x0800, ip4(r, 17, r.randbytes(24), fragment=r.randrange(1, 0x2000))),
    "fragment6": lambda r: ether(r, 0x86DD, ip6(r, 44, struct.pack("!BBHI", 17, 0, r.choice((1, 8, 9)), 5) + udp(r))),
    "unknown-type": lambda r: ether(r, r.choice((0x88B5, 0x9000, 0x0806, 0x88CC, 0x0100)), r.randbytes(50)),
    "in-band-vlan": lambda r: ether(r, 0x0800, ip4(r, 17, udp(r)), [(0x8100, r.randrange(65536))]),
    "in-band-qinq": lambda r: ether(r, 0x0800, ip4(r, 6, tcp(r)),
                                    [(0x88A8, r.randrange(65536)), (0x8100, r.randrange(65536))]),
    "gre-udp": lambda r: ether(r, 0x0800, ip4(r, 47, gre(r, 0x0800, ip4(r, 17, udp(r)), r.random() < 0.5))),
    "gre-ether": lambda r: ether(r, 0x0800, ip4(r, 47, gre(r, 0x6558, ether(r, 0x0800, ip4(r, 6, tcp(r)))))),
    "gre6-udp": lambda r: ether(r, 0x86DD, ip6(r, 47, gre(r, 0x86DD, ip6(r, 17, udp(r))))),
    "ipip": lambda r: ether(r, 0x0800, ip4(r, 4, ip4(r, 6, tcp(r)))),
    "sit": lambda r: ether(r, 0x0800, ip4(r, 41, ip6(r, 17, udp(r)))),
    "vxlan": lambda r: ether(r, 0x0800, ip4(r, 17, vxlan(r, ether(r, 0x0800, ip4(r, 6, tcp(r)))))),
    "esp": lambda r: ether(r, 0x0800, ip4(r, 50, r.randbytes(40))),
    "ah": lambda r: ether(r, 0x0800, ip4(r, 51, bytes([6, 4, 0, 0]) + r.randbytes(20) + tcp(r))),
    "sctp": lambda r: ether(r, 0x0800, ip4(r, r.choice((132, 33, 136)), r.randbytes(40))),
    "options": lambda r: ether(r, 0x0800, ip4(r, 6, tcp(r), ihl=r.randrange(6, 16))),
    "icmp-error4": lambda r: ether(r, 0x0800, ip4(r, 1, icmp_error(
        r, r.choice((3, 4, 5, 11, 12)), ip4(r, r.choice((6, 17, 1)), tcp(r), r.choice((0, 0, 0x2000)))))),
    "icmp-error6": lambda r: ether(r, 0x86DD, ip6(r, 58, icmp_error(
        r, r.choice((1, 2, 3, 4)), ip6(r, r.choice((6, 17, 58)), tcp(r))))),
    "source-mac": lambda r: mac(random.Random(1)) + mac(r) + bytes.fromhex("0800") + ip4(
        random.Random(2), 17, udp(random.Random(3))),
    "tipc": lambda r: ether(r, 0x88CA, b"\x40" + r.randbytes(59)),
    "mpls": lambda r: ether(r, 0x8847, r.randbytes(3) + b"\x40" + ip4(r, 6, tcp(r))),
    "pppoe": lambda r: ether(r, 0x8864, b"\x11\x00\x00\x01\x00\x40\x00\x21" + ip4(r, 6, tcp(r))),
}


def extension_chain(rng):
    """IPv6 with up to eight extension headers, whose lengths may lie."""
    kinds = [rng.choice((0, 43, 44, 60, 51)) for _ in range(rng.randrange(1, 9))]
    body = b""
    for following in kinds[1:] + [rng.choice((6, 17, 58, 59))]:
        body += bytes([following, rng.choice((0, 0, 1, 2, 255))]) + rng.randbytes(rng.choice((6, 14, 30)))
    return ether(rng, 0x86DD, ip6(rng, kinds[0], body + tcp(rng)))


def tag_stack(rng):
    tags = [(rng.choice((0x8100, 0x88A8, 0x9100)), rng.randrange(65536)) for _ in range(rng.randrange(2, 9))]
    return ether(rng, 0x0800, ip4(rng, 6, tcp(rng)), tags)[: rng.randrange(14, 90)]


def garbage(rng):
    proto = rng.choice((0x0800, 0x86DD, 0x8100, 0x8847, 0x88CA, 0x6558, rng.randrange(65536)))
    body = bytearray(rng.randbytes(rng.randrange(0, 120)))
    if body and proto == 0x0800:
        body[0] = 0x40 | rng.randrange(16)
    if body and proto == 0x88CA:
        body[0] &= 0xF1  # No keepalive: the kernel's dissector gives those a random key.
    for at, choices in ((9, (1, 4, 6, 17, 41, 47, 51)), (6, (0, 43, 44, 58))):
        if len(body) > at and rng.random() < 0.7:
            body[at] = rng.choice(choices)
    return ether(rng, proto, bytes(body))


def truncated(rng):
    frame = KINDS[rng.choice(list(KINDS))](rng)
    return frame[: rng.randrange(14, len(frame))]


BAD = {
    "truncated": (400, truncated),
    "ihl-lies": (100, lambda r: ether(r, 0x0800, ip4(r, r.choice((1, 6, 17)), b"")[:-20] + bytes([
        0x40 | r.randrange(16)]) + ip4(r, r.choice((1, 6, 17)), tcp(r))[1:])[: r.randrange(14, 80)]),
    "extensions": (150, extension_chain),
    "tag-stack": (150, tag_stack),
    "garbage": (400, garbage),
    "short": (20, lambda r: ether(r, 0x0800, b"")[: r.randrange(1, 15)]),
}


def jumbo(rng):
    """Large enough for fragments: the second value says how much lies in one piece."""
    kind = rng.choice(("udp4", "tcp4", "tcp6", "echo4", "gre-udp", "icmp-error4", "icmp-error6", "ah", "options"))
    frame = KINDS[kind](rng)
    return frame + bytes(8000 - len(frame)), rng.randrange(14, len(frame) + 20)


def good_frames():
    for kind, make in KINDS.items():
        rng = random.Random(kind)
        for n in range(COUNT):
            yield f"{kind}.{n}", make(rng)


def bad_frames():
    for kind, (count, make) in BAD.items():
        rng = random.Random(kind)
        for n in range(count):
            yield f"{kind}.{n}", make(rng)


def jumbo_frames():
    rng = random.Random("jumbo")
    for n in range(150):
        frame, linear = jumbo(rng)
        yield f"jumbo.{n}", frame, linear
