// SPDX-License-Identifier: GPL-2.0

//! Folders and files in debugfs.
//!
//! C header: [`include/linux/debugfs.h`](srctree/include/linux/debugfs.h). Nothing depends on them, so
//! what cannot be made is just not there.

use super::{
    bindings,
    device::NetDevice,
    seq::SeqOut, //
};
use core::{
    ffi::c_void,
    fmt,
    mem::MaybeUninit,
    ptr::{null_mut, NonNull},
    sync::atomic::{AtomicPtr, Ordering},
};
use kernel::{alloc::Flags, error::to_result, prelude::*};

/// What a file shows.
pub(crate) trait Shown: Send + Sync + 'static {
    /// Writes all of it. Process context; must not take RTNL, under which files are removed.
    fn show(&self, out: &mut SeqOut<'_>) -> fmt::Result;
}

/// The module's folder: null, or a folder that is there as long as [`Root`] is.
static ROOT: AtomicPtr<bindings::dentry> = AtomicPtr::new(null_mut());

/// Keeps the module's folder.
pub(crate) struct Root(());

impl Root {
    /// Makes the folder `name`, once.
    pub(crate) fn create(name: &CStr) -> Self {
        // SAFETY: Process context; the name is copied.
        let dir = unsafe { bindings::bond_helper_debugfs_dir(name.as_char_ptr()) };
        ROOT.store(dir, Ordering::Release);
        Self(())
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        let dir = ROOT.swap(null_mut(), Ordering::AcqRel);
        // SAFETY: From `create`, or null; those in it are gone, as all devices are.
        unsafe { bindings::bond_helper_debugfs_remove(dir) };
    }
}

/// The folder of a device, with one file. It has the device's name, and the number of its namespace
/// unless that is the one that the machine starts with. Dropping it waits for readers.
///
/// # Invariants
///
/// `dir` is a folder whose file has `source`, from a `KBox`, as its data.
pub(crate) struct Dir<S: Shown> {
    dir: NonNull<bindings::dentry>,
    source: NonNull<S>,
}

// SAFETY: debugfs has locks of its own, and the source is `Send` and `Sync`.
unsafe impl<S: Shown> Send for Dir<S> {}
// SAFETY: As above.
unsafe impl<S: Shown> Sync for Dir<S> {}

impl<S: Shown> Dir<S> {
    const OPS: Files = {
        // SAFETY: All zeroes is a valid value: no operation.
        let mut o: bindings::file_operations = unsafe { MaybeUninit::zeroed().assume_init() };
        o.owner = &raw mut bindings::__this_module;
        o.open = Some(Self::open);
        o.read = Some(bindings::seq_read);
        o.llseek = Some(bindings::seq_lseek);
        o.release = Some(bindings::single_release);
        Files(o)
    };

    /// Makes the folder of `dev` with the file `file`, for root to read.
    pub(crate) fn create(dev: &NetDevice, file: &CStr, source: S, flags: Flags) -> Result<Self> {
        let root = ROOT.load(Ordering::Acquire);
        if root.is_null() {
            return Err(ENODEV);
        }
        let source = KBox::new(source, flags)?;
        // SAFETY: The root is there as long as there are devices, of which this is one.
        let dir = unsafe { bindings::bond_helper_debugfs_dev_dir(dev.as_ptr(), root) };
        let dir = NonNull::new(dir).ok_or(EEXIST)?;
        let source = NonNull::from(KBox::leak(source));
        // SAFETY: Just made; the operations are a constant, and the source stays until the file is
        // removed.
        unsafe {
            bindings::bond_helper_debugfs_file(
                file.as_char_ptr(),
                dir.as_ptr(),
                source.as_ptr().cast(),
                &const { &Self::OPS }.0,
            );
        }
        // INVARIANT: Just made so.
        Ok(Self { dir, source })
    }

    /// Follows the name of `dev`.
    pub(crate) fn rename(&self, dev: &NetDevice) -> Result {
        // SAFETY: A folder by the invariant, and the device is alive.
        to_result(unsafe { bindings::bond_helper_debugfs_rename(self.dir.as_ptr(), dev.as_ptr()) })
    }

    /// # Safety
    ///
    /// Only for `OPS`.
    unsafe extern "C" fn open(
        inode: *mut bindings::inode,
        file: *mut bindings::file,
    ) -> kernel::ffi::c_int {
        // SAFETY: The file is being opened.
        unsafe { bindings::bond_helper_show_open(inode, file, Some(Self::show)) }
    }

    /// # Safety
    ///
    /// Only for the seq_file core, with a file that `open` opened.
    unsafe extern "C" fn show(seq: *mut bindings::seq_file, _: *mut c_void) -> kernel::ffi::c_int {
        // SAFETY: The data of the file is its source; removal of the file waits for this.
        let source = unsafe { &*(*seq).private.cast::<S>() };
        // SAFETY: In the `show` callback.
        let mut out = unsafe { SeqOut::from_raw(seq) };
        source.show(&mut out).map_or(EIO.to_errno(), |()| 0)
    }
}

impl<S: Shown> Drop for Dir<S> {
    fn drop(&mut self) {
        // SAFETY: By the invariant. Afterwards nobody is in a callback, nor will be.
        unsafe {
            bindings::bond_helper_debugfs_remove(self.dir.as_ptr());
            drop(KBox::from_raw(self.source.as_ptr()));
        }
    }
}

/// Static file operations.
struct Files(bindings::file_operations);

// SAFETY: Never written.
unsafe impl Sync for Files {}
