//! `make` and `make stage1` … `make stage5`: runs the stages and draws the ladder.

use std::io::{self, Write};
use std::process::{ExitCode, Output};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use bench::bar::bar;
use bench::pair::{self, Pair};
use bench::placement::{Distance, Placement};
use bench::stages::{STAGES, Stage};
use clap::Parser;
use common::{Throughput, size};
use indicatif::ProgressBar;

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
}

const NO_SPINNING: &str = "stage 5 needs a CPU for each end, and both are to run on one here:\n\
    each would spin through its whole time slice, waiting for the other, which cannot run meanwhile";

fn main() -> ExitCode {
    let options = Options::parse();
    common::run(|| {
        let placement = Placement::choose(options.cpus.as_deref())?;
        warn(&placement);
        let out = &mut io::stdout();
        let result = match options.stage {
            Some(number) => run_one(&STAGES[usize::from(number) - 1], &placement, &options, out),
            None => run_all(&placement, &options, out),
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
        eprintln!(
            "warning: there is no taskset (package util-linux), so nothing is pinned to a CPU"
        );
    }
    if placement.distance == Distance::OneCpu {
        eprintln!(
            "warning: both ends share CPU {}: they take turns, and nothing runs in parallel",
            placement.writer
        );
    }
}

fn run_one(
    stage: &Stage,
    placement: &Placement,
    options: &Options,
    out: &mut impl Write,
) -> Result<()> {
    if stage.never_sleeps() && placement.distance == Distance::OneCpu {
        bail!("{NO_SPINNING}");
    }
    let pair = pair(stage, placement, options.bytes, options.csv)?;
    if !options.csv {
        writeln!(out, "$ {}", pair.shell_command())?;
    }
    let output = run(&pair, stage)?;
    if !output.status.success() {
        bail!("stage {} failed; its programs say why above", stage.number);
    }
    match options.csv {
        true => writeln!(out, "{}", row(stage, &parse_row(&output.stdout)?))?,
        false => out.write_all(&output.stdout)?,
    }
    Ok(())
}

fn run_all(placement: &Placement, options: &Options, out: &mut impl Write) -> Result<()> {
    if !options.csv {
        writeln!(out, "Each stage moves {}.", size::format(options.bytes))?;
        if pair::in_path("taskset") {
            writeln!(out, "{}.", sentence(placement))?;
        }
        writeln!(out)?;
    }
    let mut results = Vec::new();
    let (mut failed, mut too_short) = (false, false);
    for stage in &STAGES {
        if !options.csv {
            writeln!(
                out,
                "stage {}   {} | {}",
                stage.number, stage.writer, stage.reader
            )?;
        }
        if stage.never_sleeps() && placement.distance == Distance::OneCpu {
            eprintln!("{NO_SPINNING}");
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
            true => writeln!(out, "{}", row(stage, &throughput))?,
            false => writeln!(out, "          {throughput}")?,
        }
        too_short |= is_too_short(&throughput);
        results.push(Some(throughput.gib_per_second));
    }
    if !options.csv {
        print_ladder(&results, out)?;
    }
    if too_short {
        eprintln!("note: a stage took under 0.05 s, mostly to start: move more with BYTES=10G");
    }
    if failed {
        bail!("not all stages got through; their programs say why above");
    }
    Ok(())
}

fn run(pair: &Pair, stage: &Stage) -> Result<Output> {
    let spinner = spinner(stage);
    let output = pair.run();
    spinner.finish_and_clear();
    output
}

fn row(stage: &Stage, throughput: &Throughput) -> String {
    format!("stage{},{:.3}", stage.number, throughput.gib_per_second)
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
fn spinner(stage: &Stage) -> ProgressBar {
    let spinner = ProgressBar::new_spinner();
    let style = indicatif::ProgressStyle::with_template("          {spinner} {msg} {elapsed}");
    spinner.set_style(style.expect("the template is constant"));
    spinner.set_message(format!("stage {} of {}", stage.number, STAGES.len()));
    spinner.enable_steady_tick(Duration::from_millis(100));
    spinner
}

/// The row that the readers print with `--csv`: GiB/s, bytes, buffer size, ….
fn parse_row(row: &[u8]) -> Result<Throughput> {
    let row = String::from_utf8_lossy(row);
    let mut columns = row.split(',');
    let mut next = || {
        columns
            .next()
            .with_context(|| format!("a short row: {row}"))
    };
    Ok(Throughput {
        gib_per_second: next()?.parse()?,
        bytes: next()?.parse()?,
        buf_size: next()?.parse()?,
    })
}

/// In less time than this, the start of the programs weighs too much.
fn is_too_short(throughput: &Throughput) -> bool {
    let gib = throughput.bytes as f64 / f64::from(1 << 30);
    gib / throughput.gib_per_second < 0.05
}

fn print_ladder(results: &[Option<f64>], out: &mut impl Write) -> io::Result<()> {
    let fastest = results.iter().flatten().copied().fold(0.0, f64::max);
    writeln!(
        out,
        "\n{:22}{:>7}{:>11}{:>10}",
        "", "GiB/s", "x stage 1", "the post"
    )?;
    for (stage, result) in STAGES.iter().zip(results) {
        write!(out, "stage {}  {:13}", stage.number, stage.novelty)?;
        match result {
            Some(result) => {
                let times = match results[0] {
                    Some(first) => format!("{:.1}", result / first),
                    None => "-".to_owned(),
                };
                let bar = bar(result / fastest, 28);
                writeln!(out, "{result:>7.1}{times:>11}{:>10.1}  {bar}", stage.post)?;
            }
            None => writeln!(out, "{:>7}{:>11}{:>10.1}", "-", "-", stage.post)?,
        }
    }
    writeln!(
        out,
        "\nYours is a single run of each. The post ran on an i7-8550U with Linux 5.17:\n\
         https://mazzo.li/posts/fast-pipes.html"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_readers_row_is_read_back() {
        let result = parse_row(b"3.703704,10737418240,262144,65536,0,0,0,0,0,0,0,0,0,0\n").unwrap();
        assert_eq!(
            result.to_string(),
            "3.7GiB/s, 256KiB buffer, 40960 iterations (10GiB piped)"
        );
        assert!(parse_row(b"").is_err());
    }
}
