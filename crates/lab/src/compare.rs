//! `lab compare`: what was measured on several machines, side by side.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use common::print;

use bench::stages::STAGES;
use charts::{Chart, NOT_MEASURED, figure};
use measured::Figures;
use measured::machine::Machine;

/// The options of `lab compare`.
#[derive(Args)]
pub struct Options {
    /// Measured folders: their names under book/measured, or their paths
    #[arg(required = true, num_args = 2..)]
    folders: Vec<String>,

    /// Also write the chart into this file, as SVG
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Prints the five stages on each machine: a table, the machines' facts, a chart.
///
/// # Errors
///
/// When a folder holds no figures.
pub fn run(options: &Options) -> Result<()> {
    let mut machines = Vec::new();
    for name in &options.folders {
        let folder = find(name);
        let figures = Figures::read(&folder)?;
        if figures.runs().is_empty() {
            bail!(
                "{} holds no figures\nmeasure there with: make measure MACHINE={name}",
                folder.display()
            );
        }
        machines.push((short_name(name), folder, figures));
    }
    print(format_args!("{}\n\n", table(&machines)))?;
    for (name, folder, _) in &machines {
        print(format_args!("{name}: {}\n", facts(folder)))?;
    }
    let figures: Vec<_> = machines
        .iter()
        .map(|(name, _, figures)| (name.as_str(), figures))
        .collect();
    let chart = Chart::ladder(&figures);
    print(format_args!("\n{}", chart.to_terminal()))?;
    if let Some(path) = &options.svg {
        measured::write_whole(path, chart.to_svg()?.as_bytes())?;
        print(format_args!(
            "\nThe same as a picture: {}\n",
            path.display()
        ))?;
    }
    Ok(())
}

/// A path where there is one, or else a name under book/measured.
fn find(name: &str) -> PathBuf {
    if Path::new(name).is_dir() {
        PathBuf::from(name)
    } else {
        measured::folder(name)
    }
}

fn short_name(name: &str) -> String {
    Path::new(name)
        .file_name()
        .map_or(name.to_owned(), |name| name.to_string_lossy().into_owned())
}

fn facts(folder: &Path) -> String {
    match Machine::read(&folder.join("machine.toml")) {
        Ok(machine) => format!(
            "{}, Linux {}{}, {}; {}",
            machine.cpu.model,
            machine.kernel.release,
            machine
                .virtualization
                .hypervisor
                .map_or(String::new(), |name| format!(" on {name}")),
            machine.placement.distance,
            &machine.date[..10.min(machine.date.len())]
        ),
        Err(_) => "its machine.toml is missing".to_owned(),
    }
}

/// GiB/s with the interval, a column for each machine.
fn table(machines: &[(String, PathBuf, Figures)]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    let names = machines.iter().map(|(name, _, _)| name.clone());
    table.set_header(["GiB/s".to_owned()].into_iter().chain(names));
    for stage in &STAGES {
        let name = format!("stages/stage{}", stage.number);
        let cells = machines
            .iter()
            .map(|(_, _, figures)| match figures.estimate(&name) {
                Some(value) => format!(
                    "{} ({} to {})",
                    figure(value.median),
                    figure(value.low),
                    figure(value.high)
                ),
                None => NOT_MEASURED.to_owned(),
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
