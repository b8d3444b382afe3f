#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What modinfo says about the module: the C driver's parameters and more, as the option table has them.
# guest debug: --no-leaks
exec python3 "$(dirname "$0")/modinfo.py" "$BOND_C_KO" "$BOND_RUST_KO" "$LAB_CHECKOUT/Documentation/options.rst"
