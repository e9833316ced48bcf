//! Tables and call trees in the book, from the data.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::sources::Sources;
use bench::stages::STAGES;
use charts::figure;
use measured::machine::Machine;
use measured::statistics::{self, Estimate};
use measured::{self, Figures};

/// The post, this book's machine, the reader's: GiB/s, and the step from the stage before.
///
/// # Errors
///
/// When there is no such stage, or it was not measured.
pub fn three(stage: &str, sources: &Sources) -> Result<String> {
    let index = STAGES
        .iter()
        .position(|known| format!("stage{}", known.number) == stage)
        .with_context(|| format!("there is no stage '{stage}'"))?;
    let name = format!("stages/{stage}");
    let reference = sources
        .reference
        .estimate(&name)
        .with_context(|| format!("{name} was not measured"))?;
    let yours = sources
        .yours
        .as_ref()
        .and_then(|yours| yours.estimate(&name));
    let mut table =
        String::from("\n| | the post | this book's machine | yours |\n|---|---:|---:|---:|\n");
    let _ = writeln!(
        table,
        "| GiB/s | {} | {} | {} |",
        figure(STAGES[index].post),
        with_interval(&reference),
        yours.map_or("run `make measure`".to_owned(), |yours| with_interval(
            &yours
        ))
    );
    if index > 0 {
        let before = format!("stages/stage{index}");
        let step = |figures: &Figures| {
            figures
                .ratio(&name, &before)
                .map(|ratio| figure(ratio.median))
        };
        let _ = writeln!(
            table,
            "| times stage {index} | {} | {} | {} |",
            figure(STAGES[index].post / STAGES[index - 1].post),
            step(&sources.reference).unwrap_or_default(),
            sources.yours.as_ref().and_then(step).unwrap_or_default()
        );
    }
    Ok(table)
}

/// A group of figures, each beside the first, for each machine that has them.
///
/// # Errors
///
/// When nothing of the group was measured on the first machine.
pub fn group(group: &str, machines: &[(&str, &Figures)]) -> Result<String> {
    let measured = |(_, figures): &&(&str, &Figures)| !figures.group(group).is_empty();
    let machines: Vec<_> = machines.iter().filter(measured).collect();
    let names = machines
        .first()
        .map_or(Vec::new(), |(_, figures)| figures.group(group));
    let Some(first) = names.first() else {
        bail!("nothing of the group '{group}' was measured on the reference machine");
    };
    let times = format!("times {}", short(first));
    let header = machines.iter().map(|(machine, _)| match machines.len() {
        1 => format!(" GiB/s | {times} |"),
        _ => format!(" {machine}, GiB/s | {times} |"),
    });
    let mut table = format!(
        "\n| |{}\n|---|{}\n",
        header.collect::<String>(),
        "---:|---:|".repeat(machines.len())
    );
    for name in &names {
        let cells = machines.iter().map(|(_, figures)| {
            let estimate = figures.estimate(name).as_ref().map(with_interval);
            let ratio = figures.ratio(name, first).map(|ratio| figure(ratio.median));
            format!(
                " {} | {} |",
                estimate.unwrap_or_default(),
                ratio.unwrap_or_default()
            )
        });
        let _ = writeln!(table, "| {} |{}", short(name), cells.collect::<String>());
    }
    Ok(table)
}

/// What the kernel counted at each end, per GiB: of all stages, or of one.
///
/// # Errors
///
/// When it was not counted, or there is no such stage.
pub fn counts(machine: &Path, stage: Option<&str>) -> Result<String> {
    let mut table = String::from(
        "\n| stage | program | system calls | page faults | times put to sleep | times pushed aside | wake-ups |\n\
         |---|---|---:|---:|---:|---:|---:|\n",
    );
    let mut found = false;
    for row in rows(machine, "perf/counts.csv")? {
        if stage.is_none_or(|stage| row[0] == stage) {
            found = true;
            let number = row[0].trim_start_matches("stage");
            // What the kernel did not let us count is an empty column.
            let counts = row[4..]
                .iter()
                .map(|count| count.parse().map_or(String::new(), count_in_words));
            let counts: Vec<String> = counts.collect();
            let _ = writeln!(table, "| {number} | {} | {} |", row[2], counts.join(" | "));
        }
    }
    if !found {
        bail!("nothing was counted of '{}'", stage.unwrap_or("any stage"));
    }
    Ok(table)
}

/// A count as precise as it is worth, with its thousands apart.
fn count_in_words(count: f64) -> String {
    if count < 10.0 {
        return format!("{count:.1}");
    }
    let digits = format!("{count:.0}");
    let (thousands, rest) = digits.split_at(digits.len().saturating_sub(3));
    if thousands.is_empty() {
        rest.to_owned()
    } else {
        format!("{thousands},{rest}")
    }
}

/// Nanoseconds per page of vmsplice(2), by how many pages a call hands over:
/// a column for each kind of memory.
///
/// # Errors
///
/// When it was not measured.
pub fn pages(machine: &Path) -> Result<String> {
    let rows: Vec<_> = rows(machine, "pages.csv")?
        .into_iter()
        .filter(|row| row[0] == "vmsplice")
        .collect();
    let mut kinds: Vec<(&str, &str)> = Vec::new();
    let mut sizes: Vec<&str> = Vec::new();
    for row in &rows {
        if !kinds.contains(&(&row[1], &row[2])) {
            kinds.push((&row[1], &row[2]));
        }
        if !sizes.contains(&row[3].as_str()) {
            sizes.push(&row[3]);
        }
    }
    let name = |(size, memory): &(&str, &str)| {
        let size = size
            .parse()
            .map_or((*size).to_owned(), common::size::format);
        format!("{size} pages, {memory}")
    };
    let header: Vec<String> = kinds.iter().map(name).collect();
    let mut table = format!(
        "\n| pages per call | {} |\n|---:|{}\n",
        header.join(" | "),
        "---:|".repeat(kinds.len())
    );
    for size in sizes {
        let cells = kinds.iter().map(|(page, memory)| {
            let row = rows
                .iter()
                .find(|row| row[1] == *page && row[2] == *memory && row[3] == size);
            row.and_then(|row| row[4].parse().ok())
                .map_or(String::new(), |ns: f64| format!("{ns:.0}"))
        });
        let _ = writeln!(
            table,
            "| {size} | {} |",
            cells.collect::<Vec<_>>().join(" | ")
        );
    }
    Ok(table)
}

/// A table of `make beyond` or `make fizzbuzz`: writers into the busy reader, each
/// beside the first, round by round.
///
/// # Errors
///
/// When it was not measured.
pub fn beyond(machine: &Path, file: &str, first: &str) -> Result<String> {
    let mut by_name: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
    for row in rows(machine, file)? {
        let speed = row[2].parse()?;
        by_name
            .entry(row[1].clone())
            .or_default()
            .insert(row[0].clone(), speed);
    }
    let base = by_name
        .get(first)
        .with_context(|| format!("{file} has no '{first}'"))?;
    let median = |values: Vec<f64>| statistics::median(&values);
    let mut lines: Vec<(&str, f64, f64)> = by_name
        .iter()
        .map(|(name, rounds)| {
            let ratios = rounds
                .iter()
                .filter_map(|(round, speed)| Some(speed / base.get(round)?));
            (
                name.as_str(),
                median(rounds.values().copied().collect()),
                median(ratios.collect()),
            )
        })
        .collect();
    // The one that all are compared with stands first.
    lines.sort_by(|one, other| {
        let key = |line: &(&str, f64, f64)| (line.0 != first, line.1);
        key(one).partial_cmp(&key(other)).unwrap_or(Ordering::Equal)
    });
    let mut table = format!("\n| writer | GiB/s | times {first} |\n|---|---:|---:|\n");
    for (name, speed, ratio) in lines {
        let _ = writeln!(table, "| {name} | {} | {} |", figure(speed), figure(ratio));
    }
    Ok(table)
}

/// The same writers by how far apart the two CPUs were at the time.
///
/// # Errors
///
/// When it was not measured.
pub fn distance(machine: &Path) -> Result<String> {
    // Round, writer, GiB/s, and nanoseconds from CPU to CPU.
    let runs: Vec<(String, f64, f64)> = rows(machine, "beyond.csv")?
        .iter()
        .map(|row| {
            let distance = row.get(3).context("measured without the distance")?;
            Ok((row[1].clone(), row[2].parse()?, distance.parse()?))
        })
        .collect::<Result<_>>()?;
    let distances = || runs.iter().map(|(_, _, distance)| *distance);
    let nearest = distances().fold(f64::INFINITY, f64::min);
    let farthest = distances().fold(0.0, f64::max);
    // Where all were as near, they are one group.
    let middle = match farthest > 2.0 * nearest {
        true => (nearest * farthest).sqrt(),
        false => f64::INFINITY,
    };
    let groups: Vec<bool> = match middle.is_finite() {
        true => vec![false, true],
        false => vec![false],
    };
    let of = |far: bool, name: Option<&str>| {
        let runs = runs.iter().filter(move |(of, _, distance)| {
            (*distance > middle) == far && name.is_none_or(|name| of == name)
        });
        runs.map(|(_, speed, distance)| (*speed, *distance))
            .unzip::<f64, f64, Vec<f64>, Vec<f64>>()
    };
    let mut names: Vec<&str> = runs.iter().map(|(name, _, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let mut table = String::from("\n| from CPU to CPU |");
    for &far in &groups {
        let (_, distances) = of(far, None);
        let _ = write!(table, " {:.0} ns |", statistics::median(&distances));
    }
    let mut columns = groups.len();
    if columns > 1 {
        table += " more for each 256 KiB |";
        columns += 1;
    }
    let _ = writeln!(table, "\n|---|{}", "---:|".repeat(columns));
    for name in names {
        let _ = write!(table, "| {name} |");
        // A reader's call.
        let nanoseconds = |far| {
            let (speeds, _) = of(far, Some(name));
            f64::from(256 << 10) / (statistics::median(&speeds) * f64::from(1 << 30)) * 1e9
        };
        for &far in &groups {
            let (speeds, _) = of(far, Some(name));
            let _ = match speeds.len() {
                0 => write!(table, " |"),
                1 => write!(table, " {} (1 run) |", figure(speeds[0])),
                count => write!(
                    table,
                    " {} ({count} runs) |",
                    figure(statistics::median(&speeds))
                ),
            };
        }
        let more = nanoseconds(true) - nanoseconds(false);
        if more.is_finite() {
            let _ = write!(table, " {more:.0} ns |");
        }
        table.push('\n');
    }
    Ok(table)
}

/// Ways to get data across, with it moved, touched once, and touched twice.
///
/// # Errors
///
/// When it was not measured.
pub fn beside(machine: &Path) -> Result<String> {
    const DEPTHS: [&str; 3] = ["moved", "once", "twice"];
    let values = medians(machine, "beside.csv")?;
    // The names are way/depth/waiting; memory and cache have no waiting.
    let mut rows: Vec<(String, [Option<f64>; 3])> = Vec::new();
    for (name, value) in &values {
        let parts: Vec<&str> = name.split('/').collect();
        let depth = DEPTHS
            .iter()
            .position(|depth| parts.get(1) == Some(depth))
            .context("a row of no depth")?;
        let way = [parts[0], parts.get(2).unwrap_or(&"")].join(" ");
        let at = rows
            .iter()
            .position(|(known, _)| *known == way)
            .unwrap_or_else(|| {
                rows.push((way.clone(), [None; 3]));
                rows.len() - 1
            });
        rows[at].1[depth] = Some(value[0]);
    }
    let mut table =
        String::from("\n| GiB/s | moved | touched once | touched twice |\n|---|---:|---:|---:|\n");
    for (way, values) in rows {
        let cells = values.map(|value| value.map_or(String::new(), figure));
        let _ = writeln!(table, "| {way} | {} |", cells.join(" | "));
    }
    Ok(table)
}

/// How long a reader takes to wake, in microseconds.
///
/// # Errors
///
/// When it was not measured.
pub fn waiting(machine: &Path) -> Result<String> {
    let values = medians(machine, "waiting.csv")?;
    let mut table =
        String::from("\n| way to wait | median, µs | 99th percentile, µs |\n|---|---:|---:|\n");
    for (name, value) in values {
        let name = name.replace(['/', '-'], " ");
        let _ = writeln!(
            table,
            "| {name} | {} | {} |",
            figure(value[0]),
            figure(value[1])
        );
    }
    Ok(table)
}

/// A file of `round,name,value,…`: the medians of its values by name.
fn medians(machine: &Path, file: &str) -> Result<Vec<(String, Vec<f64>)>> {
    let mut by_name: BTreeMap<String, Vec<Vec<f64>>> = BTreeMap::new();
    for row in rows(machine, file)? {
        let samples = by_name
            .entry(row[1].clone())
            .or_insert_with(|| vec![Vec::new(); row.len() - 2]);
        for (samples, value) in samples.iter_mut().zip(&row[2..]) {
            samples.push(
                value
                    .parse()
                    .with_context(|| format!("'{value}' in {file}"))?,
            );
        }
    }
    let medians = |samples: Vec<Vec<f64>>| {
        samples
            .iter()
            .map(|samples| statistics::median(samples))
            .collect()
    };
    Ok(by_name
        .into_iter()
        .map(|(name, samples)| (name, medians(samples)))
        .collect())
}

/// The rows of one of a machine's CSV files.
fn rows(machine: &Path, name: &str) -> Result<Vec<Vec<String>>> {
    let path = machine.join(name);
    csv::Reader::from_path(&path)
        .with_context(|| format!("cannot read {}", path.display()))?
        .records()
        .map(|row| Ok(row?.iter().map(str::to_owned).collect()))
        .collect()
}

/// A call tree as perf's samples gave it.
///
/// # Errors
///
/// When there is none of that name.
pub fn call_tree(machine: &Path, name: &str) -> Result<String> {
    let path = machine.join(format!("perf/{name}.txt"));
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(format!("\n```text\n{}\n```\n", text.trim_end()))
}

/// The facts of a machine.
///
/// # Errors
///
/// When it was not measured.
pub fn machine(name: &str) -> Result<String> {
    let machine = Machine::read(&measured::folder(name).join("machine.toml"))?;
    let caches: Vec<String> = machine
        .cpu
        .caches
        .iter()
        .map(|cache| {
            format!(
                "L{} {} {}, shared by CPUs {}",
                cache.level,
                cache.kind.to_lowercase(),
                common::size::format(cache.size),
                cache.shared_by
            )
        })
        .collect();
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
    let rows = [
        ("CPU", machine.cpu.model.clone()),
        ("CPUs used", machine.placement_in_words()),
        ("Caches of the writer's CPU", caches.join("; ")),
        ("Clock governor", or_none(&machine.cpu.governor)),
        (
            "Kernel",
            format!(
                "Linux {}, {}",
                machine.kernel.release, machine.kernel.architecture
            ),
        ),
        (
            "Page",
            common::size::format(machine.kernel.page_size as u64),
        ),
        ("Hypervisor", or_none(&machine.virtualization.hypervisor)),
        ("Container", or_none(&machine.virtualization.container)),
        (
            "Stalls are accounted for (PSI)",
            yes_or_no(machine.pressure_stall_information),
        ),
        ("Measured", machine.date.clone()),
        ("Commit", machine.commit.clone()),
    ];
    let mut table = String::from("\n| | |\n|---|---|\n");
    for (name, value) in rows {
        let _ = writeln!(table, "| {name} | {value} |");
    }
    Ok(table)
}

fn yes_or_no(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

fn with_interval(estimate: &Estimate) -> String {
    format!(
        "{} ({} to {})",
        figure(estimate.median),
        figure(estimate.low),
        figure(estimate.high)
    )
}

fn short(name: &str) -> String {
    name.split_once('/')
        .map_or(name, |(_, name)| name)
        .replace(['_', '-'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_rounded_for_people() {
        assert_eq!(
            [0.54, 9.96, 25.4, 16340.8].map(count_in_words),
            ["0.5", "10.0", "25", "16,341"]
        );
    }
}
