// SPDX-License-Identifier: GPL-2.0

//! Objects with a directory in sysfs below a network device.
//!
//! C headers: [`include/linux/kobject.h`](srctree/include/linux/kobject.h),
//! [`include/linux/sysfs.h`](srctree/include/linux/sysfs.h).
//!
//! The kobject counts the references. Each place where others find an object has one. An object is
//! freed a grace period after the last of them, so that readers under RCU need none. The directory
//! changes under RTNL only; removing it waits for `show` callbacks, which must therefore not wait
//! for RTNL.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "only in tables that the compiler makes"
)]

pub(crate) use super::attr::{File, PageBuf};

use super::{
    attr::{attribute, pointers, Indexed, Pointers, Table, MAX_FILES},
    bindings,
    context::Rtnl,
    device::NetDevice,
    rcu,
};
use core::{
    marker::PhantomData,
    mem::offset_of,
    ops::Deref,
    ptr::{addr_of_mut, NonNull},
    sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering},
};
use kernel::{
    alloc::Flags,
    error::to_result,
    ffi::c_char,
    prelude::*,
    sync::aref::{ARef, AlwaysRefCounted},
    time::{delay::fsleep, Delta},
    types::Opaque,
};

/// Objects that were made and are not freed yet.
static LIVE: AtomicUsize = AtomicUsize::new(0);

/// Waits until every object was released; before the module goes, and `rcu_barrier()` after it.
///
/// The kobject core may call `release` later than the last reference is put
/// (`CONFIG_DEBUG_KOBJECT_RELEASE`), and nothing else keeps the code there. Process context.
pub(crate) fn wait_until_released() {
    while LIVE.load(Ordering::Acquire) != 0 {
        fsleep(Delta::from_millis(10));
    }
}

/// What an [`Object`] is.
///
/// Values are dropped in softirq context, after a grace period: their drop must not sleep.
pub(crate) trait ObjectType: Send + Sync + Sized + 'static {
    /// The files of the object's directory, all for reading.
    const FILES: &'static [File];

    /// Writes what the file `FILES[index]` reads as. Must not take the RTNL by waiting for it.
    fn show(&self, index: usize, out: &mut PageBuf<'_>) -> Result;
}

/// A value on the heap that is counted by, and visible through, a kobject.
///
/// The value is at the address of the object.
///
/// # Invariants
///
/// Allocated as a `KBox` by `new_child`, the kobject is initialised with `Tables::<T>::TYPE`.
#[repr(C)]
pub(crate) struct Object<T: ObjectType> {
    value: T,
    kobj: Opaque<bindings::kobject>,
    rcu: Opaque<bindings::callback_head>,
    /// Nobody but the owner of the last reference uses the object, readers included.
    quiet: AtomicBool,
}

// SAFETY: The kobject's functions used here may be called by any task, those that change the
// directory under RTNL; `T` is `Send`.
unsafe impl<T: ObjectType> Send for Object<T> {}
// SAFETY: As above; `T` is `Sync`.
unsafe impl<T: ObjectType> Sync for Object<T> {}

/// The constant tables that the C side needs of a type of objects.
struct Tables<T>(PhantomData<T>);

impl<T: ObjectType> Tables<T> {
    const ATTRS: &'static Table<bindings::attribute> = &{
        assert!(T::FILES.len() <= MAX_FILES);
        let mut table = [Indexed {
            attr: pin_init::zeroed(),
            index: 0,
        }; MAX_FILES];
        let mut index = 0;
        while index < T::FILES.len() {
            table[index] = Indexed {
                attr: attribute(T::FILES[index]),
                index,
            };
            index += 1;
        }
        table
    };

    const POINTERS: &'static Pointers = &pointers(Self::ATTRS, T::FILES.len());

    const OPS: &'static bindings::sysfs_ops = &bindings::sysfs_ops {
        show: Some(Self::show),
        store: None,
    };

    const TYPE: &'static bindings::kobj_type = &{
        let mut ktype: bindings::kobj_type = pin_init::zeroed();
        ktype.release = Some(Self::release);
        ktype.sysfs_ops = Self::OPS;
        ktype
    };

    /// # Safety
    ///
    /// `kobj` is the kobject of an `Object<T>`, as it is for every callback of `TYPE`.
    unsafe fn object(kobj: *mut bindings::kobject) -> *mut Object<T> {
        // SAFETY: By the caller's promise the kobject is that field of an object; pointers to it
        // are made from pointers to the whole object.
        unsafe { kobj.byte_sub(offset_of!(Object<T>, kobj)) }.cast()
    }

    /// # Safety
    ///
    /// Only for sysfs.
    unsafe extern "C" fn show(
        kobj: *mut bindings::kobject,
        attr: *mut bindings::attribute,
        buf: *mut c_char,
    ) -> isize {
        // SAFETY: sysfs holds the file active during the call. The directory is removed, which waits
        // for that, before `release` is called: by `remove_files` and `del`, or by the core when the
        // last reference is put. The kobject is of `TYPE`, as this is its operation.
        let object = unsafe { &*Self::object(kobj) };
        // SAFETY: Only attributes of `ATTRS` are created for such kobjects, each is the first
        // field of its entry (`repr(C)`).
        let index = unsafe { (*attr.cast::<Indexed<bindings::attribute>>()).index };
        // SAFETY: sysfs passes a cleared page of its own.
        unsafe { PageBuf::fill(buf, |out| object.value.show(index, out)) }
    }

    /// # Safety
    ///
    /// Only for the kobject core, when the last reference is gone.
    unsafe extern "C" fn release(kobj: *mut bindings::kobject) {
        // SAFETY: The kobject is of `TYPE`, as this is its function.
        let object = unsafe { Self::object(kobj) };
        // SAFETY: No reference is left, so the head is ours; readers under RCU do not use it. The
        // module calls `rcu_barrier()` before it goes. Without readers there is nothing to wait for.
        unsafe {
            let head = (*object).rcu.get();
            if (*object).quiet.load(Ordering::Relaxed) {
                Self::free(head);
            } else {
                bindings::call_rcu(head, Some(Self::free));
            }
        }
    }

    /// # Safety
    ///
    /// With the head of an object that was released, when no reader is left.
    unsafe extern "C" fn free(head: *mut bindings::callback_head) {
        // SAFETY: The head is that field of an object, which was released: neither references nor
        // readers are left. By the invariant it came from a `KBox`.
        drop(unsafe {
            KBox::from_raw(
                head.byte_sub(offset_of!(Object<T>, rcu))
                    .cast::<Object<T>>(),
            )
        });
        LIVE.fetch_sub(1, Ordering::Release);
    }
}

impl<T: ObjectType> Object<T> {
    /// Makes an object with the directory `name` below that of `dev`, which is registered.
    pub(crate) fn new_child(
        dev: &NetDevice,
        name: &CStr,
        value: T,
        flags: Flags,
        _rtnl: &Rtnl,
    ) -> Result<ARef<Self>> {
        // SAFETY: The device is allocated; the state changes under RTNL, which we have.
        let state = unsafe { (*dev.as_ptr()).reg_state };
        if u32::from(state) != bindings::NETREG_REGISTERED {
            return Err(ENODEV);
        }
        let object = KBox::new(
            Self {
                value,
                kobj: Opaque::new(pin_init::zeroed()),
                rcu: Opaque::new(pin_init::zeroed()),
                quiet: AtomicBool::new(false),
            },
            flags,
        )?;
        LIVE.fetch_add(1, Ordering::Relaxed);
        // INVARIANT: From a `KBox`, and the kobject is initialised before anything else.
        let object = KBox::into_raw(object);
        // SAFETY: The kobject is zeroed and not initialised, its type is a constant; the device
        // is registered, so its kobject is initialised and stays while we have the RTNL. The name
        // is for the one `%s`.
        let ret = unsafe {
            bindings::kobject_init_and_add(
                addr_of_mut!((*object).kobj).cast(),
                Tables::<T>::TYPE,
                addr_of_mut!((*dev.as_ptr()).dev.kobj),
                c"%s".as_char_ptr(),
                name.as_char_ptr(),
            )
        };
        // SAFETY: `kobject_init_and_add()` leaves one reference, also when it fails, when all that
        // may be done with it is to put it, which the drop below does.
        let object = unsafe { ARef::from_raw(NonNull::new_unchecked(object)) };
        to_result(ret)?;
        Ok(object)
    }

    /// The C kobject, with the provenance of the whole object.
    fn kobj(this: *const Self) -> *mut bindings::kobject {
        this.wrapping_byte_add(offset_of!(Self, kobj))
            .cast_mut()
            .cast()
    }

    /// Whether there is one reference.
    fn is_single(&self) -> bool {
        // SAFETY: The kobject is initialised by the invariant, and C accesses its count atomically.
        let count = unsafe {
            AtomicI32::from_ptr(addr_of_mut!((*Self::kobj(self)).kref.refcount.refs.counter))
        };
        count.load(Ordering::Acquire) == 1
    }

    /// Drops references. Objects that have no other are freed after one wait for a grace period, and
    /// not by a callback of RCU, for which whoever unregisters a device would wait, too.
    pub(crate) fn let_go(objects: KVec<ARef<Self>>, rtnl: &mut Rtnl) {
        if objects.is_empty() {
            return;
        }
        for object in &objects {
            object.quiet.store(object.is_single(), Ordering::Relaxed);
        }
        rcu::synchronize_net(rtnl);
        // Nobody could find a single one when the wait began, so by now whoever had found it has
        // left, or has a reference.
        for object in &objects {
            object
                .quiet
                .fetch_and(object.is_single(), Ordering::Relaxed);
        }
        drop(objects);
    }

    /// Creates the files of the directory, none of which exists, all or none.
    pub(crate) fn create_files(&self, _rtnl: &Rtnl) -> Result {
        // SAFETY: The kobject is initialised by the invariant (no directory is reported as an
        // error), and a constant null-terminated array; no other task changes the directory, by
        // the RTNL.
        to_result(unsafe {
            bindings::sysfs_create_files(Self::kobj(self), Tables::<T>::POINTERS.as_ptr())
        })
    }

    /// Removes the files, and waits until nobody is in their callbacks.
    pub(crate) fn remove_files(&self, _rtnl: &Rtnl) {
        // SAFETY: As in `create_files`.
        unsafe { bindings::sysfs_remove_files(Self::kobj(self), Tables::<T>::POINTERS.as_ptr()) };
    }

    /// Removes the directory; before the last reference is dropped where sleeping is not possible.
    pub(crate) fn del(&self, _rtnl: &Rtnl) {
        // SAFETY: The kobject is initialised by the invariant; doing it twice is possible, doing it
        // at the same time is excluded by the RTNL.
        unsafe { bindings::kobject_del(Self::kobj(self)) };
    }
}

impl<T: ObjectType> Deref for Object<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

// SAFETY: The count is that of the kobject, whose release frees the object. Every object is made
// by `new_child`, which only gives out a counted reference.
unsafe impl<T: ObjectType> AlwaysRefCounted for Object<T> {
    fn inc_ref(&self) {
        // SAFETY: `self` is a reference, so the count is not zero.
        unsafe { bindings::kobject_get(Self::kobj(self)) };
    }

    unsafe fn dec_ref(obj: NonNull<Self>) {
        // SAFETY: The caller gives up a reference. The last one removes the directory if `del` did
        // not, which sleeps and which the kobject core checks in debug kernels.
        unsafe { bindings::kobject_put(Self::kobj(obj.as_ptr())) };
    }
}
