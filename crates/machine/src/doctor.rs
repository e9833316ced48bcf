//! `make doctor`: what this machine can do for each stage, by looking and by trying.

mod bandwidth;
mod check;
mod clock;
mod cpus;
mod huge_pages;
mod kernel;
mod noise;
mod patient;
mod pipe_size;
mod profiling;
mod report;
mod system_calls;
mod virtualization;

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use indicatif::ProgressBar;
use serde::Serialize;

use measured::machine::Machine;

use crate::memory_bandwidth::MemoryBandwidth;
use bench::spinner;

use check::Check;
use patient::Patient;

/// What `lab doctor` takes.
#[derive(Args)]
pub struct Options {
    /// The writer's CPU and the reader's, as in 0,1 [default: two cores that share a cache]
    #[arg(long)]
    cpus: Option<String>,

    /// Print the same facts as JSON
    #[arg(long)]
    json: bool,

    /// Read /proc and /sys in this folder instead; what is tried is tried here all the same
    #[arg(long, value_name = "FOLDER", default_value = "/")]
    root: PathBuf,
}

/// What they found.
#[derive(Serialize)]
struct Diagnosis {
    machine: Machine,
    memory_bandwidth: Option<MemoryBandwidth>,
    checks: Vec<Check>,
}

/// Examines this machine and prints what it found.
///
/// # Errors
///
/// When not even stage 1 can run here, or nobody takes the report.
pub fn run(options: &Options) -> Result<()> {
    let patient = Patient::new(&options.root, options.cpus.as_deref())?;
    let diagnosis = examine(patient);
    if options.json {
        let json = serde_json::to_string_pretty(&diagnosis)?;
        writeln!(io::stdout(), "{json}")
    } else {
        report::print(&diagnosis.checks, &mut anstream::stdout())
    }
    .context("cannot print the report")?;
    if !diagnosis.checks.iter().any(system_calls::is_working_pipe) {
        bail!("no stage can run here: bytes do not get through a pipe");
    }
    Ok(())
}

fn examine(patient: Patient) -> Diagnosis {
    let waiting = ProgressBar::new_spinner().with_message("looking for other load");
    spinner::keep_turning(&waiting);
    // Before anything that would be a load itself.
    let noise = noise::check(&patient);
    waiting.set_message("trying the system calls");
    let tried = [system_calls::checks(), huge_pages::checks(&patient)].concat();
    waiting.set_message("reading memory");
    let (bandwidth, memory_bandwidth) = bandwidth::check(&patient);
    waiting.finish_and_clear();
    let checks = [
        kernel::checks(&patient),
        cpus::checks(&patient),
        clock::checks(&patient),
        virtualization::checks(&patient),
        vec![noise, bandwidth],
        tried,
        vec![pipe_size::check(&patient)],
        profiling::checks(&patient),
    ]
    .concat();
    Diagnosis {
        machine: patient.machine,
        memory_bandwidth,
        checks,
    }
}
