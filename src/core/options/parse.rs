// SPDX-License-Identifier: GPL-2.0

//! Values of the options that are kept in `Settings`: from text (sysfs, module parameters) and from
//! numbers (netlink).
//!
//! What is tolerated is what the C driver tolerates (`bond_opt_parse()`): see the tests.

use super::refusal::{Cause, Refusal, Value};
use super::row::Row;
use crate::engine::types::is_space;

/// Longest word that is compared with the names of values.
const MAX_WORD: usize = 32;

/// The text up to its first zero byte: what C sees.
pub(super) fn c_text(text: &[u8]) -> &[u8] {
    text.split(|&byte| byte == 0).next().unwrap_or(&[])
}

/// The text up to its first newline.
pub(super) fn line(text: &[u8]) -> &[u8] {
    let text = c_text(text);
    text.split(|&byte| byte == b'\n').next().unwrap_or(&[])
}

/// The text without leading white space.
pub(super) fn skip_spaces(text: &[u8]) -> &[u8] {
    let mut rest = text;
    while let [first, tail @ ..] = rest {
        if !is_space(*first) {
            break;
        }
        rest = tail;
    }
    rest
}

/// The first word, at most `max` bytes of it; empty if there is none.
pub(super) fn first_word(text: &[u8], max: usize) -> &[u8] {
    let word = skip_spaces(c_text(text))
        .split(|&byte| is_space(byte))
        .next()
        .unwrap_or(&[]);
    word.get(..max).unwrap_or(word)
}

/// The decimal number at the start of the text, saturated; `None` if there is no digit.
pub(super) fn leading_number(text: &[u8]) -> Option<u64> {
    if !text.first()?.is_ascii_digit() {
        return None;
    }
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0u64, |number, byte| {
        let digit = u64::from(byte.wrapping_sub(b'0'));
        number.saturating_mul(10).saturating_add(digit)
    }))
}

/// Whether the number is one of the option's.
fn accept(row: &Row, number: u64) -> Option<u32> {
    let number = u32::try_from(number).ok()?;
    let named = row.values().iter().any(|named| named.value == number);
    let in_range = || {
        row.range()
            .is_some_and(|(min, max)| (min..=max).contains(&number))
    };
    (named || in_range()).then_some(number)
}

/// The value of a scalar option from text.
///
/// Digits and white space only: the first number counts and the rest is ignored. Anything else: the
/// first word must be one of the option's names, or `default`.
pub(crate) fn parse_text<'a>(row: &Row, text: &'a [u8]) -> Result<u32, Refusal<'a>> {
    let text_line = line(text);
    let numeric = text_line
        .iter()
        .all(|&byte| byte.is_ascii_digit() || is_space(byte));
    let value = if numeric {
        leading_number(skip_spaces(text_line)).and_then(|number| accept(row, number))
    } else {
        let word = first_word(text_line, MAX_WORD);
        row.values()
            .iter()
            .find(|named| (named.is_default && word == b"default") || word == named.name.as_bytes())
            .map(|named| named.value)
    };
    value.ok_or(Refusal::new(row.id, Value::Text(text), Cause::Invalid))
}

/// The value of a scalar option from a number.
pub(crate) fn parse_num(row: &Row, number: i64) -> Result<u32, Refusal<'static>> {
    u64::try_from(number)
        .ok()
        .and_then(|number| accept(row, number))
        .ok_or(Refusal::new(row.id, Value::Num(number), Cause::Invalid))
}

/// A netlink u32 as the C driver reads it: values from 2^31 on are negative, hence out of range.
pub(crate) fn netlink_u32(payload: u32) -> i64 {
    i64::from(i32::from_ne_bytes(payload.to_ne_bytes()))
}
