// SPDX-License-Identifier: GPL-2.0

//! Lists of words in files of sysfs, which are one page at most.

use crate::net::{device::DevName, raw_text::RawText, sysfs::PageBuf};
use core::fmt::{self, Write};

/// What ends a list that does not fit.
const MORE: &str = "++more++";

/// Words with spaces in between and a newline at the end.
pub(super) struct Words<'a, 'b> {
    out: &'a mut PageBuf<'b>,
    /// The bytes that a word may need with its space.
    longest: usize,
    /// Where the last word begins.
    last: usize,
    full: bool,
}

impl<'a, 'b> Words<'a, 'b> {
    /// An empty list.
    pub(super) fn new(out: &'a mut PageBuf<'b>, longest: usize) -> Self {
        Self {
            out,
            longest,
            last: 0,
            full: false,
        }
    }

    /// Adds a word, a name and what follows it, unless the page is full.
    pub(super) fn add(&mut self, name: &DevName, rest: fmt::Arguments<'_>) {
        if self.full {
            return;
        }
        // The page has one byte more than fits: for C's terminator.
        if self.out.room().saturating_add(1) < self.longest {
            self.full = true;
            if self.out.room() <= MORE.len() {
                self.out.truncate(self.last);
            }
            // Writing to a page does not fail.
            let _ = self
                .out
                .write_str(MORE)
                .and_then(|()| self.out.write_str(" "));
            return;
        }
        self.last = self.out.len();
        let _ = self
            .out
            .write_name(format_args!(""), name, format_args!("{rest} "));
    }

    /// Ends the list; an empty one stays empty.
    pub(super) fn finish(self) {
        if let Some(len) = self.out.len().checked_sub(1) {
            self.out.truncate(len);
            let _ = self.out.write_str("\n");
        }
    }
}
