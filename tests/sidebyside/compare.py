# SPDX-License-Identifier: GPL-2.0
"""compare.py AREA C-TRANSCRIPT RUST-TRANSCRIPT: one TAP case for each case of the transcripts,
and one for each expected difference, which has to occur."""
import difflib
import json
import re
import sys

from differences import DIFFERENCES

SHOWN = 30


class Difference:
    """Something that is to differ, by a decision."""

    def __init__(self, decision, why, case, key, *values):
        self.decision, self.why = decision, why
        self.case, self.key = re.compile(case), re.compile(key)
        self.values = values
        self.occurred = 0

    @staticmethod
    def is_as_said(said, value):
        if isinstance(value, list):
            value = "\n".join(map(str, value))
        return value is None if said is None else value is not None and bool(re.fullmatch(said, value, re.S))

    def explains(self, case, key, theirs, ours):
        if not self.case.search(case) or not self.key.search(key):
            return False
        if callable(self.values[0]):
            good = theirs is not None and ours is not None and self.values[0](theirs, ours)
        else:
            good = all(map(self.is_as_said, self.values, (theirs, ours)))
        self.occurred += bool(good)
        return good


def show(key, theirs, ours):
    if isinstance(theirs, list) and isinstance(ours, list):
        print("# %s:" % key)
        lines = difflib.unified_diff([str(x) for x in theirs], [str(x) for x in ours], "C", "ours", lineterm="", n=1)
        for line in list(lines)[2:SHOWN]:
            print("#     " + line)
    else:
        print("# %s:\n#     C:    %s\n#     ours: %s" % (key, theirs, ours))


def size(value):
    return len(value) if isinstance(value, list) else 1


def main():
    area, *paths = sys.argv[1:]
    theirs, ours = (json.load(open(path)) for path in paths)
    expected = [Difference(*row) for row in DIFFERENCES[area]]
    cases = failures = values = unexpected = explained = 0
    for case in list(theirs) + [c for c in ours if c not in theirs]:
        a, b = theirs.get(case, {}), ours.get(case, {})
        bad = []
        for key in list(a) + [k for k in b if k not in a]:
            values += max(size(a.get(key, "")), size(b.get(key, "")))
            if a.get(key) == b.get(key):
                continue
            if any(d.explains(case, key, a.get(key), b.get(key)) for d in expected):
                explained += 1
            else:
                bad.append(key)
        cases += 1
        unexpected += len(bad)
        failures += bool(bad)
        print("%s %d - %s" % ("not ok" if bad else "ok", cases, case))
        for key in bad[:SHOWN]:
            show(key, a.get(key), b.get(key))
        if len(bad) > SHOWN:
            print("# and %d more" % (len(bad) - SHOWN))
    for d in expected:
        cases += 1
        failures += not d.occurred
        print("%s %d - %s: %s" % ("ok" if d.occurred else "not ok", cases, d.decision, d.why))
        if not d.occurred:
            print("# expected, but does not occur")
    print("# %d values compared, %d differ as decided, %d do not" % (values, explained, unexpected))
    print("1..%d" % cases)
    sys.exit(failures > 0)


main()
