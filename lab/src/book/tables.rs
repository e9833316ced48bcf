//! Tables and call trees in the book, from the data.

use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result, bail};

use super::Sources;
use crate::chart::figure;
use crate::machine::Machine;
use crate::measured::{self, Figures};
use crate::stages::STAGES;
use crate::statistics::Estimate;

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
    let yours = sources
        .yours
        .as_ref()
        .and_then(|yours| yours.estimate(&name));
    let mut table =
        String::from("\n| | the post | this book's machine | yours |\n|---|---:|---:|---:|\n");
    let _ = writeln!(
        table,
        "| GiB/s | {} | {} | {} |",
        figure(STAGES[index].post),
        with_interval(&reference),
        yours.map_or("run `make measure`".to_owned(), |yours| with_interval(
            &yours
        ))
    );
    if index > 0 {
        let before = format!("stages/stage{index}");
        let step = |figures: &Figures| {
            figures
                .ratio(&name, &before)
                .map(|ratio| figure(ratio.median))
        };
        let _ = writeln!(
            table,
            "| times stage {index} | {} | {} | {} |",
            figure(STAGES[index].post / STAGES[index - 1].post),
            step(&sources.reference).unwrap_or_default(),
            sources.yours.as_ref().and_then(step).unwrap_or_default()
        );
    }
    Ok(table)
}

/// A group of the reference machine's figures, each beside the first.
///
/// # Errors
///
/// When nothing of the group was measured.
pub fn group(group: &str, figures: &Figures) -> Result<String> {
    let names = figures.group(group);
    let Some(first) = names.first() else {
        bail!("nothing of the group '{group}' was measured on the reference machine");
    };
    let mut table = format!("\n| | GiB/s | times {} |\n|---|---:|---:|\n", short(first));
    for name in &names {
        let estimate = figures.estimate(name).context("it has runs")?;
        let ratio = figures
            .ratio(name, first)
            .map_or(String::new(), |ratio| figure(ratio.median));
        let _ = writeln!(
            table,
            "| {} | {} | {ratio} |",
            short(name),
            with_interval(&estimate)
        );
    }
    Ok(table)
}

/// A CSV file of the reference machine as it is.
///
/// # Errors
///
/// When it cannot be read.
pub fn file(name: &str) -> Result<String> {
    let path = measured::folder("reference").join(name);
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_path(&path)
        .with_context(|| format!("cannot read {}", path.display()))?;
    let mut table = String::from("\n");
    for (index, row) in rows.records().enumerate() {
        let row = row?;
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('_', " ")).collect();
        let _ = writeln!(table, "| {} |", cells.join(" | "));
        if index == 0 {
            let _ = writeln!(table, "|{}", "---|".repeat(cells.len()));
        }
    }
    Ok(table)
}

/// A call tree as perf's samples gave it.
///
/// # Errors
///
/// When there is none of that name.
pub fn call_tree(name: &str) -> Result<String> {
    let path = measured::folder("reference").join(format!("perf/{name}.txt"));
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(format!("\n```text\n{}\n```\n", text.trim_end()))
}

/// The facts of a machine.
///
/// # Errors
///
/// When it was not measured.
pub fn machine(name: &str) -> Result<String> {
    let machine = Machine::read(&measured::folder(name).join("machine.toml"))?;
    let caches: Vec<String> = machine
        .cpu
        .caches
        .iter()
        .map(|cache| {
            format!(
                "L{} {} {}, shared by CPUs {}",
                cache.level,
                cache.kind.to_lowercase(),
                common::size::format(cache.size),
                cache.shared_by
            )
        })
        .collect();
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
    let rows = [
        ("CPU", machine.cpu.model.clone()),
        ("CPUs used", machine.placement_in_words()),
        ("Caches of the writer's CPU", caches.join("; ")),
        ("Governor", or_none(&machine.cpu.governor)),
        (
            "Kernel",
            format!(
                "Linux {}, {}",
                machine.kernel.release, machine.kernel.architecture
            ),
        ),
        (
            "Page",
            common::size::format(machine.kernel.page_size as u64),
        ),
        ("Hypervisor", or_none(&machine.virtualization.hypervisor)),
        ("Container", or_none(&machine.virtualization.container)),
        (
            "Stalls are accounted for (PSI)",
            yes_or_no(machine.pressure_stall_information),
        ),
        ("Measured", machine.date.clone()),
        ("Commit", machine.commit.clone()),
    ];
    let mut table = String::from("\n| | |\n|---|---|\n");
    for (name, value) in rows {
        let _ = writeln!(table, "| {name} | {value} |");
    }
    Ok(table)
}

fn yes_or_no(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

fn with_interval(estimate: &Estimate) -> String {
    format!(
        "{} ({} to {})",
        figure(estimate.median),
        figure(estimate.low),
        figure(estimate.high)
    )
}

fn short(name: &str) -> String {
    name.split_once('/')
        .map_or(name, |(_, name)| name)
        .replace(['_', '-'], " ")
}
