// SPDX-License-Identifier: GPL-2.0

//! Two ways to read a packet: quick, for nearly all of them, and thorough, for the rest.
//!
//! The dissection is written once and compiled for both. The quick one gives up as soon as it cannot
//! go on with plain loads, which keeps calls and copies out of the transmit path.

use crate::engine::wire::{
    read,
    read_linear,
    PacketView, //
};

/// The quick way does not lead to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slow;

/// Where the dissection gets its bytes from.
pub(crate) trait Source {
    /// The `N` bytes at `offset`; `Ok(None)` if the packet is too short.
    fn get<const N: usize>(&self, offset: usize) -> Result<Option<[u8; N]>, Slow>;

    /// Whether to go into what is rare.
    fn is_thorough(&self) -> Result<(), Slow>;
}

/// Reads what lies in one piece, and nothing else.
pub(crate) struct Linear<'a, P>(pub(crate) &'a P);

impl<P: PacketView> Source for Linear<'_, P> {
    #[inline(always)]
    fn get<const N: usize>(&self, offset: usize) -> Result<Option<[u8; N]>, Slow> {
        read_linear(self.0, offset).map(Some).ok_or(Slow)
    }

    #[inline(always)]
    fn is_thorough(&self) -> Result<(), Slow> {
        Err(Slow)
    }
}

/// Reads everything; never fails with [`Slow`].
pub(crate) struct Whole<'a, P>(pub(crate) &'a P);

impl<P: PacketView> Source for Whole<'_, P> {
    fn get<const N: usize>(&self, offset: usize) -> Result<Option<[u8; N]>, Slow> {
        Ok(read(self.0, offset))
    }

    fn is_thorough(&self) -> Result<(), Slow> {
        Ok(())
    }
}
