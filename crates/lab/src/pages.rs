//! `lab pages`: what it costs to put a page into a pipe.
//!
//! vmsplice(2) finds the pages behind addresses by `get_user_pages_fast`. This
//! program is both ends of a pipe, so nobody waits and nobody is woken: what
//! remains is the finding of pages, and a slot of the pipe for each.

mod costs;
mod pipeful;
mod report;
mod subject;

use std::io::{self, Write};
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use common::say;
use indicatif::{ProgressBar, ProgressStyle};

use crate::destination::Destination;
use bench::cpu_list;
use bench::placement::Placement;
use costs::Costs;
use measured::pages::COSTS;
use measured::rows;
use pipeful::Pipeful;
use subject::Subject;

/// Each round takes every measurement once, so that a slow moment touches all alike.
const ROUNDS: u64 = 500;

/// What `lab pages` takes.
#[derive(Args)]
pub struct Options {
    /// Print rows of comma-separated values instead of the table
    #[arg(long)]
    csv: bool,

    #[command(flatten)]
    destination: Destination,
}

/// Measures, and shows what was measured.
///
/// # Errors
///
/// When the kernel refuses a pipe, vmsplice or splice, or the rows cannot be kept.
pub fn run(options: &Options) -> Result<()> {
    let folder = options.destination.folder()?;
    if let Some(folder) = &folder {
        // Before it takes its minutes: what is there must be readable to be replaced.
        COSTS.read(folder.path())?;
    }
    let cpu = Placement::choose(None)?.writer;
    cpu_list::pin(cpu).with_context(|| format!("cannot stay on CPU {cpu}"))?;
    let pipe = Pipeful::new()?;
    let mut subjects = Subject::all(pipe.bytes())?;
    let costs = measure(&pipe, &mut subjects)?;
    let rows = costs.rows();
    if let Some(folder) = &folder
        && let Some(beside) = COSTS.replace(folder.path(), &rows)?
    {
        say(format_args!("note: {beside}"));
    }
    let text = match options.csv {
        true => rows::text(&rows)?,
        false => report::tables(&costs, &pipe, cpu, ROUNDS),
    };
    write!(io::stdout(), "{text}").context("cannot print the result")
}

fn measure(pipe: &Pipeful, subjects: &mut [Subject]) -> Result<Costs> {
    let mut costs = Costs::default();
    let progress = progress();
    for _ in 0..ROUNDS {
        for subject in &mut *subjects {
            for pages_per_call in pipe.pages_per_call() {
                subject.prepare()?;
                let (filled, drained) = pipe.fill_and_drain(subject.memory(), pages_per_call)?;
                costs.add(
                    "vmsplice",
                    subject,
                    pages_per_call,
                    per_page(filled, pipe.pages()),
                );
                costs.add(
                    "splice",
                    subject,
                    pipe.pages(),
                    per_page(drained, pipe.pages()),
                );
            }
        }
        progress.inc(1);
    }
    progress.finish_and_clear();
    Ok(costs)
}

fn per_page(time: Duration, pages: usize) -> f64 {
    time.as_secs_f64() * 1e9 / pages as f64
}

/// On a terminal; in a pipe indicatif draws nothing.
fn progress() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len} rounds, {eta} left");
    ProgressBar::new(ROUNDS).with_style(style.expect("the template is constant"))
}
