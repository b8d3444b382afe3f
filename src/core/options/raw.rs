// SPDX-License-Identifier: GPL-2.0

//! The options with a syntax of their own: text in, typed request out.
//!
//! Each parser takes what the C driver's takes, down to what it ignores at the end of the text.

use super::errno::Errno;
use super::parse::{c_text, first_word, leading_number, line, skip_spaces};
use super::refusal::{Cause, Refusal, Value};
use super::row::{Kind, RawKind, Row};
use crate::engine::types::{IfName, MacAddr};
use core::net::{Ipv4Addr, Ipv6Addr};

/// Add or remove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command<T> {
    /// `+`
    Add(T),
    /// `-`
    Remove(T),
}

/// What was written to a raw option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RawValue {
    /// slaves: enslave or release a device.
    Slaves(Command<IfName>),
    /// active_slave: make this device the active member; `None` drops the active one and selects anew.
    ActiveSlave(Option<IfName>),
    /// primary: the device wanted, or none, and whether its name is whole: one that was cut is
    /// remembered, but no device has it now.
    Primary(Option<IfName>, bool),
    /// arp_ip_target.
    ArpTarget(Command<Ipv4Addr>),
    /// ns_ip6_target.
    NsTarget(Command<Ipv6Addr>),
    /// queue_id: this member gets this queue. The caller knows how many queues the bond has.
    QueueId(IfName, u16),
    /// ad_actor_system: zero for the bond's own MAC address.
    ActorSystem(MacAddr),
}

/// Parses the text of a raw option that user space can write as text.
pub(crate) fn parse_raw<'a>(row: &Row, text: &'a [u8]) -> Result<RawValue, Refusal<'a>> {
    let refuse = |cause| Refusal::new(row.id, Value::Text(text), cause);
    let parsed = match row.kind {
        Kind::Raw(RawKind::MemberCommand) => signed_name(text)
            .map(RawValue::Slaves)
            .ok_or(Cause::NoCommand),
        Kind::Raw(RawKind::MemberName) => Ok(RawValue::ActiveSlave(member_name(text))),
        Kind::Raw(RawKind::DeviceName) => {
            let whole = line(text).len() < IfName::SIZE;
            Ok(RawValue::Primary(device_name(text), whole))
        }
        Kind::Raw(RawKind::Ipv4Target) => target(text, ipv4).map(RawValue::ArpTarget),
        Kind::Raw(RawKind::Ipv6Target) => target(text, ipv6).map(RawValue::NsTarget),
        Kind::Raw(RawKind::QueueId) => queue_id(text)
            .map(|(name, queue)| RawValue::QueueId(name, queue))
            .ok_or(Cause::QueueId),
        Kind::Raw(RawKind::Mac) => actor_system(text)
            .map(RawValue::ActorSystem)
            .ok_or(Cause::ActorSystem),
        // Written by netlink only, as numbers; and the scalar options are not ours.
        Kind::Raw(RawKind::MemberS32 | RawKind::MemberU16) | Kind::Table(_) | Kind::Range(_) => {
            Err(Cause::Invalid)
        }
    };
    parsed.map_err(refuse)
}

/// `+name` or `-name`: the first word, of which the name is cut to 15 bytes and must be valid.
fn signed_name(text: &[u8]) -> Option<Command<IfName>> {
    let [sign, name @ ..] = first_word(text, IfName::SIZE) else {
        return None;
    };
    let name = IfName::new(name)?;
    match sign {
        b'+' => Some(Command::Add(name)),
        b'-' => Some(Command::Remove(name)),
        _ => None,
    }
}

/// active_slave: the first word; none if the text is blank or starts with a newline.
fn member_name(text: &[u8]) -> Option<IfName> {
    let text = c_text(text);
    let word = first_word(text, IfName::SIZE);
    let none = word.is_empty() || text.first() == Some(&b'\n');
    (!none).then(|| IfName::cut(word))
}

/// primary: all up to the newline, blanks included, cut to 15 bytes; none if that is empty.
fn device_name(text: &[u8]) -> Option<IfName> {
    let name = line(text);
    (!name.is_empty()).then(|| IfName::cut(name))
}

/// A target command. The address is looked at before the sign, and the sign is any first byte.
fn target<T>(text: &[u8], parse: fn(&[u8]) -> Option<T>) -> Result<Command<T>, Cause> {
    let [sign, address @ ..] = c_text(text) else {
        return Err(Cause::BadAddress);
    };
    let address = parse(address).ok_or(Cause::BadAddress)?;
    match sign {
        b'+' => Ok(Command::Add(address)),
        b'-' => Ok(Command::Remove(address)),
        _ => Err(Cause::NoCommand),
    }
}

/// A dotted quad at the start of the text, as the kernel's `in4_pton()` reads it.
///
/// It ends at the first byte that is neither digit nor dot, whatever follows, unless that byte is a
/// letter a-f. Leading zeroes do not make octal.
pub(crate) fn ipv4(text: &[u8]) -> Option<Ipv4Addr> {
    let text = c_text(text);
    let ours = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let end = text.iter().position(|byte| !ours(byte));
    let (quad, rest) = match end {
        Some(end) => text.split_at_checked(end)?,
        None => (text, &[][..]),
    };
    if rest.first().is_some_and(u8::is_ascii_hexdigit) {
        return None;
    }
    let mut octets = [0u8; 4];
    let mut parts = quad.split(|&byte| byte == b'.');
    for octet in &mut octets {
        let number = leading_number(parts.next()?)?;
        *octet = u8::try_from(number).ok()?;
    }
    parts.next().is_none().then(|| Ipv4Addr::from(octets))
}

/// An IPv6 address: the first word, or what a comma or newline ends.
///
/// The C driver has no such text; the syntax is that of RFC 4291 section 2.2.
pub(crate) fn ipv6(text: &[u8]) -> Option<Ipv6Addr> {
    let word = first_word(text, text.len());
    let word = word.split(|&byte| byte == b',').next()?;
    core::str::from_utf8(word).ok()?.parse().ok()
}

/// `name:number`; the number is read as a signed decimal and cut to 16 bits, the rest is ignored.
fn queue_id(text: &[u8]) -> Option<(IfName, u16)> {
    let text = c_text(text);
    let colon = text.iter().position(|&byte| byte == b':')?;
    let (name, rest) = text.split_at_checked(colon)?;
    let number = skip_spaces(rest.get(1..)?);
    let queue = match number {
        [b'-', digits @ ..] => leading_number(digits)?.wrapping_neg(),
        digits => leading_number(digits)?,
    };
    let [low, high, ..] = queue.to_le_bytes();
    Some((IfName::new(name)?, u16::from_le_bytes([low, high])))
}

/// ad_actor_system from text or netlink bytes: unicast, or zero.
fn actor_system(text: &[u8]) -> Option<MacAddr> {
    mac(text).filter(|address| !address.is_multicast())
}

/// ad_actor_system from the six bytes of a netlink attribute.
pub(crate) fn actor_system_bytes(
    id_row: &Row,
    bytes: [u8; 6],
) -> Result<RawValue, Refusal<'static>> {
    let address = MacAddr(bytes);
    if address.is_multicast() {
        let [a, b, c, d, e, f] = bytes;
        let number = i64::from_ne_bytes([a, b, c, d, e, f, 0, 0]);
        return Err(Refusal::new(
            id_row.id,
            Value::Num(number),
            Cause::ActorSystem,
        ));
    }
    Ok(RawValue::ActorSystem(address))
}

/// `xx:xx:xx:xx:xx:xx` in the first 17 bytes; whatever follows is ignored.
pub(crate) fn mac(text: &[u8]) -> Option<MacAddr> {
    let text = c_text(text).get(..17)?;
    let mut parts = text.split(|&byte| byte == b':');
    let mut address = [0u8; 6];
    for byte in &mut address {
        let [high, low] = parts.next()? else {
            return None;
        };
        let digit = |byte: &u8| char::from(*byte).to_digit(16);
        let number = digit(high)?.wrapping_shl(4) | digit(low)?;
        *byte = u8::try_from(number).ok()?;
    }
    parts.next().is_none().then_some(MacAddr(address))
}

/// What was written to `/sys/class/net/bonding_masters`: create or destroy the bond of that name.
///
/// A name to create may hold `%d`. Anything malformed is -EPERM, with [`MASTERS_NO_COMMAND`] in the log.
pub(crate) fn masters(text: &[u8]) -> Result<Command<IfName>, Errno> {
    signed_name(text).ok_or(Errno::Eperm)
}

/// What the log says when `bonding_masters` was written something else than a command.
pub(crate) const MASTERS_NO_COMMAND: &str =
    "no command found in bonding_masters - use +ifname or -ifname";
