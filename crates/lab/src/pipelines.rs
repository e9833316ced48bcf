//! `make pipelines`: slow pipelines as they are, mended, and watched, in random order.

mod cases;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use bench::pair::{self, programs_folder};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use measured::pipelines::{AFTER, BEFORE, Figures, PIPELINES, Pipeline, WATCHED, times};
use measured::statistics::Estimate;
use rand::seq::SliceRandom;
use serde_json::Value;

use crate::destination::Destination;
use cases::{ALL, Case, DATA};

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
/// When a pipeline fails, or there is none of a name.
pub fn run(options: &Options) -> Result<()> {
    let chosen = chosen(&options.names)?;
    let folder = options.destination.folder()?;
    let known = match &folder {
        Some(folder) => PIPELINES.read(folder.path())?.unwrap_or_default(),
        None => Vec::new(),
    };
    let data = tempfile::tempdir().context("cannot make a folder for the data")?;
    outcome(bash(DATA), data.path())?;
    let mut rows = measure(&chosen, options.rounds, data.path())?;
    common::print(table(&Figures::of(rows.clone())))?;
    if let Some(folder) = folder {
        let others = known.into_iter();
        rows.extend(others.filter(|row| !chosen.iter().any(|case| case.name == row.pipeline)));
        let place = |row: &Pipeline| ALL.iter().position(|case| case.name == row.pipeline);
        rows.sort_by_key(|row| (place(row), row.round, row.way.clone()));
        if let Some(beside) = PIPELINES.replace(folder.path(), &rows)? {
            common::say(format_args!("note: {beside}"));
        }
    }
    Ok(())
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

fn measure(cases: &[&Case], rounds: u32, data: &Path) -> Result<Vec<Pipeline>> {
    let mut runs: Vec<(&Case, &str)> = Vec::new();
    for case in cases {
        runs.extend([(*case, BEFORE), (*case, WATCHED)]);
        runs.extend(case.after.map(|_| (*case, AFTER)));
    }
    let style = ProgressStyle::with_template("{pos} of {len} {msg}").context("it is constant")?;
    let progress = ProgressBar::new(runs.len() as u64 * u64::from(rounds)).with_style(style);
    let mut rows = Vec::new();
    for round in 1..=rounds {
        runs.shuffle(&mut rand::rng());
        for (case, way) in &runs {
            progress.set_message(case.name);
            rows.push(once(case, way, round, data)?);
            progress.inc(1);
        }
    }
    progress.finish_and_clear();
    Ok(rows)
}

fn once(case: &Case, way: &str, round: u32, data: &Path) -> Result<Pipeline> {
    let command = match way {
        AFTER => case.after.unwrap_or(case.before),
        _ => case.before,
    };
    let report = data.join("report");
    let start = Instant::now();
    let run = match way {
        WATCHED => {
            let mut lab = Command::new(std::env::current_exe().context("cannot find myself")?);
            lab.args(["pipeline", "--shell", "bash", "--json", "--report"]);
            lab.arg(&report).args(["--", command]);
            lab
        }
        _ => bash(command),
    };
    outcome(run, data)?;
    let mut row = Pipeline {
        round,
        pipeline: case.name.to_owned(),
        way: way.to_owned(),
        seconds: start.elapsed().as_secs_f64(),
        verdict: None,
        at_most: None,
        watcher: None,
    };
    if way == WATCHED {
        let text = fs::read_to_string(&report).context("the watcher has left no report")?;
        let report: Value = serde_json::from_str(&text)?;
        let (seen, verdict) = (&report["seen"], &report["verdict"]);
        let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
        row.verdict = verdict["kind"].as_str().map(str::to_owned);
        row.at_most = Some(number(&verdict["at_most"]));
        row.watcher = Some(number(&seen["watcher_seconds"]) / number(&seen["seconds"]));
    }
    Ok(row)
}

fn bash(command: &str) -> Command {
    let mut bash = Command::new("bash");
    bash.args(["-c", command]);
    bash
}

/// Runs it to its end; what it prints is read and dropped.
fn outcome(mut command: Command, data: &Path) -> Result<()> {
    command
        .env("DATA", data)
        .env("BIN", programs_folder()?)
        .stdin(Stdio::null());
    pair::end_with_me(&mut command);
    let output = command
        .output()
        .with_context(|| format!("cannot start {command:?}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("{command:?}: {}: {}", output.status, said.trim());
    }
    Ok(())
}

fn table(figures: &Figures) -> String {
    let mut text = String::from(
        "pipeline          verdict          before    after   times as fast          watched takes          its CPU\n",
    );
    for name in figures.pipelines() {
        let seconds = |way| {
            figures
                .seconds(name, way)
                .map_or(String::new(), |it| format!("{it:.2} s"))
        };
        let ratio = |estimate: Option<Estimate>| estimate.as_ref().map_or(String::new(), times);
        let (kind, most, all) = figures.verdict(name).unwrap_or(("", 0, 0));
        text += &format!(
            "{name:17} {:16} {:>8} {:>8}   {:22} {:22} {:.2}%\n",
            format!("{kind} {most}/{all}"),
            seconds(BEFORE),
            seconds(AFTER),
            ratio(figures.gain(name)),
            ratio(figures.cost(name)),
            100.0 * figures.watcher(name).unwrap_or(0.0)
        );
    }
    text
}
