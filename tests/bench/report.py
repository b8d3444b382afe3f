#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""report.py FIGURES FOLDER: a table of what was measured, and bench.json and plots in a folder.
FIGURES holds a JSON object a line, as the scripts beside this one print them."""
import json
import os
import statistics
import sys

from plot import bars

C, RUST = "c", "rust"


class Figures:
    def __init__(self, path):
        with open(path) as file:
            self.all = [json.loads(line) for line in file if line.startswith("{")]

    def of(self, what, bed=None):
        return [f for f in self.all if f["what"] == what and bed in (None, f["bed"])]

    def value(self, what):
        return next((f["value"] for f in self.of(what)), None)

    def sides(self, what, keys, bed=None):
        """Rows of the keys' values and the medians of both drivers, in the order of measuring."""
        rows = {}
        for f in self.of(what, bed):
            row = rows.setdefault(tuple(f.get(k) for k in keys), {})
            row.setdefault(f["driver"], []).append(f["value"])
        return {key: {driver: statistics.median(values) for driver, values in row.items()}
                for key, row in rows.items()}


def own_instructions(figures):
    """By mode and members: what the driver itself spends on a packet. Sending to a device costs
    what it costs without the driver ("bare"); a bond pays for handing it over as well, once for
    each copy, which is what the queueing layer adds to a bare device ("handing")."""
    bare, handing = figures.value("bare"), figures.value("handing")
    rows = figures.sides("transmit", ("mode", "members"))
    for (mode, members), row in rows.items():
        copies = members if mode == "broadcast" else 1
        for driver in row:
            row[driver] = round(row[driver] - bare - copies * (handing - bare), 1)
    return rows


def received_instructions(figures):
    bare = figures.value("bare receive")
    rows = figures.sides("receive", ("mode", "member"))
    for row in rows.values():
        for driver in row:
            row[driver] = round(row[driver] - bare, 1)
    return rows


def table(title, unit, rows, limit):
    """Prints the rows that both drivers have; `limit` says what share of the C driver's is
    allowed, as a function of the row's key. Returns them for bench.json."""
    rows = {key: row for key, row in rows.items() if C in row and RUST in row}
    if not rows:
        return []
    print(f"\n{title} ({unit})")
    print(f"  {'':44} {'C driver':>12} {'this driver':>12} {'share':>7}")
    out = []
    for key, row in rows.items():
        name = " ".join(str(k) for k in key if k is not None)
        good = row[RUST] <= row[C] * limit(key)
        # A packet that is dropped early may cost less than without a bond.
        share = round(row[RUST] / row[C], 3) if row[C] > 0 else None
        print(f"  {name:44} {row[C]:12.1f} {row[RUST]:12.1f} "
              f"{'' if share is None else format(share, '.0%'):>6} {'' if good else '  above the target'}")
        out.append({"row": name, "c": row[C], "rust": row[RUST], "share": share, "target": limit(key), "good": good})
    return out


def named(rows, words):
    return {(words.format(*key),): row for key, row in rows.items()}


def main():
    figures, folder = Figures(sys.argv[1]), sys.argv[2]
    own = own_instructions(figures)
    times = figures.sides("time", ("mode", "cpus"))
    control = {}
    for what in ("create bonds", "delete bonds", "enslave members", "release members",
                 "delete a bond with members", "read procfs"):
        for key, row in figures.sides(what, ("n", "mode")).items():
            control[what, *key] = row
    memory = {(what,): row for what in ("memory of a bond", "memory of a member")
              for row in figures.sides(what, ()).values()}
    failover = figures.sides("failover", ("bed", "of"))
    half = lambda key: 1 if "broadcast" in key[0] else 0.5
    equal = lambda key: 1
    report = {
        "own instructions of a packet sent": table(
            "What the driver itself spends on a packet sent", "instructions",
            named(own, "{0}, {1} members"), half),
        "instructions of a packet received": table(
            "What a bond adds to a packet received", "instructions",
            named(received_instructions(figures), "{0}, {1} member"), equal),
        "time of a packet sent": table(
            "Time of a packet sent, median", "ns", named(times, "{0}, {1} CPU sending"), equal),
        "control plane": table("Control plane", "us at one instruction a nanosecond", control, equal),
        "memory": table("Memory", "kB", memory, equal),
        "failover at miimon=100": table(
            "Failover at miimon=100, from carrier loss to its message", "us",
            named(failover, "{1}, {0}"), equal),
    }
    with open(os.path.join(folder, "bench.json"), "w") as file:
        json.dump({"report": report, "figures": figures.all}, file, indent=1)
        file.write("\n")

    def plot(name, title, unit, groups):
        groups = {label: row for label, row in groups.items() if C in row and RUST in row}
        if groups:
            with open(os.path.join(folder, name), "w") as file:
                file.write(bars(title, unit, [(label, row[C], row[RUST]) for label, row in groups.items()],
                                ("C driver", "this driver")))

    plot("instructions.svg", "What the driver itself spends on a packet", "instructions, 2 members",
         {mode: row for (mode, members), row in own.items() if members == 2 and mode != "broadcast"})
    plot("broadcast.svg", "What the driver itself spends on a packet in broadcast", "instructions",
         {f"{members} members": row for (mode, members), row in own.items() if mode == "broadcast"})
    plot("time.svg", "Time of a packet", "ns, User Mode Linux",
         {f"{mode}, {cpus} CPU": row for (mode, cpus), row in times.items()})
    plot("failover.svg", "Failover at miimon=100", "ms", {
        f"{of}, {bed}": {d: v / 1000 for d, v in row.items()} for (bed, of), row in failover.items()})
    plot("control.svg", "256 members: control plane", "ms, one instruction a nanosecond", {
        f"{key[0]}, {key[2]}": {d: v / 1000 for d, v in row.items()}
        for key, row in control.items() if key[1] == 256})
    above = sum(not row["good"] for part in report.values() for row in part)
    rows = sum(map(len, report.values()))
    print(f"\n{rows - above} of {rows} rows at or below the target; see {folder}")


if __name__ == "__main__":
    main()
