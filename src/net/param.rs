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

/// The value of a parameter of the type `int` for which not to be given is something else than any
/// number.
///
/// # Invariants
///
/// Written before the module's init only.
#[repr(C)]
pub(crate) struct Optional {
    // The first, so that a pointer to the whole is one to this.
    value: UnsafeCell<i32>,
    given: UnsafeCell<bool>,
}

// SAFETY: Only read once the module's code runs, by the invariant.
unsafe impl Sync for Optional {}

impl Optional {
    /// Not given.
    pub(crate) const fn none() -> Self {
        // INVARIANT: Nobody but the C side writes it.
        Self {
            value: UnsafeCell::new(0),
            given: UnsafeCell::new(false),
        }
    }

    /// The value, if there is one.
    pub(crate) fn get(&self) -> Option<i32> {
        // SAFETY: By the invariant nobody writes it now.
        let (value, given) = unsafe { (self.value.get().read(), self.given.get().read()) };
        given.then_some(value)
    }

    /// What the C side does with the parameter.
    const OPS: &'static bindings::kernel_param_ops = &bindings::kernel_param_ops {
        flags: 0,
        set: Some(Self::set),
        get: Some(bindings::param_get_int),
        free: None,
    };

    /// # Safety
    ///
    /// Called by the C side for a parameter made by [`KernelParam::optional`].
    unsafe extern "C" fn set(
        text: *const c_char,
        param: *const bindings::kernel_param,
    ) -> kernel::ffi::c_int {
        // SAFETY: `arg` points to an `int`, the first field.
        let result = unsafe { bindings::param_set_int(text, param) };
        if result == 0 {
            // SAFETY: `arg` points to a static of this type, and the module's code does not run.
            unsafe {
                let this: *const Self = (*param).__bindgen_anon_1.arg.cast_const().cast();
                (*this).given.get().write(true);
            }
        }
        result
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
    const fn new(name: &'static CStr, ops: *const bindings::kernel_param_ops, perm: u16) -> Self {
        let mut param: bindings::kernel_param = pin_init::zeroed();
        param.name = name.to_bytes_with_nul().as_ptr().cast();
        param.mod_ = addr_of_mut!(bindings::__this_module);
        param.ops = ops;
        param.perm = perm;
        param.level = -1;
        Self(param)
    }

    /// A parameter of the type `int`.
    pub(crate) const fn int(name: &'static CStr, perm: u16, value: &'static Value<i32>) -> Self {
        let mut this = Self::new(name, addr_of!(bindings::param_ops_int), perm);
        this.0.__bindgen_anon_1.arg = value.0.get().cast();
        this
    }

    /// A parameter of the type `int` that may be absent; its file, if any, cannot be written.
    pub(crate) const fn optional(name: &'static CStr, perm: u16, value: &'static Optional) -> Self {
        // The invariant of `Optional` needs it.
        assert!(perm & 0o222 == 0);
        let mut this = Self::new(name, Optional::OPS, perm);
        this.0.__bindgen_anon_1.arg = addr_of!(*value).cast_mut().cast();
        this
    }

    /// A parameter of the type `uint`.
    pub(crate) const fn uint(name: &'static CStr, perm: u16, value: &'static Value<u32>) -> Self {
        let mut this = Self::new(name, addr_of!(bindings::param_ops_uint), perm);
        this.0.__bindgen_anon_1.arg = value.0.get().cast();
        this
    }

    /// A parameter of the type `charp`; its file, if any, cannot be written.
    pub(crate) const fn charp(name: &'static CStr, perm: u16, value: &'static Text) -> Self {
        // The invariant of `Text` needs it.
        assert!(perm & 0o222 == 0);
        let mut this = Self::new(name, addr_of!(bindings::param_ops_charp), perm);
        this.0.__bindgen_anon_1.arg = value.0.get().cast();
        this
    }

    /// A parameter that is an array of `charp`; its file, if any, cannot be written.
    pub(crate) const fn array(name: &'static CStr, perm: u16, value: &'static ArrayParam) -> Self {
        // The invariant of `Texts` needs it.
        assert!(perm & 0o222 == 0);
        let mut this = Self::new(name, addr_of!(bindings::param_array_ops), perm);
        this.0.__bindgen_anon_1.arr = addr_of!(value.0);
        this
    }
}

/// The length of `parts` together.
pub(crate) const fn length(parts: &[&[u8]]) -> usize {
    let (mut total, mut i) = (0, 0);
    while i < parts.len() {
        total += parts[i].len();
        i += 1;
    }
    total
}

/// The bytes of `parts`, one after another; evaluated by the compiler only.
pub(crate) const fn joined<const N: usize>(parts: &[&[u8]]) -> [u8; N] {
    let mut bytes = [0; N];
    let (mut at, mut i) = (0, 0);
    while i < parts.len() {
        let mut j = 0;
        while j < parts[i].len() {
            bytes[at] = parts[i][j];
            at += 1;
            j += 1;
        }
        i += 1;
    }
    bytes
}

/// Puts strings into `.modinfo`, each made of parts.
macro_rules! modinfo {
    ($([$($part:expr),* $(,)?]),* $(,)?) => { $(
        const _: () = {
            const PARTS: &[&[u8]] = &[$($part,)* b"\0"];
            #[allow(unsafe_code, reason = "the section has NUL-terminated strings, as this is")]
            #[link_section = ".modinfo"]
            #[used(compiler)]
            static BYTES: [u8; $crate::net::param::length(PARTS)] =
                $crate::net::param::joined(PARTS);
        };
    )* };
}

/// Makes a static a parameter: `module_param!(int c"miimon", 0, MIIMON, "description");`.
///
/// The types are `int` and `uint` (a [`Value`]), `optional` (an [`Optional`]), `charp` (a [`Text`])
/// and `array` (a [`Texts`]). Name, permission bits and description are constant expressions.
macro_rules! module_param {
    (int $name:expr, $perm:expr, $value:path, $desc:expr) => {
        $crate::net::param::module_param!(@ b"int", int, $name, $perm, &$value, $desc);
    };
    (optional $name:expr, $perm:expr, $value:path, $desc:expr) => {
        $crate::net::param::module_param!(@ b"int", optional, $name, $perm, &$value, $desc);
    };
    (uint $name:expr, $perm:expr, $value:path, $desc:expr) => {
        $crate::net::param::module_param!(@ b"uint", uint, $name, $perm, &$value, $desc);
    };
    (charp $name:expr, $perm:expr, $value:path, $desc:expr) => {
        $crate::net::param::module_param!(@ b"charp", charp, $name, $perm, &$value, $desc);
    };
    (array $name:expr, $perm:expr, $value:path, $desc:expr) => {
        $crate::net::param::module_param!(@ b"array of charp", array, $name, $perm, {
            static ARRAY: $crate::net::param::ArrayParam =
                $crate::net::param::ArrayParam::new(&$value);
            &ARRAY
        }, $desc);
    };
    (@ $type:literal, $new:ident, $name:expr, $perm:expr, $value:expr, $desc:expr) => {
        const _: () = {
            #[allow(unsafe_code, reason = "the section is an array of `kernel_param`, as this is")]
            #[link_section = "__param"]
            #[used(compiler)]
            static PARAM: $crate::net::param::KernelParam =
                $crate::net::param::KernelParam::$new($name, $perm, $value);
        };
        $crate::net::param::modinfo!(
            [b"parmtype=", $name.to_bytes(), b":", $type],
            [b"parm=", $name.to_bytes(), b":", $desc.as_bytes()],
        );
    };
}

pub(crate) use {modinfo, module_param};
