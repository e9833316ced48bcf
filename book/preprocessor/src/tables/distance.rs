//! Each distance between the two CPUs apart.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result};
use bench::hand_over::Distance;
use measured::beyond::Speed;
use measured::rounds::Rounds;
use measured::rows::Rows;
use measured::statistics::{self, Estimate};
use measured::words::figure;

use super::with_interval;

/// Writers into the busy reader, each beside `first`, by how far apart the two CPUs were;
/// runs during which they moved are left out. Nothing where that was not measured.
///
/// # Errors
///
/// When the file is something else.
pub fn distance(machine: &Path, file: &Rows<Speed>, first: &str) -> Result<Option<String>> {
    let rows = file.read(machine)?.unwrap_or_default();
    let groups = apart(&rows);
    if groups.is_empty() {
        return Ok(None);
    }
    let mut head = String::from("\n| writer |");
    for (distance, group) in &groups {
        let nanoseconds: Vec<f64> = group.iter().filter_map(|row| row.hand_over_ns).collect();
        let nanoseconds = statistics::median(&nanoseconds);
        let _ = write!(
            head,
            " {distance}, {nanoseconds:.0} ns: GiB/s | times {first} |"
        );
    }
    let mut table = format!("{head}\n|---|{}\n", "---:|---:|".repeat(groups.len()));
    let groups: Vec<Rounds> = groups
        .into_values()
        .map(|group| group.into_iter().collect())
        .collect();
    let all: Rounds = rows.iter().collect();
    let mut names: Vec<&str> = all.names().collect();
    names.sort_by(|one, other| {
        let median = |name| all.median(name).unwrap_or(0.0);
        median(one).total_cmp(&median(other))
    });
    for name in names {
        let _ = write!(table, "| {name} |");
        for rounds in &groups {
            let speed = rounds.estimate(name);
            let speed = speed.map_or(String::new(), |it| with_interval(&it));
            let times = rounds.times(name, first).map_or(String::new(), figure);
            let _ = write!(table, " {speed} | {times} |");
        }
        table.push('\n');
    }
    Ok(Some(table))
}

/// How many times as fast as `other` one of them is, with the CPUs `near` or `far`: the ratio
/// taken round by round, with its interval.
///
/// # Errors
///
/// When no round has both at that distance.
pub fn times(
    machine: &Path,
    file: &Rows<Speed>,
    distance: &str,
    [name, other]: [&str; 2],
) -> Result<String> {
    let rows = file.read(machine)?.unwrap_or_default();
    let mut groups = apart(&rows).into_iter();
    let group = groups.find(|(there, _)| there.to_string() == distance);
    let rounds: Rounds = group
        .map_or(Vec::new(), |(_, group)| group)
        .into_iter()
        .collect();
    let times = Estimate::of(&rounds.ratios(name, other));
    let times = times.with_context(|| {
        let shown = machine.join(file.file);
        format!(
            "{}: no round has {name} and {other} {distance}",
            shown.display()
        )
    })?;
    let Estimate {
        median, low, high, ..
    } = times;
    Ok(format!("{median:.2} ({low:.2} to {high:.2})"))
}

/// Those of each distance; runs during which the CPUs moved are in none.
pub fn apart(rows: &[Speed]) -> BTreeMap<Distance, Vec<&Speed>> {
    let mut groups: BTreeMap<Distance, Vec<&Speed>> = BTreeMap::new();
    for row in rows {
        if let Some(distance) = Distance::all_along(row.hand_over_ns, row.hand_over_after_ns) {
            groups.entry(distance).or_default().push(row);
        }
    }
    groups
}
