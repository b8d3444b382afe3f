// SPDX-License-Identifier: GPL-2.0

//! Exhaustive model checking of engines, on the code that runs in the kernel.

mod lacp;
mod world;
