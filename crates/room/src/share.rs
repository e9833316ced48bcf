//! `lab share`: one small text about this machine, for the room.

use std::path::Path;

use anyhow::Result;
use bench::placement::Placement;
use bench::stages::STAGES;
use bench::{cpu_list, hand_over};
use clap::Args;
use common::{print, say};
use machine::roots::Roots;
use machine::{facts, wake_up};
use measured::Figures;
use measured::name::Name;

use crate::shared::{Machine, Rung, Shared};
use crate::{standings, text};

/// In the current folder.
const FILE: &str = "share.toml";

/// The options of `lab share`.
#[derive(Args)]
pub struct Options {
    /// The folder of book/measured whose figures are shared
    #[arg(long, value_name = "NAME", default_value_t = Name::yours())]
    machine: Name,

    /// The CPUs whose waking is timed: the writer's, the reader's
    #[arg(long, value_name = "A,B")]
    cpus: Option<String>,
}

/// Prints the text, and writes it into share.toml.
///
/// # Errors
///
/// When what was measured or passed cannot be read, or the file cannot be written.
pub fn run(options: &Options) -> Result<()> {
    let placement = Placement::choose(options.cpus.as_deref())?;
    let folder = options.machine.folder();
    let figures = Figures::read(&folder)?;
    let ladder = ladder(&figures);
    if ladder.is_empty() {
        say(format_args!(
            "note: no stage has been measured in {}: make measure QUICK=1 does it in 2 minutes, then share again",
            folder.display()
        ));
    }
    let machine = machine(&folder, &figures, &placement)?;
    let exercises = standings::read(Path::new(standings::FILE))?;
    let text = text::write(&Shared::new(machine, ladder, exercises))?;
    measured::write_whole(Path::new(FILE), text.as_bytes())?;
    print(&text)?;
    say(format_args!(
        "This is in {FILE} too: paste it, mail it, or put it into the room's folder under a name that you choose"
    ));
    Ok(())
}

/// The machine that was measured, and what a sleep costs on it now.
fn machine(folder: &Path, figures: &Figures, placement: &Placement) -> Result<Machine> {
    let known = measured::machine::Machine::read_if_any(&folder.join("machine.toml"))?;
    let facts = known.unwrap_or_else(|| facts::gather("", &Roots::of_this_machine(), placement));
    let distance = match figures.usual_distance() {
        Some(distance) => Some(distance),
        None => hand_over::nanoseconds(placement)?.map(hand_over::Distance::of),
    };
    Ok(Machine {
        cpu: facts.cpu.model,
        cpus: cpu_list::parse(&facts.cpu.allowed)?.len() as u64,
        architecture: facts.kernel.architecture,
        kernel: facts.kernel.release,
        hypervisor: facts.virtualization.hypervisor,
        container: facts.virtualization.container,
        distance: distance.map(|it| it.to_string()),
        wake_up_us: Some(rounded(wake_up::microseconds(placement)?)),
    })
}

fn ladder(figures: &Figures) -> Vec<Rung> {
    let rungs = STAGES.iter().filter_map(|stage| {
        let name = format!("stages/stage{}", stage.number);
        let awake = figures.calls(&name).and_then(|calls| calls.awake);
        Some(Rung {
            stage: stage.number,
            gib_per_s: rounded(figures.estimate(&name)?.median),
            awake_gib_per_s: awake.map(|awake| rounded(awake.median)),
        })
    });
    rungs.collect()
}

/// To three decimals, which is more than is known.
fn rounded(figure: f64) -> f64 {
    (figure * 1e3).round().max(1.0) / 1e3
}
