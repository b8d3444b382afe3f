// SPDX-License-Identifier: GPL-2.0

//! The files of network devices, and of their class, in sysfs.
//!
//! C headers: [`include/linux/device.h`](srctree/include/linux/device.h),
//! [`include/linux/netdevice.h`](srctree/include/linux/netdevice.h).
//!
//! The files of a device go while the RTNL is held, and their removal waits for the callbacks. So
//! callbacks must not wait for the RTNL: stores get it by trying, and the system call starts again
//! if somebody else has it.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "only in tables that the compiler makes"
)]
pub(crate) use super::attr::{File as GroupFile, PageBuf};

use super::{
    attr::{attribute, pointers, to_ssize, Indexed, Pointers, Table, MAX_FILES},
    bindings,
    context::{Rtnl, RtnlGuard},
    device::NetDevice,
    netns::Net,
};
use core::{marker::PhantomData, mem::offset_of, ptr::NonNull, slice};
use kernel::{
    alloc::Flags, error::to_result, ffi::c_char, prelude::*, str::as_char_ptr_in_const_context,
};

/// A directory of files of a network device.
///
/// The callbacks run from the registration of the device (that is after `ndo_init`) until its
/// removal from sysfs, which is after `ndo_uninit`; stores do not run after `ndo_uninit`, since
/// the RTNL is held until the files are gone.
pub(crate) trait Group: 'static {
    /// The name of the directory.
    const NAME: &'static CStr;

    /// Its files.
    const FILES: &'static [GroupFile];

    /// Writes what the file `FILES[index]` reads as. Must not take the RTNL by waiting for it.
    fn show(dev: &NetDevice, index: usize, out: &mut PageBuf<'_>) -> Result;

    /// Takes what is written to the file `FILES[index]` and returns how much of it was used.
    fn store(dev: &NetDevice, index: usize, data: &[u8], rtnl: &mut Rtnl) -> Result<usize>;
}

/// The constant tables that the C side needs of a group.
struct Tables<G>(PhantomData<G>);

impl<G: Group> Tables<G> {
    const ATTRS: &'static Table<bindings::device_attribute> = &{
        assert!(G::FILES.len() <= MAX_FILES);
        let mut table = [Indexed {
            attr: pin_init::zeroed(),
            index: 0,
        }; MAX_FILES];
        let mut index = 0;
        while index < G::FILES.len() {
            let mut attr: bindings::device_attribute = pin_init::zeroed();
            attr.attr = attribute(G::FILES[index]);
            attr.__bindgen_anon_1.show = Some(Self::show);
            if G::FILES[index].mode & 0o222 != 0 {
                attr.__bindgen_anon_2.store = Some(Self::store);
            }
            table[index] = Indexed { attr, index };
            index += 1;
        }
        table
    };

    const POINTERS: &'static Pointers = &pointers(Self::ATTRS, G::FILES.len());

    const GROUP: &'static bindings::attribute_group = &{
        let mut group: bindings::attribute_group = pin_init::zeroed();
        group.name = as_char_ptr_in_const_context(G::NAME);
        group.__bindgen_anon_2.attrs_const = Self::POINTERS.as_ptr();
        group
    };

    /// The device and the index of a callback's arguments.
    ///
    /// # Safety
    ///
    /// `dev` is the device of a `net_device`, `attr` one of `ATTRS`, and both stay for `'a`.
    unsafe fn target<'a>(
        dev: *mut bindings::device,
        attr: *mut bindings::device_attribute,
    ) -> (&'a NetDevice, usize) {
        // SAFETY: `to_net_dev()`, by the caller's promise.
        let dev = unsafe { dev.byte_sub(offset_of!(bindings::net_device, dev)) };
        // SAFETY: By the caller's promise, and the attribute is the first field of its entry.
        unsafe {
            (
                NetDevice::from_raw(dev.cast()),
                (*attr.cast::<Indexed<bindings::device_attribute>>()).index,
            )
        }
    }

    /// # Safety
    ///
    /// Only for the device core.
    unsafe extern "C" fn show(
        dev: *mut bindings::device,
        attr: *mut bindings::device_attribute,
        buf: *mut c_char,
    ) -> isize {
        // SAFETY: The group is only installed for network devices, by `install`; sysfs holds the
        // file active during the call, and the device is freed after its files.
        let (dev, index) = unsafe { Self::target(dev, attr) };
        // SAFETY: sysfs passes a cleared page of its own.
        unsafe { PageBuf::fill(buf, |out| G::show(dev, index, out)) }
    }

    /// # Safety
    ///
    /// Only for the device core.
    unsafe extern "C" fn store(
        dev: *mut bindings::device,
        attr: *mut bindings::device_attribute,
        buf: *const c_char,
        count: usize,
    ) -> isize {
        // SAFETY: As in `show`.
        let (dev, index) = unsafe { Self::target(dev, attr) };
        let Some(mut rtnl) = RtnlGuard::try_lock() else {
            // SAFETY: In a system call of the current task.
            return unsafe { bindings::bond_helper_restart_syscall() } as isize;
        };
        // SAFETY: sysfs passes its own copy of the `count` bytes that were written.
        let data = unsafe { slice::from_raw_parts(buf.cast::<u8>(), count) };
        to_ssize(G::store(dev, index, data, &mut rtnl))
    }
}

/// Gives `dev` the group's directory, when it will be registered: to be called in `ndo_init`.
///
/// Fails with `EBUSY` if the device is registered, or has a group.
pub(crate) fn install<G: Group>(dev: &NetDevice, _rtnl: &Rtnl) -> Result {
    let dev = dev.as_ptr();
    // SAFETY: The device is allocated. Its state changes under RTNL; until it is registered,
    // which takes the RTNL, nobody looks at its groups. The array has a null after the first.
    unsafe {
        if u32::from((*dev).reg_state) != bindings::NETREG_UNINITIALIZED {
            return Err(EBUSY);
        }
        let [first, ..] = &mut (*dev).sysfs_groups;
        if !first.is_null() {
            return Err(EBUSY);
        }
        *first = Tables::<G>::GROUP;
    }
    Ok(())
}

/// A file of the class of network devices, `/sys/class/net`, in one namespace.
pub(crate) trait ClassAttr: Send + Sync + Sized + 'static {
    /// Its name and permissions.
    const FILE: GroupFile;

    /// Writes what the file reads as, in the namespace `net`.
    fn show(&self, net: &Net, out: &mut PageBuf<'_>) -> Result;

    /// Takes what is written to the file and returns how much of it was used.
    fn store(&self, net: &Net, data: &[u8]) -> Result<usize>;
}

#[repr(C)]
struct ClassInner<T> {
    attr: bindings::class_attribute,
    net: *const bindings::net,
    value: T,
}

/// A file of the class that exists; to be removed with [`ClassFile::remove`].
///
/// Removal needs the namespace, so a value that is merely dropped leaves the file, and the memory
/// it uses, behind.
///
/// # Invariants
///
/// Points to a value from a `KBox`, whose attribute is registered for `net`.
#[must_use]
pub(crate) struct ClassFile<T: ClassAttr>(NonNull<ClassInner<T>>);

// SAFETY: Gives access to `&T` only, and drops it.
unsafe impl<T: ClassAttr> Send for ClassFile<T> {}
// SAFETY: Gives access to `&T` only.
unsafe impl<T: ClassAttr> Sync for ClassFile<T> {}

impl<T: ClassAttr> ClassFile<T> {
    /// Creates the file in `net`; `EEXIST` if there is one of this name, or a device.
    pub(crate) fn create(net: &Net, value: T, flags: Flags) -> Result<Self> {
        let mut attr: bindings::class_attribute = pin_init::zeroed();
        attr.attr = attribute(T::FILE);
        attr.show = Some(Self::show_callback);
        attr.store = Some(Self::store_callback);
        let mut inner = KBox::new(
            ClassInner {
                attr,
                net: net.as_ptr(),
                value,
            },
            flags,
        )?;
        // SAFETY: Sets the lockdep key of an attribute nobody else has yet.
        unsafe { bindings::bond_helper_sysfs_attr_init(&raw mut inner.attr.attr) };
        let inner = KBox::into_raw(inner);
        // SAFETY: The attribute stays until it is removed, and the namespace is alive.
        let ret = to_result(unsafe {
            let ns = bindings::bond_helper_to_ns_common(net.as_ptr());
            bindings::netdev_class_create_file_ns(inner.cast(), ns)
        });
        if let Err(e) = ret {
            // SAFETY: From `into_raw` above, and not registered.
            drop(unsafe { KBox::from_raw(inner) });
            return Err(e);
        }
        // INVARIANT: From a `KBox`, and registered.
        // SAFETY: Not null, as it came from a `KBox`.
        Ok(Self(unsafe { NonNull::new_unchecked(inner) }))
    }

    /// Removes the file and waits until nobody is in its callbacks.
    ///
    /// `net` is the namespace it was created in; otherwise the file stays.
    pub(crate) fn remove(self, net: &Net) {
        let inner = self.0.as_ptr();
        // SAFETY: Valid by the invariant.
        if unsafe { (*inner).net } != net.as_ptr().cast_const() {
            pr_err!("sysfs: file of another namespace\n");
            return;
        }
        // SAFETY: Registered in this namespace by the invariant. After that nobody has the
        // attribute, and the value came from a `KBox`; `self` has no drop of its own.
        unsafe {
            let ns = bindings::bond_helper_to_ns_common(net.as_ptr());
            bindings::netdev_class_remove_file_ns(inner.cast(), ns);
            drop(KBox::from_raw(inner));
        }
    }

    /// # Safety
    ///
    /// Only for the device core.
    unsafe extern "C" fn show_callback(
        _class: *const bindings::class,
        attr: *const bindings::class_attribute,
        buf: *mut c_char,
    ) -> isize {
        // SAFETY: The attribute is the first field of a `ClassInner<T>`, as only `create` uses
        // this function, and `remove` waits for us before it frees it.
        let inner = unsafe { &*attr.cast::<ClassInner<T>>() };
        // SAFETY: The file is removed before the namespace loses its directories.
        let net = unsafe { Net::from_raw(inner.net.cast_mut()) };
        // SAFETY: sysfs passes a cleared page of its own.
        unsafe { PageBuf::fill(buf, |out| inner.value.show(net, out)) }
    }

    /// # Safety
    ///
    /// Only for the device core.
    unsafe extern "C" fn store_callback(
        _class: *const bindings::class,
        attr: *const bindings::class_attribute,
        buf: *const c_char,
        count: usize,
    ) -> isize {
        // SAFETY: As in `show_callback`.
        let inner = unsafe { &*attr.cast::<ClassInner<T>>() };
        // SAFETY: sysfs passes its own copy of the `count` bytes that were written.
        let data = unsafe { slice::from_raw_parts(buf.cast::<u8>(), count) };
        // SAFETY: As in `show_callback`.
        let net = unsafe { Net::from_raw(inner.net.cast_mut()) };
        to_ssize(inner.value.store(net, data))
    }
}
