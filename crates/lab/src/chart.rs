//! `lab chart`: the ladder of the post, of the reference machine and of this one.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use charts::Chart;
use clap::Args;
use common::print;
use measured::Figures;
use measured::machine::Machine;

/// The options of `lab chart`.
#[derive(Args)]
pub struct Options {
    /// Also write the chart into this file, as SVG
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Draws the ladder of the post, of the reference machine and of this one.
///
/// # Errors
///
/// When nothing was measured, what was cannot be read, or the file cannot be written.
pub fn run(options: &Options) -> Result<()> {
    let mut machines = Vec::new();
    for name in ["reference", "yours"] {
        let folder = measured::folder_of(name);
        let figures = Figures::read(&folder)?;
        if !figures.runs().is_empty() {
            machines.push((machine_name(name, &folder)?, figures));
        } else if measured::unfinished::is_in(&folder) {
            common::say(format_args!(
                "note: what is measured of '{name}' is unfinished: make measure goes on"
            ));
        }
    }
    if machines.is_empty() {
        bail!("nothing has been measured yet: run `make measure`, or `make measure QUICK=1`");
    }
    draw(&machines, options.svg.as_deref())
}

/// Prints the ladders of the post and of these machines, and writes them into the
/// file `svg`, where there is to be one.
///
/// # Errors
///
/// When the file cannot be written.
pub fn draw(machines: &[(String, Figures)], svg: Option<&Path>) -> Result<()> {
    let machines: Vec<_> = machines
        .iter()
        .map(|(name, figures)| (name.as_str(), figures))
        .collect();
    let chart = Chart::ladder(&machines);
    print(chart.to_terminal())?;
    if let Some(path) = svg {
        measured::write_whole(path, chart.to_svg()?.as_bytes())?;
        print(format_args!(
            "\nThe same as a picture: {}\n",
            path.display()
        ))?;
    }
    Ok(())
}

/// What the bars of a folder are called: whose machine, and which.
fn machine_name(name: &str, folder: &Path) -> Result<String> {
    let whose = match name {
        "reference" => "this book's machine",
        other => other,
    };
    let machine = Machine::read_if_any(&folder.join("machine.toml"))?;
    Ok(machine.map_or(whose.to_owned(), |machine| {
        format!(
            "{whose} ({}, Linux {})",
            machine.cpu.model, machine.kernel.release
        )
    }))
}
