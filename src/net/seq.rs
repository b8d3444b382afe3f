// SPDX-License-Identifier: GPL-2.0

//! Files of records in procfs.
//!
//! C headers: [`include/linux/proc_fs.h`](srctree/include/linux/proc_fs.h),
//! [`include/linux/seq_file.h`](srctree/include/linux/seq_file.h).
//!
//! A file has a header and any number of items. One read shows as many as fit in its buffer, in
//! one read side section of RCU.

use super::{bindings, context::Rcu, netns::Net, raw_text::RawText};
use core::{
    ffi::c_void,
    fmt,
    marker::PhantomData,
    mem::align_of,
    ptr::{null_mut, NonNull},
};
use kernel::{
    alloc::Flags,
    prelude::*,
    sync::Arc, //
};

/// What a file shows.
pub(crate) trait SeqSource: Send + Sync + Sized + 'static {
    /// What is shown after the header.
    type Item: Sync + 'static;

    /// The item at the place `index`, or nothing when there are no more.
    fn item<'a>(&'a self, index: usize, rcu: Rcu<'a>) -> Option<&'a Self::Item>;

    /// Writes what comes before the items.
    fn show_header(&self, out: &mut SeqOut<'_>, rcu: Rcu<'_>) -> fmt::Result;

    /// Writes an item.
    fn show_item(&self, item: &Self::Item, out: &mut SeqOut<'_>, rcu: Rcu<'_>) -> fmt::Result;
}

/// Where to write a record. Writing never fails: what does not fit is written again by the core,
/// with more room.
pub(crate) struct SeqOut<'a>(*mut bindings::seq_file, PhantomData<&'a mut ()>);

impl SeqOut<'_> {
    /// Where the file `seq` is written.
    ///
    /// # Safety
    ///
    /// In a `show` callback for `seq`, as long as the value exists.
    pub(super) unsafe fn from_raw(seq: *mut bindings::seq_file) -> Self {
        Self(seq, PhantomData)
    }
}

impl RawText for SeqOut<'_> {
    fn write_bytes(&mut self, bytes: &[u8]) {
        // SAFETY: The file is open and in its `show` callback as long as `self` exists. The result
        // tells of an overflow, which the core sees by itself.
        unsafe { bindings::seq_write(self.0, bytes.as_ptr().cast(), bytes.len()) };
    }
}

impl fmt::Write for SeqOut<'_> {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        self.write_bytes(s.as_bytes());
        Ok(())
    }
}

/// # Invariants
///
/// A directory of procfs. It is not removed while this exists.
struct DirInner(NonNull<bindings::proc_dir_entry>);

// SAFETY: procfs has locks of its own.
unsafe impl Send for DirInner {}
// SAFETY: As above.
unsafe impl Sync for DirInner {}

/// A directory in `/proc/net` of a namespace; to be removed with [`ProcDir::remove`].
///
/// Removal needs the namespace, so a value that is merely dropped leaves the directory behind.
#[must_use]
pub(crate) struct ProcDir(Arc<DirInner>);

impl ProcDir {
    /// Creates the directory `name`.
    pub(crate) fn create(net: &Net, name: &CStr, flags: Flags) -> Result<Self> {
        // SAFETY: The namespace has its directory in procfs, by its invariant.
        let entry =
            unsafe { bindings::bond_helper_proc_net_mkdir(net.as_ptr(), name.as_char_ptr()) };
        let entry = NonNull::new(entry).ok_or(ENOMEM)?;
        // INVARIANT: Just made; only `remove` removes it, as the only owner.
        match Arc::new(DirInner(entry), flags) {
            Ok(inner) => Ok(Self(inner)),
            Err(e) => {
                // SAFETY: Just made, and nobody else has it.
                unsafe { bindings::proc_remove(entry.as_ptr()) };
                Err(e.into())
            }
        }
    }

    /// Removes the directory, in which there must be no file any more (else it stays).
    ///
    /// `net` shows that its parent still exists.
    pub(crate) fn remove(self, _net: &Net) {
        let Some(inner) = Arc::into_unique_or_drop(self.0) else {
            pr_err!("procfs: directory is not empty\n");
            return;
        };
        // SAFETY: A directory by the invariant, which nobody else has now.
        unsafe { bindings::proc_remove(inner.0.as_ptr()) };
    }
}

/// A file of a [`ProcDir`]; dropping it removes it and waits for its readers.
///
/// # Invariants
///
/// `entry` is a file whose data is `source`, which came from a `KBox`.
pub(crate) struct SeqFile<S: SeqSource> {
    entry: NonNull<bindings::proc_dir_entry>,
    source: NonNull<S>,
    _dir: Arc<DirInner>,
}

// SAFETY: procfs has locks of its own, and the source is `Send` and `Sync`.
unsafe impl<S: SeqSource> Send for SeqFile<S> {}
// SAFETY: As above.
unsafe impl<S: SeqSource> Sync for SeqFile<S> {}

impl<S: SeqSource> SeqFile<S> {
    const OPS: &'static bindings::seq_operations = &bindings::seq_operations {
        start: Some(Self::start),
        stop: Some(Self::stop),
        next: Some(Self::next),
        show: Some(Self::show),
    };

    /// What stands for the header, `SEQ_START_TOKEN`: no item is at an odd address.
    const HEADER: *mut c_void = {
        assert!(align_of::<S::Item>() > 1);
        core::ptr::without_provenance_mut(1)
    };

    /// Creates the file `name`, for everybody to read.
    pub(crate) fn create(dir: &ProcDir, name: &CStr, source: S, flags: Flags) -> Result<Self> {
        let source = NonNull::from(KBox::leak(KBox::new(source, flags)?));
        // SAFETY: The directory exists, by its invariant; the operations are a constant, and the
        // source stays until the file is removed.
        let entry = unsafe {
            bindings::proc_create_seq_private(
                name.as_char_ptr(),
                0o444,
                dir.0 .0.as_ptr(),
                Self::OPS,
                0,
                source.as_ptr().cast(),
            )
        };
        let Some(entry) = NonNull::new(entry) else {
            // SAFETY: From a `KBox`, and no file has it.
            drop(unsafe { KBox::from_raw(source.as_ptr()) });
            return Err(ENOMEM);
        };
        // INVARIANT: Just made.
        Ok(Self {
            entry,
            source,
            _dir: dir.0.clone(),
        })
    }

    /// The source of an open file.
    ///
    /// # Safety
    ///
    /// In a callback of `OPS`, and for its time.
    unsafe fn source<'a>(seq: *mut bindings::seq_file) -> &'a S {
        // SAFETY: Removal of the file waits for its callbacks, so the source is there, and all
        // files with these operations have such a source.
        unsafe { &*bindings::bond_helper_seq_data(seq).cast::<S>() }
    }

    /// What is at the position `pos`, for the C side.
    ///
    /// # Safety
    ///
    /// In a callback of `OPS`, after the read side section began.
    unsafe fn at(seq: *mut bindings::seq_file, pos: bindings::loff_t) -> *mut c_void {
        let Ok(pos) = usize::try_from(pos) else {
            return null_mut();
        };
        let Some(index) = pos.checked_sub(1) else {
            return Self::HEADER;
        };
        // SAFETY: By the caller's promise.
        let (source, rcu) = unsafe { (Self::source(seq), Rcu::assume_held()) };
        source.item(index, rcu).map_or(null_mut(), |item| {
            core::ptr::from_ref(item).cast_mut().cast()
        })
    }

    /// # Safety
    ///
    /// Only for the seq_file core, which calls `stop` in the same context afterwards.
    unsafe extern "C" fn start(
        seq: *mut bindings::seq_file,
        pos: *mut bindings::loff_t,
    ) -> *mut c_void {
        // SAFETY: `stop` ends the section.
        unsafe { bindings::bond_helper_rcu_read_lock() };
        // SAFETY: The section began; the position is the core's own.
        unsafe { Self::at(seq, *pos) }
    }

    /// # Safety
    ///
    /// Only for the seq_file core, between `start` and `stop`.
    unsafe extern "C" fn next(
        seq: *mut bindings::seq_file,
        _v: *mut c_void,
        pos: *mut bindings::loff_t,
    ) -> *mut c_void {
        // SAFETY: The section began in `start`; the position is the core's own.
        unsafe {
            *pos = (*pos).saturating_add(1);
            Self::at(seq, *pos)
        }
    }

    /// # Safety
    ///
    /// Only for the seq_file core, between `start` and `stop`, with what they returned.
    unsafe extern "C" fn show(seq: *mut bindings::seq_file, v: *mut c_void) -> kernel::ffi::c_int {
        // SAFETY: The section began in `start`.
        let (source, rcu) = unsafe { (Self::source(seq), Rcu::assume_held()) };
        let mut out = SeqOut(seq, PhantomData);
        let result = if v == Self::HEADER {
            source.show_header(&mut out, rcu)
        } else {
            // SAFETY: An item that `at` found in this section.
            source.show_item(unsafe { &*v.cast::<S::Item>() }, &mut out, rcu)
        };
        // Writing does not fail, so this is from formatting a value.
        result.map_or(EIO.to_errno(), |()| 0)
    }

    /// # Safety
    ///
    /// Only for the seq_file core, once after `start`.
    unsafe extern "C" fn stop(_seq: *mut bindings::seq_file, _v: *mut c_void) {
        // SAFETY: `start` began the section.
        unsafe { bindings::bond_helper_rcu_read_unlock() };
    }
}

impl<S: SeqSource> Drop for SeqFile<S> {
    fn drop(&mut self) {
        // SAFETY: By the invariant; the directory still exists, as `_dir` does. Afterwards nobody
        // is in a callback, nor will be.
        unsafe {
            bindings::proc_remove(self.entry.as_ptr());
            drop(KBox::from_raw(self.source.as_ptr()));
        }
    }
}
