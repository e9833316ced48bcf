//! What was measured round by round: the stages, and groups of other settings.

use std::fmt::Write;

use anyhow::{Context, Result, bail};
use bench::stages::STAGES;
use measured::Figures;
use measured::words::figure;

use super::with_interval;
use crate::sources::Sources;

/// The post, this book's machine, the reader's: GiB/s, and the step from the stage before.
///
/// # Errors
///
/// When there is no such stage, or it was not measured.
pub fn three(stage: &str, sources: &Sources) -> Result<String> {
    let index = STAGES
        .iter()
        .position(|known| format!("stage{}", known.number) == stage)
        .with_context(|| format!("there is no stage '{stage}'"))?;
    let name = format!("stages/{stage}");
    let reference = sources
        .reference
        .estimate(&name)
        .with_context(|| format!("{name} was not measured"))?;
    let yours = sources.yours.figures();
    let note = sources.yours.note();
    let not_yours = match note.is_empty() {
        true => "run `make measure`",
        false => "left out",
    };
    let mut table =
        String::from("\n| | the post | this book's machine | yours |\n|---|---:|---:|---:|\n");
    let _ = writeln!(
        table,
        "| GiB/s | {} | {} | {} |",
        figure(STAGES[index].post),
        with_interval(&reference),
        yours
            .and_then(|yours| yours.estimate(&name))
            .map_or(not_yours.to_owned(), |yours| with_interval(&yours))
    );
    if index > 0 {
        let before = format!("stages/stage{index}");
        let step = |figures: &Figures| figures.times(&name, &before).map(figure);
        let _ = writeln!(
            table,
            "| times stage {index} | {} | {} | {} |",
            figure(STAGES[index].post / STAGES[index - 1].post),
            step(&sources.reference).unwrap_or_default(),
            yours.and_then(step).unwrap_or_default()
        );
    }
    Ok(table + &note)
}

/// A group of figures, each beside the first, for each machine that has them.
///
/// # Errors
///
/// When nothing of the group was measured on the first machine.
pub fn group(group: &str, sources: &Sources) -> Result<String> {
    let machines = sources.machines();
    let measured = |(_, figures): &&(&str, &Figures)| !figures.group(group).is_empty();
    let machines: Vec<_> = machines.iter().filter(measured).collect();
    let names = machines
        .first()
        .map_or(Vec::new(), |(_, figures)| figures.group(group));
    let Some(first) = names.first() else {
        bail!("nothing of the group '{group}' was measured on the reference machine");
    };
    let times = format!("times {}", short(first));
    let header = machines.iter().map(|(machine, _)| match machines.len() {
        1 => format!(" GiB/s | {times} |"),
        _ => format!(" {machine}, GiB/s | {times} |"),
    });
    let mut table = format!(
        "\n| |{}\n|---|{}\n",
        header.collect::<String>(),
        "---:|---:|".repeat(machines.len())
    );
    for name in &names {
        let cells = machines.iter().map(|(_, figures)| {
            let estimate = figures.estimate(name).map(|it| with_interval(&it));
            let ratio = figures.times(name, first).map(figure);
            format!(
                " {} | {} |",
                estimate.unwrap_or_default(),
                ratio.unwrap_or_default()
            )
        });
        let _ = writeln!(table, "| {} |{}", short(name), cells.collect::<String>());
    }
    Ok(table + &sources.yours.note())
}

fn short(name: &str) -> String {
    name.split_once('/')
        .map_or(name, |(_, name)| name)
        .replace(['_', '-'], " ")
}
