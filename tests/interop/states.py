# SPDX-License-Identifier: GPL-2.0
"""Scenarios of one aggregate: from link-up to distributing, expiry, recovery, options."""
from lacp import (ACTIVE, AGGREGATION, COLLECTING, DISTRIBUTING, SHORT, SYNC)
from registry import scenario, variants
from rig import Rig


@variants("lacp_rate fast", "lacp_rate slow")
def up(options):
    rig = Rig(options=options)
    rig.run(65)
    rig.probe()
    return rig


@variants("lacp_rate fast", "lacp_rate slow", "lacp_rate fast lacp_strict on min_links 1",
          "lacp_rate fast coupled_control off")
def expiry(options):
    """The partner falls silent, and speaks again: once after EXPIRED, once after DEFAULTED."""
    rig = Rig(options=options)
    timeout = 3 if "fast" in options else 90
    rig.run(10)
    rig.mark("silent until expired")
    rig.silence()
    rig.run(timeout + 1.5)
    rig.probe()
    rig.mark("speaks again")
    rig.each(talks=True)
    rig.run(8)
    rig.probe()
    rig.mark("silent until defaulted")
    rig.silence()
    rig.run(timeout + 6)
    rig.probe()
    rig.mark("speaks again")
    rig.each(talks=True)
    rig.run(12)
    rig.probe()
    rig.mark("one port silent")
    rig.ports[1].partner.silence()
    rig.run(timeout + 6)
    rig.probe()
    return rig


@variants("lacp_rate fast", "lacp_rate fast coupled_control off", "lacp_rate fast lacp_strict on min_links 1",
          "lacp_rate fast lacp_strict on coupled_control off min_links 1",
          "lacp_rate fast lacp_strict on", "lacp_rate fast lacp_strict on min_links 2")
def partner_steps(options):
    """The partner goes through its states one bit at a time, and back."""
    rig = Rig(options=options)
    rig.each(smart=False)
    base = ACTIVE | SHORT | AGGREGATION
    for state in (0, SYNC, SYNC | COLLECTING, SYNC | COLLECTING | DISTRIBUTING,
                  SYNC | COLLECTING, SYNC, SYNC | COLLECTING | DISTRIBUTING, 0):
        rig.mark(f"state {state:#x}")
        rig.each(state=base | state)
        rig.run(6)
        rig.probe()
    rig.mark("one port distributes")
    rig.ports[0].partner.change(state=base | SYNC | COLLECTING | DISTRIBUTING)
    rig.run(6)
    rig.probe()
    return rig


@variants("lacp_active off lacp_rate fast", "lacp_active off lacp_rate slow", "lacp_rate fast")
def passive_partner(options):
    """Nobody speaks first, unless the bond is active; then the partner becomes active."""
    rig = Rig(options=options)
    for port in rig.ports:
        port.partner.info = port.partner.info.but(state=SHORT | AGGREGATION)
    rig.run(40)
    rig.probe()
    rig.mark("active")
    rig.each(state=ACTIVE | SHORT | AGGREGATION)
    rig.run(12)
    rig.probe()
    rig.mark("passive")
    rig.each(state=SHORT | AGGREGATION)
    rig.run(12)
    rig.mark("one active, asks for slow")
    rig.ports[0].partner.change(state=ACTIVE | AGGREGATION)
    rig.run(70)
    rig.probe()
    return rig


@scenario
def late_partner():
    """Ports that nobody answers work without LACP; then a partner speaks, and wants none of them yet."""
    rig = Rig(options="lacp_rate fast")
    rig.silence()
    rig.run(12)
    rig.probe()
    rig.mark("out of sync")
    for port in rig.ports:
        port.partner.smart = False
    rig.each(talks=True, state=ACTIVE | SHORT | AGGREGATION)
    rig.run(8)
    rig.probe()
    rig.mark("in sync")
    rig.each(state=ACTIVE | SHORT | AGGREGATION | SYNC | COLLECTING | DISTRIBUTING)
    rig.run(3)
    rig.probe()
    return rig


@scenario
def partner_rate():
    """The partner's timeout decides the bond's period."""
    rig = Rig(options="lacp_rate slow")
    rig.run(8)
    for state in (ACTIVE | AGGREGATION, ACTIVE | SHORT | AGGREGATION):
        rig.mark(f"state {state:#x}")
        rig.each(state=state)
        rig.run(65)
    return rig


@variants("lacp_rate fast", "lacp_rate slow")
def partner_restart(options):
    rig = Rig(options=options)
    rig.run(10)
    rig.each(clear=SYNC | COLLECTING | DISTRIBUTING)
    rig.mark("restart")
    rig.silence()
    rig.run(2)
    rig.each(clear=0, talks=False)
    for port in rig.ports:
        port.partner.restart()
    rig.run(12)
    rig.mark("restart as another system")
    for port in rig.ports:
        port.partner.other = None
    rig.each(system="02:00:00:00:0e:02")
    rig.run(12)
    rig.probe()
    return rig


@variants("lacp_rate fast", "lacp_rate slow", "updelay 500 downdelay 300")
def link_loss(options):
    rig = Rig(options="" if "updelay" in options else options, miimon=10)
    groups = [rig.ports[:1], rig.ports[1:], rig.ports]
    if "updelay" in options:
        # Without a working link, ours does not wait for updelay: neither at first nor at last.
        rig.set(options)
        groups.pop()
    rig.run(8)
    for ports in groups:
        for on in (0, 1):
            rig.mark(f"carrier {on} of {' '.join(port.name for port in ports)}")
            rig.link(on, ports)
            rig.run(8)
            rig.probe()
    return rig


@scenario
def link_flap():
    """The link is away for less than anybody's timeout; the partner does not notice."""
    rig = Rig(options="lacp_rate fast", miimon=10)
    rig.run(8)
    for seconds in (0.04, 0.3, 1):
        rig.mark(f"away for {seconds} s")
        rig.link(0, rig.ports[:1])
        rig.ports[0].partner.talks = True
        rig.run(seconds)
        rig.ports[0].carrier(1)
        rig.ports[0].partner.due(rig.clock() + 0.5)
        rig.run(6)
        rig.probe()
    return rig


@scenario
def churn():
    """A partner that never comes in sync is churned after 60 s, until it does."""
    rig = Rig(options="lacp_rate fast")
    rig.each(clear=SYNC | COLLECTING | DISTRIBUTING)
    rig.run(75)
    rig.mark("in sync")
    rig.each(clear=0)
    rig.run(10)
    rig.mark("one out of sync")
    rig.ports[0].partner.change(clear=SYNC | COLLECTING | DISTRIBUTING)
    rig.run(65)
    return rig


@scenario
def join_open_bond():
    """Members that join an open bond wait for the selection timer."""
    rig = Rig(options="lacp_rate fast", enslave=False)
    rig.run(1)
    rig.mark("join")
    for port in rig.ports:
        rig.ip("link set", port.name, "master bond0")
    rig.run(15)
    rig.probe()
    return rig


@scenario
def release_and_return():
    rig = Rig(ports=3, options="lacp_rate fast")
    rig.run(8)
    # The first in the list owns the aggregator of all.
    for port in rig.ports:
        rig.mark(f"{port.name} leaves")
        rig.ip("link set", port.name, "nomaster")
        rig.run(4)
        rig.probe()
        rig.mark(f"{port.name} joins")
        port.partner.other = None
        rig.ip("link set", port.name, "master bond0")
        rig.run(8)
        rig.probe()
    rig.mark("all leave")
    for port in rig.ports:
        rig.ip("link set", port.name, "nomaster")
        rig.run(1)
    return rig


@scenario
def down_and_up():
    rig = Rig(options="lacp_rate fast", miimon=10)
    rig.run(8)
    for what, stop, start in (("bond", "link set bond0 down", "link set bond0 up"),
                              ("member", "link set m0 down", "link set m0 up")):
        rig.mark(what + " down")
        rig.settle()
        rig.ip(stop)
        rig.run(5)
        rig.mark(what + " up")
        rig.settle()
        rig.ip(start)
        rig.run(10)
        rig.probe()
    return rig


@scenario
def options_while_up():
    rig = Rig(options="lacp_rate fast")
    rig.run(8)
    for command in ("link set bond0 type bond ad_actor_sys_prio 100",
                    "link set bond0 type bond ad_actor_system 02:00:00:00:aa:aa",
                    "link set m1 type bond_slave actor_port_prio 10",
                    "link set bond0 type bond min_links 3", "link set bond0 type bond min_links 2",
                    "link set bond0 type bond lacp_strict on", "link set bond0 type bond lacp_strict off",
                    "link set bond0 type bond lacp_rate slow", "link set bond0 type bond ad_user_port_key 5",
                    "link set bond0 type bond coupled_control off", "link set bond0 type bond lacp_active off",
                    "link set bond0 type bond ad_select count",
                    "link set bond0 address 02:00:00:00:bb:bb"):
        rig.mark(command)
        rig.ip(command)
        rig.run(5)
    rig.probe()
    return rig


@scenario
def options_while_down():
    rig = Rig(options="lacp_rate fast")
    rig.run(6)
    for options in ("lacp_rate slow", "lacp_active off", "lacp_active on lacp_rate fast",
                    "coupled_control off", "coupled_control on ad_select bandwidth", "ad_user_port_key 5"):
        rig.mark(options)
        rig.ip("link set bond0 down")
        rig.set(options)
        rig.align()
        rig.ip("link set bond0 up")
        rig.run(12)
    rig.ip("link set m0 nomaster")
    rig.ip("link set m0 master bond0")
    rig.run(12)
    rig.probe()
    return rig


@scenario
def system_parameters():
    rig = Rig(options="lacp_rate fast ad_user_port_key 700 ad_actor_sys_prio 7 ad_actor_system 02:00:00:00:cc:01")
    rig.run(8)
    return rig


@variants("broadcast_neighbor on", "broadcast_neighbor off")
def neighbours(options):
    """ARP leaves by each member if asked to."""
    rig = Rig(options="lacp_rate fast " + options)
    rig.run(8)
    rig.ip("address add 192.0.2.1/24 dev bond0")
    rig.transmitted.clear()
    rig.ip("neigh add 192.0.2.9 dev bond0 nud probe lladdr 02:00:00:00:0e:99")
    rig.run(0.5)
    rig.ip("route get 192.0.2.2")
    rig.ping("192.0.2.2")
    rig.run(3)
    for name, frame in rig.transmitted:
        if frame[12:14] == b"\x08\x06":
            rig.log(f"{name} arp for {'.'.join(map(str, frame[38:42]))}")
    return rig
