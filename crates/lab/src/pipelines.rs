//! `make pipelines`: slow pipelines as they are, mended, and watched, in random order.

mod cases;
mod one_run;
mod table;

use anyhow::{Context, Result, bail, ensure};
use bench::pair;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use measured::pipelines::{AFTER, BEFORE, Figures, PIPELINES, Pipeline, WATCHED};
use rand::seq::SliceRandom;

use crate::attempts::{self, Failed};
use crate::destination::Destination;
use cases::{ALL, Case};
use one_run::Bench;

/// What `lab pipelines` takes.
#[derive(Args)]
pub struct Options {
    /// Which to run; the rows of the others stay [default: all]
    names: Vec<String>,

    /// How often to run each
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,

    #[command(flatten)]
    destination: Destination,
}

/// Runs them, keeps the rows where a folder is named, and prints a table.
///
/// # Errors
///
/// When there is no pipeline of a name, the folder cannot be written, and at the end
/// when a pipeline failed again and again.
pub fn run(options: &Options) -> Result<()> {
    let mut chosen = chosen(&options.names)?;
    let folder = options.destination.folder()?;
    let known = match &folder {
        Some(folder) => PIPELINES.read(folder.path())?.unwrap_or_default(),
        None => Vec::new(),
    };
    let (mut rows, given_up) = measure(&mut chosen, options.rounds, &Bench::new()?)?;
    common::print(table::of(&Figures::of(rows.clone())))?;
    if let Some(folder) = folder.filter(|_| !rows.is_empty()) {
        let others = known.into_iter();
        rows.extend(others.filter(|row| !chosen.iter().any(|case| case.name == row.pipeline)));
        let place = |row: &Pipeline| ALL.iter().position(|case| case.name == row.pipeline);
        rows.sort_by_key(|row| (place(row), row.round, row.way.clone()));
        if let Some(beside) = PIPELINES.replace(folder.path(), &rows)? {
            common::say(format_args!("note: {beside}"));
        }
    }
    match given_up {
        0 => Ok(()),
        1 => bail!("one pipeline could not be measured; it is named above"),
        more => bail!("{more} pipelines could not be measured; they are named above"),
    }
}

fn chosen(names: &[String]) -> Result<Vec<&'static Case>> {
    for name in names {
        let known = || ALL.iter().map(|case| case.name).collect::<Vec<_>>();
        ensure!(
            known().contains(&name.as_str()),
            "there is no pipeline {name}: choose among {}",
            known().join(", ")
        );
    }
    let wanted = |case: &&Case| names.is_empty() || names.iter().any(|name| name == case.name);
    let (able, unable): (Vec<_>, Vec<_>) = ALL
        .iter()
        .filter(wanted)
        .partition(|case| case.needs.iter().all(|it| pair::in_path(it)));
    for case in unable {
        common::say(format_args!(
            "left out: {} needs {}",
            case.name,
            case.needs.join(" and ")
        ));
    }
    Ok(able)
}

/// The rows of those that go through, which alone stay among `cases`; and how many do not.
fn measure(
    cases: &mut Vec<&'static Case>,
    rounds: u32,
    bench: &Bench,
) -> Result<(Vec<Pipeline>, usize)> {
    let mut runs: Vec<(&Case, &str)> = Vec::new();
    for &case in cases.iter() {
        runs.extend([(case, BEFORE), (case, WATCHED)]);
        runs.extend(case.after.map(|_| (case, AFTER)));
    }
    let style = ProgressStyle::with_template("{pos} of {len} {msg}").context("it is constant")?;
    let progress = ProgressBar::new(runs.len() as u64 * u64::from(rounds)).with_style(style);
    let (mut rows, before) = (Vec::new(), cases.len());
    for round in 1..=rounds {
        runs.shuffle(&mut rand::rng());
        let failed = attempts::of_each(runs.clone(), |&(case, way)| {
            progress.set_message(case.name);
            let row = bench.run(case, way, round);
            Ok(row.map(|row| {
                rows.push(row);
                progress.inc(1);
            }))
        })?;
        for Failed { subject, why } in failed {
            let (case, way) = subject;
            progress.suspend(|| {
                common::say(format_args!("given up: {} ({way}): {why}", case.name));
            });
            cases.retain(|other| other.name != case.name);
            runs.retain(|(other, _)| other.name != case.name);
            rows.retain(|row: &Pipeline| row.pipeline != case.name);
        }
    }
    progress.finish_and_clear();
    Ok((rows, before - cases.len()))
}
