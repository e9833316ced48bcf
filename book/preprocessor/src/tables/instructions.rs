//! What kernels take for 4 KiB of a pipe, in instructions: committed with the book, and the
//! same on any machine.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Context, Result, ensure};
use measured::kernels::{COUNTS, Count, FOLDER, FUNCTIONS, Function, Shown};

const ENDS: [&str; 2] = ["write", "read"];
const STAGES: &str = " stage 1 | stage 2 | stage 3 | stage 4 |";

/// The committed counts.
pub struct Instructions {
    /// Of ends.
    pub counts: Vec<Count>,
    functions: Vec<Function>,
}

impl Instructions {
    /// Reads them; none where nothing is committed.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    pub fn read() -> Result<Instructions> {
        let folder = measured::folder_of(FOLDER);
        Ok(Instructions {
            counts: COUNTS.read(&folder)?.unwrap_or_default(),
            functions: FUNCTIONS.read(&folder)?.unwrap_or_default(),
        })
    }

    /// What both ends of a stage, or one, take without copying. A kernel is named as in
    /// `6.12`, `arm64/7.2` or `6.12+psi=0`.
    ///
    /// # Errors
    ///
    /// When that was not counted.
    pub fn of(&self, kernel: &str, stage: &str, end: Option<&str>) -> Result<f64> {
        let name = Name::of(kernel);
        let untold = Name {
            options: "",
            ..name
        };
        let shown = Shown::of(&self.counts, name.arch);
        let wanted = end.map_or(ENDS.to_vec(), |end| vec![end]);
        let ends = wanted.iter().map(|end| {
            let row = |name: &Name| {
                let mut rows = self.counts.iter();
                rows.find(|row| {
                    name.is(&row.arch, &row.kernel, &row.options)
                        && row.stage == stage
                        && row.end == *end
                })
            };
            let figure = row(&name).map(|told| {
                // Whatever a kernel is told, it copies the same bytes.
                let copying = row(&untold).and_then(|row| row.copying);
                shown.figure(&Count {
                    copying: told.copying.or(copying),
                    ..told.clone()
                })
            });
            figure.with_context(|| format!("{stage} {end} was not counted on {kernel}"))
        });
        ends.sum()
    }

    /// Likewise, what a function takes; 0 where it takes next to nothing.
    ///
    /// # Errors
    ///
    /// When that end was not counted.
    pub fn of_function(&self, kernel: &str, stage: &str, end: &str, function: &str) -> Result<f64> {
        let all = self.functions_of(kernel, stage, end)?;
        Ok(all.get(function).copied().unwrap_or(0.0))
    }

    fn functions_of(&self, kernel: &str, stage: &str, end: &str) -> Result<BTreeMap<String, f64>> {
        let name = Name::of(kernel);
        let mut found = BTreeMap::new();
        for row in &self.functions {
            if name.is(&row.arch, &row.kernel, &row.options) && row.stage == stage && row.end == end
            {
                *found.entry(plain(&row.function).to_owned()).or_default() += row.instructions;
            }
        }
        ensure!(
            !found.is_empty(),
            "functions of {stage} {end} were not counted on {kernel}"
        );
        Ok(found)
    }

    /// All kernels of an architecture, all stages: both ends together, then each.
    ///
    /// # Errors
    ///
    /// When one was not counted.
    pub fn table(&self, arch: &str) -> Result<String> {
        let mut kernels: Vec<&Count> = Vec::new();
        for row in self
            .counts
            .iter()
            .filter(|row| row.arch == arch && row.options.is_empty())
        {
            if kernels.iter().all(|there| there.kernel != row.kernel) {
                kernels.push(row);
            }
        }
        ensure!(!kernels.is_empty(), "nothing was counted on {arch}");
        let mut table = format!(
            "\n| kernel | package |{STAGES}\n|---|---|{}\n",
            "---:|".repeat(4)
        );
        for row in kernels {
            let cells = self.cells(&format!("{arch}/{}", row.kernel))?;
            let _ = writeln!(table, "| {} | {} |{cells}", row.kernel, row.version);
        }
        Ok(table)
    }

    /// A kernel as it comes, and as it was told otherwise at its start.
    ///
    /// # Errors
    ///
    /// When it was not counted.
    pub fn told(&self, kernel: &str) -> Result<String> {
        let name = Name::of(kernel);
        let mut all: Vec<&str> = Vec::new();
        for row in &self.counts {
            if row.arch == name.arch && row.kernel == name.kernel && !all.contains(&&*row.options) {
                all.push(&row.options);
            }
        }
        let mut table = format!("\n| told |{STAGES}\n|---|{}\n", "---:|".repeat(4));
        for options in all {
            let said = match options {
                "" => "nothing".to_owned(),
                options => format!("`{options}`"),
            };
            let cells = self.cells(&format!("{kernel}+{options}"))?;
            let _ = writeln!(table, "| {said} |{cells}");
        }
        Ok(table)
    }

    /// Of a kernel, for each stage: both ends together, then each.
    fn cells(&self, kernel: &str) -> Result<String> {
        let mut cells = String::new();
        for stage in 1..=4 {
            let stage = format!("stage{stage}");
            let [write, read] = ENDS.map(|end| self.of(kernel, &stage, Some(end)));
            let (write, read) = (write?, read?);
            // No cell is broken in its middle, on a narrow screen either.
            let _ = write!(
                cells,
                " {:.0}\u{a0}({write:.0}\u{a0}+\u{a0}{read:.0}) |",
                write + read
            );
        }
        Ok(cells)
    }

    /// What changes at one end from one kernel to another, by function: what changes by less
    /// than is worth a row is summed up in one.
    ///
    /// # Errors
    ///
    /// When one of them was not counted.
    pub fn step(
        &self,
        [old, new]: [&str; 2],
        stage: &str,
        end: &str,
        worth_a_row: f64,
    ) -> Result<String> {
        let [then, now] = [old, new].map(|kernel| self.functions_of(kernel, stage, end));
        let (then, now) = (then?, now?);
        let mut names: Vec<&String> = then.keys().chain(now.keys()).collect();
        names.sort();
        names.dedup();
        let of = |all: &BTreeMap<String, f64>, name: &String| all.get(name).copied().unwrap_or(0.0);
        let mut rows: Vec<(&str, f64, f64)> = names
            .iter()
            .map(|name| (name.as_str(), of(&then, name), of(&now, name)))
            .collect();
        rows.sort_by(|one, two| (two.2 - two.1).abs().total_cmp(&(one.2 - one.1).abs()));
        let mut table = format!("\n| function | {old} | {new} | more |\n|---|---:|---:|---:|\n");
        let mut others = (0.0, 0.0);
        for (name, old, new) in &rows {
            if (new - old).abs() < worth_a_row {
                others = (others.0 + old, others.1 + new);
                continue;
            }
            let name = match name.starts_with('(') {
                true => (*name).to_owned(),
                false => format!("`{name}`"),
            };
            let _ = writeln!(
                table,
                "| {name} | {old:.0} | {new:.0} | {:+.0} |",
                new - old
            );
        }
        let (old, new) = others;
        let _ = writeln!(
            table,
            "| all others | {old:.0} | {new:.0} | {:+.0} |",
            new - old
        );
        Ok(table)
    }
}

/// The name without what a compiler or the split of anonymous pipes has put to it, so that
/// versions can be compared.
fn plain(function: &str) -> &str {
    let name = function.split('.').next().unwrap_or(function);
    match name {
        "anon_pipe_write" | "anon_pipe_read" => &name["anon_".len()..],
        _ => name,
    }
}

struct Name<'a> {
    arch: &'a str,
    kernel: &'a str,
    options: &'a str,
}

impl Name<'_> {
    fn of(name: &str) -> Name<'_> {
        let (name, options) = name.split_once('+').unwrap_or((name, ""));
        let (arch, kernel) = name.split_once('/').unwrap_or(("x86-64", name));
        Name {
            arch,
            kernel,
            options,
        }
    }

    fn is(&self, arch: &str, kernel: &str, options: &str) -> bool {
        (self.arch, self.kernel, self.options) == (arch, kernel, options)
    }
}

#[cfg(test)]
mod tests;
