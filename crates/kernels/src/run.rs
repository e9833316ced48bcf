//! `lab kernels`: each kernel booted, tried and counted, a row for each.

use anyhow::{Result, bail, ensure};
use clap::{Args, ValueEnum};
use common::print;

use crate::arch::Arch;
use crate::boots::Task;
use crate::list::{self, Kernel};
use crate::qemu;
use crate::report::{self, Row};
use crate::workplace::Workplace;

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

    /// Only try what is to be tried, or only count
    #[arg(long)]
    only: Option<Only>,

    /// What else the kernels are told, as in "mitigations=off psi=0"
    #[arg(long, value_name = "OPTIONS", default_value = "")]
    boot_options: String,

    /// Put all counts in the place of the committed ones, with those of functions
    #[arg(long)]
    replace_reference: bool,
}

/// A part of it.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Only {
    /// Whether all is as it should be there.
    Checks,
    /// Instructions, and none by function.
    Counts,
    /// Instructions, and by function where they are kept.
    Functions,
}

/// Boots the kernels, and says what came of each.
///
/// # Errors
///
/// When there is nothing to boot them with, or one of them is not as it should be.
pub fn run(options: &Options) -> Result<()> {
    let series: Vec<String> = options
        .kernels
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let kernels = list::chosen(options.arch, &series)?;
    let missing = missing_qemu(&kernels)?;
    let mut workplace = Workplace::new(Task {
        checks: options.only.is_none_or(|only| only == Only::Checks),
        counts: options.only != Some(Only::Checks),
        full: options.full,
        keep: options.replace_reference,
        functions: options.only != Some(Only::Counts),
        boot_options: options.boot_options.trim().to_owned(),
    })?;
    print(report::head())?;
    let mut rows = Vec::new();
    for kernel in &kernels {
        let row = match missing.iter().find(|(arch, _)| *arch == kernel.arch) {
            Some((_, why)) => Row::left_out(kernel, why),
            None => workplace.row(kernel),
        };
        workplace.suspended(|| print(row.in_words()))?;
        rows.push(row);
    }
    workplace.finish()?;
    print(report::below(&rows))?;
    let failed = rows.iter().filter(|row| row.has_failed()).count();
    ensure!(
        failed == 0,
        "{failed} of {} kernels are not as they should be",
        rows.len()
    );
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
