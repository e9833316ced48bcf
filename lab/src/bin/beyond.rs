//! `make beyond`: runs the ladder from stage 5 upward, into the same reader.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Parser;
use common::size;
use indicatif::{ProgressBar, ProgressStyle};
use lab::measured;
use lab::pair::{self, Pair};
use lab::placement::{Distance, Placement};
use lab::statistics;
use rand::seq::SliceRandom;

/// Run the writers beyond stage 5, each into the reader of stage 5
#[derive(Parser)]
struct Options {
    /// How many bytes to move in each run
    #[arg(long, value_name = "SIZE", default_value = "50GiB", value_parser = size::parse::<u64>)]
    bytes: u64,

    /// How often to run each; the result is the median
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,

    /// The writer's CPU and the reader's, as in 0,1 [default: two cores that share a cache]
    #[arg(long)]
    cpus: Option<String>,

    /// Print rows of `name,gib_per_s` and nothing else
    #[arg(long)]
    csv: bool,

    /// Keep every run as a row of beyond.csv in this machine's measured data
    #[arg(long, value_name = "NAME")]
    machine: Option<String>,
}

/// A writer, and what is new in it. All write into stage 5's reader.
struct Rung {
    name: &'static str,
    writer: &'static str,
    novelty: &'static str,
    /// Bytes in a slot of the pipe.
    slot: u32,
}

const LADDER: [Rung; 4] = [
    Rung {
        name: "stage5",
        writer: "stage5-write",
        novelty: "vmsplice, huge pages",
        slot: 4 << 10,
    },
    Rung {
        name: "tee",
        writer: "beyond-tee",
        novelty: "tee",
        slot: 4 << 10,
    },
    Rung {
        name: "yes",
        writer: "beyond-yes",
        novelty: "tee, then splice",
        slot: 4 << 10,
    },
    Rung {
        name: "slots",
        writer: "beyond-slots",
        novelty: "slots of 8 pages",
        slot: 32 << 10,
    },
];

fn main() -> ExitCode {
    let options = Options::parse();
    common::run(|| {
        let placement = Placement::choose(options.cpus.as_deref())?;
        if placement.distance == Distance::OneCpu {
            bail!(
                "every program here is a busy loop and needs a CPU to itself: on one CPU, each\n\
                 would spin through its whole time slice, and the other cannot run meanwhile"
            );
        }
        let runs = measure(&placement, &options)?;
        if let Some(machine) = &options.machine {
            let path = measured::folder(machine).join("beyond.csv");
            measured::write_whole(&path, rows(&runs).as_bytes())?;
        }
        let medians = LADDER
            .iter()
            .map(|rung| median(&runs, rung))
            .collect::<Vec<_>>();
        let out = &mut io::stdout();
        match options.csv {
            true => print_rows(&medians, out)?,
            false => print_table(&medians, &placement, &options, out)?,
        }
        if medians.iter().any(Option::is_none) {
            bail!("not all writers got through; they say why above");
        }
        Ok(())
    })
}

/// One run: its round, which writer, and how fast.
type Run = (u32, &'static str, f64);

/// Every round runs all that still work, in an order of its own.
fn measure(placement: &Placement, options: &Options) -> Result<Vec<Run>> {
    let mut working: Vec<&Rung> = LADDER.iter().collect();
    let mut runs = Vec::new();
    let progress = progress(options);
    for round in 1..=options.rounds {
        working.shuffle(&mut rand::rng());
        let mut failed = Vec::new();
        for rung in &working {
            progress.set_message(rung.name);
            let output = pair(rung, placement, options.bytes)?.run()?;
            if output.status.success() {
                runs.push((round, rung.name, gib_per_second(&output.stdout)?));
            } else {
                failed.push(rung.name);
            }
            progress.inc(1);
        }
        working.retain(|rung| !failed.contains(&rung.name));
    }
    progress.finish_and_clear();
    Ok(runs)
}

fn pair(rung: &Rung, placement: &Placement, bytes: u64) -> Result<Pair> {
    let folder = pair::programs_folder()?;
    let program = |name: &str| folder.join(name).display().to_string();
    let reader = vec![
        program("stage5-read"),
        "--bytes-to-pipe".to_owned(),
        size::format(bytes),
        "--csv".to_owned(),
    ];
    Ok(Pair::new(vec![program(rung.writer)], reader, placement))
}

/// On a terminal; in a pipe indicatif draws nothing.
fn progress(options: &Options) -> ProgressBar {
    let bar = ProgressBar::new(u64::from(options.rounds) * LADDER.len() as u64);
    let style = ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg:7} {eta}");
    bar.set_style(style.expect("the template is constant"));
    bar
}

/// The first column of what the readers print with `--csv`.
fn gib_per_second(row: &[u8]) -> Result<f64> {
    let row = String::from_utf8_lossy(row);
    let column = row.split(',').next().unwrap_or_default();
    column
        .parse()
        .with_context(|| format!("not a row of figures: {row}"))
}

fn median(runs: &[Run], rung: &Rung) -> Option<f64> {
    let speeds: Vec<f64> = runs
        .iter()
        .filter(|(_, name, _)| *name == rung.name)
        .map(|(_, _, speed)| *speed)
        .collect();
    (!speeds.is_empty()).then(|| statistics::median(&speeds))
}

fn rows(runs: &[Run]) -> String {
    let mut text = "round,name,gib_per_s\n".to_owned();
    for (round, name, speed) in runs {
        text += &format!("{round},{name},{speed:.3}\n");
    }
    text
}

fn print_rows(medians: &[Option<f64>], out: &mut impl Write) -> Result<()> {
    for (rung, median) in LADDER.iter().zip(medians) {
        if let Some(median) = median {
            writeln!(out, "{},{median:.3}", rung.name).context("cannot print the rows")?;
        }
    }
    Ok(())
}

fn print_table(
    medians: &[Option<f64>],
    placement: &Placement,
    options: &Options,
    out: &mut impl Write,
) -> io::Result<()> {
    let fastest = medians.iter().flatten().copied().fold(0.0, f64::max);
    writeln!(
        out,
        "{placement}.\n\n{:27}{:>7}{:>11}{:>8}",
        "", "GiB/s", "x stage 5", "ns/slot"
    )?;
    for (rung, median) in LADDER.iter().zip(medians) {
        write!(out, "{:7}{:20}", rung.name, rung.novelty)?;
        match median {
            Some(median) => {
                let times = match medians[0] {
                    Some(first) => format!("{:.1}", median / first),
                    None => "-".to_owned(),
                };
                let nanoseconds = nanoseconds_per_slot(rung, *median);
                let bar = bar(median / fastest);
                writeln!(out, "{median:>7.1}{times:>11}{nanoseconds:>8.0}  {bar}")?;
            }
            None => writeln!(out, "{:>7}{:>11}{:>8}", "-", "-", "-")?,
        }
    }
    writeln!(
        out,
        "\nMedians of {} runs of {} each, in random order, into stage5-read.",
        options.rounds,
        size::format(options.bytes)
    )
}

/// At most 28 characters, to an eighth of a character.
fn bar(fraction: f64) -> String {
    const WIDTH: f64 = 28.0;
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (fraction * WIDTH * 8.0).round().max(1.0) as usize;
    "█".repeat(eighths / 8) + EIGHTHS[eighths % 8]
}

fn nanoseconds_per_slot(rung: &Rung, gib_per_second: f64) -> f64 {
    f64::from(rung.slot) / (gib_per_second * f64::from(1 << 30)) * 1e9
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_of_the_rung_alone() {
        let [stage5, tee, yes, _] = &LADDER;
        let runs = [
            (1, "stage5", 3.0),
            (1, "tee", 50.0),
            (2, "stage5", 1.0),
            (3, "stage5", 2.0),
            (2, "tee", 60.0),
        ];
        assert_eq!(median(&runs, stage5), Some(2.0));
        assert_eq!(median(&runs, tee), Some(55.0));
        assert_eq!(median(&runs, yes), None);
        assert!(rows(&runs).starts_with("round,name,gib_per_s\n1,stage5,3.000\n"));
    }

    #[test]
    fn a_slot_of_a_page_at_stage_5s_speed() {
        let nanoseconds = nanoseconds_per_slot(&LADDER[0], 50.0);
        assert!((76.0..77.0).contains(&nanoseconds), "{nanoseconds}");
    }
}
