# SPDX-License-Identifier: GPL-2.0
"""Scenarios of selection: several partners, keys, speeds, policies, min_links."""
from lacp import ACTIVE, SHORT
from registry import scenario, variants
from rig import Rig


def speed(rig, port, mbits, duplex="full"):
    rig.command("ethtool", "-s", port.name, "speed", mbits, "duplex", duplex, "autoneg", "off")


@variants("ad_select stable", "ad_select bandwidth", "ad_select count", "ad_select actor_port_prio")
def policy(options):
    """Three partners; each policy prefers another one, and links come and go."""
    rig = Rig(ports=6, options="lacp_rate fast " + options, enslave=False, up=False, miimon=10)
    groups = {"a": rig.ports[:1], "b": rig.ports[1:3], "c": rig.ports[3:]}
    for number, (ports, mbits, prio) in enumerate(zip(groups.values(), (10000, 1000, 100), (10, 300, 50))):
        for port in ports:
            port.partner.info = port.partner.info.but(system=f"02:00:00:00:0f:{number:02x}")
            speed(rig, port, mbits)
            rig.ip("link set", port.name, "master bond0")
            rig.ip("link set", port.name, "type bond_slave actor_port_prio", prio)
    rig.align()
    rig.ip("link set bond0 up")
    rig.run(10)
    rig.probe()
    for on, group, count in ((0, "b", 1), (0, "c", 2), (0, "a", 1), (1, "c", 2), (0, "b", 2),
                             (1, "a", 1), (1, "b", 2), (0, "c", 3), (0, "a", 1), (0, "b", 2),
                             (1, "b", 1), (1, "a", 1)):
        rig.mark(f"carrier {on} of {count} of {group}")
        rig.link(on, groups[group][:count])
        rig.run(6)
        rig.probe()
    rig.mark("a has the highest priority")
    rig.ip("link set m0 type bond_slave actor_port_prio 10000")
    rig.run(4)
    rig.link(0, rig.ports[1:2])
    rig.run(4)
    rig.probe()
    return rig


@scenario
def wrong_key():
    """A partner that says another key for one link; then the right one."""
    rig = Rig(ports=3, options="lacp_rate fast")
    rig.ports[1].partner.info = rig.ports[1].partner.info.but(key=99)
    rig.run(8)
    rig.probe()
    rig.mark("mended")
    rig.ports[1].partner.change(key=17)
    rig.run(8)
    rig.probe()
    rig.mark("the first is wrong now")
    rig.ports[0].partner.change(key=98)
    rig.run(8)
    rig.probe()
    return rig


@scenario
def mis_cabled():
    """One cable moves to another partner, and back."""
    rig = Rig(ports=3, options="lacp_rate fast")
    rig.run(8)
    for number in (2, 0):
        for system in ("02:00:00:00:0e:02", "02:00:00:00:0e:01"):
            rig.mark(f"m{number} goes to {system}")
            rig.ports[number].partner.other = None
            rig.ports[number].partner.change(system=system)
            rig.run(8)
            rig.probe()
    return rig


@scenario
def individual():
    """A partner that does not aggregate, on one link and on all."""
    rig = Rig(options="lacp_rate fast")
    rig.ports[1].partner.info = rig.ports[1].partner.info.but(state=ACTIVE | SHORT)
    rig.run(10)
    rig.probe()
    rig.mark("all individual")
    rig.ports[0].partner.change(state=ACTIVE | SHORT)
    rig.run(10)
    rig.probe()
    return rig


@scenario
def no_partner():
    rig = Rig(options="lacp_rate fast")
    rig.silence()
    rig.run(70)
    rig.probe()
    return rig


@variants("min_links 1", "min_links 2", "min_links 3", "min_links 2 lacp_strict on")
def carrier(options):
    """The bond's carrier while links go away and return."""
    rig = Rig(ports=3, options="lacp_rate fast " + options, miimon=10)
    rig.run(8)
    for on in (0, 1):
        for port in rig.ports:
            rig.mark(f"carrier {on} of {port.name}")
            rig.link(on, [port])
            rig.run(6)
    rig.mark("silent")
    rig.silence()
    rig.run(10)
    return rig


@variants("100 full", "10000 half", "0 full", "123 full")
def speeds(options):
    """One member is not like the others, first at enslaving, then after its link was away."""
    mbits, duplex = options.split()
    rig = Rig(ports=3, options="lacp_rate fast", enslave=False, up=False, miimon=10)
    speed(rig, rig.ports[1], mbits, duplex)
    for port in rig.ports:
        rig.ip("link set", port.name, "master bond0")
    rig.align()
    rig.ip("link set bond0 up")
    rig.run(10)
    rig.probe()
    for number, to in ((1, (10000, "full")), (0, (mbits, duplex)), (2, (mbits, duplex))):
        rig.mark(f"m{number} is {to[0]} {to[1]} after a link loss")
        port = rig.ports[number]
        rig.link(0, [port])
        rig.run(1)
        speed(rig, port, *to)
        rig.link(1, [port])
        rig.run(8)
        rig.probe()
    return rig


@scenario
def eight_ports():
    rig = Rig(ports=8, options="lacp_rate slow xmit_hash_policy layer3+4", miimon=10)
    rig.run(8)
    rig.probe()
    rig.link(0, rig.ports[:4])
    rig.run(4)
    rig.probe()
    rig.link(1, rig.ports[:4])
    rig.run(8)
    rig.probe()
    return rig
