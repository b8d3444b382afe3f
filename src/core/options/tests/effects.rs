// SPDX-License-Identifier: GPL-2.0

//! What follows from setting an option.

use super::*;
use crate::engine::types::XmitPolicy;

fn set(settings: &Settings, id: OptId, value: u32, ctx: Ctx) -> Plan {
    plan(settings, id, value, ctx).unwrap()
}

/// As `plan`, with options that are not implemented yet: their effects are planned already.
fn with_arp(interval: u32, validate: u32) -> Settings {
    let mut settings = Settings::default();
    settings.store(OptId::Miimon, 0);
    settings.store(OptId::ArpInterval, interval);
    settings.store(OptId::ArpValidate, validate);
    settings
}

#[test]
fn miimon_and_arp_interval_exclude_each_other() {
    let arp = with_arp(100, 3);
    let down = set(&arp, OptId::Miimon, 50, DOWN);
    assert_eq!(down.settings.miimon(), 50);
    assert_eq!(down.settings.arp_interval(), 0);
    assert_eq!(down.settings.arp_validate(), 0);
    assert_eq!(down.effects, Effects::NONE);

    let up = set(&arp, OptId::Miimon, 50, BUSY);
    assert_eq!(
        up.effects,
        Effects::STOP_ARP | Effects::START_MII | Effects::ARP_HOOK | Effects::NS_GROUPS
    );
    let off = set(&arp, OptId::Miimon, 0, BUSY);
    assert_eq!(off.effects, Effects::STOP_MII);
    assert_eq!(off.settings, arp);

    let off = set(&arp, OptId::ArpInterval, 0, BUSY);
    assert_eq!(off.effects, Effects::STOP_ARP | Effects::ARP_HOOK);
    // Nothing but miimon itself starts the link monitor.
    assert_eq!(off.settings.miimon(), 0);
    assert_eq!(off.settings.arp_validate(), 3);
}

#[test]
fn the_default_of_miimon_holds_in_every_mode_and_an_explicit_zero_is_kept() {
    assert_eq!(Settings::default().miimon(), 100);
    for mode in [Mode::BalanceRr, Mode::ActiveBackup, Mode::Broadcast] {
        let fresh = set(&Settings::default(), OptId::Mode, mode.number(), DOWN);
        assert_eq!(fresh.settings.miimon(), 100);
        let off = set(&fresh.settings, OptId::Miimon, 0, DOWN).settings;
        let changed = set(&off, OptId::Mode, 0, DOWN);
        assert_eq!(changed.settings.miimon(), 0);
        let again = set_text(&off, OptId::Miimon, b"default\n", UP).unwrap();
        assert_eq!(again.settings.miimon(), 100);
        assert_eq!(again.effects, Effects::STOP_ARP | Effects::START_MII);
    }
}

#[test]
fn delays_are_multiples_of_miimon_and_follow_it() {
    let plan = set(&Settings::default(), OptId::UpDelay, 250, UP);
    assert_eq!(plan.settings.updelay_ms(), 200);
    assert_eq!(plan.settings.updelay_ticks(), 2);
    assert_eq!(plan.effects, Effects::NONE);
    let note = plan.note.unwrap();
    assert_eq!(note.level(), Level::Warning);
    assert_eq!(
        note.to_string(),
        "up delay (250) is not a multiple of miimon (100), value rounded to 200 ms"
    );
    let slower = set(&plan.settings, OptId::Miimon, 1000, UP).settings;
    assert_eq!(slower.updelay_ms(), 2000);
    let off = set(&slower, OptId::Miimon, 0, UP).settings;
    assert_eq!(off.updelay_ms(), 0);
    let on = set(&off, OptId::Miimon, 10, UP).settings;
    assert_eq!(on.updelay_ms(), 20);
    assert_eq!(set(&on, OptId::DownDelay, 20, UP).note, None);
    // The product wraps as in C rather than panics.
    let huge = set(&on, OptId::Miimon, 1, UP).settings;
    let huge = set(&huge, OptId::UpDelay, 0x7fff_ffff, UP).settings;
    let wrapped = set(&huge, OptId::Miimon, 0x7fff_ffff, UP).settings;
    assert_eq!(wrapped.updelay_ms(), 1);
}

#[test]
fn peer_notif_delay_counts_in_the_interval_of_either_monitor() {
    let arp = with_arp(70, 0);
    let plan = set(&arp, OptId::PeerNotifDelay, 150, UP);
    assert_eq!(plan.settings.peer_notif_delay_ms(), 140);
    assert_eq!(
        plan.note.unwrap().to_string(),
        "peer notification delay (150) is not a multiple of arp_interval (70), value rounded to 140 ms"
    );
    let none = with_arp(0, 0);
    let refused = set_num(&none, OptId::PeerNotifDelay, 0, UP).unwrap_err();
    assert_eq!(refused.errno(), Errno::Eperm);
    assert_eq!(
        lines(&refused),
        ["Unable to set peer notification delay as MII monitoring is disabled"]
    );
}

#[test]
fn a_change_of_mode_resets_what_the_mode_cannot_keep() {
    let mut old = with_arp(100, 3);
    old.store(OptId::BroadcastNeighbor, 1);
    old.store(OptId::UpDelay, 7);
    old.store(OptId::XmitHashPolicy, 5);
    let plan = set(&old, OptId::Mode, 1, DOWN);
    assert_eq!(plan.settings.mode(), Mode::ActiveBackup);
    assert_eq!(plan.settings.arp_interval(), 100);
    assert_eq!(plan.settings.miimon(), 0);
    assert_eq!(plan.settings.arp_validate(), 0);
    assert!(!plan.settings.broadcast_neighbor());
    assert_eq!(plan.settings.xmit_policy(), XmitPolicy::VlanSrcMac);
    assert_eq!(plan.settings.updelay_ticks(), 7);
    assert_eq!(
        plan.effects,
        Effects::MODE | Effects::XDP_FEATURES | Effects::TX_TABLE
    );
    // Writing the same mode has the same effects.
    let same = set(&plan.settings, OptId::Mode, 1, DOWN);
    assert_eq!(same.effects, plan.effects);
}

#[test]
fn xdp_limits_mode_and_policy() {
    let xdp = Ctx {
        has_xdp: true,
        ..DOWN
    };
    let rr = Settings::default();
    assert_eq!(plan(&rr, OptId::Mode, 3, xdp), Err(Cause::Xdp));
    assert!(plan(&rr, OptId::Mode, 1, xdp).is_ok());
    assert!(plan(&rr, OptId::XmitHashPolicy, 5, xdp).is_ok());
    let xor = in_mode(Mode::BalanceXor);
    assert_eq!(plan(&xor, OptId::XmitHashPolicy, 5, xdp), Err(Cause::Xdp));
    let change = plan(&xor, OptId::XmitHashPolicy, 1, xdp).unwrap();
    assert_eq!(change.effects, Effects::TX_TABLE | Effects::XDP_FEATURES);
    let mut vlan = rr;
    vlan.store(OptId::XmitHashPolicy, 5);
    assert_eq!(plan(&vlan, OptId::Mode, 2, xdp), Err(Cause::Xdp));
}

#[test]
fn the_other_options_have_their_effects() {
    let rr = Settings::default();
    for (id, value, effects) in [
        (OptId::PacketsPerSlave, 0, Effects::TX_TABLE),
        (OptId::PrimaryReselect, 2, Effects::RESELECT),
        (OptId::MinLinks, 1, Effects::CARRIER),
        (OptId::AllSlavesActive, 1, Effects::INACTIVE_FLAGS),
        (OptId::AllSlavesActive, 0, Effects::NONE),
        (OptId::NumGratArp, 9, Effects::NONE),
        (OptId::ResendIgmp, 9, Effects::NONE),
        (OptId::UseCarrier, 0, Effects::NONE),
        (OptId::LpInterval, 9, Effects::NONE),
        (OptId::FailOverMac, 1, Effects::NONE),
    ] {
        let plan = set(&rr, id, value, UP);
        assert_eq!(plan.effects, effects, "{id:?}");
        assert_eq!(plan.settings.value(id), value, "{id:?}");
    }
    let alias = set(&rr, OptId::NumGratArp, 9, UP).settings;
    assert_eq!(alias.value(OptId::NumUnsolNa), 9);
    assert_eq!(alias.num_peer_notif(), 9);
    let coupled = set(&rr, OptId::CoupledControl, 1, DOWN);
    assert_eq!(
        coupled.note.unwrap().to_string(),
        "Setting coupled_control to on (1)"
    );
}

#[test]
fn a_refused_plan_has_changed_nothing() {
    // `plan` takes the old settings by reference and gives new ones: this is about the type.
    let old = Settings::default();
    let before = old;
    let _ = plan(&old, OptId::ArpInterval, 100, BUSY);
    assert_eq!(old, before);
}
