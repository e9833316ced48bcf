//! What kernels take for 4 KiB of a pipe, in instructions: committed with the book, and the
//! same on any machine.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::{Context, Result, ensure};
use measured::kernels::{COUNTS, Count, FOLDER, FUNCTIONS, Function, Shown};

/// In a step's table, what changes by less is summed up in one row.
const WORTH_A_ROW: f64 = 8.0;
const ENDS: [&str; 2] = ["write", "read"];

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
        let wanted = end.map_or(ENDS.to_vec(), |end| vec![end]);
        let ends = wanted.iter().map(|end| {
            let row = self.counts.iter().find(|row| {
                name.is(&row.arch, &row.kernel, &row.options)
                    && row.stage == stage
                    && row.end == *end
            });
            row.map(|row| Shown::of(&self.counts, name.arch).figure(row))
                .with_context(|| format!("{stage} {end} was not counted on {kernel}"))
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
        let mut table = String::from(
            "\n| kernel | package | stage 1 | stage 2 | stage 3 | stage 4 |\n|---|---|---:|---:|---:|---:|\n",
        );
        for row in kernels {
            let kernel = format!("{arch}/{}", row.kernel);
            let _ = write!(table, "| {} | {} |", row.kernel, row.version);
            for stage in 1..=4 {
                let stage = format!("stage{stage}");
                let [write, read] = ENDS.map(|end| self.of(&kernel, &stage, Some(end)));
                let (write, read) = (write?, read?);
                let _ = write!(
                    table,
                    " {:.0} ({write:.0}\u{a0}+\u{a0}{read:.0}) |",
                    write + read
                );
            }
            table.push('\n');
        }
        Ok(table)
    }

    /// What changes at one end from one kernel to another, by function.
    ///
    /// # Errors
    ///
    /// When one of them was not counted.
    pub fn step(&self, old: &str, new: &str, stage: &str, end: &str) -> Result<String> {
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
            if (new - old).abs() < WORTH_A_ROW {
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
mod tests {
    use super::*;

    #[test]
    fn functions_of_two_kernels_are_compared_by_name() {
        let row = |kernel: &str, function: &str, instructions| Function {
            arch: "x86-64".to_owned(),
            kernel: kernel.to_owned(),
            options: String::new(),
            stage: "stage1".to_owned(),
            end: "write".to_owned(),
            function: function.to_owned(),
            instructions,
        };
        let instructions = Instructions {
            counts: Vec::new(),
            functions: vec![
                row("6.1", "pipe_write", 100.0),
                row("6.1", "mutex_lock", 5.0),
                row("7.3", "anon_pipe_write.part.0", 140.0),
                row("7.3", "(copying)", 10.0),
            ],
        };
        let table = instructions.step("6.1", "7.3", "stage1", "write").unwrap();
        assert!(
            table.contains("| `pipe_write` | 100 | 140 | +40 |"),
            "{table}"
        );
        assert!(table.contains("| (copying) | 0 | 10 | +10 |"), "{table}");
        assert!(table.contains("| all others | 5 | 0 | -5 |"), "{table}");
        assert!(instructions.step("6.1", "9", "stage1", "write").is_err());
        assert!(instructions.of("6.1", "stage1", None).is_err());
    }
}
