//! How far apart the two CPUs were.

use std::fmt::Write;
use std::path::Path;

use anyhow::Result;
use measured::beyond::LADDER;
use measured::statistics;
use measured::words::figure;

/// One run: what ran, GiB/s, and nanoseconds from CPU to CPU.
struct Run {
    name: String,
    speed: f64,
    distance: f64,
}

/// The writers of `make beyond` by how far apart the two CPUs were at the time.
/// Nothing where that was not measured.
///
/// # Errors
///
/// When the file is something else.
pub fn distance(machine: &Path) -> Result<Option<String>> {
    let rows = LADDER.read(machine)?.unwrap_or_default();
    let runs = rows.into_iter().filter_map(|row| {
        Some(Run {
            name: row.name,
            speed: row.gib_per_s,
            distance: row.hand_over_ns?,
        })
    });
    let runs: Vec<Run> = runs.collect();
    if runs.is_empty() {
        return Ok(None);
    }
    let (near, far) = apart(&runs);
    let mut groups = vec![near];
    if !far.is_empty() {
        groups.push(far);
    }
    let mut names: Vec<&str> = runs.iter().map(|run| run.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let mut table = String::from("\n| writer |");
    for (group, way) in groups.iter().zip(["near", "far"]) {
        let distances: Vec<f64> = group.iter().map(|run| run.distance).collect();
        let nanoseconds = statistics::median(&distances);
        let _ = write!(table, " {way}, {nanoseconds:.0} ns: GiB/s |");
    }
    let (columns, more) = match groups.len() {
        1 => (1, ""),
        _ => (3, " far, a call of 256 KiB takes |"),
    };
    let _ = writeln!(table, "{more}\n|---|{}", "---:|".repeat(columns));
    for name in names {
        let speeds = groups.iter().map(|group| {
            let runs = group.iter().filter(|run| run.name == name);
            runs.map(|run| run.speed).collect::<Vec<_>>()
        });
        let speeds: Vec<Vec<f64>> = speeds.collect();
        let cells = speeds.iter().map(|speeds| match speeds.len() {
            0 => " |".to_owned(),
            count => format!(" {} ({count}) |", figure(statistics::median(speeds))),
        });
        let _ = write!(table, "| {name} |{}", cells.collect::<String>());
        if let [near, far] = &speeds[..] {
            let _ = match near.is_empty() || far.is_empty() {
                true => write!(table, " |"),
                false => write!(
                    table,
                    " {:.0} ns longer |",
                    time_for_a_call(far) - time_for_a_call(near)
                ),
            };
        }
        table.push('\n');
    }
    Ok(Some(table))
}

/// The runs with the CPUs near, and those with them far; where all were as near, those
/// are one group.
fn apart(runs: &[Run]) -> (Vec<&Run>, Vec<&Run>) {
    let distances = || runs.iter().map(|run| run.distance);
    let nearest = distances().fold(f64::INFINITY, f64::min);
    let farthest = distances().fold(0.0, f64::max);
    let middle = match farthest > 2.0 * nearest {
        true => (nearest * farthest).sqrt(),
        false => farthest,
    };
    runs.iter().partition(|run| run.distance <= middle)
}

/// Nanoseconds for a reader's call of 256 KiB, in the median.
fn time_for_a_call(speeds: &[f64]) -> f64 {
    f64::from(256 << 10) / (statistics::median(speeds) * f64::from(1 << 30)) * 1e9
}
