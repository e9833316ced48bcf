//! `make beyond` and its tables: what is faster than stage 5, and what that means.

mod also;
mod keep;
mod print;
mod run;
mod tables;

use std::io;

use anyhow::{Context, Result, bail};
use bench::hand_over;
use bench::humps::Humps;
use bench::nearness::Nearness;
use bench::pair::{self, Pair};
use bench::placement::Placement;
use bench::reading::{self, Reading};
use clap::Args;
use common::size;
use indicatif::{ProgressBar, ProgressStyle};
use rand::seq::SliceRandom;

use crate::destination::Destination;
use also::Also;
use run::Run;
use tables::{Programs, Rung, Table};

/// What `lab beyond` takes.
#[derive(Args)]
pub struct Options {
    /// What to run
    #[arg(value_enum, default_value = "ladder")]
    table: Table,

    /// A program of your own, in the same rounds and into the same reader; its row has the
    /// name of the file
    #[arg(long, value_name = "PATH")]
    also: Option<Also>,

    /// How many bytes to move in each run into the reader [default: 50GiB, fizzbuzz: 10GiB]
    #[arg(long, value_name = "SIZE", value_parser = size::parse::<u64>)]
    bytes: Option<u64>,

    /// How often to run each; the result is the median
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,

    /// The writer's CPU and the reader's, as in 0,1 [default: two cores that share a cache]
    #[arg(long)]
    cpus: Option<String>,

    /// Print rows of `name,gib_per_s` and nothing else
    #[arg(long)]
    csv: bool,

    #[command(flatten)]
    destination: Destination,
}

impl Options {
    fn bytes(&self) -> u64 {
        self.bytes.unwrap_or(self.table.bytes())
    }

    fn rungs(&self) -> Result<Vec<Rung>> {
        let mut rungs = self.table.rungs();
        if let Some(also) = &self.also {
            also.join(&mut rungs, self.table)?;
        }
        Ok(rungs)
    }
}

/// Runs the table round by round, and prints the medians.
///
/// # Errors
///
/// When a program is missing, or one of them failed.
pub fn run(options: &Options) -> Result<()> {
    let placement = Placement::choose(options.cpus.as_deref())?;
    if placement.nearness == Nearness::OneCpu {
        bail!(
            "the programs here are busy loops, and each needs a CPU to itself: on one, each\n\
             would spin through its whole time slice, and the other cannot run meanwhile"
        );
    }
    let folder = options.destination.folder()?;
    if let Some(folder) = &folder {
        keep::check(options.table, folder.path())?;
    }
    let rungs = options.rungs()?;
    let (runs, failed) = measure(&rungs, &placement, options)?;
    if let Some(folder) = folder.filter(|_| !runs.is_empty())
        && let Some(beside) = keep::keep(options.table, folder.path(), &runs)?
    {
        common::say(format_args!("note: {beside}"));
    }
    let medians = print::medians(&rungs, &runs);
    let out = &mut io::stdout();
    match options.csv {
        true => print::rows(&medians, out),
        false => {
            print::head(&placement, out)?;
            print::table(options.table, &medians, out)?;
            print::foot(options.table, &runs, options.bytes(), out)
        }
    }
    .context("cannot print the result")?;
    if !failed.is_empty() {
        bail!(
            "not all got through: {}; they say why above",
            failed.join(", ")
        );
    }
    Ok(())
}

/// Every round runs all that still work, in an order of its own. Returns the runs of those
/// that got through all rounds, and the names of the others.
fn measure(
    rungs: &[Rung],
    placement: &Placement,
    options: &Options,
) -> Result<(Vec<Run>, Vec<String>)> {
    let mut working: Vec<&Rung> = rungs.iter().collect();
    let mut failed: Vec<String> = Vec::new();
    let mut runs = Vec::new();
    let progress = progress(u64::from(options.rounds) * rungs.len() as u64);
    for round in 1..=options.rounds {
        working.shuffle(&mut rand::rng());
        for rung in &working {
            progress.set_message(rung.name.clone());
            let hand_over = hand_over::nanoseconds(placement)?;
            match run_once(rung, placement, options)? {
                Some((figures, awake)) => runs.push(Run {
                    round,
                    name: rung.name.clone(),
                    figures,
                    hand_over,
                    hand_over_after: hand_over::nanoseconds(placement)?,
                    awake,
                }),
                None => failed.push(rung.name.clone()),
            }
            progress.inc(1);
        }
        working.retain(|rung| !failed.contains(&rung.name));
    }
    progress.finish_and_clear();
    runs.retain(|run| !failed.contains(&run.name));
    Ok((runs, failed))
}

/// The first columns of what the programs print, and GiB/s awake, where there is such a
/// figure; nothing if they failed.
fn run_once(
    rung: &Rung,
    placement: &Placement,
    options: &Options,
) -> Result<Option<(Vec<f64>, Option<f64>)>> {
    let folder = pair::programs_folder()?;
    let line = |words: &[&str]| -> Vec<String> {
        // A whole path stays what it is.
        let program = folder.join(words[0]).display().to_string();
        let arguments = words[1..].iter().map(|&word| word.to_owned());
        [program].into_iter().chain(arguments).collect()
    };
    let output = match &rung.programs {
        Programs::Writer { words, call } => {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let bytes = size::format(options.bytes());
            let reader = options.table.reader().context("no reader is shared here")?;
            let mut reader = line(&[reader, "--bytes-to-pipe", &bytes, "--buf-size", call]);
            reader.extend(reading::OPTIONS.map(str::to_owned));
            let ended = Pair::new(line(&words), reader, placement).run()?;
            if !ended.reader.status.success() {
                return Ok(None);
            }
            let reading = Reading::parse(&ended.reader.stdout)?;
            let humps = Humps::tell(&reading.calls, ended.writer_sleeps, placement.nearness);
            let awake = humps.awake().map(|hump| hump.gib_per_s);
            return Ok(Some((vec![reading.throughput.gib_per_second], awake)));
        }
        Programs::Alone { words, one_cpu } => {
            let writer = if *one_cpu {
                placement.reader
            } else {
                placement.writer
            };
            let cpus = format!("{writer},{}", placement.reader);
            let words: Vec<&str> = words
                .iter()
                .copied()
                .chain(["--cpus", cpus.as_str(), "--csv"])
                .collect();
            let line = line(&words);
            let mut program = std::process::Command::new(&line[0]);
            pair::end_with_me(&mut program);
            let output = program
                .args(&line[1..])
                .stderr(std::process::Stdio::inherit())
                .output()
                .with_context(|| format!("cannot start {}", line[0]))?;
            pair::say_if_killed(&line, output.status);
            output
        }
    };
    if !output.status.success() {
        return Ok(None);
    }
    let row = String::from_utf8_lossy(&output.stdout);
    let figures: Option<Vec<f64>> = row
        .trim()
        .split(',')
        .take(options.table.figures())
        .map(|column| column.parse().ok())
        .collect();
    figures
        .filter(|figures| figures.len() == options.table.figures())
        .filter(|figures| figures.iter().all(|it| it.is_finite() && *it > 0.0))
        .with_context(|| format!("not a row of figures: {row}"))
        .map(|figures| Some((figures, None)))
}

/// On a terminal; in a pipe indicatif draws nothing.
fn progress(runs: u64) -> ProgressBar {
    let bar = ProgressBar::new(runs);
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg:30} {eta}");
    bar.set_style(style.expect("the template is constant"));
    bar
}
