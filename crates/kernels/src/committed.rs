//! The counts that are committed with the book, and what was counted now beside them.

use std::collections::BTreeSet;

use anyhow::Result;
use common::say;
use measured::kernels::{COUNTS, Count, FOLDER, FUNCTIONS, Function};

use crate::by_function::{COPYING, End, PROGRAM};
use crate::counted::Counted;

use crate::list::Kernel;
use crate::watching::Watched;

/// What of a kernel's way is worth a row: instructions for 4 KiB.
const WORTH_A_ROW: f64 = 1.0;
/// In the place of a function's name: all that have no row.
const OTHERS: &str = "(other functions)";

/// More than this, as a part of what a stage takes, is a change.
pub const CHANGE: f64 = 0.02;

/// The committed counts.
pub struct Committed(Vec<Count>);

/// What was booted.
pub struct Booted<'a> {
    /// The kernel.
    pub kernel: &'a Kernel,
    /// The version of its package.
    pub version: &'a str,
    /// What it was told besides.
    pub options: &'a str,
}

/// What a stage takes now, both ends together, and took when it was committed: instructions
/// for 4 KiB, without those that copy or clear bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compared {
    /// Now.
    pub now: f64,
    /// Then.
    pub then: f64,
}

impl Compared {
    /// How much more it is now, as a part of what it was.
    pub fn change(&self) -> f64 {
        self.now / self.then - 1.0
    }

    /// Whether that is more than can be by chance.
    pub fn has_changed(&self) -> bool {
        self.change().abs() > CHANGE
    }
}

impl Committed {
    /// Reads them.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    pub fn read() -> Result<Committed> {
        let rows = COUNTS.read(&measured::folder_of(FOLDER))?;
        Ok(Committed(rows.unwrap_or_default()))
    }

    /// A stage on this kernel, in this version of its package. `None` where that is not among
    /// the committed ones.
    pub fn compared(&self, from: &Booted, counted: &Counted, stage: u8) -> Option<Compared> {
        let ends = self.0.iter().filter(|row| {
            row.arch == from.kernel.arch.to_string()
                && row.kernel == from.kernel.series
                && row.version == from.version
                && row.options == from.options
                && row.stage == format!("stage{stage}")
        });
        let ends: Vec<&Count> = ends.collect();
        let copying: f64 = ends.iter().map(|row| row.copying.unwrap_or(0.0)).sum();
        let then: f64 = ends.iter().map(|row| row.instructions).sum();
        let now: f64 = counted
            .stages
            .get(&stage)?
            .iter()
            .map(|figure| figure.median)
            .sum();
        (ends.len() == 2).then_some(Compared {
            now: now - copying,
            then: then - copying,
        })
    }
}

/// The rows of a kernel: what was counted, with what was watched, if anything was.
pub fn rows(
    from: &Booted,
    counted: &Counted,
    watched: Option<&Watched>,
) -> (Vec<Count>, Vec<Function>) {
    let mut counts = Vec::new();
    let mut functions = Vec::new();
    for (stage, figures) in &counted.stages {
        let stage_name = format!("stage{stage}");
        for ((end, name), figure) in [(End::Write, "write"), (End::Read, "read")]
            .into_iter()
            .zip(figures)
        {
            let by_function = watched.and_then(|watched| watched.of(*stage, end));
            let of = |function: &str| {
                let all = by_function.as_ref()?;
                Some(all.get(function).copied().unwrap_or(0.0))
            };
            counts.push(Count {
                arch: from.kernel.arch.to_string(),
                kernel: from.kernel.series.clone(),
                version: from.version.to_owned(),
                options: from.options.to_owned(),
                page_size: counted.page_size,
                stage: stage_name.clone(),
                end: name.to_owned(),
                instructions: figure.median,
                least: figure.range[0],
                most: figure.range[1],
                copying: of(COPYING),
                program: of(PROGRAM),
                sleeps_per_mib: figure.sleeps_per_mib,
            });
            let row = |function: &str, instructions: f64| Function {
                arch: from.kernel.arch.to_string(),
                kernel: from.kernel.series.clone(),
                options: from.options.to_owned(),
                stage: stage_name.clone(),
                end: name.to_owned(),
                function: function.to_owned(),
                instructions,
            };
            let Some(all) = &by_function else {
                continue;
            };
            let mut own: Vec<Function> = all
                .iter()
                .filter(|(_, count)| **count >= WORTH_A_ROW)
                .map(|(function, count)| row(function, *count))
                .collect();
            own.sort_by(|one, two| two.instructions.total_cmp(&one.instructions));
            let rest: f64 = all.values().filter(|count| **count < WORTH_A_ROW).sum();
            functions.extend(own);
            functions.push(row(OTHERS, rest));
        }
    }
    (counts, functions)
}

/// Writes the rows of some kernels in the place of theirs, and leaves those of others.
///
/// # Errors
///
/// When what is there cannot be read, or the new cannot be written.
pub fn replace(counts: Vec<Count>, functions: Vec<Function>) -> Result<()> {
    let folder = measured::folder_of(FOLDER);
    let boot = |arch: &str, kernel: &str, options: &str| [arch, kernel, options].map(str::to_owned);
    let new: BTreeSet<[String; 3]> = counts
        .iter()
        .map(|row| boot(&row.arch, &row.kernel, &row.options))
        .collect();
    let mut all_counts = COUNTS.read(&folder)?.unwrap_or_default();
    all_counts.retain(|row| !new.contains(&boot(&row.arch, &row.kernel, &row.options)));
    let mut all_functions = FUNCTIONS.read(&folder)?.unwrap_or_default();
    all_functions.retain(|row| !new.contains(&boot(&row.arch, &row.kernel, &row.options)));
    all_counts.extend(counts);
    all_functions.extend(functions);
    let place = |arch: &str, kernel: &str, options: &str| {
        let list = crate::list::all();
        let known = |known: &Kernel| known.arch.to_string() == arch && known.series == kernel;
        (
            !options.is_empty(),
            list.iter().position(known),
            options.to_owned(),
        )
    };
    all_counts.sort_by_key(|row| place(&row.arch, &row.kernel, &row.options));
    all_functions.sort_by_key(|row| place(&row.arch, &row.kernel, &row.options));
    if let Some(beside) = COUNTS.replace(&folder, &all_counts)? {
        say(format_args!("note: {beside}"));
    }
    if !all_functions.is_empty() {
        FUNCTIONS.replace(&folder, &all_functions)?;
    }
    Ok(())
}
