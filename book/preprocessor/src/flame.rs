//! Flame graphs in the book, each with the table that a small screen shows in its place.

use std::path::Path;

use anyhow::{Context, Result};

use charts::flame::FlameGraph;
use measured::stacks::Stacks;

/// One end of a stage, such as `stage2.write`; with `.diff` behind it, beside the same
/// end of the stage before.
///
/// # Errors
///
/// When a file cannot be read, or is something else.
pub fn flame_graph(machine: &Path, name: &str, caption: &str) -> Result<Option<String>> {
    let (name, before) = match name.strip_suffix(".diff") {
        Some(name) => (name, Some(before(name)?)),
        None => (name, None),
    };
    let graph = |name: &str| {
        let stacks = Stacks::read(machine, name)?;
        anyhow::Ok(stacks.map(|stacks| FlameGraph::of(&stacks)))
    };
    let Some(now) = graph(name)? else {
        return Ok(None);
    };
    let before = match before {
        None => None,
        Some(name) => match graph(&name)? {
            None => return Ok(None),
            before => before,
        },
    };
    let svg = now.for_a_page(caption, before.as_ref());
    let table = now.table(before.as_ref());
    Ok(Some(format!(
        "\n<figure class=\"flame\">\n{svg}\n{table}\n<figcaption>{caption}</figcaption>\n</figure>\n"
    )))
}

/// The same end of the stage before.
fn before(name: &str) -> Result<String> {
    let stage = name
        .strip_prefix("stage")
        .and_then(|rest| rest.split_once('.'));
    let (number, end) = stage.with_context(|| format!("'{name}' is no stage's end"))?;
    Ok(format!("stage{}.{end}", number.parse::<u32>()? - 1))
}
