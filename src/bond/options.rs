// SPDX-License-Identifier: GPL-2.0

//! Carrying out what the option table planned (spec/config.md 2).

use super::{release::Why, Bond, MemberRef};
use crate::{
    engine::{
        options::{
            actor_system_bytes, check_deps, check_implemented, set_num, set_raw, set_text, Cause,
            Command, Ctx, Effects, Errno, Level as OptLevel, OptId, Plan, RawValue, Refusal, Value,
        },
        select::{may_activate, Trigger},
        types::{IfName, Mode},
    },
    mode,
    net::{
        bindings_consts::IFF_UP,
        context::Rtnl,
        control::Extack,
        driver, lookup,
        nlattr::Attr,
        print::{self, Level},
    },
};
use kernel::prelude::*;

/// Who asked, and so where the reasons of a refusal go besides the log.
#[derive(Clone, Copy)]
pub(crate) struct Reply<'a> {
    /// The acknowledgement of a netlink request.
    pub(crate) extack: Extack,
    /// The attribute that is to blame.
    pub(crate) attr: Option<Attr<'a>>,
}

/// The kernel's level for one of the table; none for what nobody wants to read.
pub(crate) fn kernel_level(level: OptLevel) -> Option<Level> {
    match level {
        OptLevel::Error => Some(Level::Error),
        OptLevel::Warning => Some(Level::Warning),
        OptLevel::Notice => Some(Level::Notice),
        OptLevel::Info => Some(Level::Info),
        OptLevel::Debug => None,
    }
}

/// The kernel's error for one of the table.
fn error(e: Errno) -> Error {
    match e {
        Errno::Eperm => EPERM,

        Errno::Eacces => EACCES,
        Errno::Ebusy => EBUSY,
        Errno::Eexist => EEXIST,
        Errno::Enodev => ENODEV,
        Errno::Einval => EINVAL,
        Errno::Enotempty => ENOTEMPTY,
        Errno::Eopnotsupp => EOPNOTSUPP,
        other => Error::from_errno(other.generic().wrapping_neg()),
    }
}

impl Reply<'_> {
    /// No acknowledgement.
    pub(crate) const LOG_ONLY: Reply<'static> = Reply {
        extack: Extack::NONE,
        attr: None,
    };

    fn refuse(self, bond: &Bond, refusal: &Refusal<'_>) -> Error {
        refusal.log(&mut |level, text| {
            if let Some(level) = kernel_level(level) {
                print::log(bond.dev(), level, text);
            }
        });
        if let Some(text) = refusal.extack() {
            self.extack.set(text);
            if let Some(attr) = &self.attr {
                self.extack.blame(attr);
            }
        }
        error(refusal.errno())
    }
}

impl Bond {
    fn ctx(&self, rtnl: &Rtnl) -> Ctx {
        Ctx {
            is_up: self.dev().has_flags(IFF_UP),
            has_members: !self.state.get(rtnl).members.is_empty(),
            has_xdp: false,
        }
    }

    /// Sets a scalar option from text.
    pub(crate) fn set_text(&self, rtnl: &mut Rtnl, id: OptId, text: &[u8]) -> Result {
        let ctx = self.ctx(rtnl);
        let plan = set_text(&self.settings(rtnl), id, text, ctx)
            .map_err(|r| Reply::LOG_ONLY.refuse(self, &r))?;
        self.change_buckets(rtnl, plan.settings.resilient_buckets())?;
        self.carry_out(rtnl, &plan);
        Ok(())
    }

    /// Sets a scalar option from a number.
    pub(crate) fn set_num(
        &self,
        rtnl: &mut Rtnl,
        id: OptId,
        number: i64,
        reply: Reply<'_>,
    ) -> Result {
        let ctx = self.ctx(rtnl);
        let plan =
            set_num(&self.settings(rtnl), id, number, ctx).map_err(|r| reply.refuse(self, &r))?;
        self.change_buckets(rtnl, plan.settings.resilient_buckets())?;
        self.carry_out(rtnl, &plan);
        Ok(())
    }

    /// Stores the settings and does what follows from them.
    fn carry_out(&self, rtnl: &mut Rtnl, plan: &Plan) {
        if let Some(note) = plan.note {
            if let Some(level) = kernel_level(note.level()) {
                print::log(self.dev(), level, format_args!("{note}"));
            }
        }
        let s = plan.settings;
        self.state.get_mut(rtnl).settings = s;
        let effects = plan.effects;
        driver::set_ops(self.dev(), rtnl, mode::ops(&s));
        if effects.contains(Effects::MODE) {
            crate::frontend::mode_changed(self, rtnl);
        }
        if effects.contains(Effects::INACTIVE_FLAGS) {
            if s.mode() != Mode::Ieee8023ad {
                self.for_each_member(rtnl, |m, rtnl| {
                    m.rewrite_inactive(rtnl, s.all_slaves_active());
                });
            }
        }
        self.configure_lacp(rtnl, effects.contains(Effects::LACP_ACTOR));
        self.publish(rtnl);
        if effects.contains(Effects::STOP_MII) {
            self.mii.cancel();
        }
        if effects.contains(Effects::START_MII) {
            // A pass that waits already stays where it is: delays are counted in passes.
            self.mii.queue(0);
        }
        if effects.contains(Effects::RESELECT) {
            self.select_active(rtnl);
        }
        if effects.contains(Effects::CARRIER) {
            self.update_carrier(rtnl);
        }
    }

    /// Sets an option whose text has a form of its own.
    pub(crate) fn set_raw_text(&self, rtnl: &mut Rtnl, id: OptId, text: &[u8]) -> Result {
        let ctx = self.ctx(rtnl);
        let reply = Reply::LOG_ONLY;
        let value =
            set_raw(&self.settings(rtnl), id, text, ctx).map_err(|r| reply.refuse(self, &r))?;
        let refuse = |cause| reply.refuse(self, &Refusal::new(id, Value::Text(text), cause));
        check_implemented(id.row(), false).map_err(refuse)?;
        let done = match value {
            RawValue::Slaves(Command::Add(name)) => self.add_named(rtnl, &name),
            RawValue::Slaves(Command::Remove(name)) => self.remove_named(rtnl, &name),
            RawValue::ActiveSlave(None) => {
                self.clear_active(rtnl);
                Ok(())
            }
            RawValue::ActiveSlave(Some(name)) => self.activate_named(rtnl, &name),
            RawValue::Primary(name, whole) => {
                self.set_primary(rtnl, name, whole);
                Ok(())
            }
            RawValue::QueueId(name, id) => self.set_queue_named(rtnl, &name, id),
            RawValue::ActorSystem(system) => {
                self.set_actor_system(rtnl, system);
                Ok(())
            }
            _ => Err(Cause::NotYet),
        };
        done.map_err(refuse)
    }

    fn add_named(&self, rtnl: &mut Rtnl, name: &IfName) -> Result<(), Cause> {
        let dev = lookup::by_name(self.dev(), name.padded(), rtnl).ok_or(Cause::NoDevice)?;
        let dev = crate::net::device::DevRef::new(dev);
        self.enslave(rtnl, &dev, Extack::NONE).map_err(cause)
    }

    fn remove_named(&self, rtnl: &mut Rtnl, name: &IfName) -> Result<(), Cause> {
        let dev = lookup::by_name(self.dev(), name.padded(), rtnl).ok_or(Cause::NoDevice)?;
        let dev = crate::net::device::DevRef::new(dev);
        self.release(rtnl, &dev, Why::Asked).map_err(cause)
    }

    fn activate_named(&self, rtnl: &mut Rtnl, name: &IfName) -> Result<(), Cause> {
        let dev = lookup::by_name(self.dev(), name.padded(), rtnl).ok_or(Cause::NoDevice)?;
        // It may have been found by an alternative name.
        let name = IfName::new(dev.name().as_bytes()).unwrap_or(*name);
        let Some(m) = self.member_of(rtnl, dev) else {
            return Err(if dev.is_bonding_slave() {
                Cause::NotOurs(name)
            } else {
                Cause::NotMember(name)
            });
        };
        self.activate(rtnl, &m).map_err(|()| Cause::NotUsable(name))
    }

    fn activate(&self, rtnl: &mut Rtnl, m: &MemberRef) -> Result<(), ()> {
        if self.is_current(rtnl, m) {
            return Ok(());
        }
        if !may_activate(&m.candidate(rtnl)) {
            return Err(());
        }
        self.change_active(rtnl, Some(m.clone()));
        Ok(())
    }

    fn clear_active(&self, rtnl: &mut Rtnl) {
        if self.state.get(rtnl).current.is_some() {
            self.change_active(rtnl, None);
        }
        self.select_active(rtnl);
    }

    /// `active_slave` by index; 0 clears.
    pub(crate) fn activate_index(&self, rtnl: &mut Rtnl, index: u32, reply: Reply<'_>) -> Result {
        let id = OptId::ActiveSlave;
        let name = match index {
            0 => None,
            _ => {
                let dev = lookup::by_index(self.dev(), index as i32, rtnl).ok_or(ENODEV)?;
                IfName::new(dev.name().as_bytes())
            }
        };
        let refuse = |cause| {
            let text = name.as_ref().map_or(&b""[..], |n| n.as_bytes());
            reply.refuse(self, &Refusal::new(id, Value::Text(text), cause))
        };
        let s = self.settings(rtnl);
        check_deps(id.row(), s.mode(), self.ctx(rtnl)).map_err(refuse)?;
        match &name {
            None => {
                self.clear_active(rtnl);
                Ok(())
            }
            Some(n) => self.activate_named(rtnl, n).map_err(refuse),
        }
    }

    /// `primary` by index; an unknown one means none.
    pub(crate) fn set_primary_index(
        &self,
        rtnl: &mut Rtnl,
        index: u32,
        reply: Reply<'_>,
    ) -> Result {
        let id = OptId::Primary;
        let dev = lookup::by_index(self.dev(), index as i32, rtnl);
        let name = dev.and_then(|d| IfName::new(d.name().as_bytes()));
        let s = self.settings(rtnl);
        check_deps(id.row(), s.mode(), self.ctx(rtnl)).map_err(|cause| {
            let text = name.as_ref().map_or(&b""[..], |n| n.as_bytes());
            reply.refuse(self, &Refusal::new(id, Value::Text(text), cause))
        })?;
        self.set_primary(rtnl, name, true);
        Ok(())
    }

    /// Members are looked up by a whole name only.
    fn set_primary(&self, rtnl: &mut Rtnl, name: Option<IfName>, whole: bool) {
        let state = self.state.get(rtnl);
        let had_primary = state.primary.is_some();
        let wanted = |m: &&MemberRef| {
            let name = name.as_ref().map(IfName::as_bytes);
            whole && name == Some(m.dev().name().as_bytes())
        };
        let found = state.members.iter().find(wanted).cloned();
        let trigger = if found.is_some() || name.is_none() {
            Trigger::PrimaryChanged
        } else {
            Trigger::PrimaryForgotten { had_primary }
        };
        let state = self.state.get_mut(rtnl);
        // What was asked for before stands, until there is a primary to carry it out with.
        state.force_primary |= found.is_some();
        state.primary = found;
        state.primary_name = name;
        self.publish(rtnl);
        if trigger.asks() {
            self.select_active(rtnl);
        }
    }

    fn set_queue_named(&self, rtnl: &mut Rtnl, name: &IfName, id: u16) -> Result<(), Cause> {
        let dev = lookup::by_name(self.dev(), name.padded(), rtnl).ok_or(Cause::QueueId)?;
        let m = self.member_of(rtnl, dev).ok_or(Cause::QueueId)?;
        self.set_queue(rtnl, &m, id).map_err(|()| Cause::QueueId)
    }

    fn set_queue(&self, rtnl: &mut Rtnl, m: &MemberRef, id: u16) -> Result<(), ()> {
        if u32::from(id) > self.dev().real_num_tx_queues() {
            return Err(());
        }
        let members = &self.state.get(rtnl).members;
        let taken = |o: &MemberRef| !o.is(m) && o.head.queue_id.get() == id;
        if id != 0 && members.iter().any(taken) {
            return Err(());
        }
        m.head.queue_id.set(rtnl, id);
        self.publish(rtnl);
        Ok(())
    }

    /// `queue_id` of a member.
    pub(crate) fn set_member_queue(&self, rtnl: &mut Rtnl, m: &MemberRef, id: u16) -> Result {
        self.set_queue(rtnl, m, id).map_err(|()| EPERM)
    }

    /// `prio` of a member.
    pub(crate) fn set_member_prio(
        &self,
        rtnl: &mut Rtnl,
        m: &MemberRef,
        prio: i32,
        reply: Reply<'_>,
    ) -> Result {
        let id = OptId::Prio;
        check_deps(id.row(), self.mode(rtnl), self.ctx(rtnl)).map_err(|cause| {
            reply.refuse(self, &Refusal::new(id, Value::Num(prio.into()), cause))
        })?;
        m.prio.set(rtnl, prio);
        let has_primary = self.state.get(rtnl).primary.is_some();
        if has_primary {
            self.log_member(
                m.dev(),
                Level::Warning,
                format_args!(
                    "prio updated, but will not affect failover re-selection as primary slave have been set"
                ),
            );
        }
        if (Trigger::PrioChanged { has_primary }).asks() {
            self.select_active(rtnl);
        }
        Ok(())
    }

    /// `ad_actor_system` by netlink.
    pub(crate) fn set_actor_bytes(
        &self,
        rtnl: &mut Rtnl,
        bytes: [u8; 6],
        reply: Reply<'_>,
    ) -> Result {
        let id = OptId::AdActorSystem;
        check_deps(id.row(), self.mode(rtnl), self.ctx(rtnl))
            .map_err(|cause| reply.refuse(self, &Refusal::new(id, Value::Text(b""), cause)))?;
        let value = actor_system_bytes(id.row(), bytes).map_err(|r| reply.refuse(self, &r))?;
        if let RawValue::ActorSystem(system) = value {
            self.set_actor_system(rtnl, system);
        }
        Ok(())
    }

    /// `actor_port_prio` of a member.
    pub(crate) fn set_member_actor_prio(
        &self,
        rtnl: &mut Rtnl,
        m: &MemberRef,
        prio: u16,
        reply: Reply<'_>,
    ) -> Result {
        let id = OptId::ActorPortPrio;
        check_deps(id.row(), self.mode(rtnl), self.ctx(rtnl)).map_err(|cause| {
            reply.refuse(self, &Refusal::new(id, Value::Num(prio.into()), cause))
        })?;
        self.set_port_priority(rtnl, m, prio);
        Ok(())
    }

    /// Refuses what is not implemented, unless it asks for what is the case anyway.
    pub(crate) fn later(
        &self,
        rtnl: &Rtnl,
        id: OptId,
        is_default: bool,
        reply: Reply<'_>,
    ) -> Result {
        let refuse = |cause| reply.refuse(self, &Refusal::new(id, Value::Text(b""), cause));
        check_deps(id.row(), self.mode(rtnl), self.ctx(rtnl)).map_err(refuse)?;
        check_implemented(id.row(), is_default).map_err(refuse)
    }
}

/// A kernel error as the cause of a refusal.
fn cause(e: Error) -> Cause {
    Cause::Kernel(match e {
        e if e == EPERM => Errno::Eperm,
        e if e == EBUSY => Errno::Ebusy,
        e if e == EEXIST => Errno::Eexist,
        e if e == ENODEV => Errno::Enodev,
        e if e == EOPNOTSUPP => Errno::Eopnotsupp,
        e if e == EINVAL => Errno::Einval,
        e if e == ENOTEMPTY => Errno::Enotempty,
        e => Errno::Other(e.to_errno().wrapping_neg()),
    })
}
