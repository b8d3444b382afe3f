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


LATER = "IPsec offload is later work"
DIFFERENCES = {
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
