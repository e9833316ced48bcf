//! The lab: what this machine can do, how fast it does it, and why.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use lab::perf;

/// Measure pipes on this machine, and show what was measured
#[derive(Parser)]
struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show where the time goes in each stage: call trees, flame graphs, counts
    Perf(perf::Options),
}

fn main() -> ExitCode {
    let options = Options::parse();
    common::run(|| match options.command {
        Command::Perf(options) => perf::run(&options),
    })
}
