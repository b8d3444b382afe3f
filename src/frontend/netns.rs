// SPDX-License-Identifier: GPL-2.0

//! What each network namespace has: `/proc/net/bonding` and `/sys/class/net/bonding_masters`
//! (spec/config.md 4.1, 5, 8.7).

use super::{queues, words::Words};
use crate::{
    bond::Bond,
    engine::{
        options::{masters, Command, MASTERS_NO_COMMAND},
        types::IfName,
    },
    net::{
        context::{Rcu, Rtnl, RtnlGuard},
        create::{create, delete, doom_all, in_use, is_ours},
        driver::private_of,
        netns::Net,
        pernet::{Doomed, Storage, Subsystem},
        print::{self, Level},
        seq::ProcDir,
        sysfs::{ClassAttr, ClassFile, GroupFile, PageBuf},
    },
};
use kernel::prelude::*;

/// Logs a line that is about no device.
macro_rules! say {
    ($level:ident, $($arg:tt)*) => {
        print::plain(Level::$level, format_args!("bonding: {}", format_args!($($arg)*)))
    };
}

/// The directories in procfs: there before the first device, and until the last has gone. A
/// namespace that lacks its directory works all the same.
pub(crate) struct Directories;

static DIRECTORIES: Storage<Directories> = Storage::new();

impl Subsystem for Directories {
    type Early = ();
    type Data = Option<ProcDir>;

    fn storage() -> &'static Storage<Self> {
        &DIRECTORIES
    }

    fn init(net: &Net) -> Result<((), Self::Data)> {
        let dir = ProcDir::create(net, c"bonding", GFP_KERNEL).ok();
        if dir.is_none() {
            let warning = format_args!("Warning: Cannot create /proc/net/bonding");
            print::plain(Level::Warning, warning);
        }
        Ok(((), dir))
    }

    fn pre_exit((): (), _net: &Net) {}

    /// Bonds go before their members, which may be alive in another namespace afterwards.
    fn exit_rtnl(net: &Net, doomed: &mut Doomed<'_>, rtnl: &mut Rtnl) {
        doom_all::<Bond>(net, doomed, rtnl);
    }

    fn exit(dir: Self::Data, net: &Net) {
        if let Some(dir) = dir {
            dir.remove(net);
        }
    }
}

/// The files `bonding_masters`. Removing one waits for those who write to it; whatever they make
/// is there when the module then deletes its devices. A namespace may lack its file.
pub(crate) struct MastersFiles;

static MASTERS_FILES: Storage<MastersFiles> = Storage::new();

impl Subsystem for MastersFiles {
    type Early = Option<ClassFile<Masters>>;
    type Data = ();

    fn storage() -> &'static Storage<Self> {
        &MASTERS_FILES
    }

    fn init(net: &Net) -> Result<(Self::Early, ())> {
        let file = ClassFile::create(net, Masters, GFP_KERNEL);
        let name = IfName::cut(b"bonding_masters");
        if file.is_err() && in_use(net, name.padded(), &RtnlGuard::lock()) {
            say!(Error, "network device named {name} already exists in sysfs");
        }
        Ok((file.ok(), ()))
    }

    fn pre_exit(masters: Self::Early, net: &Net) {
        if let Some(file) = masters {
            file.remove(net);
        }
    }

    fn exit((): (), _net: &Net) {}
}

/// The file `bonding_masters`.
pub(crate) struct Masters;

impl ClassAttr for Masters {
    const FILE: GroupFile = GroupFile {
        name: c"bonding_masters",
        mode: 0o644,
    };

    fn show(&self, net: &Net, out: &mut PageBuf<'_>) -> Result {
        let mut words = Words::new(out, 16);
        // Devices are registered in the order of creation.
        Rcu::read(|rcu| {
            net.for_each_device(rcu, |dev| {
                if private_of::<Bond>(dev).is_some() {
                    words.add(&dev.name(), format_args!(""));
                }
            })
        });
        words.finish();
        Ok(())
    }

    fn store(&self, net: &Net, data: &[u8]) -> Result<usize> {
        let done = match masters(data) {
            Ok(Command::Add(name)) => add(net, &name),
            Ok(Command::Remove(name)) => remove(net, &name),
            Err(_) => {
                say!(Error, "{MASTERS_NO_COMMAND}");
                Err(EPERM)
            }
        };
        done.map(|()| data.len())
    }
}

fn add(net: &Net, name: &IfName) -> Result {
    say!(Info, "{name} is being created...");
    let done = create::<Bond>(net, name.padded(), queues(), &mut RtnlGuard::lock());
    match done {
        Err(e) if e == EEXIST => say!(Info, "{name} already exists"),
        Err(_) => say!(Info, "{name} creation failed"),
        Ok(()) => {}
    }
    done
}

fn remove(net: &Net, name: &IfName) -> Result {
    let mut rtnl = RtnlGuard::lock();
    if !is_ours::<Bond>(net, name.padded(), &rtnl) {
        say!(Error, "unable to delete non-existent {name}");
        return Err(ENODEV);
    }
    say!(Info, "{name} is being deleted...");
    delete::<Bond>(net, name.padded(), &mut rtnl)
}

/// Makes the bonds that the parameter `max_bonds` asks for.
pub(crate) fn first_bonds() -> Result {
    let wanted = super::module_params::template().map_or(0, |t| t.max_bonds);
    let mut made = 0;
    while made < wanted {
        let name = IfName::cut(b"bond%d");
        let mut rtnl = RtnlGuard::lock();
        create::<Bond>(Net::initial(), name.padded(), queues(), &mut rtnl)?;
        made = made.saturating_add(1);
    }
    Ok(())
}
