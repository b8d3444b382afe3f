# SPDX-License-Identifier: GPL-2.0
"""rtnetlink in a few lines: requests about links with errno and extack, and messages
decoded into plain dictionaries of everything that two drivers should agree on."""
import errno
import os
import re
import socket
import struct

NLM_F_REQUEST, NLM_F_ACK, NLM_F_EXCL, NLM_F_CREATE, NLM_F_DUMP = 1, 4, 0x200, 0x400, 0x300
RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_GETSTATS = 16, 17, 18, 94
NLMSG_ERROR, NLMSG_DONE = 2, 3
NLM_F_ACK_TLVS = 0x200
NESTED = 0x8000

IFLA_ADDRESS, IFLA_IFNAME, IFLA_MTU, IFLA_LINK, IFLA_MASTER, IFLA_LINKINFO = 1, 3, 4, 5, 10, 18
INFO_KIND, INFO_DATA, INFO_SLAVE_KIND, INFO_SLAVE_DATA = 1, 2, 4, 5
IFF_UP = 1

# Of the active aggregator.
AD_INFO = {1: ("aggregator", "u16"), 2: ("num_ports", "u16"), 3: ("actor_key", "u16"), 4: ("partner_key", "u16"),
           5: ("partner_mac", "mac")}
# Of a bond: number, name, type of the payload or what is nested in it.
BOND = {
    1: ("mode", "u8"), 2: ("active_slave", "dev"), 3: ("miimon", "u32"), 4: ("updelay", "u32"),
    5: ("downdelay", "u32"), 6: ("use_carrier", "u8"), 7: ("arp_interval", "u32"),
    8: ("arp_ip_target", "hex"), 9: ("arp_validate", "u32"), 10: ("arp_all_targets", "u32"),
    11: ("primary", "dev"), 12: ("primary_reselect", "u8"), 13: ("fail_over_mac", "u8"),
    14: ("xmit_hash_policy", "u8"), 15: ("resend_igmp", "u32"), 16: ("num_unsol_na", "u8"),
    17: ("all_slaves_active", "u8"), 18: ("min_links", "u32"), 19: ("lp_interval", "u32"),
    20: ("packets_per_slave", "u32"), 21: ("lacp_rate", "u8"), 22: ("ad_select", "u8"),
    23: ("ad_info", AD_INFO), 24: ("ad_actor_sys_prio", "u16"), 25: ("ad_user_port_key", "u16"),
    26: ("ad_actor_system", "mac"), 27: ("tlb_dynamic_lb", "u8"), 28: ("peer_notif_delay", "u32"),
    29: ("lacp_active", "u8"), 30: ("arp_missed_max", "u8"), 31: ("ns_ip6_target", "hex"),
    32: ("coupled_control", "u8"), 33: ("broadcast_neighbor", "u8"), 34: ("lacp_strict", "u8"),
}
# Of a member.
MEMBER = {
    1: ("state", "u8"), 2: ("mii_status", "u8"), 3: ("link_failure_count", "u32"),
    4: ("perm_hwaddr", "mac"), 5: ("queue_id", "u16"), 6: ("ad_aggregator_id", "u16"),
    7: ("ad_actor_oper_port_state", "u8"), 8: ("ad_partner_oper_port_state", "u16"),
    9: ("prio", "s32"), 10: ("actor_port_prio", "u16"), 11: ("ad_churn_actor_state", "u8"),
    12: ("ad_churn_partner_state", "u8"),
}
# Of a link. Statistics, and what other address families say, are no matter of ours.
LINK = {
    1: ("address", "mac"), 2: ("broadcast", "mac"), 4: ("mtu", "u32"), 5: ("link", "dev"),
    6: ("qdisc", "str"), 10: ("master", "dev"), 13: ("txqlen", "u32"), 16: ("operstate", "u8"),
    17: ("linkmode", "u8"), 27: ("group", "u32"), 30: ("promiscuity", "u32"),
    31: ("tx_queues", "u32"), 32: ("rx_queues", "u32"), 33: ("carrier", "u8"),
    35: ("carrier_changes", "u32"), 39: ("proto_down", "u8"), 40: ("gso_max_segs", "u32"),
    41: ("gso_max_size", "u32"), 44: ("event", "u32"), 47: ("carrier_up", "u32"),
    48: ("carrier_down", "u32"), 50: ("min_mtu", "u32"), 51: ("max_mtu", "u32"),
    54: ("perm_address", "mac"), 58: ("gro_max_size", "u32"), 59: ("tso_max_size", "u32"),
    60: ("tso_max_segs", "u32"), 61: ("allmulti", "u32"),
}
UNWANTED = {3, 7, 14, 23, 26, 38, 52}
SIZES = {"u8": "B", "u16": "H", "u32": "I", "s32": "i"}


def attr(kind, payload):
    """An attribute; the payload is bytes, text (zero-terminated) or a list to nest."""
    if isinstance(payload, list):
        payload = b"".join(payload)
        kind |= NESTED
    elif isinstance(payload, str):
        payload = payload.encode() + b"\0"
    size = 4 + len(payload)
    return struct.pack("HH", size, kind) + payload + bytes(-size % 4)


def number(kind, value):
    return struct.pack(SIZES[kind], value)


def attributes(data):
    while len(data) >= 4:
        size, kind = struct.unpack_from("HH", data)
        if size < 4:
            return
        yield kind & 0x3FFF, data[4:size]
        data = data[(size + 3) & ~3:]


def nested(data, depth, path=()):
    """(path, payload) of the attributes in so many nests; an empty nest is one."""
    for kind, value in attributes(data):
        if depth and value:
            yield from nested(value, depth - 1, path + (kind,))
        else:
            yield path + (kind,), value


def mac(data):
    return ":".join("%02x" % byte for byte in data)


class Decoder:
    """Messages to dictionaries. Names replace indices; addresses that nobody chose are numbered."""

    def __init__(self):
        self.names = {0: "-"}
        self.random = {}

    def address(self, text):
        if text == "" or text.startswith(("02:00:00", "01:00:00")) or set(text) <= set("f:") or set(text) <= set("0:"):
            return text
        return self.random.setdefault(text, "random%d" % len(self.random))

    def renew(self, text):
        """Lets an address that nobody chose count as a new one, as it is if it is one."""
        if text in self.random:
            self.random[self.random.pop(text)] = text

    def device(self, index):
        if index not in self.names:
            try:
                self.names[index] = socket.if_indextoname(index)
            except OSError:
                return "gone"
        return self.names[index]

    def value(self, kind, data):
        if kind == "str":
            return data.rstrip(b"\0").decode()
        if kind == "mac":
            return self.address(mac(data))
        if kind == "dev":
            return self.device(struct.unpack("I", data)[0])
        if kind in SIZES and len(data) == struct.calcsize(SIZES[kind]):
            return struct.unpack(SIZES[kind], data)[0]
        return data.hex()

    def table(self, data, table, out, prefix=""):
        for kind, value in attributes(data):
            name, how = table.get(kind, ("attr%d" % kind, "hex"))
            if isinstance(how, dict):
                self.table(value, how, out, prefix + name + ".")
            else:
                out[prefix + name] = self.value(how, value)

    def link(self, message):
        """(name, what) of a link message, header and attributes."""
        kind = struct.unpack_from("H", message, 4)[0]
        family, dev_type, index, flags, change = struct.unpack_from("BxHiII", message, 16)
        raw = list(attributes(message[32:]))
        name = next((v.rstrip(b"\0").decode() for k, v in raw if k == IFLA_IFNAME), self.device(index))
        self.names[index] = name
        out = {"message": kind, "family": family, "type": dev_type, "flags": "%#x" % flags,
               "change": "%#x" % change}
        for what, value in raw:
            if what == IFLA_LINKINFO:
                self.info(value, out)
            elif what not in UNWANTED:
                name_, how = LINK.get(what, ("attr%d" % what, "hex"))
                out[name_] = self.value(how, value)
        return name, out

    def info(self, data, out):
        parts = dict(attributes(data))
        text = {k: v.rstrip(b"\0").decode() for k, v in parts.items() if k in (INFO_KIND, INFO_SLAVE_KIND)}
        out["kind"], out["slave_kind"] = text.get(INFO_KIND), text.get(INFO_SLAVE_KIND)
        if out["kind"] == "bond":
            self.table(parts.get(INFO_DATA, b""), BOND, out, "bond.")
        if out["slave_kind"] == "bond":
            self.table(parts.get(INFO_SLAVE_DATA, b""), MEMBER, out, "slave.")


class Refused(Exception):
    pass


class Netlink:
    """A socket for requests."""

    def __init__(self):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        self.sock.setsockopt(270, 11, 1)  # NETLINK_EXT_ACK
        self.sock.setsockopt(270, 10, 1)  # NETLINK_CAP_ACK
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.sock.bind((0, 0))
        self.seq = 0
        self.decoder = Decoder()
        self.known = {}

    def send(self, kind, flags, index, attrs, ifflags=0, change=0):
        body = struct.pack("BxHiII", 0, 0, index, ifflags, change) + b"".join(attrs)
        self.seq += 1
        self.request = struct.pack("IHHII", 16 + len(body), kind, flags | NLM_F_REQUEST, self.seq, 0) + body
        self.sock.send(self.request)

    def ask(self, kind, flags, index, attrs, **rest):
        """The answer: (errno name or "ok", extack text, type of the blamed attribute)."""
        self.send(kind, flags | NLM_F_ACK, index, attrs, **rest)
        while True:
            data = self.sock.recv(65536)
            what, ackflags, seq = struct.unpack_from("HHI", data, 4)
            if what == NLMSG_ERROR and seq == self.seq:
                break
        code = -struct.unpack_from("i", data, 16)[0]
        text, blamed = "", ""
        if ackflags & NLM_F_ACK_TLVS:
            for sort, value in attributes(data[36:]):
                if sort == 1:
                    text = value.rstrip(b"\0").decode()
                elif sort == 2:
                    place = struct.unpack("I", value)[0]
                    blamed = "attribute %d" % (struct.unpack_from("H", self.request, place + 2)[0] & 0x3FFF)
        return (errno.errorcode.get(code, str(code)) if code else "ok", text, blamed)

    def must(self, *args, **rest):
        answer = self.ask(*args, **rest)
        if answer[0] != "ok":
            raise Refused(answer)

    def get(self, name):
        """The message about a device. Most are like one that was decoded before."""
        self.send(RTM_GETLINK, 0, 0, [attr(IFLA_IFNAME, name), attr(29, struct.pack("I", 8))])
        data = self.sock.recv(1 << 17)
        if struct.unpack_from("H", data, 4)[0] == NLMSG_ERROR:
            raise Refused(name)
        if self.known.get(name, (None, None))[0] != data[16:]:
            self.known[name] = data[16:], self.decoder.link(data)[1]
        return dict(self.known[name][1])

    def statistics(self, name, of_member):
        """What the kind of a device counts, of a device or of one as its member."""
        kind = 3 if of_member else 2  # IFLA_STATS_LINK_XSTATS
        self.seq += 1
        self.sock.send(struct.pack("IHHIIIII", 28, RTM_GETSTATS, NLM_F_REQUEST, self.seq, 0, 0, self.index(name),
                                   1 << kind - 1))
        data = self.sock.recv(65536)
        if struct.unpack_from("H", data, 4)[0] == NLMSG_ERROR:
            return errno.errorcode[-struct.unpack_from("i", data, 16)[0]]
        return [[path, value[::-1].hex()] for path, value in nested(data[28:], depth=3)]

    @staticmethod
    def order(message, outer, inner):
        """Numbers of the attributes in a nest of IFLA_LINKINFO, as they come."""
        info = dict(attributes(dict(attributes(message[32:])).get(outer, b"")))
        return [kind for kind, _ in attributes(info.get(inner, b""))]

    def index(self, name):
        return socket.if_nametoindex(name)

    def add(self, name, kind, data=None, extra=(), answer=False):
        info = [attr(INFO_KIND, kind)]
        if data is not None:
            info.append(attr(INFO_DATA, data))
        attrs = [attr(IFLA_IFNAME, name), *extra, attr(IFLA_LINKINFO, info)]
        call = self.ask if answer else self.must
        return call(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, attrs)

    def delete(self, name):
        self.must(RTM_DELLINK, 0, self.index(name), [])

    def set(self, name, *attrs, **rest):
        return self.must(RTM_NEWLINK, 0, self.index(name), list(attrs), **rest)

    def up(self, name, on=True):
        self.set(name, ifflags=IFF_UP if on else 0, change=IFF_UP)

    def master(self, name, master):
        index = self.index(master) if master else 0
        return self.ask(RTM_NEWLINK, 0, self.index(name), [attr(IFLA_MASTER, struct.pack("I", index))])

    def change(self, name, data):
        """Options of a bond."""
        info = [attr(INFO_KIND, "bond"), attr(INFO_DATA, data)]
        return self.ask(RTM_NEWLINK, 0, self.index(name), [attr(IFLA_LINKINFO, info)])

    def change_member(self, name, data):
        info = [attr(INFO_SLAVE_KIND, "bond"), attr(INFO_SLAVE_DATA, data)]
        return self.ask(RTM_NEWLINK, 0, self.index(name), [attr(IFLA_LINKINFO, info)])


class Monitor:
    """The link notifications."""

    def __init__(self, decoder):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK, 0)
        self.sock.setsockopt(socket.SOL_SOCKET, 33, 1 << 22)  # SO_RCVBUFFORCE
        self.sock.bind((0, 1))  # RTMGRP_LINK
        self.decoder = decoder

    def take(self):
        """What came since the last time."""
        out = []
        while True:
            try:
                data = self.sock.recv(1 << 17)
            except BlockingIOError:
                return out
            while len(data) >= 16:
                size = struct.unpack_from("I", data)[0]
                out.append(self.decoder.link(data[:size]))
                data = data[(size + 3) & ~3:]


class Log:
    """The kernel log from now on: "<level>text"."""

    def __init__(self):
        self.fd = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
        os.lseek(self.fd, 0, os.SEEK_END)

    def take(self):
        out = []
        while True:
            try:
                record = os.read(self.fd, 8192).decode(errors="replace")
            except BlockingIOError:
                return out
            head, _, text = record.partition(";")
            level = int(head.split(",")[0]) & 7
            text = text.split("\n")[0]
            # The core counts how often it says this.
            if not re.match("netlink: |validate_nla: ", text):
                out.append("<%d>%s" % (level, text))
