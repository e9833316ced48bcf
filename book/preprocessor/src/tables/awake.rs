//! The stages' figures awake, by how far apart the CPUs were.

use std::fmt::Write;

use anyhow::{Result, bail};
use bench::stages::STAGES;
use measured::Figures;
use measured::words::figure;

use crate::sources::Sources;
use crate::yours::folded;

/// Of fewer runs than these an interval says nothing.
const ENOUGH: usize = 5;

/// GiB/s of each stage's calls that did not sleep, at each distance that occurred; below it
/// the same of the reader's machine.
///
/// # Errors
///
/// When no calls were timed on the book's machine.
pub fn awake(sources: &Sources) -> Result<String> {
    let Some(table) = stages_by_distance(&sources.reference) else {
        bail!("no calls were timed on the book's machine");
    };
    let yours = sources.yours.figures().and_then(stages_by_distance);
    let below = yours.map_or(String::new(), |yours| folded(&yours));
    Ok(table + &below + &sources.yours.note())
}

fn stages_by_distance(figures: &Figures) -> Option<String> {
    let by_distance = figures.by_distance();
    let has_stages = |figures: &Figures| !figures.group("stages").is_empty();
    let columns: Vec<_> = by_distance
        .iter()
        .filter(|(_, figures)| has_stages(figures))
        .collect();
    if columns.is_empty() {
        return None;
    }
    let heads = columns.iter().map(|(distance, _)| format!(" {distance} |"));
    let mut table = format!(
        "\n| GiB/s awake |{}\n|---|{}\n",
        heads.collect::<String>(),
        "---:|".repeat(columns.len())
    );
    for stage in &STAGES {
        let name = format!("stages/stage{}", stage.number);
        let cells = columns.iter().map(|(_, figures)| {
            let awake = figures.awake(&name).map(|it| match it.count {
                1 => format!("{}, 1 run", figure(it.median)),
                few if few < ENOUGH => format!("{}, {few} runs", figure(it.median)),
                _ => it.to_string(),
            });
            let none = match figures.estimate(&name) {
                Some(_) => "none awake",
                None => "no run",
            };
            format!(" {} |", awake.as_deref().unwrap_or(none))
        });
        let _ = writeln!(
            table,
            "| {} {} |{}",
            stage.number,
            stage.novelty,
            cells.collect::<String>()
        );
    }
    Some(table)
}
