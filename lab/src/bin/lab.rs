//! The lab: what this machine can do, how fast it does it, and why.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use lab::{chart, doctor, measure, pages, perf};

/// Measure pipes on this machine, and show what was measured
#[derive(Parser)]
struct Options {
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
    Chart(chart::Options),
    /// What it costs to put a page into a pipe: small and huge, touched and not
    Pages(pages::Options),
    /// Show where the time goes in each stage: call trees, flame graphs, counts
    Perf(perf::Options),
}

fn main() -> ExitCode {
    let options = Options::parse();
    common::run(|| match options.command {
        Command::Doctor(options) => doctor::run(&options),
        Command::Measure(options) => measure::run(&options),
        Command::Chart(options) => chart::run(&options),
        Command::Pages(options) => pages::run(&options),
        Command::Perf(options) => perf::run(&options),
    })
}
