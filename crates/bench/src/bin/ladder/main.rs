//! `make` and `make stage1` … `make stage5`: runs the stages and draws the ladder.

mod table;

use std::io;
use std::path::Path;
use std::process::{ExitCode, Output};

use anyhow::{Result, bail};
use bench::cpu_quota;
use bench::nearness::Nearness;
use bench::pair::{self, Pair};
use bench::placement::Placement;
use bench::spinner;
use bench::stages::{STAGES, Stage};
use clap::Parser;
use common::{Throughput, print, say, size};
use indicatif::ProgressBar;

use table::{ladder, parse_row, row};

/// Run the stages of Fast Pipes, each a writer and a reader on a CPU of its own
#[derive(Parser)]
struct Options {
    /// Run this stage alone, and show the command and its output as they are
    #[arg(value_parser = clap::value_parser!(u8).range(1..=5))]
    stage: Option<u8>,

    /// How many bytes each stage moves
    #[arg(long, value_name = "SIZE", default_value = "10GiB", value_parser = size::parse::<u64>)]
    bytes: u64,

    /// The writer's CPU and the reader's, as in 0,1 [default: two cores that share a cache]
    #[arg(long)]
    cpus: Option<String>,

    /// Print the ladder as rows of `stage,gib_per_s` and nothing else
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
    let pair = pair(stage, placement, options.bytes, options.csv)?;
    if !options.csv {
        print(format_args!("$ {}\n", pair.shell_command()))?;
    }
    let output = run(&pair, stage)?;
    if !output.status.success() {
        bail!("stage {} failed; its programs say why above", stage.number);
    }
    match options.csv {
        true => print(row(stage, &parse_row(&output.stdout)?)),
        false => print(String::from_utf8_lossy(&output.stdout)),
    }
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
        let output = run(&pair(stage, placement, options.bytes, true)?, stage)?;
        if !output.status.success() {
            failed = true;
            results.push(None);
            continue;
        }
        let throughput = parse_row(&output.stdout)?;
        match options.csv {
            true => print(row(stage, &throughput))?,
            false => print(format_args!("          {throughput}\n"))?,
        }
        too_short |= is_too_short(&throughput);
        results.push(Some(throughput.gib_per_second));
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

fn run(pair: &Pair, stage: &Stage) -> Result<Output> {
    let waiting = waiting(stage);
    let output = pair.run();
    waiting.finish_and_clear();
    output
}

/// Where the two ends run, as the beginning of a line.
fn sentence(placement: &Placement) -> String {
    placement.to_string().replacen("the", "The", 1)
}

fn pair(stage: &Stage, placement: &Placement, bytes: u64, csv: bool) -> Result<Pair> {
    let folder = pair::programs_folder()?;
    let program = |name: &str| folder.join(name).display().to_string();
    let writer = vec![program(stage.writer)];
    let mut reader = vec![
        program(stage.reader),
        "--bytes-to-pipe".to_owned(),
        size::format(bytes),
    ];
    if csv {
        reader.push("--csv".to_owned());
    }
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
