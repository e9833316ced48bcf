//! The files about a stage: call trees, flame graphs, and the stacks both are drawn from.

use std::path::Path;

use anyhow::Result;
use bench::stages::{STAGES, Stage};
use charts::flame::FlameGraph;
use common::say;
use measured::stacks::Stacks;

use super::call_tree::CallTree;
use super::end::End;
use super::recording::{self, Recording};
use super::samples::Samples;
use super::stacks;

/// Names and contents, for the folder of a machine where those of the stage before may be.
///
/// # Errors
///
/// When perf took too few samples, or what is in the folder cannot be read.
pub fn of(stage: &Stage, recording: &Recording, machine: &Path) -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    let all = Samples::parse(&recording.script);
    for end in End::BOTH {
        let (program, call) = (end.program(stage), end.call(stage));
        let samples = all.of(program);
        recording::check(&samples, program)?;
        let stacks = stacks::under(call, &samples);
        let tree = CallTree::new(call, &stacks);
        let file = |kind: &str| format!("stage{}.{}.{kind}", stage.number, end.name());
        let header = recording.header(program, call, stage, samples.len());
        files.push((file("txt"), format!("{header}\n{tree}")));

        let caption = format!("Stage {}: {program}", stage.number);
        let graph = FlameGraph::of(&stacks);
        let drawn = graph.as_a_file(&format!("{caption}; {}", recording.subtitle()), None);
        files.push((file("svg"), drawn));
        if let Some(before) = before(stage, end)
            && let Some(stacks) = stacks_of(machine, &before)?
        {
            let caption = format!(
                "{caption}, beside {} of stage {}",
                before.program, before.stage
            );
            let before = FlameGraph::of(&stacks);
            files.push((file("diff.svg"), graph.as_a_file(&caption, Some(&before))));
        }
        files.push((file("folded"), stacks.folded()));
    }
    Ok(files)
}

/// The same end in the stage before, where that was another program.
struct Before {
    stage: u8,
    program: &'static str,
    name: String,
}

fn before(stage: &Stage, end: End) -> Option<Before> {
    let before = STAGES
        .iter()
        .find(|other| other.number + 1 == stage.number)?;
    let program = end.program(before);
    (program != end.program(stage)).then(|| Before {
        stage: before.number,
        program,
        name: format!("stage{}.{}", before.number, end.name()),
    })
}

fn stacks_of(machine: &Path, before: &Before) -> Result<Option<Stacks>> {
    let stacks = Stacks::read(machine, &before.name)?;
    if stacks.is_none() {
        say(format_args!(
            "note: no differential flame graph, since stage {} was not recorded yet: run make perf",
            before.stage
        ));
    }
    Ok(stacks)
}
