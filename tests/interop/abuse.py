# SPDX-License-Identifier: GPL-2.0
"""Scenarios of frames that no honest partner sends."""
import lacp
from registry import scenario
from rig import Rig


@scenario
def looped_back():
    """One port hears itself, then both hear one another, then the partner is back, before timers
    expire: those of the C driver stop for as long as the loop lasts."""
    rig = Rig(options="lacp_rate fast")
    rig.run(6)
    m0, m1 = rig.ports
    for pairs in (((m0, m0),), ((m0, m1), (m1, m0))):
        rig.mark(f"loops {len(pairs)}")
        rig.silence()
        for _ in range(4):
            for listener, speaker in pairs:
                listener.write(rig.last[speaker.name])
            rig.run(0.5)
        rig.probe()
        rig.mark("back")
        rig.each(talks=True)
        rig.run(8)
        rig.probe()
    return rig


@scenario
def malformed():
    """Frames that are short, long or wrong somewhere, each from a partner that otherwise is silent:
    what was taken shows in the states and counters."""
    rig = Rig(options="lacp_rate slow")
    rig.run(6)
    rig.silence()
    port = rig.ports[0]
    actor, partner = port.partner.actor(), port.partner.other
    changed = actor.but(key=4711)
    pdu = lacp.lacpdu
    cases = {
        "empty": b"",
        "one byte": b"\x01",
        "109 bytes": pdu(changed, partner)[:109],
        "46 bytes": pdu(changed, partner)[:46],
        "111 bytes": pdu(changed, partner) + b"\xff",
        "1500 bytes": pdu(changed, partner).ljust(1500, b"\xee"),
        "subtype 0": b"\0" + pdu(changed, partner)[1:],
        "subtype 10": b"\x0a" + pdu(changed, partner)[1:],
        "subtype 255": b"\xff" * 110,
        "all zero": bytes(110),
        "version 0": pdu(actor.but(key=20), partner, version=0),
        "version 2": pdu(actor.but(key=21), partner, version=2),
        "version 255": pdu(actor.but(key=22), partner, version=255),
        "actor TLV type 9": pdu(actor.but(key=23), partner, actor_tlv=(9, 20)),
        "actor TLV length 0": pdu(actor.but(key=24), partner, actor_tlv=(1, 0)),
        "actor TLV length 255": pdu(actor.but(key=25), partner, actor_tlv=(1, 255)),
        "partner TLV type 0": pdu(actor.but(key=26), partner, partner_tlv=(0, 20)),
        "partner TLV length 19": pdu(actor.but(key=27), partner, partner_tlv=(2, 19)),
        "collector TLV type 7": pdu(actor.but(key=28), partner, collector_tlv=(7, 16)),
        "collector delay 65535": pdu(actor.but(key=29), partner, delay=65535),
        "terminator 1/9": pdu(actor.but(key=30), partner, terminator=(1, 9)),
        "zero system": pdu(actor.but(system="00:00:00:00:00:00"), partner),
        "multicast system": pdu(actor.but(system="01:80:c2:00:00:02"), partner),
        "all ones": b"\x01" + b"\xff" * 109,
        "port 0": pdu(actor.but(port=0), partner),
        "state 0": pdu(actor.but(state=0), partner),
        "state 255": pdu(actor.but(state=255), partner),
    }
    for name, payload in cases.items():
        rig.mark(name)
        port.send(payload)
        rig.run(2)
    others = {
        "to the bond": dict(destination=lacp.mac(port.mac)),
        "to all": dict(destination=b"\xff" * 6),
        "to another slow address": dict(destination=lacp.mac("01:80:c2:00:00:03")),
        "as 802.3 length": dict(ethertype=110),
        "as IPv4": dict(ethertype=0x0800),
    }
    for name, how in others.items():
        rig.mark(name)
        port.send(pdu(changed, partner), **how)
        rig.run(2)
    rig.mark("tagged")
    tagged = lacp.SLOW + lacp.mac("02:00:00:00:0e:81") + bytes.fromhex("8100000a8809") + pdu(changed, partner)
    port.write(tagged)
    rig.run(2)
    rig.mark("the partner is back")
    rig.each(talks=True)
    rig.run(8)
    rig.probe()
    return rig


@scenario
def spoofed():
    """Another system speaks on the same link in between."""
    rig = Rig(options="lacp_rate fast")
    rig.run(6)
    port = rig.ports[0]
    for number in range(6):
        rig.mark(f"spoof {number}")
        actor = port.partner.actor().but(system=f"02:00:00:00:66:{number:02x}")
        port.send(lacp.lacpdu(actor, port.partner.other))
        rig.run(0.5 * number)
    rig.run(6)
    rig.probe()
    return rig


@scenario
def markers():
    rig = Rig(options="lacp_rate slow")
    rig.run(6)
    port = rig.ports[0]
    for name, payload in {
            "information": lacp.marker(1, transaction=7),
            "information, version 9": lacp.marker(1, transaction=8, version=9),
            "information with padding set": lacp.marker(1)[:16] + b"\x55" * 94,
            "response": lacp.marker(2),
            "type 0": lacp.marker(0),
            "type 3": lacp.marker(3),
            "109 bytes": lacp.marker(1)[:109],
            "46 bytes": lacp.marker(1)[:46],
            "1400 bytes": lacp.marker(1).ljust(1400, b"\x77"),
    }.items():
        rig.mark(name)
        port.send(payload)
        rig.run(0.5)
    rig.mark("20 at once")
    for number in range(20):
        port.send(lacp.marker(1, transaction=100 + number))
    rig.run(2)
    return rig


@scenario
def flood():
    """Thousands of frames a second; the states of the true partner return, and the log stays short."""
    rig = Rig(options="lacp_rate fast")
    rig.run(6)
    m0, _ = rig.ports
    frames = {
        "loop": lambda n: rig.last["m0"][14:],
        "short": lambda n: lacp.lacpdu(lacp.Info(), lacp.Info())[:100],
        "changing": lambda n: lacp.lacpdu(m0.partner.actor().but(key=n), m0.partner.other),
        "individual": lambda n: lacp.lacpdu(m0.partner.actor().but(state=n & 255, key=n), lacp.Info()),
    }
    for name, make in frames.items():
        rig.mark(name)
        for second in range(5):
            for number in range(1000):
                m0.send(make(1000 * second + number))
            rig.run(1)
        rig.mark("quiet")
        rig.run(6)
        rig.probe()
    return rig
