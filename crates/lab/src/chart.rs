//! `lab chart`: the ladder of the post, of the reference machine and of this one.

use std::path::Path;

use anyhow::{Result, bail};
use charts::Chart;
use common::print;
use measured::Figures;
use measured::machine::Machine;

/// Draws the ladder of the post, of the reference machine and of this one.
///
/// # Errors
///
/// When nothing was measured, or what was cannot be read.
pub fn run() -> Result<()> {
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
    draw(&machines)
}

/// Prints the ladders of the post and of these machines.
///
/// # Errors
///
/// When nobody takes what it prints.
pub fn draw(machines: &[(String, Figures)]) -> Result<()> {
    let machines: Vec<_> = machines
        .iter()
        .map(|(name, figures)| (name.as_str(), figures))
        .collect();
    print(Chart::ladder(&machines).to_terminal())
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
