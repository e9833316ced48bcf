//! `lab measure`: interleaved, shuffled rounds of everything, kept row by row.

mod one_run;
mod progress;
mod report;
mod rounds;
mod selection;
mod warm_up;

use std::time::Duration;

use anyhow::Result;
use bench::placement::Placement;
use clap::Args;
use machine::facts;
use machine::roots::Roots;
use measured::measurement::{Measurement, usual_milliseconds};
use measured::unfinished::Unfinished;

use crate::destination::Destination;
use one_run::Bench;
use selection::Selection;

/// The options of `lab measure`.
#[derive(Args)]
pub struct Options {
    /// Measure the stages and the post's configurations alone, in under two minutes
    #[arg(long)]
    quick: bool,

    /// How many rounds [default: 15, or 5 with --quick]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: Option<u32>,

    /// How many milliseconds one run takes, about
    #[arg(long, default_value_t = usual_milliseconds(),
          value_parser = clap::value_parser!(u64).range(1..=60_000))]
    milliseconds: u64,

    #[command(flatten)]
    destination: Destination,

    /// The writer's CPU and the reader's, as in 0,1 [default: two cores that share a cache]
    #[arg(long)]
    cpus: Option<String>,
}

/// Measures, or goes on where an interrupted measurement stopped.
///
/// # Errors
///
/// When the programs are missing, the folder cannot be written or another
/// measures into it, and at the end when something could not be measured.
pub fn run(options: &Options) -> Result<()> {
    let placement = Placement::choose(options.cpus.as_deref())?;
    let bench = Bench::new(&placement, Duration::from_millis(options.milliseconds))?;
    let folder = options.destination.folder_or_yours()?;
    let name = options.destination.machine();
    let machine = facts::gather(&name.to_string(), &Roots::of_this_machine(), &placement);
    let mut measurement = Unfinished::resume_or_begin(&folder, &machine, options.plan())?;
    report::beginning(&folder, &measurement, &placement);

    let selection = Selection::new(options.quick, &placement);
    let rounds = options.plan().rounds;
    let pending = selection.pending(&measurement, rounds);
    let (subjects, mut failed) = warm_up::run(&bench, pending)?;
    failed.extend(rounds::run(&bench, subjects, rounds, &mut measurement)?);

    let missing = selection.missing(&failed);
    let distances = report::distances(measurement.runs());
    let replaced = measurement.finish(missing.clone())?;
    report::ending(&name, distances, &missing, &replaced);
    report::verdict(failed.len(), &replaced)
}

impl Options {
    fn plan(&self) -> Measurement {
        Measurement {
            quick: self.quick,
            rounds: self.rounds.unwrap_or(if self.quick { 5 } else { 15 }),
            milliseconds: self.milliseconds,
            finished: false,
            missing: Vec::new(),
        }
    }
}
