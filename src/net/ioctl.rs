// SPDX-License-Identifier: GPL-2.0

//! The socket ioctls of bonds, for tools older than netlink and sysfs.
//!
//! C headers: [`include/uapi/linux/sockios.h`](srctree/include/uapi/linux/sockios.h),
//! [`include/uapi/linux/if_bonding.h`](srctree/include/uapi/linux/if_bonding.h). RTNL is held. The core
//! has checked CAP_NET_ADMIN for the numbers of their own, but not for the old private ones.

use super::{
    bindings,
    context::Rtnl,
    device::{DevRef, NetDevice},
    driver::{self, Driver},
    lookup,
};
use core::{mem::offset_of, ptr};
use kernel::{ffi::c_int, prelude::*, uaccess::UserSlice};

/// What to do with another device.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command {
    /// Enslave it.
    Enslave,
    /// Release it.
    Release,
    /// Take over its address.
    SetAddress,
    /// Make it the active member.
    ChangeActive,
}

/// `struct ifbond`: mode, number of members, MII period in ms.
pub(crate) struct BondInfo(pub(crate) [i32; 3]);

/// The answer about one member, `struct ifslave`.
pub(crate) struct MemberInfo {
    /// The name, padded with zeroes.
    pub(crate) name: [u8; 16],
    /// `BOND_LINK_*`.
    pub(crate) link: i8,
    /// `BOND_STATE_*`.
    pub(crate) state: i8,
    /// Times that the link went down.
    pub(crate) failures: u32,
}

/// What a driver does with the ioctls of bonds.
pub(crate) trait Ioctl: Driver {
    /// Carries out a command.
    fn command(&self, rtnl: &mut Rtnl, command: Command, lower: &NetDevice) -> Result;
    /// Reports on the bond.
    fn info(&self, rtnl: &Rtnl) -> BondInfo;
    /// Reports on member `index`, from 0 in the order of enslaving.
    fn member_info(&self, rtnl: &Rtnl, index: usize) -> Option<MemberInfo>;
}

const SLAVE_SIZE: usize = core::mem::size_of::<bindings::ifslave>();

fn user(at: *mut kernel::ffi::c_void, len: usize) -> UserSlice {
    UserSlice::new(kernel::uaccess::UserPtr::from_ptr(at), len)
}

fn write_info<D: Ioctl>(this: &D, rtnl: &Rtnl, at: *mut kernel::ffi::c_void) -> Result {
    let info = this.info(rtnl);
    let mut out = user(at, 12).writer();
    for word in info.0 {
        out.write_slice(&word.to_ne_bytes())?;
    }
    Ok(())
}

/// Only what is known of the member is written: the rest stays as the caller has it.
fn write_member<D: Ioctl>(this: &D, rtnl: &Rtnl, at: *mut kernel::ffi::c_void) -> Result {
    let mut raw = [0; SLAVE_SIZE];
    user(at, SLAVE_SIZE).reader().read_slice(&mut raw)?;
    let id = raw.first_chunk().map(|id| i32::from_ne_bytes(*id));
    let index = id.and_then(|id| usize::try_from(id).ok()).ok_or(ENODEV)?;
    let m = this.member_info(rtnl, index).ok_or(ENODEV)?;
    let mut put = |at: usize, bytes: &[u8]| {
        for (to, from) in raw.iter_mut().skip(at).zip(bytes) {
            *to = *from;
        }
    };
    let name = m.name.split_inclusive(|&b| b == 0).next().unwrap_or(&[]);
    put(offset_of!(bindings::ifslave, slave_name), name);
    let states = [m.link as u8, m.state as u8];
    put(offset_of!(bindings::ifslave, link), &states);
    let failures = m.failures.to_ne_bytes();
    put(offset_of!(bindings::ifslave, link_failure_count), &failures);
    user(at, SLAVE_SIZE).writer().write_slice(&raw)
}

/// Runs a request of either set of numbers. `data` is a user pointer.
///
/// # Safety
///
/// `dev` is a registered device of `D`, RTNL is held, `ifr` is valid.
unsafe fn run<D: Ioctl>(
    dev: *mut bindings::net_device,
    ifr: *mut bindings::ifreq,
    data: *mut kernel::ffi::c_void,
    cmd: u32,
) -> Result {
    // SAFETY: By the caller's promise.
    let (mut rtnl, this, near) = unsafe {
        (
            Rtnl::assume_held(),
            driver::private::<D>(dev),
            NetDevice::from_raw(dev),
        )
    };
    let command = match cmd {
        bindings::SIOCBONDENSLAVE => Command::Enslave,
        bindings::SIOCBONDRELEASE => Command::Release,
        bindings::SIOCBONDSETHWADDR => Command::SetAddress,
        bindings::SIOCBONDCHANGEACTIVE => Command::ChangeActive,
        bindings::SIOCBONDINFOQUERY => return write_info(this, &rtnl, data),
        bindings::SIOCBONDSLAVEINFOQUERY => return write_member(this, &rtnl, data),
        _ => return Err(EOPNOTSUPP),
    };
    // SAFETY: Valid; a request by name has it in the union, which has room for 16 bytes.
    let name = unsafe { ptr::addr_of!((*ifr).ifr_ifru).cast::<[u8; 16]>().read() };
    let lower = lookup::by_name(near, &name, &rtnl).map(DevRef::new);
    this.command(&mut rtnl, command, &*lower.ok_or(ENODEV)?)
}

fn ret(r: Result) -> c_int {
    r.map_or_else(|e| e.to_errno(), |()| 0)
}

/// `ndo_siocbond`.
///
/// # Safety
///
/// Called by the core for a device of `D`, with RTNL held.
pub(super) unsafe extern "C" fn siocbond<D: Ioctl>(
    dev: *mut bindings::net_device,
    ifr: *mut bindings::ifreq,
    cmd: c_int,
) -> c_int {
    // SAFETY: By the contract; the union holds a pointer for the queries.
    ret(unsafe {
        let data = ptr::addr_of!((*ifr).ifr_ifru)
            .cast::<*mut kernel::ffi::c_void>()
            .read_unaligned();
        run::<D>(dev, ifr, data, cmd as u32)
    })
}

/// The number of the present set for a private one of old.
fn modern(cmd: u32) -> Option<u32> {
    Some(match cmd.wrapping_sub(bindings::SIOCDEVPRIVATE) {
        0 => bindings::SIOCBONDENSLAVE,
        1 => bindings::SIOCBONDRELEASE,
        2 => bindings::SIOCBONDSETHWADDR,
        11 => bindings::SIOCBONDSLAVEINFOQUERY,
        12 => bindings::SIOCBONDINFOQUERY,
        13 => bindings::SIOCBONDCHANGEACTIVE,
        _ => return None,
    })
}

/// `ndo_siocdevprivate`.
///
/// # Safety
///
/// As for [`siocbond`].
pub(super) unsafe extern "C" fn siocdevprivate<D: Ioctl>(
    dev: *mut bindings::net_device,
    ifr: *mut bindings::ifreq,
    data: *mut kernel::ffi::c_void,
    cmd: c_int,
) -> c_int {
    let Some(cmd) = modern(cmd as u32) else {
        return EOPNOTSUPP.to_errno();
    };
    let query = matches!(
        cmd,
        bindings::SIOCBONDSLAVEINFOQUERY | bindings::SIOCBONDINFOQUERY
    );
    // SAFETY: The device is registered, so it has a namespace.
    if !query && !unsafe { bindings::bond_helper_net_admin(dev) } {
        return EPERM.to_errno();
    }
    // SAFETY: By the contract.
    ret(unsafe { run::<D>(dev, ifr, data, cmd) })
}

/// `ndo_eth_ioctl`: the basic mode status register tells the carrier.
///
/// # Safety
///
/// As for [`siocbond`].
pub(super) unsafe extern "C" fn eth_ioctl<D: Driver>(
    dev: *mut bindings::net_device,
    ifr: *mut bindings::ifreq,
    cmd: c_int,
) -> c_int {
    // SAFETY: By the contract; the union of `ifreq` holds the MII request.
    let (d, mii) = unsafe {
        (
            NetDevice::from_raw(dev),
            &mut *ptr::addr_of_mut!((*ifr).ifr_ifru).cast::<bindings::mii_ioctl_data>(),
        )
    };
    match cmd as u32 {
        bindings::SIOCGMIIPHY => mii.phy_id = 0,
        bindings::SIOCGMIIREG => {}
        _ => return EOPNOTSUPP.to_errno(),
    }
    if u32::from(mii.reg_num) == bindings::MII_BMSR {
        mii.val_out = if d.carrier_ok() {
            bindings::BMSR_LSTATUS as u16
        } else {
            0
        };
    }
    0
}
