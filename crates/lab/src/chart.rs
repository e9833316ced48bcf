//! `lab chart`: the ladder of the post, of the reference machine and of this one.

use std::path::Path;

use anyhow::{Result, bail};
use charts::Chart;
use clap::Args;
use common::print;
use measured::Figures;
use measured::machine::Machine;
use measured::unfinished;

/// The options of `lab chart`.
#[derive(Args)]
pub struct Options {
    /// Also write the chart into this file, as SVG
    #[arg(long, value_name = "FILE")]
    svg: Option<std::path::PathBuf>,
}

/// Draws the ladder of the post, of the reference machine and of this one.
///
/// # Errors
///
/// When nothing was measured, or the file cannot be written.
pub fn run(options: &Options) -> Result<()> {
    let machines = measured_machines(&["reference", "yours"])?;
    let machines: Vec<_> = machines
        .iter()
        .map(|(name, figures)| (name.as_str(), figures))
        .collect();
    let chart = Chart::ladder(&machines);
    print(chart.to_terminal())?;
    if let Some(path) = &options.svg {
        measured::write_whole(path, chart.to_svg()?.as_bytes())?;
        print(format_args!(
            "\nThe same as a picture: {}\n",
            path.display()
        ))?;
    }
    Ok(())
}

/// Those of the folders that hold figures, by the machines' own names.
///
/// # Errors
///
/// When none of them does.
pub fn measured_machines(folders: &[&str]) -> Result<Vec<(String, Figures)>> {
    let mut machines = Vec::new();
    for name in folders {
        let folder = measured::folder(name);
        let figures = Figures::read(&folder)?;
        if !figures.runs().is_empty() {
            machines.push((machine_name(name, &folder), figures));
        } else if unfinished::is_in(&folder) {
            common::say(format_args!(
                "note: what is measured of '{name}' is unfinished: make measure goes on"
            ));
        }
    }
    if machines.is_empty() {
        bail!("nothing has been measured yet: run `make measure`, or `make measure QUICK=1`");
    }
    Ok(machines)
}

/// What the bars of a folder are called: whose machine, and which.
pub fn machine_name(name: &str, folder: &Path) -> String {
    let whose = match name {
        "reference" => "this book's machine",
        "yours" => "yours",
        other => other,
    };
    match Machine::read(&folder.join("machine.toml")) {
        Ok(machine) => format!(
            "{whose} ({}, Linux {})",
            machine.cpu.model, machine.kernel.release
        ),
        Err(_) => whose.to_owned(),
    }
}
