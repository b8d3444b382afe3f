// SPDX-License-Identifier: GPL-2.0

//! Module parameters.
//!
//! C header: [`include/linux/moduleparam.h`](srctree/include/linux/moduleparam.h).
//!
//! A parameter is a static with its value and [`module_param!`](crate::net::param::module_param)
//! which gives it a name; a value may have several names. These are parameters of a loadable
//! module: built-in ones have another form.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "only in tables that the compiler makes"
)]
use super::bindings;
use core::{
    cell::UnsafeCell,
    ffi::CStr,
    ptr::{addr_of, addr_of_mut, null_mut},
};
use kernel::{ffi::c_char, str::CStrExt as _};

/// The value of a parameter of the type `int` or `uint`.
#[repr(transparent)]
pub(crate) struct Value<T: Copy>(UnsafeCell<T>);

// SAFETY: All access is by single loads and stores of a machine word: ours are volatile, and those
// of the C side's parameter operations are plain ones of an aligned `int`.
unsafe impl Sync for Value<i32> {}
// SAFETY: As above.
unsafe impl Sync for Value<u32> {}

impl<T: Copy> Value<T> {
    /// A value with a default.
    pub(crate) const fn new(default: T) -> Self {
        Self(UnsafeCell::new(default))
    }

    /// The value now.
    pub(crate) fn get(&self) -> T {
        // SAFETY: Valid and aligned; see `Sync` for other accesses.
        unsafe { self.0.get().read_volatile() }
    }

    /// Stores a value; a writer of the parameter's file may be faster or slower.
    pub(crate) fn set(&self, value: T) {
        // SAFETY: As in `get`.
        unsafe { self.0.get().write_volatile(value) }
    }
}

/// The value of a parameter of the type `charp`, which cannot change after the module was loaded.
///
/// # Invariants
///
/// Null, or a string that stays as long as the module. Written before the module's init only.
#[repr(transparent)]
pub(crate) struct Text(UnsafeCell<*mut c_char>);

// SAFETY: Only read once the module's code runs, by the invariant.
unsafe impl Sync for Text {}

impl Text {
    /// A value without a default.
    pub(crate) const fn none() -> Self {
        // INVARIANT: Null.
        Self(UnsafeCell::new(null_mut()))
    }

    /// The string's bytes, if there is one.
    pub(crate) fn bytes(&self) -> Option<&'static [u8]> {
        // SAFETY: By the invariant nobody writes it now.
        to_bytes(unsafe { self.0.get().read() })
    }
}

/// The value of a parameter that is an array of up to `N` of the type `charp`.
///
/// # Invariants
///
/// The first `count` of `texts` are as [`Text`] has it; `count` is not above `N`. Written before
/// the module's init only.
pub(crate) struct Texts<const N: usize> {
    count: UnsafeCell<u32>,
    texts: UnsafeCell<[*mut c_char; N]>,
}

// SAFETY: Only read once the module's code runs, by the invariant.
unsafe impl<const N: usize> Sync for Texts<N> {}

impl<const N: usize> Texts<N> {
    /// No strings.
    pub(crate) const fn none() -> Self {
        // INVARIANT: None.
        Self {
            count: UnsafeCell::new(0),
            texts: UnsafeCell::new([null_mut(); N]),
        }
    }

    /// How many strings there are.
    pub(crate) fn len(&self) -> usize {
        // SAFETY: By the invariant nobody writes it now.
        unsafe { self.count.get().read() as usize }
    }

    /// The strings' bytes.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &'static [u8]> + '_ {
        // SAFETY: By the invariant nobody writes it now.
        let texts: &[*mut c_char; N] = unsafe { &*self.texts.get() };
        texts
            .iter()
            .take(self.len())
            .filter_map(|text| to_bytes(*text))
    }
}

/// The bytes of a value before the NUL.
fn to_bytes(text: *mut c_char) -> Option<&'static [u8]> {
    if text.is_null() {
        return None;
    }
    // SAFETY: The invariants of `Text` and `Texts`: the default, or what `param_set_charp()`
    // allocated, which is freed with the module.
    Some(unsafe { CStr::from_char_ptr(text) }.to_bytes())
}

/// The C description of an array.
#[repr(transparent)]
pub(crate) struct ArrayParam(bindings::kparam_array);

// SAFETY: Constant; the C side follows its pointers under the lock of parameters.
unsafe impl Sync for ArrayParam {}

impl ArrayParam {
    /// Describes `value`.
    pub(crate) const fn new<const N: usize>(value: &'static Texts<N>) -> Self {
        assert!(N > 0 && N <= 1024);
        Self(bindings::kparam_array {
            max: N as u32,
            elemsize: size_of::<*mut c_char>() as u32,
            num: value.count.get(),
            ops: addr_of!(bindings::param_ops_charp),
            elem: value.texts.get().cast(),
        })
    }
}

/// The C description of a parameter, for the section `__param` only.
#[repr(transparent)]
pub(crate) struct KernelParam(bindings::kernel_param);

// SAFETY: Constant; the C side follows its pointers under the lock of parameters.
unsafe impl Sync for KernelParam {}

impl KernelParam {
    /// `name` ends with a NUL.
    const fn new(name: &'static str, ops: *const bindings::kernel_param_ops, perm: u16) -> Self {
        assert!(matches!(name.as_bytes().last(), Some(0)));
        let mut param: bindings::kernel_param = pin_init::zeroed();
        param.name = name.as_ptr().cast();
        param.mod_ = addr_of_mut!(bindings::__this_module);
        param.ops = ops;
        param.perm = perm;
        param.level = -1;
        Self(param)
    }

    /// A parameter of the type `int`.
    pub(crate) const fn int(name: &'static str, perm: u16, value: &'static Value<i32>) -> Self {
        let mut this = Self::new(name, addr_of!(bindings::param_ops_int), perm);
        this.0.__bindgen_anon_1.arg = value.0.get().cast();
        this
    }

    /// A parameter of the type `uint`.
    pub(crate) const fn uint(name: &'static str, perm: u16, value: &'static Value<u32>) -> Self {
        let mut this = Self::new(name, addr_of!(bindings::param_ops_uint), perm);
        this.0.__bindgen_anon_1.arg = value.0.get().cast();
        this
    }

    /// A parameter of the type `charp`; its file, if any, cannot be written.
    pub(crate) const fn charp(name: &'static str, perm: u16, value: &'static Text) -> Self {
        // The invariant of `Text` needs it.
        assert!(perm & 0o222 == 0);
        let mut this = Self::new(name, addr_of!(bindings::param_ops_charp), perm);
        this.0.__bindgen_anon_1.arg = value.0.get().cast();
        this
    }

    /// A parameter that is an array of `charp`; its file, if any, cannot be written.
    pub(crate) const fn array(name: &'static str, perm: u16, value: &'static ArrayParam) -> Self {
        // The invariant of `Texts` needs it.
        assert!(perm & 0o222 == 0);
        let mut this = Self::new(name, addr_of!(bindings::param_array_ops), perm);
        this.0.__bindgen_anon_1.arr = addr_of!(value.0);
        this
    }
}

/// The bytes of `s`, as an array; evaluated by the compiler only.
pub(crate) const fn to_array<const N: usize>(s: &str) -> [u8; N] {
    let mut bytes = [0; N];
    let mut i = 0;
    while i < N {
        bytes[i] = s.as_bytes()[i];
        i += 1;
    }
    bytes
}

/// Puts strings into `.modinfo`.
macro_rules! modinfo {
    ($($text:expr),* $(,)?) => { $(
        const _: () = {
            const TEXT: &str = $text;
            #[allow(unsafe_code, reason = "the section has NUL-terminated strings, as this is")]
            #[link_section = ".modinfo"]
            #[used(compiler)]
            static BYTES: [u8; TEXT.len()] = $crate::net::param::to_array(TEXT);
        };
    )* };
}

/// Makes a static a parameter: `module_param!(int "miimon", 0, MIIMON, "description");`.
///
/// The types are `int` and `uint` (a [`Value`]), `charp` (a [`Text`]) and `array` (a [`Texts`]).
macro_rules! module_param {
    (int $name:literal, $perm:literal, $value:path, $desc:literal) => {
        $crate::net::param::module_param!(@ "int", int, $name, $perm, &$value, $desc);
    };
    (uint $name:literal, $perm:literal, $value:path, $desc:literal) => {
        $crate::net::param::module_param!(@ "uint", uint, $name, $perm, &$value, $desc);
    };
    (charp $name:literal, $perm:literal, $value:path, $desc:literal) => {
        $crate::net::param::module_param!(@ "charp", charp, $name, $perm, &$value, $desc);
    };
    (array $name:literal, $perm:literal, $value:path, $desc:literal) => {
        $crate::net::param::module_param!(@ "array of charp", array, $name, $perm, {
            static ARRAY: $crate::net::param::ArrayParam =
                $crate::net::param::ArrayParam::new(&$value);
            &ARRAY
        }, $desc);
    };
    (@ $type:literal, $new:ident, $name:literal, $perm:literal, $value:expr, $desc:literal) => {
        const _: () = {
            #[allow(unsafe_code, reason = "the section is an array of `kernel_param`, as this is")]
            #[link_section = "__param"]
            #[used(compiler)]
            static PARAM: $crate::net::param::KernelParam =
                $crate::net::param::KernelParam::$new(concat!($name, "\0"), $perm, $value);
        };
        $crate::net::param::modinfo!(
            concat!("parmtype=", $name, ":", $type, "\0"),
            concat!("parm=", $name, ":", $desc, "\0"),
        );
    };
}

pub(crate) use {modinfo, module_param};
