//! `lab kernels`: each kernel booted, tried and counted, a row for each.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use bench::pair::programs_folder;
use bench::spinner;
use clap::Args;
use common::{print, say};
use indicatif::ProgressBar;

use crate::arch::Arch;
use crate::checked::{self, Checked};
use crate::committed::{self, Committed};
use crate::counted::{self, Counted};
use crate::list::{self, Kernel};
use crate::packages::Packages;
use crate::qemu::{self, Machine};
use crate::report::{self, Row};
use crate::{image, kvm, programs, watching};

/// What `lab kernels` takes.
#[derive(Args)]
pub struct Options {
    /// Which kernels, as in "6.1 7.2" [default: all]
    #[arg(long, value_name = "SERIES", default_value = "")]
    kernels: String,

    /// Of which processor [default: both]
    #[arg(long)]
    arch: Option<Arch>,

    /// Boot each also without huge pages, without PSI, with one CPU, and with 512 MiB
    #[arg(long)]
    full: bool,

    /// Count functions too, and put all counts in the place of the committed ones
    #[arg(long)]
    replace_reference: bool,
}

/// Other ways to boot, and what they are called.
const OTHERS: [(&str, &str, usize, usize); 4] = [
    ("without huge pages", "transparent_hugepage=never", 2, MEMORY),
    ("without PSI", "psi=0", 2, MEMORY),
    ("with one CPU", "", 1, MEMORY),
    ("with 512 MiB", "", 2, 512),
];
/// In MiB. On 16 KiB pages a huge page is 32 MiB, and exercise 4 asks for six of them.
const MEMORY: usize = 2048;

/// Boots the kernels, and says what came of each.
///
/// # Errors
///
/// When there is nothing to boot them with, or one of them is not as it should be.
pub fn run(options: &Options) -> Result<()> {
    let series: Vec<String> = options.kernels.split_whitespace().map(str::to_owned).collect();
    let kernels = list::chosen(options.arch, &series)?;
    let missing = missing_qemu(&kernels)?;
    let folder = programs_folder()?.join("../kernels");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let folder = folder.canonicalize()?;
    let mut workplace = Workplace {
        packages: Packages::in_folder(&folder),
        folder,
        archives: BTreeMap::new(),
        committed: Committed::read()?,
        bar: ProgressBar::new_spinner(),
    };
    spinner::keep_turning(&workplace.bar);
    print(report::head())?;
    let mut rows = Vec::new();
    let mut new = (Vec::new(), Vec::new());
    for kernel in &kernels {
        let row = match missing.iter().find(|(arch, _)| *arch == kernel.arch) {
            Some((_, why)) => Row::left_out(kernel, why),
            None => workplace.row(kernel, options, &mut new),
        };
        workplace.bar.suspend(|| print(row.in_words()))?;
        rows.push(row);
    }
    workplace.bar.finish_and_clear();
    print(report::below(&rows))?;
    if options.replace_reference && !new.0.is_empty() {
        committed::replace(new.0, new.1)?;
    }
    let failed = rows.iter().filter(|row| row.has_failed()).count();
    ensure!(failed == 0, "{failed} of {} kernels are not as they should be", rows.len());
    Ok(())
}

/// The processors that no QEMU is here for, and what to type.
fn missing_qemu(kernels: &[Kernel]) -> Result<Vec<(Arch, String)>> {
    let mut missing: Vec<(Arch, String)> = Vec::new();
    let mut present = false;
    for kernel in kernels {
        match qemu::ensure_installed(kernel.arch) {
            Ok(()) => present = true,
            Err(error) if missing.iter().all(|(arch, _)| *arch != kernel.arch) => {
                missing.push((kernel.arch, error.to_string()));
            }
            Err(_) => {}
        }
    }
    match missing.first() {
        Some((_, why)) if !present => bail!("{why}"),
        _ => Ok(missing),
    }
}

/// Where kernels are unpacked and programs packed, and what is known already.
struct Workplace {
    folder: PathBuf,
    packages: Packages,
    archives: BTreeMap<&'static str, PathBuf>,
    committed: Committed,
    bar: ProgressBar,
}

type New = (Vec<measured::kernels::Count>, Vec<measured::kernels::Function>);

impl Workplace {
    /// What comes of one kernel, whatever that is.
    fn row(&mut self, kernel: &Kernel, options: &Options, new: &mut New) -> Row {
        let mut row = Row::of(kernel);
        if let Err(error) = self.boots(kernel, options, &mut row, new) {
            row.fault(&format!("{error:#}"));
        }
        row
    }

    fn boots(&mut self, kernel: &Kernel, options: &Options, row: &mut Row, new: &mut New) -> Result<()> {
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
            options: if kvm { vec!["SPEEDS=1".to_owned()] } else { Vec::new() },
            watched: None,
        };
        self.check(kernel, "", &machine, row);
        if options.full {
            for (name, option, cpus, memory) in OTHERS {
                let machine = Machine {
                    options: vec![option.to_owned()],
                    cpus,
                    memory,
                    ..machine
                };
                self.check(kernel, name, &machine, row);
            }
        }
        let machine = Machine {
            cpus: 1,
            counted: true,
            kvm: false,
            options: Vec::new(),
            ..machine
        };
        let bar = self.bar.clone();
        let counted = counted::count(&machine, &mut |stage| {
            bar.set_message(format!("{}: counting {stage}", kernel.name()));
        })
        .context("counting")?;
        self.compare(kernel, &package.version, &counted, row);
        if options.replace_reference {
            self.say(kernel, "watching functions");
            let watched = watch(&machine, &self.folder)?;
            let (counts, functions) = committed::rows(kernel, &package.version, &counted, &watched);
            new.0.extend(counts);
            new.1.extend(functions);
        }
        Ok(())
    }

    /// A boot that tries everything; what fails there is the row's.
    fn check(&self, kernel: &Kernel, how: &str, machine: &Machine, row: &mut Row) {
        let checked = checked::check(machine, &mut |what| {
            self.say(kernel, &format!("{how} {what}"));
        });
        match checked {
            Ok(Checked { well, faults, facts }) => {
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
        for (stage, [write, read]) in counted {
            let compared = self.committed.compared(kernel, version, counted, *stage);
            row.counts.push((*stage, write.median + read.median, compared));
        }
    }

    fn say(&self, kernel: &Kernel, what: &str) {
        self.bar.set_message(format!("{}: {}", kernel.name(), what.trim()));
    }

    fn programs(&mut self, kernel: &Kernel) -> Result<PathBuf> {
        let target = kernel.arch.target();
        if let Some(archive) = self.archives.get(target) {
            return Ok(archive.clone());
        }
        self.say(kernel, "our programs for it, which takes minutes the first time");
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
