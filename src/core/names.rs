// SPDX-License-Identifier: GPL-2.0

//! Names and addresses of devices, and text from user space on its way to the log.

use core::fmt;

/// White space as the kernel's `isspace()` sees it: Latin-1, so 0xa0 is included.
pub(crate) const fn is_space(byte: u8) -> bool {
    matches!(byte, 9..=13 | b' ' | 0xa0)
}

/// The name of a network interface: at most 15 bytes, padded with zeroes.
///
/// # Invariants
///
/// The last byte is zero and no byte other than zero follows a zero.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct IfName([u8; Self::SIZE]);

impl IfName {
    /// Size of the buffer, with the final zero (`IFNAMSIZ`).
    pub(crate) const SIZE: usize = 16;

    /// A name that a network device can have: not empty, not too long, not `.` or `..`, without
    /// slash, colon and white space.
    pub(crate) fn new(name: &[u8]) -> Option<Self> {
        let valid = !name.is_empty()
            && name.len() < Self::SIZE
            && name != b"."
            && name != b".."
            && !name
                .iter()
                .any(|&byte| matches!(byte, 0 | b'/' | b':') || is_space(byte));
        valid.then(|| Self::cut(name))
    }

    /// Whatever was given, up to a zero byte and to 15 bytes: good for looking a device up and for
    /// remembering the name of a device that may appear later.
    pub(crate) fn cut(name: &[u8]) -> Self {
        let mut bytes = [0; Self::SIZE];
        let source = name.iter().take_while(|&&byte| byte != 0);
        for (to, from) in bytes.iter_mut().take(Self::SIZE - 1).zip(source) {
            *to = *from;
        }
        // INVARIANT: 15 bytes at most were replaced, and copying ended at the first zero.
        Self(bytes)
    }

    /// The name without padding.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.split(|&byte| byte == 0).next().unwrap_or(&[])
    }

    /// The name with its padding, as C reads it.
    pub(crate) const fn padded(&self) -> &[u8; Self::SIZE] {
        &self.0
    }
}

impl fmt::Display for IfName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Text(self.as_bytes()).fmt(f)
    }
}

impl fmt::Debug for IfName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Bytes from user space on their way to the log: UTF-8 as it is, anything else as `\xNN`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Text<'a>(pub(crate) &'a [u8]);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            f.write_str(chunk.valid())?;
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An Ethernet address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MacAddr(pub(crate) [u8; 6]);

impl MacAddr {
    /// 00:00:00:00:00:00.
    pub(crate) const ZERO: Self = Self([0; 6]);

    /// Whether it addresses a group.
    pub(crate) const fn is_multicast(self) -> bool {
        self.0[0] & 1 != 0
    }

    /// Whether it is all zeroes.
    pub(crate) fn is_zero(self) -> bool {
        self == Self::ZERO
    }
}

impl fmt::Display for MacAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}
