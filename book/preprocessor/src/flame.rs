//! Flame graphs in the page's own colors, from the stacks that perf saw; and the table
//! that stands in their place where a screen is too small for them.

mod drawing;
mod recording;
mod table;

use std::path::Path;

use anyhow::{Context, Result};

use recording::Recording;

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
    let Some(now) = Recording::read(machine, name)? else {
        return Ok(None);
    };
    let before = match before {
        None => None,
        Some(name) => match Recording::read(machine, &name)? {
            None => return Ok(None),
            before => before,
        },
    };
    let svg = now.picture(caption, before.as_ref());
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
