#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""compare.py SLACK A B: do two transcripts of a scenario tell the same? Line by line for each
subject (a member's frames, an attribute, a line of procfs): equal text, and times that differ by
SLACK seconds at most. Times of what is sampled may differ by one sample more. What drivers write
into the kernel log is printed, not judged, but no line may come too often in B if SLACK is a jiffy."""
import difflib
import itertools
import os
import re
import sys

from rig import TICK

# What is to differ: scenario, line with "-" of the C driver or "+" of ours, why.
EXPLAINED = (
    (r"^partner_steps.*coupled_control_off", r"^[-+] 12\.0\d\d probe received by",
     "a port of the C driver that says Collecting takes no frames before it has distributed once"),
    (r"^late_partner", r"^[-+] (12|20)\.\d+ (m0: state|probe)",
     "a port of the C driver that worked without a partner goes on to when it hears one out of sync"),
)
# When another aggregator becomes the active one, ports of the old one go out of sync with ours, so
# that their partner stops to send to them, and stay in sync with the C driver. So in scenarios
# where that happens it is what they settle in that counts, not the way there.
SETTLED = r"^(policy|carrier)_"
JIFFY = 0.01


def read(path):
    """{subject: [(time, text)]}, in order of appearance."""
    subjects = {}
    with open(path) as file:
        for line in file:
            if line.startswith("#"):
                continue
            time, _, text = line.strip().partition(" ")
            subject = text.partition(":")[0]
            if " lacpdu " in text or " frame " in text:
                subject = text.split()[0] + " frames"
            elif text.startswith(("probe", "xstats", "==", "ip ")):
                subject = text.split()[0]
            subjects.setdefault(subject, []).append((float(time), text))
    return subjects


def settled(path):
    """What there is before each step: bond and members, without what the above changes, and probes."""
    last, probes, found = {}, [], []
    with open(path) as file:
        for line in file:
            _, _, text = line.strip().partition(" ")
            if text.startswith("=="):
                shown = [name + what for name, what in sorted(last.items())]
                found.append(f"before {text}: " + " | ".join(shown + probes))
                probes = []
            elif text.startswith("probe"):
                probes.append(text)
            elif re.match(r"(m\d+|bond0):", text):
                name, _, what = text.partition(":")
                what = re.sub(r" churn.*", "", what)
                last[name] = re.sub(r"actor.*", "", what) if " state 1 " in what else what
    return found


def differences(a, b, slack):
    for subject in dict.fromkeys([*a, *b]):
        mine, other = a.get(subject, []), b.get(subject, [])
        if subject == "kernel":
            continue
        texts = [text for _, text in mine], [text for _, text in other]
        if texts[0] != texts[1]:
            yield from list(changed(mine, other))[:12]
            continue
        allowed = slack + 1e-9
        if slack >= JIFFY and not subject.endswith("frames"):
            allowed += TICK
        late = [(x, y) for x, y in zip(mine, other) if abs(x[0] - y[0]) > allowed]
        for x, y in late[:3]:
            yield f"at {x[0]:.3f} and {y[0]:.3f}: {x[1]}"


def changed(mine, other):
    """The differing lines with their times, "-" of the first, "+" of the second."""
    matcher = difflib.SequenceMatcher(None, [text for _, text in mine], [text for _, text in other], False)
    for op, a0, a1, b0, b1 in matcher.get_opcodes():
        if op == "equal":
            continue
        yield from (f"- {time:.3f} {text}" for time, text in mine[a0:a1])
        yield from (f"+ {time:.3f} {text}" for time, text in other[b0:b1])


def unexplained(scenario, found):
    for where, what, why in EXPLAINED:
        if re.search(where, scenario):
            rest = [line for line in found if not re.search(what, line)]
            if len(rest) == len(found):
                yield f"gone: {why}"
            found = rest
    yield from found


def noisy(lines):
    """Lines that came more than 20 times between two samples."""
    for time, text in lines:
        times = re.search(r"\((\d+) times\)$|overwritten", text)
        if times and int(times[1] or 1000) > 20:
            yield f"at {time:.3f} in the log: {text}"


def main():
    slack, a, b = float(sys.argv[1]), read(sys.argv[2]), read(sys.argv[3])
    found = list(differences(a, b, slack))
    if slack >= JIFFY and re.search(SETTLED, os.path.basename(sys.argv[2])):
        pairs = itertools.zip_longest(settled(sys.argv[2]), settled(sys.argv[3]))
        found = [f"{sign} {side}" for x, y in pairs if x != y for sign, side in (("-", x), ("+", y))]
    elif slack >= JIFFY:
        found = list(unexplained(os.path.basename(sys.argv[2]), found))
    logs = [[text for _, text in side.get("kernel", [])] for side in (a, b)]
    if logs[0] != logs[1]:
        for line in difflib.unified_diff(*logs, n=0, lineterm=""):
            if not line.startswith(("---", "+++", "@@")):
                print("log", line)
    if slack >= JIFFY:
        found += noisy(b.get("kernel", []))
    if not any(" lacpdu " in text for lines in a.values() for _, text in lines):
        found.append("there is no LACPDU")
    print("\n".join(found[:40]), end="\n" if found else "")
    sys.exit(bool(found))


main()
