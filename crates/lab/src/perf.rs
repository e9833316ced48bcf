//! `lab perf`: where the time goes in each stage, and what it asks of the kernel.
//!
//! A stage runs twice: once counted, at its own speed, and once sampled by
//! perf, which slows it down.

mod call_tree;
mod counts;
mod end;
mod files;
mod keep;
mod recording;
mod samples;
mod stacks;

use std::fs;
use std::io::{self, Write};
use std::slice;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use common::{say, size};
use indicatif::{ProgressBar, ProgressStyle};

use crate::destination::Destination;
use bench::nearness::Nearness;
use bench::pair::{self, Pair};
use bench::placement::Placement;
use bench::spinner;
use bench::stages::{STAGES, Stage};

use counts::Counts;
use end::End;
use recording::Recording;

/// What `lab perf` takes.
#[derive(Args)]
pub struct Options {
    /// Look at this stage alone
    #[arg(value_parser = stage)]
    stage: Option<&'static Stage>,

    /// How many bytes each stage moves while it is counted
    #[arg(long, value_name = "SIZE", default_value = "10GiB", value_parser = size::parse::<u64>)]
    bytes: u64,

    /// About how many seconds each stage runs while perf takes samples
    #[arg(long, value_name = "SECONDS", default_value = "5",
          value_parser = clap::value_parser!(u32).range(1..=600))]
    seconds: u32,

    /// The writer's CPU and the reader's, as in 0,1 [default: two cores that share a cache]
    #[arg(long)]
    cpus: Option<String>,

    #[command(flatten)]
    destination: Destination,
}

/// Looks at the stages, and writes what it saw into the machine's folder.
///
/// # Errors
///
/// Where perf is missing or may not be used, with what mends it; when a stage
/// fails. What is in the folder then is whole, from earlier.
pub fn run(options: &Options) -> Result<()> {
    let event = recording::usable_event()?;
    let placement = Placement::choose(options.cpus.as_deref())?;
    let machine = options.destination.folder_or_yours()?;
    let machine = machine.path();
    keep::check(machine)?;
    let folder = machine.join("perf");
    let stages = match options.stage {
        Some(stage) => slice::from_ref(stage),
        None => &STAGES,
    };
    let progress = progress(stages.len());
    let (mut all_counts, mut beside) = (Vec::new(), None);
    for stage in stages {
        if stage.never_sleeps() && placement.nearness == Nearness::OneCpu {
            bail!(
                "stage {} needs a CPU for each end, and both are to run on CPU {} here",
                stage.number,
                placement.writer
            );
        }
        let step = |what: &str| {
            progress.set_message(format!("stage {}: {what}", stage.number));
        };
        step("counting");
        let (counts, elapsed) = counted(stage, &placement, options)?;
        progress.inc(1);
        step("taking samples");
        let bytes = bytes_in(options, elapsed);
        let recording = Recording::take(stage, &placement, bytes, event)?;
        progress.inc(1);
        step("reading the samples");
        let files = files::of(stage, &recording, machine)?;
        progress.inc(1);
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        for (name, text) in &files {
            measured::write_whole(&folder.join(name), text.as_bytes())?;
        }
        all_counts.push((stage, counts));
        beside = keep::write(machine, &all_counts)?;
        progress
            .suspend(|| print(stage, &files, &recording))
            .context("cannot print the call trees")?;
    }
    progress.finish_and_clear();
    if let Some(why) = counts::not_counted() {
        say(format_args!("note: {why}"));
    }
    if let Some(beside) = beside {
        say(format_args!("note: {beside}"));
    }
    writeln!(
        io::stdout(),
        "Call trees, flame graphs and counts are in {}",
        folder.display()
    )
    .context("cannot print where the files are")
}

fn stage(text: &str) -> Result<&'static Stage, String> {
    STAGES
        .iter()
        .find(|stage| text.parse() == Ok(stage.number))
        .ok_or_else(|| format!("the stages are 1 to {}", STAGES.len()))
}

/// Runs the stage without perf.
fn counted(
    stage: &Stage,
    placement: &Placement,
    options: &Options,
) -> Result<([Counts; 2], Duration)> {
    let folder = pair::programs_folder()?;
    let program = |end: End| folder.join(end.program(stage)).display().to_string();
    let bytes = size::format(options.bytes);
    let reader = vec![program(End::Read), "--bytes-to-pipe".to_owned(), bytes];
    let pair = Pair::new(vec![program(End::Write)], reader, placement);
    counts::take(&pair, options.bytes).with_context(|| format!("stage {}", stage.number))
}

/// How many bytes take as long as the samples should, going by the counted run.
fn bytes_in(options: &Options, elapsed: Duration) -> u64 {
    let times = f64::from(options.seconds) / elapsed.as_secs_f64();
    // Whole MiB are easier on the eye, should the command be shown.
    (((options.bytes as f64 * times) as u64) >> 20).max(1) << 20
}

fn print(stage: &Stage, files: &[(String, String)], recording: &Recording) -> io::Result<()> {
    let out = &mut io::stdout();
    writeln!(
        out,
        "stage {}   {} | {}   {:.1} GiB/s under perf\n",
        stage.number, stage.writer, stage.reader, recording.gib_per_second
    )?;
    for (name, text) in files {
        if name.ends_with(".txt") {
            writeln!(out, "{text}")?;
        }
    }
    Ok(())
}

/// On a terminal; in a pipe indicatif draws nothing.
fn progress(stages: usize) -> ProgressBar {
    let progress = ProgressBar::new(3 * stages as u64);
    let style = ProgressStyle::with_template("{bar:20} {msg} {elapsed}");
    progress.set_style(style.expect("the template is constant"));
    spinner::keep_turning(&progress);
    progress
}
