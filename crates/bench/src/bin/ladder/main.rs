//! `make` and `make stage1` … `make stage5`: runs the stages and draws the ladder.

mod calls;
mod table;

use std::io;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};
use bench::cpu_quota;
use bench::hand_over;
use bench::humps::Humps;
use bench::nearness::Nearness;
use bench::pair::{self, Pair};
use bench::placement::Placement;
use bench::reading::{self, Reading};
use bench::spinner;
use bench::stages::{STAGES, Stage};
use clap::Parser;
use common::{Throughput, print, say, size};
use indicatif::ProgressBar;

use table::ladder;

/// Run the stages of Fast Pipes, each a writer and a reader on a CPU of its own
#[derive(Parser)]
struct Options {
    /// Run this stage alone, and show the command and its output as they are
    #[arg(value_parser = clap::value_parser!(u8).range(1..=STAGES.len() as i64))]
    stage: Option<u8>,

    /// How many bytes each stage moves
    #[arg(long, value_name = "SIZE", default_value = "10GiB", value_parser = size::parse::<u64>)]
    bytes: u64,

    /// The writer's CPU and the reader's, as in 0,1 [default: two cores that share a cache]
    #[arg(long)]
    cpus: Option<String>,

    /// Print rows of stage, GiB/s, GiB/s awake, part of the calls that slept and microseconds
    /// of each, and nothing else
    #[arg(long)]
    csv: bool,

    /// End when the program that started this one does, as make and perf do
    #[arg(long, hide = true)]
    end_with_parent: bool,
}

const NO_SPINNING: &str = "stage 5 needs a CPU for each end, and both are to run on one here:\n\
    each would spin through its whole time slice, waiting for the other, which cannot run meanwhile";

fn main() -> ExitCode {
    let options = Options::parse();
    common::run(|| {
        if options.end_with_parent {
            pair::end_with_parent()?;
        }
        let placement = Placement::choose(options.cpus.as_deref())?;
        warn(&placement);
        let result = match options.stage {
            Some(number) => run_one(&STAGES[usize::from(number) - 1], &placement, &options),
            None => run_all(&placement, &options),
        };
        match result {
            // As in `make | head`: who listened has heard enough.
            Err(error) if is_broken_pipe(&error) => Ok(()),
            result => result,
        }
    })
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn warn(placement: &Placement) {
    if !pair::in_path("taskset") {
        say("warning: there is no taskset (package util-linux), so nothing is pinned to a CPU");
    }
    if let Some(quota) = cpu_quota::smallest(Path::new("/"))
        && !quota.suffices()
    {
        say(format_args!(
            "warning: both ends together get {quota};\n\
             whenever that is used up, they are stopped for a while"
        ));
    }
    if placement.nearness == Nearness::OneCpu {
        say(format_args!(
            "warning: both ends share CPU {}: they take turns, and nothing runs in parallel",
            placement.writer
        ));
    }
}

fn run_one(stage: &Stage, placement: &Placement, options: &Options) -> Result<()> {
    if stage.never_sleeps() && placement.nearness == Nearness::OneCpu {
        bail!("{NO_SPINNING}");
    }
    if !options.csv {
        // Without the options by which a reader tells more, to the ladder alone.
        let plain = pair(stage, placement, options.bytes, &[])?;
        print(format_args!("$ {}\n", plain.shell_command()))?;
    }
    let pair = pair(stage, placement, options.bytes, &reading::OPTIONS)?;
    let hand_over = hand_over(placement);
    let Some(result) = run(&pair, stage, placement, hand_over)? else {
        bail!("stage {} failed; its programs say why above", stage.number);
    };
    if options.csv {
        return print(result.row(stage));
    }
    print(format_args!(
        "{}\n{}",
        result.reading.throughput,
        calls::picture(&result)
    ))
}

fn run_all(placement: &Placement, options: &Options) -> Result<()> {
    if !options.csv {
        print(format_args!(
            "Each stage moves {}.\n",
            size::format(options.bytes)
        ))?;
        if pair::in_path("taskset") {
            print(format_args!("{}.\n", sentence(placement)))?;
        }
        print("\n")?;
    }
    let mut results = Vec::new();
    let (mut failed, mut too_short) = (false, false);
    let mut hand_over = hand_over(placement);
    for stage in &STAGES {
        if !options.csv {
            print(format_args!(
                "stage {}   {} | {}\n",
                stage.number, stage.writer, stage.reader
            ))?;
        }
        if stage.never_sleeps() && placement.nearness == Nearness::OneCpu {
            say(NO_SPINNING);
            results.push(None);
            continue;
        }
        let pair = pair(stage, placement, options.bytes, &reading::OPTIONS)?;
        let Some(result) = run(&pair, stage, placement, hand_over)? else {
            failed = true;
            results.push(None);
            continue;
        };
        hand_over = result.hand_over.map(|[_, after]| after);
        let throughput = &result.reading.throughput;
        match options.csv {
            true => print(result.row(stage))?,
            false => print(format_args!("          {throughput}\n"))?,
        }
        too_short |= is_too_short(throughput);
        results.push(Some(result));
    }
    if !options.csv {
        print(ladder(&results))?;
    }
    if too_short {
        say("note: a stage took under 0.05 s, mostly to start: move more with BYTES=10G");
    }
    if failed {
        bail!("not all stages got through; their programs say why above");
    }
    Ok(())
}

/// Nothing where an end failed. `before` is how long a word took between the CPUs just now.
fn run(
    pair: &Pair,
    stage: &Stage,
    placement: &Placement,
    before: Option<f64>,
) -> Result<Option<table::Result>> {
    let waiting = waiting(stage);
    let ended = pair.run();
    waiting.finish_and_clear();
    let ended = ended?;
    if !ended.reader.status.success() {
        return Ok(None);
    }
    let reading = Reading::parse(&ended.reader.stdout)?;
    let after = hand_over(placement);
    Ok(Some(table::Result {
        humps: Humps::tell(&reading.calls, ended.writer_sleeps, placement.nearness),
        reading,
        hand_over: before.zip(after).map(|(before, after)| [before, after]),
    }))
}

/// How far apart the CPUs are; where that cannot be had (it takes two threads), the stages
/// run all the same.
fn hand_over(placement: &Placement) -> Option<f64> {
    hand_over::nanoseconds(placement).ok().flatten()
}

/// Where the two ends run, as the beginning of a line.
fn sentence(placement: &Placement) -> String {
    placement.to_string().replacen("the", "The", 1)
}

fn pair(stage: &Stage, placement: &Placement, bytes: u64, options: &[&str]) -> Result<Pair> {
    let folder = pair::programs_folder()?;
    let program = |name: &str| folder.join(name).display().to_string();
    let writer = vec![program(stage.writer)];
    let mut reader = vec![
        program(stage.reader),
        "--bytes-to-pipe".to_owned(),
        size::format(bytes),
    ];
    reader.extend(options.iter().map(ToString::to_string));
    Ok(Pair::new(writer, reader, placement))
}

/// On a terminal; in a pipe indicatif draws nothing.
fn waiting(stage: &Stage) -> ProgressBar {
    let waiting = ProgressBar::new_spinner();
    let style = indicatif::ProgressStyle::with_template("          {spinner} {msg} {elapsed}");
    waiting.set_style(style.expect("the template is constant"));
    waiting.set_message(format!("stage {} of {}", stage.number, STAGES.len()));
    spinner::keep_turning(&waiting);
    waiting
}

/// In less time than this, the start of the programs weighs too much.
fn is_too_short(throughput: &Throughput) -> bool {
    let gib = throughput.bytes as f64 / f64::from(1 << 30);
    gib / throughput.gib_per_second < 0.05
}
