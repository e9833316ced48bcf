//! The boots of one kernel: those that try everything, and the one that counts beside them.

use std::fs;
use std::path::Path;
use std::thread;

use anyhow::{Context, Result};
use bench::spinner;
use common::say;
use indicatif::{MultiProgress, ProgressBar};

use crate::checked::{self, Checked, Died};
use crate::counted::{self, Counted};
use crate::qemu::Machine;
use crate::watching::{self, Watched};

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
pub const MEMORY: usize = 2048;

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

/// What is booted, and what for.
pub struct Boots<'a> {
    /// The machine that tries everything.
    pub machine: Machine<'a>,
    /// What is to be done.
    pub task: &'a Task,
    /// Where it is told how far it is.
    pub bars: &'a MultiProgress,
    /// For what QEMU and we share.
    pub folder: &'a Path,
}

/// What came of them.
pub struct Outcome {
    /// Of each boot that tried everything: how it differs, and what came of it.
    pub tried: Vec<(&'static str, Result<Checked>)>,
    /// What was counted, if anything was to be: and by function, likewise.
    pub counted: Option<Result<(Counted, Option<Watched>)>>,
}

impl Boots<'_> {
    /// Does all that is to be done.
    pub fn all(&self) -> Outcome {
        let cpus = thread::available_parallelism().map_or(1, usize::from);
        // A count is the same beside anything. What KVM runs has speeds, and wants to be alone.
        if self.machine.kvm || cpus == 1 {
            return Outcome {
                tried: self.tried(),
                counted: self.counted(),
            };
        }
        thread::scope(|scope| {
            let counted = scope.spawn(|| self.counted());
            Outcome {
                tried: self.tried(),
                counted: counted.join().expect("it fails in words"),
            }
        })
    }

    fn tried(&self) -> Vec<(&'static str, Result<Checked>)> {
        if !self.task.checks {
            return Vec::new();
        }
        let speeds = if self.machine.kvm { "SPEEDS=1" } else { "" };
        let first = ("", speeds, 2, MEMORY);
        let others = OTHERS.into_iter().filter(|_| self.task.full);
        let boots = std::iter::once(first).chain(others);
        boots
            .map(|(how, option, cpus, memory)| {
                let machine = Machine {
                    options: [self.machine.options.clone(), vec![option.to_owned()]].concat(),
                    cpus,
                    memory,
                    ..self.machine
                };
                (how, self.tried_in(&machine, how))
            })
            .collect()
    }

    /// A boot that tries everything. An emulated machine of two CPUs dies now and then, and
    /// is well the next time: it has a second one, and the row says so.
    fn tried_in(&self, machine: &Machine, how: &str) -> Result<Checked> {
        self.telling(|bar| {
            let check = || {
                checked::check(machine, &mut |what| {
                    bar.set_message(format!("{how} {what}").trim().to_owned());
                })
            };
            let first = check();
            match first {
                Err(died) if !machine.kvm && died.is::<Died>() => {
                    let mut checked = check()?;
                    let died = format!("the second one; the first: {died:#}");
                    checked.facts.push(("boot".to_owned(), died));
                    Ok(checked)
                }
                first => first,
            }
        })
    }

    fn counted(&self) -> Option<Result<(Counted, Option<Watched>)>> {
        self.task.counts.then(|| {
            let machine = Machine {
                options: self.machine.options.clone(),
                cpus: 1,
                counted: true,
                kvm: false,
                ..self.machine
            };
            self.telling(|bar| {
                let counted = counted::count(&machine, &mut |stage| {
                    bar.set_message(format!("counting {stage}"));
                });
                let counted = counted.context("counting")?;
                let watched = match self.task.keep && self.task.functions {
                    true => {
                        bar.set_message("watching functions");
                        Some(watch(&machine, self.folder)?)
                    }
                    false => None,
                };
                Ok((counted, watched))
            })
        })
    }

    /// Does something with a bar of its own.
    fn telling<T>(&self, what: impl FnOnce(&ProgressBar) -> T) -> T {
        let bar = self.bars.add(ProgressBar::new_spinner());
        bar.set_message("booting");
        spinner::keep_turning(&bar);
        let done = what(&bar);
        bar.finish_and_clear();
        done
    }
}

/// In a folder of its own, for what QEMU and we share.
fn watch(machine: &Machine, folder: &Path) -> Result<Watched> {
    let folder = folder.join("watch");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    let watched = watching::watch(machine, &folder).context("watching functions");
    if let Err(error) = fs::remove_dir_all(&folder) {
        say(format_args!("note: {} stays: {error}", folder.display()));
    }
    watched
}
