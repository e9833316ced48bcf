//! `lab compare`: what was measured on several machines, side by side.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use common::print;

use bench::stages::STAGES;
use charts::NOT_MEASURED;
use measured::Figures;
use measured::machine::Machine;
use measured::statistics::Estimate;

use crate::chart;

/// The options of `lab compare`.
#[derive(Args)]
pub struct Options {
    /// Measured folders: their names under book/measured, or their paths
    #[arg(required = true, num_args = 2..)]
    folders: Vec<String>,
}

/// Prints the five stages on each machine: a table, the machines' facts, a chart.
///
/// # Errors
///
/// When a folder holds no figures, or what cannot be read.
pub fn run(options: &Options) -> Result<()> {
    let (mut machines, mut facts) = (Vec::new(), Vec::new());
    for name in &options.folders {
        let folder = find(name);
        let figures = Figures::read(&folder)?;
        if figures.runs().is_empty() {
            bail!(
                "{} holds no figures\nmeasure there with: make measure MACHINE={name}",
                folder.display()
            );
        }
        let short = short_name(name);
        facts.push(format!("{short}: {}", facts_in(&folder)?));
        machines.push((short, figures));
    }
    let means = table("GiB/s", &machines, Figures::estimate);
    let awake = table("awake", &machines, |figures, name| {
        figures.calls(name)?.awake
    });
    print(format_args!(
        "{means}\n\n{awake}\n{}\n",
        distances(&machines)
    ))?;
    print(format_args!("\n{}\n\n", facts.join("\n")))?;
    chart::draw(&machines)
}

/// A path where there is one, or else a name under book/measured.
fn find(name: &str) -> PathBuf {
    if Path::new(name).is_dir() {
        PathBuf::from(name)
    } else {
        measured::folder_of(name)
    }
}

fn short_name(name: &str) -> String {
    Path::new(name)
        .file_name()
        .map_or(name.to_owned(), |name| name.to_string_lossy().into_owned())
}

fn facts_in(folder: &Path) -> Result<String> {
    let Some(machine) = Machine::read_if_any(&folder.join("machine.toml"))? else {
        return Ok("its machine.toml is missing".to_owned());
    };
    let hypervisor = machine.virtualization.hypervisor;
    Ok(format!(
        "{}, Linux {}{}, {}; {}",
        machine.cpu.model,
        machine.kernel.release,
        hypervisor.map_or(String::new(), |name| format!(" on {name}")),
        machine.placement.nearness,
        machine.date.chars().take(10).collect::<String>()
    ))
}

/// At which distance between its CPUs each machine was awake.
fn distances(machines: &[(String, Figures)]) -> String {
    let told = machines.iter().map(|(name, figures)| {
        let distance = figures.usual_distance();
        let distance = distance.map_or("never timed".to_owned(), |it| format!("the CPUs {it}"));
        format!("{name}: {distance}")
    });
    told.collect::<Vec<_>>().join("; ")
}

/// GiB/s with the interval, a column for each machine.
fn table(
    title: &str,
    machines: &[(String, Figures)],
    estimate: impl Fn(&Figures, &str) -> Option<Estimate>,
) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let names = machines.iter().map(|(name, _)| name.clone());
    table.set_header([title.to_owned()].into_iter().chain(names));
    for stage in &STAGES {
        let name = format!("stages/stage{}", stage.number);
        let cells = machines.iter().map(|(_, figures)| {
            let estimate = estimate(figures, &name);
            estimate.map_or(NOT_MEASURED.to_owned(), |estimate| estimate.to_string())
        });
        table.add_row(
            [format!("{}: {}", stage.number, stage.novelty)]
                .into_iter()
                .chain(cells),
        );
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
