//! What `make beyond` and `make fizzbuzz` measured.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use measured::beyond::{BESIDE, Speed, WAITING};
use measured::rounds::Rounds;
use measured::rows::Rows;
use measured::statistics;
use measured::words::figure;

/// Writers into the busy reader, each beside `first`, round by round.
///
/// # Errors
///
/// When the file is something else, or `first` was not measured.
pub fn ladder(machine: &Path, file: &Rows<Speed>, first: &str) -> Result<Option<String>> {
    let Some(rows) = file.read(machine)? else {
        return Ok(None);
    };
    let rounds: Rounds = rows.iter().collect();
    let shown = machine.join(file.file);
    ensure!(
        rounds.median(first).is_some(),
        "{}: it has no '{first}'\nmeasure again: {}",
        shown.display(),
        file.command
    );
    let medians = rounds
        .names()
        .filter_map(|name| Some((name, rounds.median(name)?)));
    let mut lines: Vec<(&str, f64)> = medians.collect();
    // The one that all are compared with stands first.
    lines.sort_by(|(one, a), (other, b)| {
        (*one != first).cmp(&(*other != first)).then(a.total_cmp(b))
    });
    let mut table = format!("\n| writer | GiB/s | times {first} |\n|---|---:|---:|\n");
    for (name, speed) in lines {
        let times = rounds.times(name, first).map_or(String::new(), figure);
        let _ = writeln!(table, "| {name} | {} | {times} |", figure(speed));
    }
    Ok(Some(table))
}

/// Ways to get data across, with it moved, a byte of each page touched, all touched once, and twice.
///
/// # Errors
///
/// When the file is something else.
pub fn beside(machine: &Path) -> Result<Option<String>> {
    const DEPTHS: [&str; 4] = ["moved", "page", "once", "twice"];
    let Some(rows) = BESIDE.read(machine)? else {
        return Ok(None);
    };
    let rounds: Rounds = rows.iter().collect();
    // The names are way/depth/waiting; memory and cache have no waiting.
    let mut ways: Vec<(String, [Option<f64>; 4])> = Vec::new();
    for name in rounds.names() {
        let parts: Vec<&str> = name.split('/').collect();
        let depth = DEPTHS
            .iter()
            .position(|depth| parts.get(1) == Some(depth))
            .with_context(|| {
                let shown = machine.join(BESIDE.file);
                format!("{}: '{name}' is none of its names", shown.display())
            })?;
        let way = [parts[0], parts.get(2).unwrap_or(&"")].join(" ");
        let known = ways.iter().position(|(known, _)| *known == way);
        let at = known.unwrap_or_else(|| {
            ways.push((way, [None; 4]));
            ways.len() - 1
        });
        ways[at].1[depth] = rounds.median(name);
    }
    let mut table = String::from(
        "\n| GiB/s | moved | a byte of each page | touched once | touched twice |\n|---|---:|---:|---:|---:|\n",
    );
    for (way, values) in ways {
        let cells = values.map(|value| value.map_or(String::new(), figure));
        let _ = writeln!(table, "| {way} | {} |", cells.join(" | "));
    }
    Ok(Some(table))
}

/// How long a reader takes to wake, in microseconds.
///
/// # Errors
///
/// When the file is something else.
pub fn waiting(machine: &Path) -> Result<Option<String>> {
    let Some(rows) = WAITING.read(machine)? else {
        return Ok(None);
    };
    let mut by_name: BTreeMap<&str, (Vec<f64>, Vec<f64>)> = BTreeMap::new();
    for row in &rows {
        let (medians, highs) = by_name.entry(&row.name).or_default();
        medians.push(row.median_us);
        highs.push(row.p99_us);
    }
    let mut table =
        String::from("\n| way to wait | median, µs | 99th percentile, µs |\n|---|---:|---:|\n");
    for (name, (medians, highs)) in by_name {
        let name = name.replace(['/', '-'], " ");
        let [median, high] = [medians, highs].map(|times| figure(statistics::median(&times)));
        let _ = writeln!(table, "| {name} | {median} | {high} |");
    }
    Ok(Some(table))
}
