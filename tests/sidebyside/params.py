# SPDX-License-Identifier: GPL-2.0
"""Module parameters: what loading with them gives, and what the first bonds are like."""
import ctypes
import errno
import os
import socket
import sys

from world import CLASS, Transcript, World, read, write

INT = ["-2147483648", "-1", "0", "1", "2", "255", "256", "65535", "65536", "2147483647", "2147483648", "0x10", "010", "", "x", "1x"]
NAMES = ["", "x", "0", "1", "2", "9", "default", "off", "on"]
# Values of each parameter, and what else is given with them.
PARAMETERS = {
    "max_bonds": (["-2147483648", "-1", "0", "1", "3", "x", "2147483648"], ""),
    "tx_queues": (["-1", "0", "1", "255", "256", "x"], ""),
    "num_grat_arp": (INT, ""), "num_unsol_na": (INT, ""), "miimon": (INT, ""), "use_carrier": (INT, ""),
    "updelay": (["-1", "0", "99", "100", "150", "2147483647"], "miimon=100"),
    "downdelay": (["-1", "0", "99", "100", "150", "2147483647"], "miimon=100"),
    "mode": (NAMES + ["balance-rr", "active-backup", "broadcast", "3", "7", "-1", "active-backup "], ""),
    "primary": (["", "d0", "nosuch", "d0123456789abcdef"], "mode=1"),
    "primary_reselect": (NAMES + ["better"], "mode=1 primary=d0"),
    "xmit_hash_policy": (NAMES + ["layer2+3", "layer5"], ""),
    "lacp_rate": (NAMES + ["fast"], ""),
    "ad_select": (["", "x", "0", "9", "default", "stable"], ""),
    "min_links": (INT, ""), "all_slaves_active": (INT, ""), "resend_igmp": (INT, ""), "packets_per_slave": (INT, ""),
    "lp_interval": (INT, ""),
    "fail_over_mac": (NAMES + ["active", "follow"], "mode=1"),
    "arp_interval": (["-1", "0", "x", "100"], ""),
    "arp_validate": (["", "x", "0", "all"], ""),
    "arp_all_targets": (["", "x", "0", "any"], ""),
    "arp_ip_target": (["", "x"], ""),
}
NEW = ["mode=4 lacp_active=off", "mode=4 lacp_active=0 lacp_rate=1", "mode=4 lacp_strict=on", "mode=4 coupled_control=off",
       "mode=4 broadcast_neighbor=1", "mode=4 ad_actor_sys_prio=7", "mode=4 ad_user_port_key=1023",
       "mode=4 ad_actor_system=02:00:00:00:09:01", "peer_notif_delay=200", "mode=2 resilient_buckets=64",
       "mode=4 resilient_buckets=4096 resilient_idle_ms=9"]
NEW_BAD = ["mode=4 lacp_active=x", "mode=4 lacp_strict=x", "mode=4 coupled_control=2", "mode=4 broadcast_neighbor=x",
           "mode=4 ad_actor_system=01:00:00:00:00:01", "mode=4 ad_actor_system=x"]
NEW_CORRECTED = ["mode=4 ad_actor_sys_prio=0", "mode=4 ad_actor_sys_prio=65536", "mode=4 ad_user_port_key=1024",
                 "mode=2 resilient_buckets=3", "mode=2 resilient_buckets=8192", "mode=4 resilient_buckets=-1",
                 "mode=2 resilient_idle_ms=-1", "peer_notif_delay=300001", "mode=1 resilient_buckets=64",
                 "lacp_active=0", "broadcast_neighbor=1"]
# Together, or where the one asks for the other.
TOGETHER = {
    "several": ([
        "", "nonsense=1", "nonsense", "miimon", "mode=1 mode=0", "num_grat_arp=2 num_unsol_na=3", "num_unsol_na=3 num_grat_arp=2",
        "max_bonds=2 mode=3 miimon=50", "updelay=200", "downdelay=200", "updelay=200 miimon=0", "miimon=0", "miimon=100",
        "primary=d0", "primary_reselect=x", "primary_reselect=better mode=1", "fail_over_mac=1", "lacp_rate=x mode=1",
        "xmit_hash_policy=x mode=2", "xmit_hash_policy=x mode=1", "xmit_hash_policy=2 mode=2", "mode=1 fail_over_mac=2 primary=d1 miimon=77 updelay=100",
        "arp_validate=all miimon=100", "miimon=100 arp_interval=100 arp_ip_target=192.0.2.1", "miimon=100 arp_interval=100 arp_validate=all",
        "arp_interval=100", "arp_ip_target=0.0.0.0", "arp_ip_target=255.255.255.255", "arp_interval=100 arp_ip_target=x",
        "miimon=100 arp_interval=-1", "packets_per_slave=9 mode=1", "tx_queues=3 max_bonds=2", "resend_igmp=0 num_grat_arp=0",
        "arp_ip_target=" + ",".join("192.0.2.%d" % i for i in range(1, 18)), "mode=" + "x" * 1025,
    ], ""),
    # Of later work.
    "monitor": (["arp_interval=100 arp_ip_target=192.0.2.1", "arp_interval=100 arp_ip_target=192.0.2.1,192.0.2.2 arp_validate=1",
                 "arp_ip_target=192.0.2.1", "arp_all_targets=all", "arp_interval=100 arp_ip_target=192.0.2.1,192.0.2.1",
                 "arp_interval=100 arp_ip_target=192.0.2.1,x", "miimon=0 arp_interval=100 arp_ip_target=192.0.2.1"], ""),
    "modes": (["mode=4", "mode=5", "mode=6", "mode=4 miimon=50", "mode=4 lacp_rate=1", "mode=4 ad_select=2",
               "mode=6 updelay=200 miimon=100"], ""),
    "choice": (["ad_select=1", "ad_select=bandwidth", "ad_select=actor_port_prio"], ""),
    # What a hash or LACP needs.
    "xor": (["", "xmit_hash_policy=layer3+4", "xmit_hash_policy=vlan+srcmac max_bonds=2", "xmit_hash_policy=6", "miimon=0",
             "lacp_rate=1", "min_links=2", "updelay=250 downdelay=100 miimon=100"], "mode=balance-xor"),
    "lacp": (["", "miimon=0", "miimon=-1", "miimon=50 updelay=100", "lacp_rate=fast", "lacp_rate=0", "lacp_rate=x", "lacp_rate=default",
              "ad_select=actor_port_prio", "ad_select=2 lacp_rate=1", "ad_select=x", "min_links=2", "min_links=-1",
              "xmit_hash_policy=encap3+4", "xmit_hash_policy=x", "xmit_hash_policy=", "fail_over_mac=1", "packets_per_slave=0",
              "all_slaves_active=1", "max_bonds=2 ad_select=1", "arp_validate=1"], "mode=802.3ad"),
    # Of options that are parameters here only.
    "new": (NEW, "miimon=100"), "new, bad": (NEW_BAD, "miimon=100"), "new, corrected": (NEW_CORRECTED, "miimon=100"),
}


def syscall(number, *args):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(number, *args) == 0:
        return "ok"
    return errno.errorcode[ctypes.get_errno()]


def insert(image, parameters):
    return syscall(175, image, ctypes.c_ulong(len(image)), parameters.encode())


def remove():
    return syscall(176, b"bonding", os.O_NONBLOCK)


def build_id():
    with open("/sys/module/bonding/notes/.note.gnu.build-id", "rb") as file:
        return file.read()


def look(t, world, case, what):
    folder = "/sys/module/bonding/parameters"
    files = {name: ["%o" % os.stat(folder + "/" + name).st_mode, read(folder + "/" + name)] for name in sorted(os.listdir(folder))}
    t.put(case, what + ", files", files)
    for name in ("num_grat_arp", "num_unsol_na") if what.startswith("=") else ():
        for value in ("-1", "300", "x"):
            t.put(case, "%s, write %s %s" % (what, name, value), [write(folder + "/" + name, value), read(folder + "/" + name)])
    t.put(case, what + ", masters", read(CLASS + "bonding_masters"))
    for _, device in socket.if_nameindex():
        if device.startswith("bond"):
            world.nl.decoder.random.clear()
            message = world.nl.get(device)
            message.pop("carrier_changes", None)
            t.put(case, "%s, %s" % (what, device), {k: v for k, v in message.items() if not k.startswith("bond.")})
            t.put(case, "%s, options of %s" % (what, device), {k: v for k, v in message.items() if k.startswith("bond.")})
            t.put(case, "%s, primary of %s" % (what, device), read(CLASS + device + "/bonding/primary"))
            resilience = [read("%s%s/bonding/resilient_%s" % (CLASS, device, name)).strip() for name in ("buckets", "idle_ms")]
            t.put(case, "%s, resilience of %s" % (what, device), " ".join(resilience))
    # The name of a primary shows when it joins.
    if "primary" in case:
        world.nl.add("d0", "dummy")
        world.nl.master("d0", "bond0")
        t.put(case, what + ", primary with a member", read(CLASS + "bond0/bonding/primary"))
        world.nl.delete("d0")


def attempt(t, world, image, wanted, case, what, parameters):
    world.forget()
    answer = insert(image, parameters)
    t.put(case, what, answer)
    if answer == "ok":
        assert build_id() == wanted, "another module was loaded"
        look(t, world, case, what)
        t.put(case, what + ", unload", remove())
    log = [line for line in world.log_lines() if "out-of-tree" not in line and "taint" not in line]
    t.put(case, what + ", log", log)


def main():
    driver = sys.argv[3]
    with open(os.environ["BOND_C_KO" if driver == "c" else "BOND_RUST_KO"], "rb") as file:
        image = file.read()
    t, world = Transcript(), World()
    wanted = build_id()
    remove()
    for name, (values, more) in (PARAMETERS | TOGETHER).items():
        for value in values:
            own = value if name in TOGETHER else "%s=%s" % (name, value)
            attempt(t, world, image, wanted, name, own or "=", " ".join(filter(None, (more, own))))
    insert(image, "max_bonds=0")
    t.save(sys.argv[1])


main()
