# SPDX-License-Identifier: GPL-2.0
"""modinfo.py C-MODULE OUR-MODULE OPTIONS.RST: what modinfo says of both, and whether it is what
the reference of options says, which is made of the option table. Prints TAP."""
import re
import subprocess
import sys

# Of the module itself, not of an option.
OWN = {"max_bonds", "tx_queues"}
SAME = ("license", "description", "alias", "import_ns")
cases = failures = 0


def fields(path, field):
    done = subprocess.run(["modinfo", "-F", field, path], capture_output=True, text=True, check=True)
    return done.stdout.strip().split("\n")


def parameters(path):
    """name -> (description, type)"""
    found = {}
    for line in fields(path, "parm"):
        name, text = line.split(":", 1)
        found[name] = re.fullmatch(r"(.*) \((int|uint|charp|array of charp)\)", text).groups()
    return found


def reference(path):
    """name -> (description, whether it is a parameter, whether the C driver has that)"""
    with open(path) as file:
        sections = re.split(r"\n(\w+)(?: \(later\))?\n-+\n", file.read())
    found = {}
    for name, body in zip(sections[1::2], sections[2::2]):
        reached = re.search(r"^:Reached by: (.*)$", body, re.M)[1]
        text = body.strip().split("\n\n")[0].replace("\n", " ")
        found[name] = text, "module parameter" in reached, "(not in the C driver)" not in reached
    return found


def check(name, *wrong):
    global cases, failures
    cases += 1
    failures += bool(wrong)
    print("%s %d - %s" % ("not ok" if wrong else "ok", cases, name))
    for line in wrong:
        print("#   " + line)


def differing(wanted, got):
    return ["%s: %s, wanted %s" % (key, got.get(key), wanted.get(key))
            for key in sorted(wanted.keys() | got.keys()) if wanted.get(key) != got.get(key)]


def main():
    (theirs, ours), table = map(parameters, sys.argv[1:3]), reference(sys.argv[3])
    types = {name: kind for name, (_, kind) in ours.items()}
    check("each parameter of the C driver is one, of the same type",
          *differing({name: kind for name, (_, kind) in theirs.items()},
                     {name: kind for name, kind in types.items() if name in theirs}))
    texts = {name: text for name, (text, parameter, _) in table.items() if parameter}
    check("each option that the reference calls a parameter is described as there",
          *differing({name: text + "." for name, (text, _) in ours.items() if name not in OWN}, texts))
    check("the reference knows which parameters the C driver has",
          *differing(dict.fromkeys(theirs.keys() - OWN, "in C"),
                     {name: "in C" for name, (_, parameter, in_c) in table.items() if parameter and in_c}))
    for field in SAME:
        check("%s is the C driver's" % field, *differing(*({field: fields(path, field)} for path in sys.argv[1:3])))
    print("1..%d" % cases)
    sys.exit(failures > 0)


main()
