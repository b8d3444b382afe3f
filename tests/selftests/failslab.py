#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Make each allocation of creating a bond, enslaving, releasing and of setting options fail in
turn; whatever was refused must leave no trace. Prints TAP, fails if a case does."""
import os
import socket
import struct
import sys
import time

NEWLINK, DELLINK, REQUEST_ACK, CREATE_EXCL = 16, 17, 5, 0x600
cases = failures = 0


def attr(kind, data):
    size = 4 + len(data)
    return struct.pack("HH", size, kind) + data + bytes(-size % 4)


def request(kind, flags, index, attrs=b"", nth=0):
    """Send a request whose nth allocation fails. Returns the acknowledged errno, or
    None if there was no acknowledgement, and whether an allocation failed."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as sock:
        sock.bind((0, 0))
        sock.settimeout(0.5)
        body = struct.pack("BxHiII", 0, 0, index, 0, 0) + attrs
        message = struct.pack("IHHII", 16 + len(body), kind, REQUEST_ACK | flags, 1, 0) + body
        faults = os.open("/proc/thread-self/fail-nth", os.O_RDWR)
        sent = True
        try:
            os.write(faults, b"%d" % nth)
            try:
                sock.send(message)
            except OSError:
                sent = False
            injected = nth > 0 and int(os.pread(faults, 20, 0)) == 0
            os.write(faults, b"0")
        finally:
            os.close(faults)
        if not sent:
            return None, injected
        try:
            return -struct.unpack_from("i", sock.recv(4096), 16)[0], injected
        except OSError:
            return None, injected


def state(dev):
    """What must be as before."""
    base = "/sys/class/net/" + dev
    out = [open(f"{base}/{name}").read().strip() for name in ("flags", "mtu", "address")]
    return out + sorted(name for name in os.listdir(base) if "upper_" in name or name.startswith("lower_") or name in ("master", "bonding_slave"))


def case(name, wrong, count):
    global cases, failures
    cases += 1
    if not count and name.startswith(("create", "enslave", "release")):
        wrong = wrong + ["no allocation failed, but this needs some"]
    failures += bool(wrong)
    print(f"{'not ok' if wrong else 'ok'} {cases} - {name}: {count} allocations failed", flush=True)
    for text in wrong[:10]:
        print("#  ", text)


def index(dev):
    return socket.if_nametoindex(dev)


def exists(dev):
    return os.path.exists("/sys/class/net/" + dev)


def each_failure(operation, check):
    """Run operation(nth) with each nth until nothing failed; collect complaints."""
    wrong = []
    for nth in range(1, 2000):
        acked, injected = operation(nth)
        text = check(acked)
        if text:
            wrong.append(f"allocation {nth} (answer {acked}): {text}")
        if not injected:
            if acked != 0 and not wrong:
                wrong.append(f"without failures: answer {acked}")
            return wrong, nth - 1
    return wrong + ["no end"], nth


def create(mode):
    info = attr(18, attr(1, b"bond") + attr(2, attr(1, bytes([mode]))))

    def operation(nth):
        return request(NEWLINK, CREATE_EXCL, 0, attr(3, b"bond9\0") + info, nth)

    def check(acked):
        there = exists("bond9")
        if there:
            request(DELLINK, 0, index("bond9"))
        if acked == 0 and not there:
            return "acknowledged, but not there"
        if acked and there:
            return "refused, but there"
        return None

    case(f"create a bond of mode {mode}", *each_failure(operation, check))


def master(dev, bond, nth=0):
    return request(NEWLINK, 0, index(dev), attr(10, struct.pack("I", bond)), nth)


def enslave(what, bond, dev):
    before, bond_before = state(dev), state(bond)[3:]

    def check(acked):
        now = state(dev)
        enslaved = "master" in now
        wrong = None
        if acked == 0 and not enslaved:
            wrong = "acknowledged, but no member"
        elif acked and enslaved:
            wrong = "refused, but a member"
        elif not enslaved and now != before:
            wrong = f"left {now}, was {before}"
        elif not enslaved and state(bond)[3:] != bond_before:
            wrong = f"left {state(bond)[3:]} in the bond, was {bond_before}"
        if enslaved:
            master(dev, 0)
            if state(dev) != before:
                wrong = f"after release {state(dev)}, was {before}"
        return wrong

    case(f"enslave {what}", *each_failure(lambda nth: master(dev, index(bond), nth), check))


def release(what, bond, dev):
    before = state(dev)
    master(dev, index(bond))
    member = state(dev)

    def check(acked):
        now = state(dev)
        wrong = None
        if "master" in now:
            if acked == 0:
                wrong = "acknowledged, but still a member"
            elif now != member:
                wrong = f"half released: {now}, was {member}"
        elif now != before:
            wrong = f"left {now}, was {before}"
        if "master" not in now:
            master(dev, index(bond))
        return wrong

    case(f"release {what}", *each_failure(lambda nth: master(dev, 0, nth), check))
    master(dev, 0)


def first_of_another_type(bond, dev, ether):
    """The bond becomes of another type on the way, and must be as before."""
    base = f"/sys/class/net/{bond}/"
    names = ("type", "flags", "mtu", "address", "addr_assign_type", "bonding/fail_over_mac")

    def look():
        return {name: read(base + name) for name in names}, state(dev)

    before = look()

    def check(acked):
        enslaved = read(base + "bonding/slaves") != ""
        wrong = None
        if (acked == 0 and not enslaved) or (acked and enslaved):
            wrong = f"answer {acked}, but members '{read(base + 'bonding/slaves')}'"
        if enslaved:
            # Back to Ethernet, as at the beginning.
            master(dev, 0)
            master(ether, index(bond))
            master(ether, 0)
            with open(base + "bonding/fail_over_mac", "w") as f:
                f.write(before[0]["bonding/fail_over_mac"].split()[0])
            before[0]["address"] = read(base + "address")
        if look() != before:
            wrong = f"left {look()}, was {before}"
        return wrong

    case(f"enslave a first member of {bond} that is not Ethernet",
         *each_failure(lambda nth: master(dev, index(bond), nth), check))


def write_failing(path, text, nth):
    """Writes text to a file while the nth allocation fails; as request()."""
    faults = os.open("/proc/thread-self/fail-nth", os.O_RDWR)
    fd = os.open(path, os.O_WRONLY)
    errno = 0
    try:
        os.write(faults, b"%d" % nth)
        try:
            os.write(fd, text.encode())
        except OSError as e:
            errno = e.errno
        injected = nth > 0 and int(os.pread(faults, 20, 0)) == 0
        os.write(faults, b"0")
    finally:
        os.close(fd)
        os.close(faults)
    return errno, injected


def read(path):
    with open(path) as f:
        return f.read().strip()


def option(bond, name, new, old, shown=None, back=None):
    """Sets an option by sysfs with each allocation failing: it must be what the answer says."""
    path = f"/sys/class/net/{bond}/bonding/{name}"
    before = read(path)

    def check(acked):
        now = read(path)
        write_failing(path, back or old, 0)
        if acked == 0 and now == before:
            return "acknowledged, but not set"
        if acked and now != before:
            return f"refused, but changed: {now}, was {before}"
        if acked == 0 and shown and now != shown:
            return f"set to {now}, wanted {shown}"
        if read(path) != before:
            return f"cannot be set back: {read(path)}, was {before}"
        return None

    case(f"{bond}: {name} {new}", *each_failure(lambda nth: write_failing(path, new, nth), check))


def reading(bond, dev):
    """Whoever reads the history of LACP gets all of it, or an error."""
    path = f"/sys/kernel/debug/bonding/{bond}/lacp_history"
    master(dev, index(bond))
    time.sleep(1)
    whole, text = read(path), None

    def operation(nth):
        nonlocal text
        with open("/proc/thread-self/fail-nth", "r+b", buffering=0) as faults:
            errno, text = 0, b""
            faults.write(b"%d" % nth)
            try:
                fd = os.open(path, os.O_RDONLY)
                try:
                    text = os.read(fd, 65536)
                finally:
                    os.close(fd)
            except OSError as e:
                errno = e.errno
            injected = nth > 0 and int(os.pread(faults.fileno(), 20, 0)) == 0
            faults.write(b"0")
        return errno, injected

    def check(errno):
        # More may have happened meanwhile.
        if errno == 0 and not text.decode().strip().startswith(whole):
            return f"read {text}, was {whole}"
        return None

    case(f"read {path}", *each_failure(operation, check))
    master(dev, 0)


def options():
    for dev in ("m0", "m1"):
        master(dev, index("bond0"))
    option("bond0", "miimon", "70", "50", "70")
    option("bond0", "packets_per_slave", "7", "1", "7")
    option("bond0", "queue_id", "m1:3", "m1:0")
    option("bond0", "slaves", "-m1", "+m1", "m0")
    option("bond0", "all_slaves_active", "1", "0", "1")
    for dev in ("m0", "m1"):
        master(dev, index("bond1"))
    option("bond1", "active_slave", "m1", "m0", "m1")
    option("bond1", "primary", "m1", "", "m1", back="\n")
    option("bond1", "primary_reselect", "failure", "always", "failure 2")
    option("bond1", "updelay", "100", "0", "100")
    option("bond1", "num_grat_arp", "5", "1", "5")
    option("bond1", "slaves", "-m1", "+m1", "m0")
    for dev in ("m0", "m1"):
        master(dev, 0)


def main():
    for mode in (0, 1, 3):
        create(mode)
    for bond in ("bond0", "bond1", "bond3"):
        enslave(f"the first member of {bond}", bond, "m0")
        release(f"the only member of {bond}", bond, "m0")
        master("m1", index(bond))
        enslave(f"the second member of {bond}", bond, "m0")
        release(f"the second member of {bond}", bond, "m0")
        master("m1", 0)
    options()
    if os.environ["BOND_DRIVER"] != "c":
        reading("bond3", "m0")
    # The C driver gives the bond another address then, and leaves it closed.
    if os.environ["BOND_DRIVER"] != "c":
        first_of_another_type("bond2", "g0", "m0")
    print(f"1..{cases}")
    sys.exit(failures > 0)


main()
