# SPDX-License-Identifier: GPL-2.0
"""Lives of an 802.3ad bond that has a partner: a bond of the same driver at the other ends of the
cables. A life calls look(state, members) wherever there is something to see."""
from netlink import attr, number
from world import option

MEMBERS = ["m0", "m1", "m2"]
LACP = 4
# Until ports that are asked for LACPDUs each second carry traffic, or have given up their partner;
# and until the churn machines have given up, too.
AGREED, CHURNED = 10, 150


def partner(world, rate=1, **options):
    nl = world.nl
    nl.add("peer", "bond", [option("mode", LACP), option("lacp_rate", rate), option("miimon", 100)]
           + [option(k, v) for k, v in options.items()])
    for m in MEMBERS:
        p = m.replace("m", "p")
        nl.up(p, False)
        nl.master(p, "peer")
    nl.up("peer")


def bond(world, rate=1, **options):
    world.bond("bond0", LACP, MEMBERS, lacp_rate=rate, miimon=100, **options)


def over(world):
    nl = world.nl
    nl.delete("bond0")
    nl.delete("peer")
    for m in MEMBERS:
        nl.up(m, False)
        nl.up(m.replace("m", "p"))


def usual(world, look):
    nl = world.nl
    partner(world)
    bond(world)
    world.settle(AGREED)
    look("a partner", MEMBERS)
    world.carrier("m0", False)
    world.settle(AGREED)
    look("a link lost", MEMBERS)
    world.carrier("m0", True)
    world.settle(AGREED)
    look("the link back", MEMBERS)
    nl.change("bond0", [option("ad_actor_sys_prio", 1000), attr(26, bytes([2, 0, 0, 0, 9, 7])), option("min_links", 2),
                        option("xmit_hash_policy", 1), option("broadcast_neighbor", 1)])
    nl.change_member("m1", [attr(10, number("u16", 7))])
    world.settle(AGREED)
    look("other parameters", MEMBERS)
    nl.master("p2", None)
    nl.up("p2")
    world.settle(AGREED)
    look("a port without its partner", MEMBERS)
    world.settle(CHURNED)
    look("a port that churned", MEMBERS)
    nl.master("m1", None)
    world.settle(AGREED)
    look("too few links", [MEMBERS[0], MEMBERS[2]])
    nl.change("bond0", [option("min_links", 0)])
    nl.up("peer", False)
    world.settle(AGREED)
    look("the partner is silent", [MEMBERS[0], MEMBERS[2]])
    nl.up("peer")
    world.settle(AGREED)
    look("the partner speaks again", [MEMBERS[0], MEMBERS[2]])
    over(world)


def strict(world, look):
    """With the newer options, and a partner that only answers."""
    nl = world.nl
    partner(world, lacp_active=0)
    bond(world, coupled_control=0, lacp_strict=1, ad_select=3, ad_user_port_key=5)
    world.settle(AGREED)
    look("a partner", MEMBERS)
    nl.up("peer", False)
    world.settle(AGREED)
    look("the partner is silent", MEMBERS)
    nl.change("bond0", [option("lacp_strict", 0)])
    world.settle(AGREED)
    look("not strict", MEMBERS)
    over(world)


def passive(world, look):
    """Nobody begins. With short timeouts links would be lost and found, when depends on the moment
    at which the bond is made."""
    partner(world, rate=0, lacp_active=0)
    bond(world, rate=0, lacp_active=0, ad_select=2)
    world.settle(AGREED)
    look("both wait", MEMBERS)
    over(world)


LIVES = (usual, strict, passive)
