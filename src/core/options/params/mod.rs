// SPDX-License-Identifier: GPL-2.0

//! Module parameters: raw values in, the template of every bond made later out.
//!
//! Checks, corrections, their order and their words are the C driver's (`bond_check_params()` in
//! `drivers/net/bonding/bond_main.c`) but for design.rst D1 (use_carrier=0), D3 (miimon) and D5 (every
//! option is a parameter).
//!
//! # miimon (design.rst D3)
//!
//! | miimon | arp_interval | modes with an ARP monitor | 802.3ad, tlb, alb |
//! |---|---|---|---|
//! | not given | not given, or it ends as 0 | 100 | 100 |
//! | not given | usable: positive, with targets | 0 | 100, with a warning |
//! | 0 | any | 0 | 100, with a warning |
//! | positive | any | as given, arp_interval becomes 0 | as given, arp_interval becomes 0 |
//!
//! The C driver's default is 0, so there the first row is 0, or 100 with a warning.

mod counts;
mod members;
mod monitors;
mod raw_params;

pub(crate) use raw_params::{ParamText, RawParams};

use super::errno::{Errno, Level, Log};
use super::parse::{line, parse_num, parse_text};
use super::settings::Settings;
use super::table::OptId;
use super::targets::Targets;
use crate::engine::types::{IfName, MacAddr, Mode, Text};
use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

/// What every new bond starts with, and what the module does when it is loaded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Template {
    /// The scalar options.
    pub(crate) settings: Settings,
    /// How many bonds to create at load.
    pub(crate) max_bonds: u32,
    /// Transmit and receive queues of a bond, 1..=255.
    pub(crate) tx_queues: u32,
    /// The name of the primary.
    pub(crate) primary: Option<IfName>,
    /// ARP targets.
    pub(crate) arp_targets: Targets<Ipv4Addr>,
    /// Neighbour solicitation targets.
    pub(crate) ns_targets: Targets<Ipv6Addr>,
    /// LACP system identifier; zero for the bond's MAC address.
    pub(crate) ad_actor_system: MacAddr,
}

/// Checks the module parameters. An error fails the load.
pub(crate) fn evaluate(raw: &RawParams<'_>, log: &mut Log<'_>) -> Result<Template, Errno> {
    let mut eval = Eval {
        raw,
        log,
        settings: Settings::default(),
    };
    eval.texts_of_the_mode()?;
    let max_bonds = eval.max_bonds();
    let monitors = eval.monitors();
    let tx_queues = eval.counts(&monitors);
    let delays = eval.delays(&monitors);
    let (arp_targets, ns_targets) = eval.arp(&monitors);
    eval.store_delays(&delays);
    eval.arp_texts()?;
    eval.announce(&arp_targets, &ns_targets);
    let primary = eval.primary()?;
    eval.last_texts()?;
    let ad_actor_system = eval.lacp()?;
    let template = Template {
        settings: eval.settings,
        max_bonds,
        tx_queues,
        primary,
        arp_targets,
        ns_targets,
        ad_actor_system,
    };
    eval.implemented(&template)?;
    Ok(template)
}

struct Eval<'a, 'b, 'c> {
    raw: &'a RawParams<'b>,
    log: &'a mut Log<'c>,
    settings: Settings,
}

/// A text parameter in a message.
fn shown(text: &[u8]) -> Text<'_> {
    Text(line(text))
}

impl Eval<'_, '_, '_> {
    fn error(&mut self, text: fmt::Arguments<'_>) {
        (self.log)(Level::Error, text);
    }

    fn warn(&mut self, text: fmt::Arguments<'_>) {
        (self.log)(Level::Warning, text);
    }

    fn info(&mut self, text: fmt::Arguments<'_>) {
        (self.log)(Level::Info, text);
    }

    fn mode(&self) -> Mode {
        self.settings.mode()
    }

    fn is_ad(&self) -> bool {
        self.mode() == Mode::Ieee8023ad
    }

    /// Stores a text parameter, if given; `what` is what the message calls it.
    fn text(&mut self, id: OptId, text: ParamText<'_>, what: &str) -> Result<bool, Errno> {
        let Some(text) = text else { return Ok(false) };
        match parse_text(id.row(), text) {
            Ok(value) => self.settings.store(id, value),
            Err(_) => {
                self.error(format_args!("Error: {what} \"{}\"", shown(text)));
                return Err(Errno::Einval);
            }
        }
        Ok(true)
    }

    /// Stores a number if it is one of the option's; tells whether it is.
    fn number(&mut self, id: OptId, number: i32) -> bool {
        let value = parse_num(id.row(), i64::from(number));
        if let Ok(value) = value {
            self.settings.store(id, value);
        }
        value.is_ok()
    }

    fn irrelevant(&mut self, name: &str) {
        let mode = self.mode().long_name();
        self.info(format_args!("{name} param is irrelevant in mode {mode}"));
    }

    /// A time in ms that must not be negative.
    fn millis(&mut self, name: &str, given: i32) -> u32 {
        u32::try_from(given).unwrap_or_else(|_| {
            self.warn(format_args!(
                "Warning: {name} module parameter ({given}), not in range 0-{}, so it was reset to 0",
                i32::MAX
            ));
            0
        })
    }
}
