// SPDX-License-Identifier: GPL-2.0

//! The delayed works of a bond. They are cancelled under RTNL, so they take it by trial only.

pub(crate) mod flows;
pub(crate) mod igmp;
pub(crate) mod info;
pub(crate) mod lacp;
pub(crate) mod mii;
pub(crate) mod select;
