// SPDX-License-Identifier: GPL-2.0

//! The options with a syntax of their own.

use super::*;
use crate::engine::types::{IfName, MacAddr};
use core::net::Ipv4Addr;

fn name(text: &str) -> IfName {
    IfName::new(text.as_bytes()).unwrap()
}

fn parse(id: OptId, text: &str) -> Result<RawValue, Refusal<'_>> {
    parse_raw(id.row(), text.as_bytes())
}

fn cause(id: OptId, text: &str) -> Cause {
    parse(id, text).unwrap_err().cause
}

#[test]
fn slaves_takes_a_sign_and_a_name() {
    for (text, command) in [
        ("+eth0", Command::Add(name("eth0"))),
        ("-eth0\n", Command::Remove(name("eth0"))),
        ("  +eth0 +eth1\n", Command::Add(name("eth0"))),
        ("\n+eth0", Command::Add(name("eth0"))),
        (
            "+averyveryverylongname",
            Command::Add(name("averyveryverylo")),
        ),
    ] {
        assert_eq!(
            parse(OptId::Slaves, text),
            Ok(RawValue::Slaves(command)),
            "{text:?}"
        );
    }
    for text in [
        "", "\n", "+", "-\n", "+ eth0", "eth0", "=eth0", "+a/b", "+a:b", "+.", "-..",
    ] {
        let refusal = parse(OptId::Slaves, text).unwrap_err();
        assert_eq!(refusal.errno(), Errno::Eperm, "{text:?}");
        assert_eq!(
            lines(&refusal),
            ["no command found in slaves file - use +ifname or -ifname"]
        );
    }
}

#[test]
fn bonding_masters_takes_a_sign_and_a_name() {
    assert_eq!(masters(b"+bond%d\n"), Ok(Command::Add(name("bond%d"))));
    assert_eq!(masters(b"-bond0"), Ok(Command::Remove(name("bond0"))));
    for text in ["", "bond0", "+", "+a b/c/", "+/", "+..", "*x"] {
        let expected = if text == "+a b/c/" {
            Ok(Command::Add(name("a")))
        } else {
            Err(Errno::Eperm)
        };
        assert_eq!(masters(text.as_bytes()), expected, "{text:?}");
    }
}

#[test]
fn active_slave_takes_the_first_word_and_primary_the_line() {
    for (text, active, primary) in [
        ("eth0\n", Some("eth0"), Some("eth0")),
        (" eth0 \n", Some("eth0"), Some(" eth0 ")),
        ("\n", None, None),
        ("", None, None),
        ("  ", None, Some("  ")),
        ("\neth0", None, None),
        (
            "averyveryverylongname",
            Some("averyveryverylo"),
            Some("averyveryverylo"),
        ),
        ("a/b", Some("a/b"), Some("a/b")),
    ] {
        let cut = |name: Option<&str>| name.map(|name| IfName::cut(name.as_bytes()));
        assert_eq!(
            parse(OptId::ActiveSlave, text),
            Ok(RawValue::ActiveSlave(cut(active))),
            "{text:?}"
        );
        assert_eq!(
            parse(OptId::Primary, text),
            Ok(RawValue::Primary(cut(primary), text.len() < 18)),
            "{text:?}"
        );
    }
}

#[test]
fn an_arp_target_is_a_sign_and_a_dotted_quad() {
    let address = Ipv4Addr::new(10, 0, 0, 1);
    for text in [
        "+10.0.0.1",
        "+10.0.0.1\n",
        "+10.0.0.1,10.0.0.2",
        "+10.0.0.1 x",
        "+10.0.0.1:x",
        "+10.0.0.1/8",
        "+010.000.0.0001",
        "+10.0.0.1xyz",
    ] {
        let command = RawValue::ArpTarget(Command::Add(address));
        assert_eq!(parse(OptId::ArpIpTarget, text), Ok(command), "{text:?}");
    }
    assert_eq!(
        parse(OptId::ArpIpTarget, "-255.255.255.255"),
        Ok(RawValue::ArpTarget(Command::Remove(Ipv4Addr::BROADCAST)))
    );
    for text in [
        "",
        "+",
        "\n",
        "+1.2.3",
        "+1.2.3.4.5",
        "+1.2.3.4.",
        "+1.2.3.256",
        "+1..3.4",
        "+.1.2.3",
        "+1.2.3.4a",
        "+1.2.3.4F",
        "+ 1.2.3.4",
        "+1.2.3.99999999999999999999999",
    ] {
        assert_eq!(
            cause(OptId::ArpIpTarget, text),
            Cause::BadAddress,
            "{text:?}"
        );
    }
    // The address is looked at first.
    assert_eq!(cause(OptId::ArpIpTarget, "10.0.0.1"), Cause::NoCommand);
    let refusal = parse(OptId::ArpIpTarget, "x10.0.0.1\n").unwrap_err();
    assert_eq!(refusal.errno(), Errno::Eperm);
    assert_eq!(
        lines(&refusal),
        ["no command found in arp_ip_targets file - use +<addr> or -<addr>"]
    );
    let refusal = parse(OptId::ArpIpTarget, "+x").unwrap_err();
    assert_eq!(lines(&refusal), ["invalid ARP target specified"]);
    let refusal = Refusal::new(
        OptId::ArpIpTarget,
        Value::Text(b"+0.0.0.0\n"),
        Cause::Target(TargetError::BadAddition(Address::V4(Ipv4Addr::UNSPECIFIED))),
    );
    assert_eq!(refusal.errno(), Errno::Einval);
    assert_eq!(
        lines(&refusal),
        [
            "invalid ARP target 0.0.0.0 specified for addition",
            "option arp_ip_target: invalid value (+0.0.0.0)"
        ]
    );
}

#[test]
fn an_ns_target_is_a_sign_and_an_ipv6_address() {
    for text in ["+2001:db8::1\n", "+2001:DB8:0:0::1,x"] {
        let address = "2001:db8::1".parse().unwrap();
        assert_eq!(
            parse(OptId::NsIp6Target, text),
            Ok(RawValue::NsTarget(Command::Add(address)))
        );
    }
    for text in ["", "+", "+x", "+1:2", "+2001:db8::1%eth0", "+\u{e9}::1"] {
        assert_eq!(
            cause(OptId::NsIp6Target, text),
            Cause::BadAddress,
            "{text:?}"
        );
    }
    assert_eq!(cause(OptId::NsIp6Target, "*::1"), Cause::NoCommand);
}

#[test]
fn queue_id_is_a_name_and_a_signed_16_bit_number() {
    for (text, queue) in [
        ("eth0:2\n", 2),
        ("eth0: 2x", 2),
        ("eth0:-1", 65535),
        ("eth0:65536", 0),
        ("eth0:65537", 1),
        ("eth0:99999999999999999999999", 65535),
        ("eth0:-32768", 32768),
    ] {
        assert_eq!(
            parse(OptId::QueueId, text),
            Ok(RawValue::QueueId(name("eth0"), queue)),
            "{text:?}"
        );
    }
    for text in [
        "",
        "eth0",
        "eth0:",
        "eth0:x",
        "eth0:- 1",
        "eth0:+1",
        ":1",
        " eth0:1",
        "eth0 :1",
        "averyveryverylongname:1",
        "..:1",
    ] {
        let refusal = parse(OptId::QueueId, text).unwrap_err();
        assert_eq!(refusal.cause, Cause::QueueId, "{text:?}");
        assert_eq!(refusal.errno(), Errno::Eperm);
        assert_eq!(refusal.extack(), None);
        let mut levels = Vec::new();
        refusal.log(&mut |level, _| levels.push(level));
        assert_eq!(levels, [Level::Debug]);
    }
}

#[test]
fn ad_actor_system_is_a_unicast_mac_address_or_zero() {
    let address = MacAddr([0x02, 0, 0xab, 0xcd, 0xef, 1]);
    for text in [
        "02:00:ab:CD:ef:01",
        "02:00:AB:cd:ef:01\n",
        "02:00:ab:cd:ef:01:02 more",
    ] {
        assert_eq!(
            parse(OptId::AdActorSystem, text),
            Ok(RawValue::ActorSystem(address)),
            "{text:?}"
        );
    }
    assert_eq!(
        parse(OptId::AdActorSystem, "00:00:00:00:00:00"),
        Ok(RawValue::ActorSystem(MacAddr::ZERO))
    );
    for text in [
        "",
        "02:00:ab:cd:ef:0",
        "02-00-ab-cd-ef-01",
        "0200:ab:cd:ef:010",
        "g2:00:ab:cd:ef:01",
        "01:00:00:00:00:00",
        "2:0:0:0:0:0:0:0:0",
        " 02:00:ab:cd:ef:01",
    ] {
        let refusal = parse(OptId::AdActorSystem, text).unwrap_err();
        assert_eq!(refusal.errno(), Errno::Einval, "{text:?}");
        assert_eq!(lines(&refusal)[0], "Invalid ad_actor_system MAC address.");
    }
    let row = OptId::AdActorSystem.row();
    assert!(actor_system_bytes(row, [1, 0, 0, 0, 0, 0]).is_err());
    assert_eq!(
        actor_system_bytes(row, address.0),
        Ok(RawValue::ActorSystem(address))
    );
    assert_eq!(address.to_string(), "02:00:ab:cd:ef:01");
}

#[test]
fn the_mode_is_checked_before_the_text() {
    let rr = Settings::default();
    for id in [OptId::Primary, OptId::ActiveSlave, OptId::AdActorSystem] {
        assert_eq!(
            set_raw(&rr, id, b"?", BUSY).unwrap_err().errno(),
            Errno::Eacces
        );
    }
    let ab = in_mode(Mode::ActiveBackup);
    assert!(set_raw(&ab, OptId::Primary, b"eth0", BUSY).is_ok());
    assert!(set_raw(&ab, OptId::Slaves, b"+eth0", BUSY).is_ok());
    assert_eq!(
        check_implemented(OptId::ArpIpTarget.row(), false),
        Err(Cause::NotYet)
    );
    assert_eq!(check_implemented(OptId::ActiveSlave.row(), false), Ok(()));
    assert_eq!(
        check_deps(OptId::Prio.row(), Mode::ActiveBackup, BUSY),
        Ok(())
    );
    assert_eq!(
        check_deps(OptId::ActorPortPrio.row(), Mode::ActiveBackup, BUSY),
        Err(Cause::Mode(Mode::ActiveBackup))
    );
}

#[test]
fn interface_names_are_valid_as_in_the_kernel() {
    for good in [
        "a",
        "eth0.5",
        "averyverylong15",
        "...",
        "bond%d",
        "\u{ea}th",
    ] {
        assert_eq!(name(good).to_string(), good);
    }
    for bad in [
        "",
        ".",
        "..",
        "a b",
        "a/b",
        "a:b",
        "a\tb",
        "averyverylong_16",
        "\u{e0}",
    ] {
        assert_eq!(IfName::new(bad.as_bytes()), None, "{bad:?}");
    }
    assert_eq!(IfName::cut(b"abc\0def").as_bytes(), b"abc");
    assert_eq!(IfName::cut(&[b'x'; 40]).as_bytes(), &[b'x'; 15]);
    assert_eq!(IfName::cut(&[b'x'; 40]).padded()[15], 0);
}
