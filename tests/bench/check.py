#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""check.py FIGURES: judges what check.sh measured; prints TAP."""
import sys

from report import C, RUST, Figures, own_instructions, received_instructions

FAILOVERS = {"median": 1000, "worst": 5000}  # microseconds
MODES = 6
# Timer interrupts come into some measurements and not into others.
NOISE = 4

cases = failures = 0


def case(good, name):
    global cases, failures
    cases += 1
    failures += not good
    print(f"{'' if good else 'not '}ok {cases} - {name}")


def main():
    figures = Figures(sys.argv[1])
    own = own_instructions(figures)
    case(len(own) == 2 * MODES and all(len(row) == 2 for row in own.values()), "everything was measured")
    for (mode, members), row in own.items():
        if not {C, RUST} <= row.keys():
            continue
        share = 1 if mode == "broadcast" else 0.5
        case(row[RUST] <= row[C] * share,
             f"{mode}, {members} members: {row[RUST]:.0f} instructions, the C driver {row[C]:.0f}")
    for mode in sorted({mode for mode, _ in own} - {"broadcast"}):
        few, many = (own[mode, n].get(RUST, 0) for n in (2, 8))
        case(abs(many - few) <= NOISE, f"{mode}: as many with 8 members as with 2")
    received = received_instructions(figures)
    case(len(received) == 3 and all(len(row) == 2 for row in received.values()), "receiving was measured")
    for (mode, member), row in received.items():
        case(row.get(RUST, 0) <= row.get(C, 0),
             f"{mode}, received by the {member} member: {row.get(RUST, 0):+.0f} instructions, "
             f"the C driver {row.get(C, 0):+.0f}")
    ours = [figure for figure in figures.of("failover") if figure["driver"] == RUST]
    case({figure["of"] for figure in ours} == set(FAILOVERS), "failovers were measured")
    for figure in ours:
        of, value = figure["of"], figure["value"]
        case(value < FAILOVERS[of], f"failover, {of} of {figure['rounds']}: {value} us")
    print(f"1..{cases}")
    sys.exit(failures > 0)


main()
