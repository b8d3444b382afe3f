# SPDX-License-Identifier: GPL-2.0
"""What is to differ from the C driver, and by which decision: an id or a section of
Documentation/design.rst, new for what the C driver lacks, later for what we do.

Each row: decision, why, case, key, then the C driver's value and ours. Case and key are regular
expressions to be found, values are to be matched in full, and None is no such value. Instead of
two values a row may have a function of both."""
from collections import Counter
import json
import re


def only_slave_links(theirs, ours):
    theirs, ours = json.loads(theirs), json.loads(ours)
    added = {name: device for name, device in ours.items() if name not in theirs}
    return ({**theirs, **added} == ours
            and added == {"slave_" + name[6:]: device for name, device in theirs.items() if name[:6] == "lower_"})


def but_for(theirs_line, ours_line):
    """Lists of lines that differ in one line only."""
    def same(theirs, ours):
        return [ours_line if x == theirs_line else x for x in theirs] == ours
    return same


def tokens(lines):
    for line in lines:
        for token in line.split():
            name, equals, value = token.partition("=")
            if equals and name != "change":
                yield name, value


LACP_ATTRIBUTES = ("slave.ad_", "bond.ad_info")


def history(lines):
    """The values of each attribute but LACP's, one after another."""
    out = {}
    for name, value in tokens(lines):
        if not name.startswith(LACP_ATTRIBUTES):
            out.setdefault(name, []).append(value)
    out["event"] = sorted(out.get("event", []))
    return out


def without_lacp(lines):
    """The same, as far as one differs from the one before."""
    return {name: [x for x, last in zip(values, [None] + values) if x != last] for name, values in history(lines).items()}


def other_moments(theirs, ours):
    """Messages that tell the same, but for what LACP had come to when they were sent."""
    # Where carrier comes before the kernel has said that there is none, it does not say so.
    a, b = ([line for line in lines if line != "flags=0x1403 operstate=2"] for lines in (theirs, ours))
    return without_lacp(ours) in (without_lacp(theirs), without_lacp(a)) or without_lacp(b) == without_lacp(theirs)


def tried(theirs, ours):
    """The same, but that a member was active for a moment before it left."""
    a, b = without_lacp(theirs), without_lacp(ours)
    return b.pop("slave.state", None) == ["0", "1", ""] and a.pop("slave.state", None) == [""] and a == b


def nearly(theirs, ours):
    """Lists with the same entries but a few."""
    a, b = Counter(theirs), Counter(ours)
    return a.keys() == b.keys() and sum(((a - b) + (b - a)).values()) <= 2


def same_end(theirs, ours):
    """Messages after which the state is the same."""
    ends = [dict(tokens(lines)) for lines in (theirs, ours)]
    for end in ends:
        end.pop("event", None)
    return ends[0] == ends[1]


def same_events(theirs, ours):
    """The same, and each event is told as often."""
    told = [sorted(re.findall("event=[0-9]+", " ".join(lines))) for lines in (theirs, ours)]
    return told[0] == told[1] and same_end(theirs, ours)


def at_once(theirs, ours):
    """As many messages, and each attribute takes the same values, but sooner."""
    return len(theirs) == len(ours) and history(theirs) == history(ours)


def with_delays(theirs, ours):
    """The same, but for messages when a link begins to wait for its delay."""
    waiting = "slave.mii_status"
    a, b = history(theirs), history(ours)
    for histories in (a, b):
        states = [s for s in histories.pop(waiting, []) if s not in ("1", "3")]
        histories[waiting] = [s for i, s in enumerate(states) if i == 0 or s != states[i - 1]]
    return len(theirs) <= len(ours) and a == b


def at_once_or_delays(theirs, ours):
    return at_once(theirs, ours) or with_delays(theirs, ours)


def a_pass_less(theirs, ours):
    """The same, but that one pass less of a delay had ended."""
    a, b = (re.split(r"again after (-?\d+) ms", "\n".join(lines)) for lines in (theirs, ours))
    passes = [int(x) - int(y) for x, y in zip(a[1::2], b[1::2])]
    return a[::2] == b[::2] and bool(passes) and all(p in (100, 500) for p in passes)


def same_lines(theirs, ours):
    return sorted(theirs) == sorted(ours)


def more_lines(theirs, ours):
    """All of their lines, and some of ours in between."""
    rest = iter(ours)
    return all(line in rest for line in theirs)


def one_less(theirs, ours):
    return len(theirs) == len(ours) + 1 and same_end(theirs, ours) and any("event=2" in line for line in theirs)


def default_miimon(theirs, ours):
    return [line.replace("bond.miimon=0 ", "bond.miimon=100 ") for line in theirs] == ours


def about(theirs, ours):
    """Counters, of which those of LACPDUs (0 and 1) may be a little different."""
    return [name for name, _ in theirs] == [name for name, _ in ours] and all(
        abs(int(b, 16) - int(a, 16)) <= (4 if name[-1] in (0, 1) else 0) for (name, a), (_, b) in zip(theirs, ours))


def farewells(theirs, ours):
    """Counters with some more LACPDUs, sent or dropped."""
    sent, size, dropped, *rest = (int(b) - int(a) for a, b in zip(theirs, ours))
    return size == 124 * sent and min(sent, dropped) >= 0 and not any(rest)


def lacpdus(theirs, ours):
    """Counters with a few LACPDUs more or less, of which some may not arrive."""
    sent, out, lost, errors, heard, size, *rest = (int(b) - int(a) for a, b in zip(theirs, ours))
    return out == 124 * sent and size == 124 * heard and max(map(abs, (sent, lost, errors, heard, *rest))) <= 4


def one_by_one(theirs, ours):
    """The same said of the members, in another order, and something else of carrier in between."""
    a, b = ([line for line in lines if not re.search("active interface|No 802.3ad response", line)] for lines in (theirs, ours))
    return same_lines(a, b)


LINK_AGAIN = r"^\d\d m1 (loses its link|has it back|comes back|is back)[^:]*"
LINK = r"^\d\d (m\d (loses its link|has it back|gets a link)|and up)"
MOMENT = r"^\d\d a link (lost|back) for a moment"
AT_ONCE = "Failover: at once"
EVENTS = [
    (AT_ONCE, "a member follows its link before the kernel announces that", "", LINK + ": (m.|bond.|bond0.5)$", at_once),
    (AT_ONCE, "and so messages come in another order", "", LINK + ": order$", same_lines),
    (AT_ONCE, "a delay starts when the link changes", "delay$", MOMENT + ": m.$", with_delays),
    (AT_ONCE, "a member whose device goes is down before", "no link at first", "device of a member goes: m0$", same_end),
    (AT_ONCE, "which the log says", "no link at first", "device of a member goes: log$", more_lines),
    (AT_ONCE, "and messages", "no link at first", "device of a member goes: order$", more_lines),
    (AT_ONCE, "the kernel's announcement tells that a delay has begun", "delay$", LINK + ": m.$", with_delays),
    (AT_ONCE, "messages find LACP at other moments", "^802.3ad", ": (m.|bond.)$", other_moments),
    (AT_ONCE, "and so come in another order", "^802.3ad", ": order$", nearly),
    (AT_ONCE, "while members leave the rest is tried", "^802.3ad", "delete.*: m.$", tried),
    ("LACP", "a port counts when its link is up, after updelay", "^802.3ad, (by sysfs|.*delay)$", " up: log$",
     lambda theirs, ours: [line for line in ours if "active interface" not in line]
     == [line for line in theirs if not re.search("active interface|No 802.3ad response", line)]),
    ("LACP", "so that no aggregator is removed when a link goes with its device", "^802.3ad, no link", "member goes: log$",
     lambda theirs, ours: more_lines([line for line in theirs if "Removing an active" not in line], ours)),
    ("D3", "which LACP asks for", "^802.3ad, by sysfs$", "05 mode: bond0$",
     lambda theirs, ours: [line.replace(" bond.miimon=100", "") for line in theirs] == ours),
    ("H4", "the first link is used at once in every mode", "^(balance-rr|broadcast|802.3ad), .*delay$", "has it back: log",
     but_for("<6>bond0: (slave m1): link status up, enabling it in 300 ms",
             "<6>bond0: (slave m1): link status up, enabling it in 0 ms")),
    ("H4", "so that the log has another order", "^(balance-rr|broadcast), (by sysfs|.*delay)$", " up: (order|log)$", same_lines),
    ("D3", "miimon defaults to 100", "by sysfs$", "^01 create: bond0$", default_miimon),
    ("D3", "until it is set", "by sysfs$", "^0[1-5] .*: then bond0$",
     lambda theirs, ours: [line.replace("bond.miimon=0", "bond.miimon=100") for line in theirs] == ours),
    ("D3", "so that 100 is nothing new", "by sysfs$", "^06 miimon: bond0$", "(bond.miimon=100 )?event=6", "event=6"),
    ("later", "no ESP offload that a mode switches on", "^active-backup|stacked$", "(create|mode|create another): bond.$", one_less),
    ("later", "nor its message", "^active-backup|stacked$", "(create|mode|create another): order$",
     lambda theirs, ours: len(theirs) == len(ours) + 1 and more_lines(ours, theirs)),
]

NOT_YET = r'\["ENOTSUP"(, "option value is valid but not implemented[^"]*", "attribute \d+")?\]'
MONITOR = ": (arp_validate|arp_all_targets|arp_interval|arp_missed_max|arp_ip_target|ns_ip6_target)$"
LACP = ": (ad_select|lacp_.*|ad_actor_.*|ad_user_.*|coupled_control|broadcast_neighbor)$"
NEW_FILES = ": (coupled_control|broadcast_neighbor|lacp_strict|ns_ip6_target)$"
RESILIENT = "^(balance-xor|802.3ad), .*: resilient_"
NOT_RESILIENT = "^(balance-rr|active-backup|broadcast), .*: resilient_"
NONE = r'\["ENOENT"\]'
ANSWER = r"^(\d+ write ['\"].*['\"]|[^,]*)$"


def says(text):
    return lambda theirs, ours: any(text in line for line in ours)


def new_miimon(theirs, ours):
    return theirs.replace('"bond.miimon": 0,', '"bond.miimon": 100,') == ours


def later(what, case):
    """Rows of what is refused until it is there."""
    return [("later", what + ": refused", case, ANSWER, ".*", NOT_YET),
            ("later", what + ": nothing changes", case, ", then$", ".*", "unchanged|"),
            ("later", what + ": which the log tells", case, ", log$", says("not implemented in this version"))]


OPTIONS = [
    ("D1", "use_carrier may be 0", ": use_carrier$", ANSWER, r'\["EINVAL".*\]', r'\["ok".*\]'),
    ("D1", "and is then", ": use_carrier$", ", then$", "unchanged", "[01]\n[01]\n"),
    ("D1", "without complaint", ": use_carrier$", ", log$", ".*invalid value.*", ""),
    ("D1", "other values are invalid, not obsolete", ": use_carrier$", ANSWER,
     r'\["EINVAL", "option obsolete, use_carrier cannot be disabled", "attribute 6"\]',
     r'\["EINVAL", "invalid option value", "attribute 6"\]'),
    ("D1", "which the log tells", ": use_carrier$", "attribute .*, log$", "", ".*invalid value.*"),
    ("D5", "these options have a file", NEW_FILES, "write '.*'$", r'\["ENOENT"\]', r'\["(ok|E[A-Z]*)"\]'),
    ("D5", "that is written", NEW_FILES, "write '(on|off|[01])', then$", "unchanged", r"([01])\n(off|on) \1\n"),
    ("D5", "and tells what attributes set", NEW_FILES, "attribute [01], then$",
     lambda theirs, ours: theirs == [ours[0], "ENOENT"] and ours[1].endswith(" %s\n" % ours[0])),
    ("D5", "that says what is wrong", NEW_FILES, "write.*, log$", "", ".+"),
    ("new", "resilient hashing: the table has a size", RESILIENT + "buckets$", "write '(0|1|2|64|4096)'$", NONE, r'\["ok"\]'),
    ("new", "that may be", RESILIENT, "write '(3|4097|8192|nonsense)'$", NONE, r'\["EINVAL"\]'),
    ("new", "as the log says", RESILIENT, "write '(3|4097|8192|nonsense)', log$", "",
     "<3>bond0: option resilient_(buckets|idle_ms): invalid value .*"),
    ("new", "and a time to wait", RESILIENT + "idle_ms$", r"write '\d+'$", NONE, r'\["ok"\]'),
    ("new", "which are read back", RESILIENT, ", then$", "unchanged", r"(\d+)\n\1\n"),
    ("new", "while other modes know no hash", NOT_RESILIENT, "write '.+'$", NONE, r'\["EACCES"\]'),
    ("new", "as the log says", NOT_RESILIENT, "write '.+', log$", "", "<3>bond0: option .* mode dependency failed.*"),
    ("new", "unless nothing is written", NOT_RESILIENT, "write ''$", NONE, r'\["ok"\]'),
    (AT_ONCE, "a link without speed is down at once", "^802.3ad, up with members: of a member$", "queue_id=1, otherwise$",
     lambda theirs, ours: theirs.replace('mii_status": [0, 1]', 'mii_status": [0, 2]') == ours),
    ("later", "tlb and alb: nothing goes", "^802.3ad, down and empty: mode$", ", otherwise$", ".*", "{}"),
    ("D3", "the default of miimon is 100", "empty: miimon$", "'default( x)?', then$", "0\n0\n", "unchanged"),
    ("D3", "so that delays keep their meaning", ": miimon$", "'default( x)?', otherwise$", '{"updelay": .200, 0.}', "{}"),
    *later("the ARP monitor", MONITOR),
    ("later", "the ARP monitor does not exclude miimon", MONITOR, ", otherwise$", ".*", "{}"),
    ("later", "no target", MONITOR, ", refused, but changed$", ".*", None),
    ("D3", "so a new bond has it", "new: (mode|nothing|arp_interval|arp_validate)$", ", then options$", new_miimon),
    ("D3", "and a delay means something", "new: nothing$", "^a delay without miimon$", r'\["EPERM", "", ""\]', r'\["ok", "", ""\]'),
    ("D3", "to it", "new: nothing$", "^a delay without miimon, then", "|", ".+"),
    ("D3", "so that it is there", "new: nothing$", "^a delay without miimon, then the device|options", None, ".+"),
    ("D3", "without complaint", "new: nothing$", "^a delay without miimon, log", lambda theirs, ours: theirs[1:] == ours),
    ("D1", "use_carrier=0 makes a bond", "new: use_carrier$", "^0, then$", "", "bond0"),
    ("D1", "like another", "new: use_carrier$", "^0, then (the device|options)$", None, ".+"),
    ("D1", "while others are invalid", "new: use_carrier$", ", log$", lambda theirs, ours: theirs == ours[1:]),
    ("later", "refused requests make no bond", "new: (mode|arp_.*|ns_.*|ad_select|several)$",
     ", then (the device|options)$", ".*", None),
    *later("tlb and alb", "new: mode$|empty: mode$"),
]

def mii_line(theirs, ours):
    return theirs == [line for line in ours if line != "<6>MII link monitoring set to 100 ms"]


def with_delay(theirs, ours):
    theirs, ours = json.loads(theirs), json.loads(ours)
    theirs.update({"bond.miimon": 100, "bond.updelay": ours["bond.updelay"], "bond.downdelay": ours["bond.downdelay"]})
    return theirs == ours


def only(name, value):
    """Options that differ in one only."""
    return lambda theirs, ours: {**json.loads(theirs), "bond." + name: value} == json.loads(ours)


def known(theirs, ours):
    return [line for line in theirs if "unknown parameter" not in line] == ours != theirs


def unforced(theirs, ours):
    """Nobody has to give what is the default."""
    return [line for line in theirs if not re.search("miimon must be specified|Forcing miimon", line)] == ours


NO_CARRIER = "^use_carrier=(?!1$)"
DELAY = "^(up|down)delay=200"
MISSING = "^(several|monitor|modes|choice)$"
PARAMS = [
    ("D3", "miimon is 100 unless it is given", "", ", options of bond.$", new_miimon),
    ("D3", "and the log says so", "", ", log$", mii_line),
    ("D3", "without warning in 802.3ad", "^modes$", "^mode=4.*, log$", r"(<4>.*\n){2}<6>MII.*", "<6>MII.*"),
    ("D3", "nor in other cases of it", "^lacp$", "^(?!miimon=).*, log$", unforced),
    ("D3", "so delays have a meaning", "^several$", DELAY + ", options of bond0$", with_delay),
    ("D3", "and need no warning", "^several$", DELAY + ", log$", ".*miimon module parameter not set.*", "<6>MII.*"),
    ("D1", "use_carrier may be 0, and nonsense is 1", "^use_carrier$", NO_CARRIER + "[^,]*$", "EINVAL", "ok"),
    ("D1", "which the log says", "^use_carrier$", NO_CARRIER + ".*, log$", "<3>Error: invalid use_carrier parameter.*",
     "(<4>Warning: use_carrier.*)?<6>MII.*"),
    ("D1", "and there is a bond", "^use_carrier$", NO_CARRIER + ".*, ", None, ".*"),
    ("later", "tlb, alb and the ARP monitor: not loaded", MISSING, "^((?!, ).)*$", "ok", "ENOTSUP"),
    ("later", "which the log says", MISSING, ", log$", says("is not implemented in this version of the driver")),
    ("later", "so there is nothing to see", MISSING, ", (files|masters|bond0|(options|primary|resilience) of bond0|unload)$", ".*", None),
    ("D5", "more options are parameters", "^new$", ", log$", known),
    ("D5", "lacp_active", "^new$", "lacp_active=.*, options", only("lacp_active", 0)),
    ("D5", "lacp_strict", "^new$", "lacp_strict=.*, options", only("lacp_strict", 1)),
    ("D5", "coupled_control", "^new$", "coupled_control=.*, options", only("coupled_control", 0)),
    ("D5", "broadcast_neighbor", "^new$", "broadcast_neighbor=.*, options", only("broadcast_neighbor", 1)),
    ("D5", "ad_actor_sys_prio", "^new$", "ad_actor_sys_prio=.*, options", only("ad_actor_sys_prio", 7)),
    ("D5", "ad_user_port_key", "^new$", "ad_user_port_key=.*, options", only("ad_user_port_key", 1023)),
    ("D5", "ad_actor_system", "^new$", "ad_actor_system=.*, options", only("ad_actor_system", "02:00:00:00:09:01")),
    ("D5", "peer_notif_delay", "^new$", "peer_notif_delay=.*, options", only("peer_notif_delay", 200)),
    ("D5", "bad ones are refused", "^new, bad$", "^[^,]*$", "ok", "EINVAL"),
    ("D5", "in words", "^new, bad$", ", log$", ".*unknown parameter.*", '.*<3>Error: invalid [a-z_]+ "[^\n]*"'),
    ("D5", "so that there is no bond", "^new, bad$", ", (files|masters|bond0|(options|primary|resilience) of bond0|unload)$", ".*", None),
    ("D5", "or corrected, in words", "^new, corrected$", ", log$", lambda theirs, ours: len(set(ours) - set(theirs)) == 1),
    ("D5", "and kept for bonds of that mode", "^new, corrected$", "^lacp_active=0, options", only("lacp_active", 0)),
    ("new", "resilient_buckets", "^new$", "=64, resilience of bond0$", "ENOENT ENOENT", "64 0"),
    ("new", "resilient_idle_ms", "^new$", "=9, resilience of bond0$", "ENOENT ENOENT", "4096 9"),
    ("new", "and else nothing is resilient", "", ", resilience of bond.$", "ENOENT ENOENT", "0 0"),
]

DIFFERENCES = {
    "lower": [],
    "corners": [
        (AT_ONCE, "a member follows its link before the kernel announces that", "again$", LINK_AGAIN + ": m1$", at_once_or_delays),
        (AT_ONCE, "and waits from then on", "again$", ": log$", a_pass_less),
        (AT_ONCE, "while members leave the rest is tried", "^802.3ad", "(delete|unload): (m.|d.*)$", tried),
        (AT_ONCE, "and so messages come in another order", "^802.3ad", "(delete|unload): order$", nearly),
        *(row for row in EVENTS if row[0] == "later"),
    ],
    "listener": [],
    "walk": [
        (AT_ONCE, "a member whose device goes is down before, which the log says", "", "elsewhere and back: log$", more_lines),
        ("LACP", "a port's last LACPDU counts for the bond", "modes 4$", ": bond. counters$", farewells),
        (AT_ONCE, "LACPDUs go at other moments", r"modes 4\+$", ": (bond|m). counters$", lacpdus),
        (AT_ONCE, "members follow their links one by one, as the log says", r"modes 4\+$", ": log$", one_by_one),
    ],
    "events": EVENTS,
    "together": [
        (AT_ONCE, "a member follows its link before the kernel announces that", "names$", LINK + ": m.$", at_once),
        (AT_ONCE, "and so do others whose links changed with it", "go together", "(are lost|and back).*: (m.|bond0)$", same_events),
        (AT_ONCE, "and so messages come in another order", "go together", "(are lost|and back).*: order$", same_lines),
        *(row for row in EVENTS if row[0] == "later"),
    ],
    "options": OPTIONS,
    "params": PARAMS,
    "state": [
        ("D2", "a link slave_<member> beside lower_<member>", "", "^bond0 links$", only_slave_links),
        ("D3", "miimon defaults to 100", "with defaults$", r"miimon( text| without capability)?$", "0\n?", "100\n?"),
        ("D3", "miimon defaults to 100 in procfs", "with defaults$", "^proc( without capability)?$",
         but_for("MII Polling Interval (ms): 0", "MII Polling Interval (ms): 100")),
        ("D5", "every option is a file: broadcast_neighbor", "", "^bonding/broadcast_neighbor", None, "100644|0|(off 0|on 1)\n"),
        ("D5", "every option is a file: coupled_control", "", "^bonding/coupled_control", None, "100644|0|(off 0|on 1)\n"),
        ("D5", "every option is a file: lacp_strict", "", "^bonding/lacp_strict", None, "100644|0|(off 0|on 1)\n"),
        ("D5", "every option is a file: ns_ip6_target", "", "^bonding/ns_ip6_target", None, "100644|0|"),
        (AT_ONCE, "LACPDUs begin at another moment", "^802.3ad", "statistics of a (bond|member)$", about),
        ("new", "resilient hashing", "", "^bonding/resilient_(buckets|idle_ms) ", None, "100644|0\n?"),
        ("later", "no ESP offload", "", "^ethtool -k bond0 .*(esp-segmentation|esp.*offload)$",
         " (on|off)( .requested on.)?", r" off \[fixed\]"),
    ],
}
