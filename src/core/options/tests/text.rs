// SPDX-License-Identifier: GPL-2.0

//! How text becomes a value, and the words of refusals and reads.

use super::*;
use crate::engine::types::Text;

fn parse(id: OptId, text: &[u8]) -> Option<u32> {
    parse_text(id.row(), text).ok()
}

#[test]
fn a_text_of_digits_and_blanks_is_its_first_number() {
    for (text, value) in [
        (&b"100"[..], Some(100)),
        (b"100\n", Some(100)),
        (b" \t100 200\n", Some(100)),
        (b"000100", Some(100)),
        (b"100\ngarbage", Some(100)),
        (b"\xa0100\xa0", Some(100)),
        (b"100\0x", Some(100)),
        (b"18446744073709551616", None),
        (b"99999999999999999999999999999999999999", None),
        (b"2147483648", None),
        (b"\n100", None),
        (b"", None),
        (b" ", None),
        (b"\0", None),
    ] {
        assert_eq!(parse(OptId::MinLinks, text), value, "{:?}", Text(text));
    }
}

#[test]
fn any_other_text_is_a_word_of_the_table() {
    for (text, value) in [
        (&b"802.3ad"[..], Some(4)),
        (b"4", Some(4)),
        (b"  802.3ad whatever\n", Some(4)),
        (b"802.3ad\nwhatever", Some(4)),
        (b"default", Some(0)),
        (b"802.3AD", None),
        (b"802.3a", None),
        (b"802.3adx", None),
        (b"7", None),
        (b"-1", None),
        (b"0x4", None),
        // Words are cut to 32 bytes, which is longer than any name.
        (b"802.3ad_________________________________", None),
    ] {
        assert_eq!(parse(OptId::Mode, text), value, "{:?}", Text(text));
    }
    assert_eq!(parse(OptId::LacpRate, b"default"), None);
    assert_eq!(parse(OptId::Miimon, b"default"), Some(100));
    assert_eq!(parse(OptId::ResendIgmp, b"maxval"), Some(255));
    assert_eq!(parse(OptId::LpInterval, b"minval"), Some(1));
}

#[test]
fn refusals_have_the_c_driver_s_words() {
    let settings = in_mode(Mode::Ieee8023ad);
    let refusal = set_text(&settings, OptId::ArpInterval, b"100\n", BUSY).unwrap_err();
    assert_eq!(refusal.errno(), Errno::Eacces);
    assert_eq!(refusal.extack(), Some(c"option not supported in mode"));
    assert_eq!(
        lines(&refusal),
        ["option arp_interval: mode dependency failed, not supported in mode 802.3ad(4)"]
    );

    let refusal = set_text(&settings, OptId::Mode, b"nonsense", BUSY).unwrap_err();
    assert_eq!(refusal.errno(), Errno::Enotempty);
    assert_eq!(
        refusal.extack(),
        Some(c"unable to set option because the bond device has slaves")
    );
    assert_eq!(
        lines(&refusal),
        ["option mode: unable to set because the bond device has slaves"]
    );

    let refusal = set_text(&settings, OptId::LacpRate, b"nonsense", UP).unwrap_err();
    assert_eq!(refusal.errno(), Errno::Ebusy);
    assert_eq!(
        refusal.extack(),
        Some(c"unable to set option because the bond is up")
    );
    assert_eq!(
        lines(&refusal),
        ["option lacp_rate: unable to set because the bond device is up"]
    );

    let refusal = set_text(&settings, OptId::ResendIgmp, b"300\n", UP).unwrap_err();
    assert_eq!(refusal.errno(), Errno::Einval);
    assert_eq!(refusal.extack(), Some(c"invalid option value"));
    assert_eq!(
        lines(&refusal),
        [
            "option resend_igmp: invalid value (300)",
            "option resend_igmp: allowed values 0 - 255"
        ]
    );

    let refusal = set_text(&settings, OptId::XmitHashPolicy, b"\xffx\n", UP).unwrap_err();
    assert_eq!(
        lines(&refusal),
        ["option xmit_hash_policy: invalid value (\\xffx)"]
    );

    let mut off = settings;
    off.store(OptId::Miimon, 0);
    for (id, name) in [
        (OptId::UpDelay, "up delay"),
        (OptId::DownDelay, "down delay"),
    ] {
        let refusal = set_text(&off, id, b"0\n", UP).unwrap_err();
        assert_eq!(refusal.errno(), Errno::Eperm);
        assert_eq!(refusal.extack(), None);
        assert_eq!(
            lines(&refusal),
            [format!(
                "Unable to set {name} as MII monitoring is disabled"
            )]
        );
    }
}

#[test]
fn what_other_code_returned_is_explained_by_its_number() {
    let value = Value::Text(b"+nosuch\n");
    let refusal = Refusal::new(OptId::Slaves, value, Cause::NoDevice);
    assert_eq!(refusal.errno(), Errno::Enodev);
    assert_eq!(refusal.extack(), Some(c"interface does not exist"));
    assert_eq!(
        lines(&refusal),
        ["option slaves: interface +nosuch does not exist!"]
    );
    // As in the C driver, -EBUSY of the member reads as if the bond were.
    let busy = Refusal::new(OptId::Slaves, value, Cause::Kernel(Errno::Ebusy));
    assert_eq!(
        lines(&busy),
        ["option slaves: unable to set because the bond device is up"]
    );
    let invalid = Refusal::new(
        OptId::Slaves,
        Value::Text(b"-eth9"),
        Cause::Kernel(Errno::Einval),
    );
    assert_eq!(lines(&invalid), ["option slaves: invalid value (-eth9)"]);
    let other = Refusal::new(OptId::Slaves, value, Cause::Kernel(Errno::Other(12)));
    assert_eq!(lines(&other), [""; 0]);
    assert_eq!(other.extack(), None);
    let index = Refusal::new(OptId::ActiveSlave, Value::Num(77), Cause::NoDevice);
    assert_eq!(index.extack(), None);
    assert_eq!(lines(&index), [""; 0]);
}

#[test]
fn only_a_valid_request_is_told_that_it_is_not_implemented() {
    let settings = Settings::default();
    let refusal = set_text(&settings, OptId::Mode, b"balance-alb\n", DOWN).unwrap_err();
    assert_eq!(refusal.errno(), Errno::Eopnotsupp);
    assert_eq!(
        refusal.extack(),
        Some(c"option value is valid but not implemented in this version of the driver")
    );
    assert_eq!(
        lines(&refusal),
        ["option mode: value balance-alb is valid but not implemented in this version of the driver"]
    );
    let xdp = Ctx {
        has_xdp: true,
        ..DOWN
    };
    let refusal = set_text(&settings, OptId::Mode, b"balance-tlb\n", xdp).unwrap_err();
    assert_eq!(refusal.cause, Cause::Xdp);
}

fn show(id: OptId, settings: &Settings) -> String {
    let mut text = String::new();
    format(id.row(), settings, &mut text).unwrap();
    text
}

#[test]
fn files_read_as_in_the_c_driver() {
    let mut settings = Settings::default();
    for (id, text) in [
        (OptId::Mode, "balance-rr 0\n"),
        (OptId::Miimon, "100\n"),
        (OptId::UseCarrier, "1\n"),
        (OptId::LacpActive, "on 1\n"),
        (OptId::LacpRate, "slow 0\n"),
        (OptId::ArpMissedMax, "2\n"),
        (OptId::NumGratArp, "1\n"),
        (OptId::TlbDynamicLb, "1\n"),
        (OptId::AdActorSysPrio, "65535\n"),
        (OptId::XmitHashPolicy, "layer2 0\n"),
        (OptId::Slaves, ""),
        (OptId::Prio, ""),
    ] {
        assert_eq!(show(id, &settings), text, "{id:?}");
    }
    settings.store(OptId::MinLinks, u32::MAX);
    assert_eq!(show(OptId::MinLinks, &settings), "4294967295\n");
    settings.store(OptId::LpInterval, u32::MAX);
    assert_eq!(show(OptId::LpInterval, &settings), "-1\n");
}

#[test]
fn what_is_read_can_be_written_back() {
    let settings = Settings::default();
    for mode in Mode::ALL {
        let settings = {
            let mut bond = settings;
            bond.store(OptId::Mode, mode.number());
            bond
        };
        for row in TABLE.iter().take(N_SCALAR + 1) {
            let text = show(row.id, &settings);
            assert_eq!(
                parse(row.id, text.as_bytes()),
                Some(settings.value(row.id)),
                "{}",
                row.name()
            );
        }
    }
}
