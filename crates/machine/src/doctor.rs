//! `make doctor`: what this machine can do for each stage, by looking and by trying.

mod bandwidth;
mod check;
mod cpus;
mod huge_pages;
mod kernel;
mod noise;
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

use bench::cpu_list::{self, CpuSet};
use measured::machine::Machine;

use crate::facts;
use crate::memory_bandwidth::MemoryBandwidth;
use crate::roots::Roots;
use bench::placement::Placement;
use bench::spinner;

use check::Check;

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

/// What the checks look at.
struct Patient {
    roots: Roots,
    allowed: CpuSet,
    placement: Placement,
    machine: Machine,
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
    let patient = Patient::new(options)?;
    let diagnosis = patient.examine();
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

impl Patient {
    fn new(options: &Options) -> Result<Patient> {
        let roots = Roots::in_folder(&options.root);
        let allowed = cpu_list::allowed();
        let placement = Placement::choose_in(&roots.sys(), options.cpus.as_deref())?;
        let machine = facts::gather("yours", &roots, &placement);
        Ok(Patient {
            roots,
            allowed,
            placement,
            machine,
        })
    }

    fn examine(self) -> Diagnosis {
        let waiting = ProgressBar::new_spinner().with_message("looking for other load");
        spinner::keep_turning(&waiting);
        // Before anything that would be a load itself.
        let noise = noise::check(&self);
        waiting.set_message("trying the system calls");
        let tried = [system_calls::checks(), huge_pages::checks(&self)].concat();
        waiting.set_message("reading memory");
        let (bandwidth, memory_bandwidth) = bandwidth::check(&self);
        waiting.finish_and_clear();
        let checks = [
            kernel::checks(&self),
            cpus::checks(&self),
            virtualization::checks(&self),
            vec![noise, bandwidth],
            tried,
            vec![pipe_size::check(&self)],
            profiling::checks(&self),
        ]
        .concat();
        Diagnosis {
            machine: self.machine,
            memory_bandwidth,
            checks,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::ops::Deref;

    use crate::roots::tests::FakeMachine;
    use bench::placement::Distance;

    /// A patient, and the files that it is made of.
    pub(super) struct FakePatient {
        patient: Patient,
        _files: FakeMachine,
    }

    impl Deref for FakePatient {
        type Target = Patient;

        fn deref(&self) -> &Patient {
            &self.patient
        }
    }

    /// Somebody's machine with CPUs 0 to 3, whose kernel has these files.
    pub(super) fn patient(files: &[(&str, &str)], distance: Distance) -> FakePatient {
        let files = FakeMachine::new(files);
        let roots = files.roots();
        let placement = Placement {
            writer: 0,
            reader: if distance == Distance::OneCpu { 0 } else { 2 },
            distance,
        };
        let machine = facts::gather("test", &roots, &placement);
        let patient = Patient {
            roots,
            allowed: CpuSet::from([0, 1, 2, 3]),
            placement,
            machine,
        };
        FakePatient {
            patient,
            _files: files,
        }
    }
}
