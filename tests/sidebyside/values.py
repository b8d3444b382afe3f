# SPDX-License-Identifier: GPL-2.0
"""Values to set options to: good ones, and those at the edges of what is good."""
from netlink import number

# Words and numbers that any option is tried with.
WORDS = ["", " ", "\n", "\n1", "x", "-1", "0x1", "01", " 1", "\t1 \n", "1 2", "1x", "1\n2", "+1", "1.5", "1,2", "default",
         "default x", "Default", "off", "on", "On", "minval", "maxval", "1\0002", "2147483648", "4294967295", "4294967296",
         "4294967297", "18446744073709551615", "18446744073709551616", "99999999999999999999999", "a" * 31, "a" * 33]
EDGES = {"u8": [0, 1, 2, 3, 255], "u16": [0, 1, 2, 65535], "u32": [0, 1, 2, 3, 0x7fffffff, 0x80000000, 0xffffffff]}
ON_OFF = ["off", "on"]

# The options that have one value: its names or the numbers at its edges, and the type of its attribute
# (None if it has none).
SCALARS = {
    "mode": (["balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb",
              "active-backup 1", "activebackup", 7, 0], "u8"),
    "packets_per_slave": ([0, 1, 7, 65535, 65536], "u32"),
    "xmit_hash_policy": (["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac", 5, 6], "u8"),
    "arp_validate": (["none", "active", "backup", "all", "filter", "filter_active", "filter_backup", 6, 7], "u32"),
    "arp_all_targets": (["any", "all", 2], "u32"),
    "fail_over_mac": (["none", "active", "follow", 3], "u8"),
    "arp_interval": ([0, 1, 100, 2147483647], "u32"),
    "arp_missed_max": ([0, 1, 2, 255, 256], "u8"),
    "downdelay": ([0, 99, 100, 150, 200, 2147483647], "u32"),
    "updelay": ([0, 99, 100, 150, 200, 2147483647], "u32"),
    "peer_notif_delay": ([0, 99, 100, 150, 300000, 300001], "u32"),
    "miimon": ([0, 1, 50, 100, 2147483647], "u32"),
    "lacp_active": (ON_OFF, "u8"),
    "lacp_rate": (["slow", "fast", 0, 2], "u8"),
    "lacp_strict": (ON_OFF, "u8"),
    "min_links": ([0, 1, 2147483647], "u32"),
    "ad_select": (["stable", "bandwidth", "count", "actor_port_prio", 3, 4], "u8"),
    "num_unsol_na": ([0, 1, 5, 255, 256], "u8"),
    "num_grat_arp": ([0, 1, 5, 255, 256], None),
    "primary_reselect": (["always", "better", "failure", 3], "u8"),
    "use_carrier": ([0, 1, 2], "u8"),
    "all_slaves_active": ([0, 1, 2], "u8"),
    "resend_igmp": ([0, 1, 255, 256], "u32"),
    "lp_interval": ([0, 1, 2147483647], "u32"),
    "tlb_dynamic_lb": ([0, 1, 2], "u8"),
    "ad_actor_sys_prio": ([0, 1, 65535, 65536], "u16"),
    "ad_user_port_key": ([0, 1, 1023, 1024], "u16"),
    "coupled_control": (ON_OFF, "u8"),
    "broadcast_neighbor": (ON_OFF, "u8"),
    # Ours alone.
    "resilient_buckets": ([0, 1, 2, 3, 64, 4096, 4097, 8192], None),
    "resilient_idle_ms": ([0, 1, 5000, 2147483647], None),
}

# Files with a syntax of their own. d0 and d1 are members, d2 is none, d3 is another bond's, d4 is up.
FILES = {
    "slaves": ["", "\n", "d2", "+", "-", "+d2", "-d2", "+d2", "-d2", "+ d2", "+d2 +d3", "-d2 -d0", "+d0", "+d3", "-d3",
               "+d4", "+lo", "+bond0", "+nosuch", "-nosuch", "+a/b", "+.", "+..", "+a:b", "+d0123456789abcdef", "*d2",
               "++d2", "\n+d2", "-d0", "+d0"],
    "active_slave": ["d1", "d1", "d0\n", " d1", "d0 x", "", "\n", " ", "\nd1", "d2", "d3", "lo", "bond0", "nosuch",
                     "d0123456789abcdef", "D0"],
    "primary": ["d1", "d0\n", " d1", "d1 ", "nosuch", "d2", "", "\n", "\nd1", "d0123456789abcdef", "d0"],
    "queue_id": ["d0:1", "d1:1", "d1:2", "d0:0", "d1:0", "d0:16", "d0:17", "d0:-1", "d0:65535", "d0:65536", "d0:99999",
                 "d0:x", "d0:", "d0", ":1", "", "\n", "d2:1", "nosuch:1", "d0:1 d1:2", "d0: 3", "d0:0x2", "d0:1x", "d0:+2",
                 "d0123456789abcdefg:1", "a/b:1", "d0:0"],
    "arp_ip_target": ["+192.0.2.1", "+192.0.2.1", "+192.0.2.2", "-192.0.2.1", "-192.0.2.9", "192.0.2.1", "", "\n", "+",
                      "+0.0.0.0", "-0.0.0.0", "+255.255.255.255", "+192.0.2", "+192.0.2.256", "+192.0.2.3.4",
                      "+192.0.2.4,192.0.2.5", "+192.0.2.6a", "+192.0.2.7x", "+ 192.0.2.8", "+nonsense", "*192.0.2.1",
                      "-192.0.2.2"],
    "ad_actor_system": ["02:00:00:00:09:01", "02:00:00:00:09:01x", "02-00-00-00-09-01", "00:00:00:00:00:00",
                        "01:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "2:0:0:0:9:1", "02:00:00:00:09", "", "\n", "x"],
    # Read only.
    "mii_status": ["up"],
    "ad_aggregator": ["1"],
    "ad_num_ports": ["1"],
    "ad_actor_key": ["1"],
    "ad_partner_key": ["1"],
    "ad_partner_mac": ["02:00:00:00:09:01"],
}


def texts(name, every):
    """What to write to the file of an option with one value."""
    own, how = SCALARS[name]
    own = [str(value) for value in own]
    if every:
        return own + [own[-1] + "\n", own[0] + " "] + WORDS
    return own + ["nonsense", "1", "0"]


def numbers(name):
    """Payloads for its attribute: (what, bytes)."""
    own, how = SCALARS[name]
    size = {"u8": 1, "u16": 2, "u32": 4}[how]
    values = [value for value in own if isinstance(value, int) and value < 1 << 8 * size]
    values += [value for value in EDGES[how] if value not in values]
    values += [value for value in range(4, sum(isinstance(value, str) for value in own)) if value not in values]
    out = [(str(value), number(how, value)) for value in values]
    return out + [("%d bytes" % n, bytes([1] + [0] * (n - 1))[:n]) for n in (0, 1, 2, 4, 8) if n != size]
