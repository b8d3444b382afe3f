# SPDX-License-Identifier: GPL-2.0
"""What user space can read about a bond and its members, in the states of its life."""
import json
import os
import re
import subprocess
import sys

import lacp
from netlink import RTM_GETLINK, Netlink, attr
from world import CLASS, NAMES, Transcript, World, flatten, option, read, without_admin, write

MEMBERS = ["m0", "m1", "m2"]
# Says when it was read, or what has no fixed value.
UNSTEADY = {"ifindex", "iflink", "uevent", "carrier_changes", "carrier_up_count", "carrier_down_count"}


def directory(world, path):
    """name -> (permission bits, owner, text) of the files in a directory."""
    out = {}
    for name in sorted(os.listdir(path)):
        full = os.path.join(path, name)
        if os.path.isfile(full) and not os.path.islink(full) and name not in UNSTEADY:
            stat = os.stat(full)
            text = read(full) if stat.st_mode & 0o444 else "-"
            out[name] = ["%o" % stat.st_mode, stat.st_uid, anonymous(world, text)]
    return out


def anonymous(world, text):
    return re.sub(r"0x[0-9a-f]{12,}", "ADDRESS", world.anonymous(text))


def links(path):
    return {name: os.path.basename(os.readlink(os.path.join(path, name)))
            for name in sorted(os.listdir(path)) if os.path.islink(os.path.join(path, name))}


def run(world, *command):
    out = subprocess.run(command, capture_output=True, text=True)
    return anonymous(world, out.stdout + out.stderr) + "status %d" % out.returncode


def ip_links(world, devices):
    """What ip shows of the devices: (device, path, leaf)."""
    done = subprocess.run(["ip", "-d", "-j", "link", "show"], capture_output=True, text=True)
    for device in json.loads(done.stdout):
        for key, value in flatten(device):
            if device["ifname"] in devices and key not in ("ifindex", "link_index"):
                yield device["ifname"], key, anonymous(world, value) if isinstance(value, str) else value


def unprivileged(bond):
    """What a process without capabilities reads."""
    nl = Netlink()
    base = CLASS + bond + "/bonding/"
    return {"proc": read("/proc/net/bonding/" + bond),
            "files": {name: read(base + name) for name in sorted(os.listdir(base))},
            "netlink": sorted(key for key in nl.get(bond) if key.startswith("bond."))}


def record(t, world, case, bond, members):
    present = sorted(n for n in os.listdir(CLASS) if n == bond or n in MEMBERS)
    for name, content in directory(world, CLASS + bond + "/bonding").items():
        for what, value in zip(("mode", "owner", "text"), content):
            t.put(case, "bonding/%s %s" % (name, what), value)
    for device in present:
        for name, content in directory(world, CLASS + device).items():
            t.put(case, "%s/%s" % (device, name), content)
        t.put(case, device + " links", links(CLASS + device))
        path = CLASS + device + "/bonding_slave"
        t.put(case, device + " is a member", os.path.isdir(path))
        if os.path.isdir(path):
            for name, content in directory(world, path).items():
                t.put(case, "%s/bonding_slave/%s" % (device, name), content)
        for key, value in world.nl.get(device).items():
            t.put(case, "%s netlink %s" % (device, key), value)
        for of_member in (False, True):
            t.put(case, "%s statistics of %s" % (device, "a member" if of_member else "a bond"),
                  world.nl.statistics(device, of_member))
    for device, key, value in ip_links(world, present):
        t.put(case, "%s ip %s" % (device, key), value)
    for order in ((18, 2, bond), (18, 5, members[0] if members else bond)):
        world.nl.send(RTM_GETLINK, 0, 0, [attr(3, order[2])])
        t.put(case, "order of attributes %d of %s" % order[1:], Netlink.order(world.nl.sock.recv(1 << 17), *order[:2]))
    masters = CLASS + "bonding_masters"
    t.put(case, "bonding_masters", ["%o" % os.stat(masters).st_mode, read(masters)])
    t.put(case, "proc", anonymous(world, read("/proc/net/bonding/" + bond)).split("\n"))
    t.put(case, "proc mode", "%o" % os.stat("/proc/net/bonding/" + bond).st_mode)
    t.put(case, "proc directory", sorted(os.listdir("/proc/net/bonding")))
    plain = without_admin(lambda: unprivileged(bond))
    t.put(case, "proc without capability", anonymous(world, plain["proc"]).split("\n"))
    for name, text in plain["files"].items():
        t.put(case, "bonding/%s without capability" % name, anonymous(world, text))
    t.put(case, "netlink without capability", plain["netlink"])


def ethtool(t, world, case, devices):
    for flag in ("-i", "-k", "-c"):
        for device in devices:
            for line in run(world, "ethtool", flag, device).split("\n"):
                name, _, value = line.partition(":")
                t.put(case, "ethtool %s %s %s" % (flag, device, name), value)
    for device in devices:
        t.put(case, "ethtool " + device, run(world, "ethtool", device).split("\n"))


OPTIONS = {
    "balance-rr": {"packets_per_slave": 3},
    "active-backup": {"fail_over_mac": 1, "primary_reselect": 2},
    "balance-xor": {"xmit_hash_policy": 4},
    "broadcast": {},
    "802.3ad": {"lacp_rate": 1, "lacp_active": 0, "ad_select": 2, "ad_actor_sys_prio": 99, "ad_user_port_key": 5,
                "coupled_control": 0, "lacp_strict": 1, "broadcast_neighbor": 1, "min_links": 1, "xmit_hash_policy": 1},
}


def life(t, world, number):
    """A bond of one mode, from its creation to its end."""
    mode, nl = NAMES[number], world.nl
    # Until the machines of LACP have nothing more to do.
    settle = (lambda: world.settle(lacp.AGREED)) if number == lacp.LACP else world.settle

    def look(state, members=()):
        case = "%s, %s" % (mode, state)
        record(t, world, case, "bond0", list(members))
        if state in ("new, with defaults", "members, up", "all links lost", "all members left"):
            ethtool(t, world, case, ["bond0"] + list(members[:1]))

    world.fresh()
    world.bond("bond0", number, up=False)
    look("new, with defaults")
    nl.delete("bond0")

    world.bond("bond0", number, miimon=1, updelay=2**31 - 1, downdelay=2**31 - 2, up=False)
    nl.change("bond0", [option("miimon", 2)])
    look("delays beyond what fits")
    nl.delete("bond0")

    world.bond("bond0", number, miimon=100, updelay=200, downdelay=100, up=False)
    look("empty, down")
    nl.up("bond0")
    look("empty, up")
    nl.up("bond0", False)
    for m in MEMBERS[:2]:
        nl.master(m, "bond0")
    settle()
    look("members, down", MEMBERS[:2])
    nl.up("bond0")
    settle()
    nl.master("m2", "bond0")
    settle()
    look("members, up", MEMBERS)
    world.carrier("m0", False)
    settle()
    look("a link lost", MEMBERS)
    world.carrier("m1", False)
    world.carrier("m2", False)
    settle()
    look("all links lost", MEMBERS)
    for m in MEMBERS:
        world.carrier(m, True)
    settle()
    look("links back", MEMBERS)
    write(CLASS + "bond0/bonding/queue_id", "m1:3")
    nl.change("bond0", [option("num_unsol_na", 4), option("resend_igmp", 7), option("all_slaves_active", 1),
                        option("peer_notif_delay", 300), option("xmit_hash_policy", 2), option("min_links", 0),
                        option("lp_interval", 9)])
    if number in (1, 5, 6):
        write(CLASS + "bond0/bonding/primary", "m2")
        nl.change_member("m1", [attr(9, (77).to_bytes(4, "little"))])
    settle()
    look("options set", MEMBERS)
    nl.master("m0", None)
    look("a member left", MEMBERS[1:])
    nl.master("m1", None)
    nl.master("m2", None)
    look("all members left")
    nl.delete("bond0")
    for m in MEMBERS:
        nl.up(m, False)
    world.bond("bond0", number, miimon=100, members=MEMBERS[:2], **OPTIONS.get(mode, {}))
    settle()
    look("options of the mode", MEMBERS[:2])
    nl.up("bond0", False)
    settle()
    look("down again", MEMBERS[:2])
    nl.delete("bond0")
    for m in MEMBERS:
        nl.up(m, False)
    for m in MEMBERS:
        t.put(mode + ", bond gone", m, world.nl.get(m))
        t.put(mode + ", bond gone", m + " links", links(CLASS + m))
    t.put(mode + ", bond gone", "proc directory", os.listdir("/proc/net/bonding"))
    t.put(mode + ", bond gone", "bonding_masters", read(CLASS + "bonding_masters"))


def with_partner(t, world):
    for story in lacp.LIVES:
        world.fresh()
        story(world, lambda state, members, what=story.__name__:
              record(t, world, "802.3ad, %s: %s" % (what, state), "bond0", list(members)))


def main():
    t, world = Transcript(), World()
    world.cables(len(MEMBERS))
    for number in map(int, sys.argv[2].split(",")):
        life(t, world, number)
        if number == lacp.LACP:
            with_partner(t, world)
    for m in MEMBERS:
        world.nl.delete(m)
    t.save(sys.argv[1])


main()
