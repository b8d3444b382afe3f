// SPDX-License-Identifier: GPL-2.0

//! What a module has in each network namespace.
//!
//! C header: [`include/net/net_namespace.h`](srctree/include/net/net_namespace.h).
//!
//! A namespace that goes calls [`Subsystem::pre_exit`], then [`Subsystem::exit_rtnl`], then deletes
//! what devices are left, then calls [`Subsystem::exit`]. The core keeps a zeroed area per
//! namespace, where the values are.

use super::{
    bindings,
    context::{Rtnl, RtnlGuard},
    device::NetDevice,
    netns::Net,
    word::RtnlCell,
};
use core::{
    cell::UnsafeCell,
    marker::PhantomData,
    mem::{size_of, MaybeUninit},
    sync::atomic::{AtomicBool, Ordering},
};
use kernel::{error::to_result, ffi::c_int, prelude::*, types::Opaque};

/// A part of the module that every namespace has.
pub(crate) trait Subsystem: Sized + 'static {
    /// What goes before the devices do; nobody else sees it.
    type Early: Send;
    /// What goes after the devices did; seen under RTNL.
    type Data: Send + Sync;

    /// The static storage of the registration.
    fn storage() -> &'static Storage<Self>;
    /// A namespace comes, or was there when the subsystem was registered.
    fn init(net: &Net) -> Result<(Self::Early, Self::Data)>;
    /// The namespace, or the subsystem, is about to go.
    fn pre_exit(early: Self::Early, net: &Net);
    /// It goes now; devices put on the list are deleted together, before all others.
    fn exit_rtnl(_net: &Net, _doomed: &mut Doomed<'_>, _rtnl: &mut Rtnl) {}
    /// There are no devices any more, or at least none that looks for the data.
    fn exit(data: Self::Data, net: &Net);
}

/// Devices that are about to be deleted together.
pub(crate) struct Doomed<'a>(&'a Opaque<bindings::list_head>);

impl Doomed<'_> {
    /// The C list, in which the core deletes in order.
    pub(super) fn as_ptr(&mut self) -> *mut bindings::list_head {
        self.0.get()
    }
}

/// Static storage for the operations, which the core links.
pub(crate) struct Storage<S> {
    ops: UnsafeCell<MaybeUninit<bindings::pernet_operations>>,
    id: UnsafeCell<u32>,
    busy: AtomicBool,
    live: RtnlCell<bool>,
    _subsystem: PhantomData<fn() -> S>,
}

// SAFETY: The operations and the id are written while `busy` was just taken, and by the core
// during registration; later the id is only read.
unsafe impl<S> Sync for Storage<S> {}

impl<S> Storage<S> {
    /// Nothing yet.
    pub(crate) const fn new() -> Self {
        Self {
            ops: UnsafeCell::new(MaybeUninit::zeroed()),
            id: UnsafeCell::new(0),
            busy: AtomicBool::new(false),
            live: RtnlCell::new(false),
            _subsystem: PhantomData,
        }
    }
}

/// The area in a namespace. All zeroes is valid: not ready.
///
/// # Invariants
///
/// `data` is initialised while `ready`, which changes under RTNL; `early` from then to `pre_exit`.
struct Slot<S: Subsystem> {
    ready: UnsafeCell<bool>,
    early: UnsafeCell<MaybeUninit<S::Early>>,
    data: UnsafeCell<MaybeUninit<S::Data>>,
}

impl<S: Subsystem> Slot<S> {
    /// # Safety
    ///
    /// Only in a callback of the subsystem, for its time.
    unsafe fn of<'a>(net: *mut bindings::net) -> &'a Self {
        // SAFETY: The core made the area, of this size, before the first callback, and frees it
        // after the last one.
        unsafe {
            let id = S::storage().id.get().read();
            &*bindings::bond_helper_net_generic(net, id).cast::<Self>()
        }
    }

    /// # Safety
    ///
    /// Only for the core.
    unsafe extern "C" fn init(net: *mut bindings::net) -> c_int {
        // SAFETY: In the callback.
        let (slot, this) = unsafe { (Self::of(net), Net::from_raw(net)) };
        match S::init(this) {
            Ok((early, data)) => {
                let _rtnl = RtnlGuard::lock();
                // SAFETY: Not ready, so nobody looks.
                // INVARIANT: Both are written.
                unsafe {
                    (*slot.early.get()).write(early);
                    (*slot.data.get()).write(data);
                    slot.ready.get().write(true);
                }
                0
            }
            Err(e) => e.to_errno(),
        }
    }

    /// # Safety
    ///
    /// Only for the core, once after `init` succeeded.
    unsafe extern "C" fn pre_exit(net: *mut bindings::net) {
        // SAFETY: In the callback; `init` wrote the value, which nobody looks at but us.
        unsafe {
            let early = (*Self::of(net).early.get()).assume_init_read();
            S::pre_exit(early, Net::from_raw(net));
        }
    }

    /// # Safety
    ///
    /// Only for the core, with RTNL held.
    unsafe extern "C" fn exit_rtnl(net: *mut bindings::net, list: *mut bindings::list_head) {
        // SAFETY: In the callback, with RTNL; the list is the caller's, for that time.
        let (net, mut doomed, mut rtnl) = unsafe {
            let doomed = Doomed(&*list.cast::<Opaque<bindings::list_head>>());
            (Net::from_raw(net), doomed, Rtnl::assume_held())
        };
        S::exit_rtnl(net, &mut doomed, &mut rtnl);
    }

    /// # Safety
    ///
    /// Only for the core, once after `pre_exit`.
    unsafe extern "C" fn exit(net: *mut bindings::net) {
        // SAFETY: In the callback.
        let slot = unsafe { Self::of(net) };
        let rtnl = RtnlGuard::lock();
        // SAFETY: `init` wrote it; nobody finds it afterwards, and references need the RTNL.
        let data = unsafe {
            slot.ready.get().write(false);
            (*slot.data.get()).assume_init_read()
        };
        drop(rtnl);
        // SAFETY: In the callback.
        S::exit(data, unsafe { Net::from_raw(net) });
    }
}

/// What the subsystem has in the namespace of `dev`, which is listed there.
pub(crate) fn data<'a, S: Subsystem>(dev: &NetDevice, rtnl: &'a Rtnl) -> Option<&'a S::Data> {
    let storage = S::storage();
    if !*storage.live.get(rtnl) {
        return None;
    }
    // SAFETY: The device is alive. While the subsystem is live, all namespaces that have come so
    // far that devices can be in them have the area: subsystems come before devices. They keep it
    // until the devices have gone.
    let slot = unsafe {
        let net = bindings::bond_helper_dev_net(dev.as_ptr());
        bindings::bond_helper_net_generic(net, storage.id.get().read()).cast::<Slot<S>>()
    };
    // SAFETY: See above. The data stays while `ready`, which only changes under RTNL.
    unsafe {
        let slot = slot.as_ref()?;
        if !slot.ready.get().read() {
            return None;
        }
        Some((*slot.data.get()).assume_init_ref())
    }
}

/// A registered subsystem. Process context, without RTNL.
pub(crate) struct Registration<S: Subsystem>(PhantomData<S>);

impl<S: Subsystem> Registration<S> {
    /// Registers; every namespace gets its `init`.
    pub(crate) fn new() -> Result<Self> {
        let storage = S::storage();
        if storage.busy.swap(true, Ordering::Acquire) {
            return Err(EBUSY);
        }
        let mut ops: bindings::pernet_operations = pin_init::zeroed();
        ops.init = Some(Slot::<S>::init);
        ops.pre_exit = Some(Slot::<S>::pre_exit);
        ops.exit_rtnl = Some(Slot::<S>::exit_rtnl);
        ops.exit = Some(Slot::<S>::exit);
        ops.id = storage.id.get();
        ops.size = size_of::<Slot<S>>();
        // SAFETY: `busy` is ours, so the core does not have the operations.
        let result = to_result(unsafe {
            let at = (*storage.ops.get()).write(ops);
            bindings::register_pernet_subsys(at)
        });
        if let Err(e) = result {
            storage.busy.store(false, Ordering::Release);
            return Err(e);
        }
        *storage.live.get_mut(&mut RtnlGuard::lock()) = true;
        Ok(Self(PhantomData))
    }
}

impl<S: Subsystem> Drop for Registration<S> {
    fn drop(&mut self) {
        let storage = S::storage();
        *storage.live.get_mut(&mut RtnlGuard::lock()) = false;
        // SAFETY: Registered by `new`.
        unsafe { bindings::unregister_pernet_subsys(storage.ops.get().cast()) };
        storage.busy.store(false, Ordering::Release);
    }
}
