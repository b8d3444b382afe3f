# SPDX-License-Identifier: GPL-2.0
"""What user space sees of a bond: netlink attributes and procfs, as lines of text."""
import socket
import struct

SLAVE = {1: "state", 2: "mii", 3: "failures", 4: "perm", 5: "queue", 6: "aggregator",
         7: "actor", 8: "partner", 9: "prio", 10: "port_prio", 11: "churn_actor", 12: "churn_partner"}
AD_INFO = {1: "aggregator", 2: "ports", 3: "actor_key", 4: "partner_key", 5: "partner_mac"}
IFNAME, LINKINFO, CARRIER = 3, 18, 33
INFO_DATA, INFO_SLAVE_DATA, BOND_AD_INFO = 2, 5, 23
RTM_GETLINK, REQUEST, DUMP, EXT_MASK, SKIP_STATS = 18, 1, 0x300, 29, 8
DONE = struct.pack("=IH", 20, 3)


def attributes(data):
    """{type: payload} of netlink attributes."""
    found, offset = {}, 0
    while offset + 4 <= len(data):
        length, kind = struct.unpack_from("=HH", data, offset)
        if length < 4:
            break
        found[kind & 0x3FFF] = data[offset + 4:offset + length]
        offset += (length + 3) & ~3
    return found


def value(data):
    return str(int.from_bytes(data, "little")) if len(data) in (1, 2, 4) else data.hex(":")


def named(data, names):
    return " ".join(f"{names.get(kind, kind)} {value(payload)}"
                    for kind, payload in sorted(attributes(data).items()))


class Links:
    def __init__(self):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        self.raw, self.text, self.found = b"", "", {}

    def dump(self):
        """The answer to a dump of all devices, without statistics."""
        self.sock.send(struct.pack("=IHHIIBxHiIIHHI", 40, RTM_GETLINK, REQUEST | DUMP, 1, 0,
                                   0, 0, 0, 0, 0, 8, EXT_MASK, SKIP_STATS))
        answer = b""
        while answer[-20:-14] != DONE:
            answer += self.sock.recv(1 << 20)
        return answer

    def devices(self, answer):
        """(name, flags, attributes) of every device."""
        while len(answer) >= 32:
            length, = struct.unpack_from("=I", answer)
            flags, = struct.unpack_from("=I", answer, 24)
            attrs = attributes(answer[32:length])
            yield attrs[IFNAME].rstrip(b"\0").decode(), flags, attrs
            answer = answer[(length + 3) & ~3:]

    def look(self, bond):
        """{subject: text} of all there is; the very same object if nothing changed."""
        raw, text = self.dump(), read(f"/proc/net/bonding/{bond}")
        if (raw, text) != (self.raw, self.text):
            self.raw, self.text = raw, text
            self.found = {**self.lines(raw), **procfs(text)}
        return self.found

    def lines(self, answer):
        """{subject: text} of every bond and member."""
        found = {}
        for name, flags, attrs in self.devices(answer):
            info = attributes(attrs.get(LINKINFO, b""))
            if INFO_SLAVE_DATA in info:
                found[name] = named(info[INFO_SLAVE_DATA], SLAVE)
            elif info.get(1, b"").rstrip(b"\0") == b"bond":
                data = attributes(info.get(INFO_DATA, b""))
                found[name] = (f"carrier {value(attrs[CARRIER])} up {flags & 1} ad_info "
                               + named(data.get(BOND_AD_INFO, b""), AD_INFO))
        return found


def read(path):
    try:
        with open(path) as file:
            return file.read()
    except FileNotFoundError:
        return ""


def procfs(text):
    """{subject: text} of each line of a bond's file, counted from the section's head."""
    found, section, lines = {}, "", {}
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("Slave Interface:"):
            section = line.split()[-1] + " "
        if not line:
            continue
        name, _, rest = line.partition(":")
        place = lines[section, name] = lines.get((section, name), 0) + 1
        found[f"proc {section}{name}{'' if place == 1 else f' ({place})'}"] = rest.strip()
    return found
