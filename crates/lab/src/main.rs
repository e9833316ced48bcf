//! The lab: what this machine can do, how fast it does it, and why.

mod attempts;
mod beyond;
mod chart;
mod compare;
mod destination;
mod measure;
mod pages;
mod perf;
mod pipelines;

use std::process::ExitCode;

use bench::pair;
use clap::{Parser, Subcommand};
use machine::doctor;

/// Measure pipes on this machine, and show what was measured
#[derive(Parser)]
struct Options {
    /// End when the program that started this one does, as make does
    #[arg(long, hide = true)]
    end_with_parent: bool,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Find out what this machine can do for the stages, and how to mend what it cannot
    Doctor(doctor::Options),
    /// Measure everything, round by round; interrupted, it goes on the next time
    Measure(measure::Options),
    /// Draw the five stages: the post, this book's machine, yours
    Chart,
    /// Put what was measured on several machines side by side
    Compare(compare::Options),
    /// What it costs to put a page into a pipe: small and huge, touched and not
    Pages(pages::Options),
    /// Show where the time goes in each stage: call trees, flame graphs, counts
    Perf(perf::Options),
    /// Run the writers beyond stage 5, each into the reader of stage 5, or another table
    Beyond(beyond::Options),
    /// Boot other kernels in QEMU: try everything there, and count instructions
    Kernels(kernels::Options),
    /// Watch any pipeline: who waits for whom in it, and what would help
    Pipeline(pipeline::Options),
    /// Run slow pipelines as they are, mended, and watched, round by round
    Pipelines(pipelines::Options),
    /// Write one small text about this machine, for the room: no name and no path in it
    Share(room::share::Options),
    /// Build one page of everybody's texts, which needs no network
    Room(room::show::Options),
}

fn main() -> ExitCode {
    // As in `lab chart | head`: who listened has heard enough, and it ends in silence.
    // SAFETY: sets no handler of ours; the signal only gets its default back.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
    let options = Options::parse();
    common::run(|| {
        if options.end_with_parent {
            pair::end_with_parent()?;
        }
        options.command.run()
    })
}

impl Command {
    fn run(self) -> anyhow::Result<()> {
        match self {
            Command::Doctor(options) => doctor::run(&options),
            Command::Measure(options) => measure::run(&options),
            Command::Chart => chart::run(),
            Command::Compare(options) => compare::run(&options),
            Command::Pages(options) => pages::run(&options),
            Command::Perf(options) => perf::run(&options),
            Command::Beyond(options) => beyond::run(&options),
            Command::Kernels(options) => kernels::run(&options),
            Command::Pipeline(options) => pipeline::run(&options),
            Command::Pipelines(options) => pipelines::run(&options),
            Command::Share(options) => room::share::run(&options),
            Command::Room(options) => room::show::run(&options),
        }
    }
}
