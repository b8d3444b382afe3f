// SPDX-License-Identifier: GPL-2.0

#![no_main]

use bonding_fuzz::options::Input;

libfuzzer_sys::fuzz_target!(|input: Input| input.check());
