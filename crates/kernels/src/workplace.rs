//! One kernel after another: what is done with each.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use bench::pair::programs_folder;
use bench::spinner;
use common::say;
use indicatif::ProgressBar;
use measured::kernels::{Count, Function};

use crate::checked::{self, Checked};
use crate::committed::{self, Booted, Committed};
use crate::counted::{self, Counted};
use crate::list::Kernel;
use crate::packages::Packages;
use crate::qemu::Machine;
use crate::report::Row;
use crate::{image, kvm, programs, watching};

/// Other ways to boot, and what they are called.
const OTHERS: [(&str, &str, usize, usize); 4] = [
    (
        "without huge pages",
        "transparent_hugepage=never",
        2,
        MEMORY,
    ),
    ("without PSI", "psi=0", 2, MEMORY),
    ("with one CPU", "", 1, MEMORY),
    ("with 512 MiB", "", 2, 512),
];
/// In MiB. On 16 KiB pages a huge page is 32 MiB, and exercise 4 asks for six of them.
const MEMORY: usize = 2048;

/// What is to be done with each kernel.
pub struct Task {
    /// Try everything.
    pub checks: bool,
    /// Count instructions.
    pub counts: bool,
    /// Try everything in other ways to boot, too.
    pub full: bool,
    /// Put the counts in the place of the committed ones.
    pub keep: bool,
    /// And count by function for them.
    pub functions: bool,
    /// What else the kernels are told.
    pub boot_options: String,
}

/// Where kernels are unpacked and programs packed, and what is known already.
pub struct Workplace {
    task: Task,
    folder: PathBuf,
    packages: Packages,
    archives: BTreeMap<&'static str, PathBuf>,
    committed: Committed,
    bar: ProgressBar,
    new: (Vec<Count>, Vec<Function>),
}

impl Workplace {
    /// In a folder beside the programs.
    ///
    /// # Errors
    ///
    /// When it cannot be made, or the committed counts cannot be read.
    pub fn new(task: Task) -> Result<Workplace> {
        let folder = programs_folder()?.join("../kernels");
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let folder = folder.canonicalize()?;
        let bar = ProgressBar::new_spinner();
        spinner::keep_turning(&bar);
        Ok(Workplace {
            task,
            packages: Packages::in_folder(&folder),
            folder,
            archives: BTreeMap::new(),
            committed: Committed::read()?,
            bar,
            new: Default::default(),
        })
    }

    /// Does something without the bar in its way.
    pub fn suspended<T>(&self, what: impl FnOnce() -> T) -> T {
        self.bar.suspend(what)
    }

    /// Takes the bar away, and keeps what is to be committed.
    ///
    /// # Errors
    ///
    /// When that cannot be written.
    pub fn finish(self) -> Result<()> {
        self.bar.finish_and_clear();
        match self.new.0.is_empty() {
            true => Ok(()),
            false => committed::replace(self.new.0, self.new.1),
        }
    }

    /// What comes of one kernel, whatever that is.
    pub fn row(&mut self, kernel: &Kernel) -> Row {
        let mut row = Row::of(kernel);
        if let Err(error) = self.boots(kernel, &mut row) {
            row.fault(&format!("{error:#}"));
        }
        row
    }

    fn boots(&mut self, kernel: &Kernel, row: &mut Row) -> Result<()> {
        self.say(kernel, "its package");
        let package = self.packages.of(kernel)?;
        row.version = Some(package.version.clone());
        let image = image::unpacked(&package)?;
        let programs = self.programs(kernel)?;
        let kvm = kvm::is_usable(kernel.arch);
        let machine = Machine {
            arch: kernel.arch,
            kernel: &image,
            programs: &programs,
            cpus: 2,
            memory: MEMORY,
            counted: false,
            kvm,
            options: vec![self.task.boot_options.clone()],
            watched: None,
        };
        if self.task.checks {
            self.try_all(kernel, &machine, row);
        }
        if !self.task.counts {
            return Ok(());
        }
        let machine = Machine {
            cpus: 1,
            counted: true,
            kvm: false,
            ..machine
        };
        let bar = self.bar.clone();
        let counted = counted::count(&machine, &mut |stage| {
            bar.set_message(format!("{}: counting {stage}", kernel.name()));
        })
        .context("counting")?;
        self.compare(kernel, &package.version, &counted, row);
        if !self.task.keep {
            return Ok(());
        }
        let watched = match self.task.functions {
            true => {
                self.say(kernel, "watching functions");
                Some(watch(&machine, &self.folder)?)
            }
            false => None,
        };
        let from = Booted {
            kernel,
            version: &package.version,
            options: &self.task.boot_options,
        };
        let (counts, functions) = committed::rows(&from, &counted, watched.as_ref());
        self.new.0.extend(counts);
        self.new.1.extend(functions);
        Ok(())
    }

    fn try_all(&self, kernel: &Kernel, machine: &Machine, row: &mut Row) {
        let speeds = if machine.kvm { "SPEEDS=1" } else { "" };
        let first = Machine {
            options: [machine.options.clone(), vec![speeds.to_owned()]].concat(),
            ..*machine
        };
        self.check(kernel, "", &first, row);
        for (name, option, cpus, memory) in OTHERS.iter().filter(|_| self.task.full) {
            let machine = Machine {
                options: [machine.options.clone(), vec![(*option).to_owned()]].concat(),
                cpus: *cpus,
                memory: *memory,
                ..*machine
            };
            self.check(kernel, name, &machine, row);
        }
    }

    /// A boot that tries everything; what fails there is the row's.
    fn check(&self, kernel: &Kernel, how: &str, machine: &Machine, row: &mut Row) {
        let checked = checked::check(machine, &mut |what| {
            self.say(kernel, &format!("{how} {what}"));
        });
        match checked {
            Ok(Checked {
                well,
                faults,
                facts,
            }) => {
                row.well += well;
                for (what, fault) in faults {
                    row.fault(&format!("{how} {what}: {fault}"));
                }
                if how.is_empty() {
                    row.facts = facts;
                }
            }
            Err(error) => row.fault(&format!("{how} {error:#}")),
        }
    }

    fn compare(&self, kernel: &Kernel, version: &str, counted: &Counted, row: &mut Row) {
        let from = Booted {
            kernel,
            version,
            options: &self.task.boot_options,
        };
        for (stage, [write, read]) in &counted.stages {
            let compared = self.committed.compared(&from, counted, *stage);
            row.counts
                .push((*stage, write.median + read.median, compared));
        }
    }

    fn say(&self, kernel: &Kernel, what: &str) {
        self.bar
            .set_message(format!("{}: {}", kernel.name(), what.trim()));
    }

    fn programs(&mut self, kernel: &Kernel) -> Result<PathBuf> {
        let target = kernel.arch.target();
        if let Some(archive) = self.archives.get(target) {
            return Ok(archive.clone());
        }
        self.say(
            kernel,
            "our programs for it, which takes minutes the first time",
        );
        let archive = programs::packed(kernel.arch, &self.folder)?;
        self.archives.insert(target, archive.clone());
        Ok(archive)
    }
}

/// In a folder of its own, for what QEMU and we share.
fn watch(machine: &Machine, folder: &Path) -> Result<watching::Watched> {
    let folder = folder.join("watch");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let watched = watching::watch(machine, &folder).context("watching functions");
    if let Err(error) = fs::remove_dir_all(&folder) {
        say(format_args!("note: {} stays: {error}", folder.display()));
    }
    watched
}
