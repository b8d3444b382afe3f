// SPDX-License-Identifier: GPL-2.0

//! The ioctls of ifenslave (spec/config.md 7).

use crate::{
    bond::{Bond, Why},
    engine::options::OptId,
    net::{
        bindings_consts::NETDEV_CHANGEINFODATA,
        context::Rtnl,
        control::Extack,
        device::NetDevice,
        ioctl::{BondInfo, Command, Ioctl, MemberInfo},
    },
};
use kernel::prelude::*;

impl Ioctl for Bond {
    fn command(&self, rtnl: &mut Rtnl, command: Command, lower: &NetDevice) -> Result {
        match command {
            Command::Enslave => self.enslave(rtnl, lower, Extack::NONE),
            Command::Release => self.release(rtnl, lower, Why::Asked),
            Command::SetAddress => {
                let addr = lower.address(rtnl);
                self.take_address(rtnl, &addr, Extack::NONE)
            }
            Command::ChangeActive => {
                let name = lower.name();
                self.set_raw_text(rtnl, OptId::ActiveSlave, name.as_bytes())?;
                self.dev().notify(rtnl, NETDEV_CHANGEINFODATA)
            }
        }
    }

    fn info(&self, rtnl: &Rtnl) -> BondInfo {
        let state = self.state.get(rtnl);
        BondInfo([
            state.settings.mode().number() as i32,
            state.members.len() as i32,
            state.settings.miimon() as i32,
        ])
    }

    fn member_info(&self, rtnl: &Rtnl, index: usize) -> Option<MemberInfo> {
        let m = self.member(rtnl, index)?;
        Some(MemberInfo {
            name: m.dev().name().padded(),
            link: m.link().number() as i8,
            state: i8::from(m.is_backup()),
            failures: m.failures.get(),
        })
    }
}
