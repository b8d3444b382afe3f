# SPDX-License-Identifier: GPL-2.0
"""What is to differ from the C driver, and by which decision of DESIGN section 4.

Each row: decision, why, case, key, then the C driver's value and ours. Case and key are regular
expressions to be found, values are to be matched in full, and None is no such value. Instead of
two values a row may have a function of both."""
import json


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


def history(lines):
    """The values of each attribute, one after another."""
    out = {}
    for name, value in tokens(lines):
        out.setdefault(name, []).append(value)
    out["event"] = sorted(out.get("event", []))
    return out


def same_end(theirs, ours):
    """Messages after which the state is the same."""
    ends = [dict(tokens(lines)) for lines in (theirs, ours)]
    for end in ends:
        end.pop("event", None)
    return ends[0] == ends[1]


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


LINK = r"^\d\d (m\d (loses its link|has it back|gets a link)|and up)"
MOMENT = r"^\d\d a link (lost|back) for a moment"
AT_ONCE = "DESIGN 5, failover at once"
EVENTS = [
    (AT_ONCE, "a member follows its link before the kernel announces that", "", LINK + ": (m.|bond.|bond0.5)$", at_once),
    (AT_ONCE, "and so messages come in another order", "", LINK + ": order$", same_lines),
    (AT_ONCE, "a delay starts when the link changes", "delay$", MOMENT + ": m.$", with_delays),
    (AT_ONCE, "a member whose device goes is down before", "no link at first", "device of a member goes: m0$", same_end),
    (AT_ONCE, "which the log says", "no link at first", "device of a member goes: log$", more_lines),
    (AT_ONCE, "and messages", "no link at first", "device of a member goes: order$", more_lines),
    (AT_ONCE, "the kernel's announcement tells that a delay has begun", "delay$", LINK + ": m.$", with_delays),
    ("H4", "the first link is used at once in every mode", "^(balance-rr|broadcast), .*delay$", "has it back: log",
     but_for("<6>bond0: (slave m1): link status up, enabling it in 300 ms",
             "<6>bond0: (slave m1): link status up, enabling it in 0 ms")),
    ("H4", "so that the log has another order", "^(balance-rr|broadcast), (by sysfs|.*delay)$", " up: (order|log)$", same_lines),
    ("D3", "miimon defaults to 100", "by sysfs$", "^01 create: bond0$", default_miimon),
    ("D3", "so that 100 is nothing new", "by sysfs$", "^06 miimon: bond0$", "(bond.miimon=100 )?event=6", "event=6"),
    ("later", "no ESP offload that a mode switches on", "^active-backup|stacked$", "(create|mode|create another): bond.$", one_less),
    ("later", "nor its message", "^active-backup|stacked$", "(create|mode|create another): order$",
     lambda theirs, ours: len(theirs) == len(ours) + 1 and more_lines(ours, theirs)),
]

DIFFERENCES = {
    "events": EVENTS,
    "state": [
        ("D2", "a link slave_<member> beside lower_<member>", "", "^bond0 links$", only_slave_links),
        ("D3", "miimon defaults to 100", "with defaults$", r"miimon( text| without capability)?$", "0\n?", "100\n?"),
        ("D3", "miimon defaults to 100 in procfs", "with defaults$", "^proc( without capability)?$",
         but_for("MII Polling Interval (ms): 0", "MII Polling Interval (ms): 100")),
        ("D5", "every option is a file: broadcast_neighbor", "", "^bonding/broadcast_neighbor", None, "100644|0|off 0\n"),
        ("D5", "every option is a file: coupled_control", "", "^bonding/coupled_control", None, "100644|0|on 1\n"),
        ("D5", "every option is a file: lacp_strict", "", "^bonding/lacp_strict", None, "100644|0|off 0\n"),
        ("D5", "every option is a file: ns_ip6_target", "", "^bonding/ns_ip6_target", None, "100644|0|"),
        ("later", "no ESP offload", "", "^ethtool -k bond0 .*(esp-segmentation|esp.*offload)$",
         " (on|off)( .requested on.)?", r" off \[fixed\]"),
    ],
}
