// SPDX-License-Identifier: GPL-2.0

//! References to a part of a counted object.

use core::{ops::Deref, ptr::NonNull};
use kernel::sync::aref::{ARef, AlwaysRefCounted};

/// A counted reference to a `T`, ready to be used as one to something that the `T` gives access to.
///
/// Following it is one load, where going by the `T` would be two.
///
/// # Invariants
///
/// `part` is what a function made of a shared reference to the owner; it is valid as long as such a
/// reference may exist, hence as long as `owner` does.
pub(crate) struct Part<T: AlwaysRefCounted, U: ?Sized> {
    part: NonNull<U>,
    owner: ARef<T>,
}

// SAFETY: Gives out `&T` and `&U`, and may drop the last reference to the `T`.
unsafe impl<T: AlwaysRefCounted + Send + Sync, U: ?Sized + Sync> Send for Part<T, U> {}
// SAFETY: As above.
unsafe impl<T: AlwaysRefCounted + Send + Sync, U: ?Sized + Sync> Sync for Part<T, U> {}

impl<T: AlwaysRefCounted, U: ?Sized> Part<T, U> {
    /// A reference to what `f` finds in `owner`.
    pub(crate) fn new(owner: ARef<T>, f: impl for<'a> FnOnce(&'a T) -> &'a U) -> Self {
        // INVARIANT: `f` works for any lifetime of its argument, so for one that ends with `owner`.
        let part = NonNull::from(f(&owner));
        Self { part, owner }
    }

    /// Whose part it is.
    pub(crate) fn owner(&self) -> &ARef<T> {
        &self.owner
    }
}

impl<T: AlwaysRefCounted, U: ?Sized> Deref for Part<T, U> {
    type Target = U;

    #[inline(always)]
    fn deref(&self) -> &U {
        // SAFETY: By the invariant; the owner lives at least as long as `self` is borrowed.
        unsafe { self.part.as_ref() }
    }
}
