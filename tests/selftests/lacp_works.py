#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""lacp_works.py THERE CABLES KEYS APART APART-THERE SILENT: do the bonds here and in the namespace
THERE come to use the CABLES ("0 2") between them, and no other? Prints a line for each thing that is
looked at: "ok", "not" or "skip", what it is, and "|" before what is wrong. KEYS are those of the
two ends; APART names the members in other aggregators than the active one, "m1,m2 m4"; bonds in the
namespaces SILENT hear ours and are to send nothing."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../interop"))

# pylint: disable=wrong-import-position
import links
from flow_paths import inside, paths

PATIENCE, PAUSE, ENOUGH = 15, 0.1, 15
# After a link was away for less than a tick of LACP, a port says what it said before, and follows
# at the tick.
STEADY = 4
MII, AGGREGATOR, ACTOR = 2, 6, 7
UP, DISTRIBUTING = 0, 0x20
ADDRESS = 1
C_DRIVER = os.environ.get("BOND_DRIVER") == "c"


class Place:
    def __init__(self, name):
        self.name = name
        with inside(name):
            self.links = links.Links()
        self.mac, self.info, self.members = "", {}, {}

    def look(self):
        self.members, self.info = {}, {}
        for name, _, attrs in self.links.devices(self.links.dump()):
            info = links.attributes(attrs.get(links.LINKINFO, b""))
            if links.INFO_SLAVE_DATA in info:
                self.members[name] = links.attributes(info[links.INFO_SLAVE_DATA])
            elif name == "bond0":
                self.mac = attrs[ADDRESS].hex(":")
                data = links.attributes(info[links.INFO_DATA])
                self.info = links.attributes(data.get(links.BOND_AD_INFO, b""))

    def shows(self):
        """The active aggregator with its ports that have a link, the number of its ports, its partner,
        its keys, and the ports that distribute; then the ports of each other aggregator. Ports of
        the C driver go on to say that they distribute when their aggregator is replaced."""
        self.look()
        info = {name: links.value(self.info.get(kind, b"")) for kind, name in links.AD_INFO.items()}
        groups, using = {}, []
        for name, data in sorted(self.members.items()):
            if data[MII][0] != UP:
                continue
            # A new port is in none yet, and says nothing.
            aggregator = links.value(data.get(AGGREGATOR, b""))
            groups.setdefault(aggregator, []).append(name)
            if data.get(ACTOR, b"\0")[0] & DISTRIBUTING and not (C_DRIVER and aggregator != info["aggregator"]):
                using.append(name)
        active = groups.pop(info["aggregator"], [])
        apart = " ".join(sorted(",".join(names) for names in groups.values()))
        return (f"{','.join(active)} ({info['ports']}) to {info['partner_mac']} "
                f"keys {info['actor_key']}/{info['partner_key']} using {','.join(using)} apart {apart}")


def wanted(names, mac, keys, apart):
    used = ",".join(names)
    return f"{used} ({len(names)}) to {mac} keys {keys} using {used} apart {apart}"


def eventually(look, good, times=1):
    """What there is to see when it was good that many TIMES in a row, or at last."""
    end, count = time.monotonic() + PATIENCE, 0
    while True:
        seen = look()
        count = count + 1 if good(seen) else 0
        if count == times or time.monotonic() > end:
            return seen
        time.sleep(PAUSE)


def verdict(name, good, why=""):
    print("ok" if good else "not", name if good else f"{name}|{why}")


def spread(name, start, end, names):
    """Every flow arrives, by a member of its own; the members have fair shares."""
    got = paths(40 * len(names), start.name, end.name, list(start.members))
    text = " ".join(f"{who}:{number}" for who, number in got.items())
    good = list(got) == names and all(number >= ENOUGH for number in got.values())
    verdict(f"{name} {text}" if good else name, good, f"got {text}, wanted {' '.join(names)} and nothing else")


def silent(place, here):
    place.look()
    got = eventually(lambda: paths(16, place.name, here.name, list(place.members)), lambda got: got == {"unsent": 16})
    verdict(f"nothing from {place.name}", got == {"unsent": 16}, f"got {got}")


def main():
    there, cables, keys, apart, apart_there, quiet = sys.argv[1:]
    here, there = Place("here"), Place(there)
    here.look()
    there.look()
    back = "/".join(reversed(keys.split("/")))
    texts = [wanted(["m" + n for n in cables.split()], there.mac, keys, apart),
             wanted(["p" + n for n in cables.split()], here.mac, back, apart_there)]
    both = eventually(lambda: [here.shows(), there.shows()], lambda seen: seen == texts, STEADY)
    for place, seen, text in zip((here, there), both, texts):
        verdict(place.name, seen == text, f"got {seen}, wanted {text}")
    spread("flows out", here, there, ["m" + n for n in cables.split()])
    spread("flows in", there, here, ["p" + n for n in cables.split()])
    for place in quiet.split():
        if C_DRIVER:
            print(f"skip nothing from {place}|ports of the C driver stay in sync when their aggregator is replaced")
        else:
            silent(Place(place), here)


main()
