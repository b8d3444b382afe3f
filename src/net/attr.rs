// SPDX-License-Identifier: GPL-2.0

//! What the kinds of sysfs files have in common.
//!
//! C header: [`include/linux/sysfs.h`](srctree/include/linux/sysfs.h).

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "only in tables that the compiler makes"
)]
use super::{bindings, raw_text::RawText};
use core::{fmt, slice};
use kernel::{ffi::c_char, prelude::*, str::as_char_ptr_in_const_context};

/// One file of a directory in sysfs.
#[derive(Clone, Copy)]
pub(crate) struct File {
    /// Its name in the directory.
    pub(crate) name: &'static CStr,
    /// Its permissions, as in `0o644`.
    pub(crate) mode: u16,
}

/// The most files that one directory can have.
pub(super) const MAX_FILES: usize = 64;

/// An attribute of a kind `A` with its place in the table of files.
///
/// The attribute comes first, so that the C side's pointer to it is a pointer to this.
#[repr(C)]
#[derive(Clone, Copy)]
pub(super) struct Indexed<A: Copy> {
    pub(super) attr: A,
    pub(super) index: usize,
}

/// The attributes of a table of files, filled up with empty ones.
pub(super) type Table<A> = [Indexed<A>; MAX_FILES];

/// The null-terminated array of pointers to them that sysfs takes.
pub(super) type Pointers = [*const bindings::attribute; MAX_FILES + 1];

/// The C attribute of a file. Its lockdep key is within itself, so it must be put in a constant.
pub(super) const fn attribute(file: File) -> bindings::attribute {
    let mut attr: bindings::attribute = pin_init::zeroed();
    attr.name = as_char_ptr_in_const_context(file.name);
    attr.mode = file.mode;
    attr
}

/// Points to the first `count` entries of `table`; evaluated by the compiler only.
pub(super) const fn pointers<A: Copy>(table: &'static Table<A>, count: usize) -> Pointers {
    let mut ptrs = [core::ptr::null(); MAX_FILES + 1];
    let mut i = 0;
    while i < count {
        // Of the whole entry: the callbacks get at the index through it.
        ptrs[i] = (&raw const table[i]).cast();
        i += 1;
    }
    ptrs
}

/// What a C callback returns for `result`.
pub(super) fn to_ssize(result: Result<usize>) -> isize {
    match result {
        Ok(count) => isize::try_from(count).unwrap_or(isize::MAX),
        Err(e) => e.to_errno() as isize,
    }
}

/// The page that a `show` callback writes.
///
/// As with `sysfs_emit()`, what does not fit is left out, without an error.
pub(crate) struct PageBuf<'a> {
    page: &'a mut [u8],
    len: usize,
}

impl PageBuf<'_> {
    /// The most bytes that a page takes; the C side wants a terminator after them.
    pub(crate) const CAPACITY: usize = bindings::PAGE_SIZE - 1;

    /// Lets `show` write a page and returns what the C callback has to.
    ///
    /// # Safety
    ///
    /// `buf` is a page of initialised bytes which nobody else uses during the call.
    pub(super) unsafe fn fill(
        buf: *mut c_char,
        show: impl FnOnce(&mut PageBuf<'_>) -> Result,
    ) -> isize {
        // SAFETY: A page by the caller's promise, so `CAPACITY` bytes are in it.
        let page = unsafe { slice::from_raw_parts_mut(buf.cast::<u8>(), Self::CAPACITY) };
        let mut out = PageBuf { page, len: 0 };
        to_ssize(show(&mut out).map(|()| out.len))
    }

    /// The number of bytes written so far.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// The number of bytes that still fit.
    pub(crate) fn room(&self) -> usize {
        self.page.len().saturating_sub(self.len)
    }

    /// Takes back all but the first `len` bytes.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }
}

impl RawText for PageBuf<'_> {
    fn write_bytes(&mut self, bytes: &[u8]) {
        let free = self.page.get_mut(self.len..).unwrap_or_default();
        for (to, from) in free.iter_mut().zip(bytes) {
            *to = *from;
            self.len = self.len.wrapping_add(1);
        }
    }
}

impl fmt::Write for PageBuf<'_> {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        self.write_bytes(s.as_bytes());
        Ok(())
    }
}
