//! What `make pipelines` measured.

use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use measured::name::Name;
use measured::pipelines::{AFTER, BEFORE, Figures, PIPELINES, times};
use measured::statistics::Estimate;

use super::kept_together;

/// All pipelines: as they are, mended, watched.
///
/// # Errors
///
/// When the file is something else.
pub fn pipelines(machine: &Path) -> Result<Option<String>> {
    let Some(rows) = PIPELINES.read(machine)? else {
        return Ok(None);
    };
    let figures = Figures::of(rows);
    let mut table = String::from(
        "\n| pipeline | verdict | in rounds | before, s | after, s | times as fast | watched takes | the watcher's CPU |\n\
         |---|---|---:|---:|---:|---:|---:|---:|\n",
    );
    for name in figures.pipelines() {
        let seconds = |way| {
            let seconds = figures.seconds(name, way);
            seconds.map_or(String::new(), |seconds| format!("{seconds:.2}"))
        };
        let (kind, most, all) = figures.verdict(name).unwrap_or_default();
        let _ = writeln!(
            table,
            "| {name} | {} | {most}\u{a0}of\u{a0}{all} | {} | {} | {} | {} | {} |",
            kind.replace('-', " "),
            seconds(BEFORE),
            seconds(AFTER),
            figures
                .gain(name)
                .as_ref()
                .map_or(String::new(), on_one_line),
            figures
                .cost(name)
                .as_ref()
                .map_or(String::new(), on_one_line),
            figures.watcher(name).map_or(String::new(), percent),
        );
    }
    Ok(Some(table))
}

/// One figure of one pipeline on this book's machine.
///
/// # Errors
///
/// When there is no such figure.
pub fn pipeline(what: &str, name: &str) -> Result<String> {
    let folder = Name::reference().folder();
    let rows = PIPELINES.read(&folder)?;
    let figures =
        Figures::of(rows.with_context(|| format!("measure first: {}", PIPELINES.command))?);
    let seconds = |way| {
        let seconds = figures.seconds(name, way);
        seconds.map(|seconds| format!("{seconds:.2}\u{a0}s"))
    };
    let text = match what {
        "before" => seconds(BEFORE),
        "after" => seconds(AFTER),
        "gain" => figures.gain(name).as_ref().map(on_one_line),
        "cost" => figures.cost(name).as_ref().map(on_one_line),
        "at-most" => figures
            .at_most(name)
            .map(|part| format!("{:.0}%", 100.0 * part)),
        "watcher" => figures.watcher(name).map(percent),
        "verdict" => figures.verdict(name).map(|(kind, most, all)| {
            format!("*{}* ({most}\u{a0}of\u{a0}{all})", kind.replace('-', " "))
        }),
        _ => bail!("of a pipeline there is no '{what}'"),
    };
    text.with_context(|| format!("'{name}' was not measured"))
}

fn on_one_line(ratio: &Estimate) -> String {
    kept_together(&times(ratio))
}

fn percent(part: f64) -> String {
    format!("{:.2}%", 100.0 * part)
}
