//! The files about a stage: call trees, flame graphs, and the stacks both are drawn from.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use bench::stages::{STAGES, Stage};
use common::say;
use measured::text;

use super::call_tree::CallTree;
use super::end::End;
use super::flame_graph;
use super::recording::{self, Recording};
use super::samples::Samples;
use super::stacks::Stacks;

/// Names and contents, for the folder where those of the stage before may be.
///
/// # Errors
///
/// When perf took too few samples, or what is in the folder cannot be read.
pub fn of(stage: &Stage, recording: &Recording, folder: &Path) -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    let all = Samples::parse(&recording.script);
    for end in End::BOTH {
        let (program, call) = (end.program(stage), end.call(stage));
        let samples = all.of(program);
        recording::check(&samples, program)?;
        let stacks = Stacks::under(call, &samples);
        let tree = CallTree::new(call, &stacks);
        let file = |kind: &str| format!("stage{}.{}.{kind}", stage.number, end.name());
        let header = recording.header(program, call, stage, samples.len());
        files.push((file("txt"), format!("{header}\n{tree}")));

        let title = format!("stage {}: {program}", stage.number);
        files.push((
            file("svg"),
            flame_graph::draw(&stacks, &title, &recording.subtitle())?,
        ));
        if let Some(before) = before(stage, end)
            && let Some(stacks_before) = read_folded(&folder.join(before.file))?
        {
            let title = format!(
                "{title}, beside {} of stage {}",
                before.program, before.stage
            );
            let text = flame_graph::draw_difference(&stacks_before, &stacks, &title)?;
            files.push((file("diff.svg"), text));
        }
        files.push((file("folded"), stacks.folded()));
    }
    Ok(files)
}

/// The same end in the stage before, where that was another program.
struct Before {
    stage: u8,
    program: &'static str,
    file: PathBuf,
}

fn before(stage: &Stage, end: End) -> Option<Before> {
    let before = STAGES
        .iter()
        .find(|other| other.number + 1 == stage.number)?;
    let program = end.program(before);
    (program != end.program(stage)).then(|| Before {
        stage: before.number,
        program,
        file: format!("stage{}.{}.folded", before.number, end.name()).into(),
    })
}

fn read_folded(path: &Path) -> Result<Option<Stacks>> {
    let Some(text) = text::read_to(path, "\n")? else {
        say(format_args!(
            "note: no differential flame graph, since there is no {} yet: run make perf",
            path.display()
        ));
        return Ok(None);
    };
    let stacks = Stacks::from_folded(&text);
    let advice = || format!("{}: no folded stacks: run make perf", path.display());
    stacks.with_context(advice).map(Some)
}
