// SPDX-License-Identifier: GPL-2.0

//! What must hold for any input of an engine, whoever makes it: the properties of this crate, or the
//! fuzz targets of `tests/fuzz`, which take this folder in by its path.

pub(crate) mod lacp_input;
pub(crate) mod lacp_node;
pub(crate) mod lacpdu;
pub(crate) mod options;
pub(crate) mod packet;
