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
    marker::PhantomData,
    mem::MaybeUninit,
    ptr::{null_mut, NonNull},
    sync::atomic::{AtomicPtr, Ordering},
};
use kernel::{alloc::Flags, error::to_result, prelude::*};

/// A file of a folder whose files are about an `S`.
pub(crate) trait File<S>: 'static {
    /// Its name.
    const NAME: &'static CStr;

    /// Writes all of it. Process context; must not take RTNL, under which files are removed.
    fn show(source: &S, out: &mut SeqOut<'_>) -> fmt::Result;
}

/// The module's folder: null, or a folder that is there as long as [`Root`] is.
static ROOT: AtomicPtr<bindings::dentry> = AtomicPtr::new(null_mut());

/// Keeps the module's folder, if it is the one that has made it.
pub(crate) struct Root {
    mine: bool,
}

impl Root {
    /// Makes the folder `name`, unless there is one of this module.
    pub(crate) fn create(name: &CStr) -> Self {
        // SAFETY: Process context; the name is copied.
        let dir = unsafe { bindings::bond_helper_debugfs_dir(name.as_char_ptr()) };
        let mine = ROOT
            .compare_exchange(null_mut(), dir, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok();
        if !mine {
            // SAFETY: Just made, or null; nothing is in it.
            unsafe { bindings::bond_helper_debugfs_remove(dir) };
        }
        Self { mine }
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        if !self.mine {
            return;
        }
        let dir = ROOT.swap(null_mut(), Ordering::AcqRel);
        // SAFETY: From `create`, or null; those in it are gone, as all devices are.
        unsafe { bindings::bond_helper_debugfs_remove(dir) };
    }
}

/// The folder of a device. It has the device's name, and the number of its namespace unless that is
/// the one that the machine starts with. Dropping it waits for readers of its files.
///
/// # Invariants
///
/// `dir` is a folder whose files have `source`, from a `KBox`, as their data.
pub(crate) struct Dir<S> {
    dir: NonNull<bindings::dentry>,
    source: NonNull<S>,
}

// SAFETY: debugfs has locks of its own, and the source is `Send` and `Sync`.
unsafe impl<S: Send + Sync> Send for Dir<S> {}
// SAFETY: As above.
unsafe impl<S: Send + Sync> Sync for Dir<S> {}

impl<S: Send + Sync + 'static> Dir<S> {
    /// Makes the folder of `dev`, whose files will be about `source`.
    pub(crate) fn create(dev: &NetDevice, source: S, flags: Flags) -> Result<Self> {
        let root = ROOT.load(Ordering::Acquire);
        if root.is_null() {
            return Err(ENODEV);
        }
        let source = KBox::new(source, flags)?;
        // SAFETY: The root is there as long as there are devices, of which this is one.
        let dir = unsafe { bindings::bond_helper_debugfs_dev_dir(dev.as_ptr(), root) };
        let dir = NonNull::new(dir).ok_or(EEXIST)?;
        // INVARIANT: Just made so; there is no file yet.
        Ok(Self {
            dir,
            source: NonNull::from(KBox::leak(source)),
        })
    }

    /// Adds the file `F`, for root to read.
    pub(crate) fn add<F: File<S>>(&self) {
        // SAFETY: A folder by the invariant; the operations are a constant that takes the data for an
        // `S`, which stays until the file is removed.
        unsafe {
            bindings::bond_helper_debugfs_file(
                F::NAME.as_char_ptr(),
                self.dir.as_ptr(),
                self.source.as_ptr().cast(),
                &const { &Callbacks::<S, F>::OPS }.0,
            );
        }
    }

    /// Follows the name of `dev`.
    pub(crate) fn rename(&self, dev: &NetDevice) -> Result {
        // SAFETY: A folder by the invariant, and the device is alive.
        to_result(unsafe { bindings::bond_helper_debugfs_rename(self.dir.as_ptr(), dev.as_ptr()) })
    }
}

impl<S> Drop for Dir<S> {
    fn drop(&mut self) {
        // SAFETY: By the invariant. Afterwards nobody is in a callback, nor will be.
        unsafe {
            bindings::bond_helper_debugfs_remove(self.dir.as_ptr());
            drop(KBox::from_raw(self.source.as_ptr()));
        }
    }
}

/// The operations of the file `F`.
struct Callbacks<S, F>(PhantomData<(S, F)>);

impl<S: Send + Sync + 'static, F: File<S>> Callbacks<S, F> {
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
        F::show(source, &mut out).map_or(EIO.to_errno(), |()| 0)
    }
}

/// Static file operations.
struct Files(bindings::file_operations);

// SAFETY: Never written.
unsafe impl Sync for Files {}
