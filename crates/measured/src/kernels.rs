//! What `make kernels` counts: the instructions that a page's way through a pipe takes, on
//! one kernel or another. They are the same on any machine.

use serde::{Deserialize, Serialize};

use crate::numbers::{Number, decimals, decimals_if_any};
use crate::row::Row;
use crate::rows::Rows;

/// The folder of the committed ones, among the machines' folders.
pub const FOLDER: &str = "kernels";

/// The counts of all kernels.
pub const COUNTS: Rows<Count> = Rows::new("counts.csv", COMMAND);

/// The functions of all kernels.
pub const FUNCTIONS: Rows<Function> = Rows::new("functions.csv", COMMAND);

/// What makes them again.
const COMMAND: &str = "make kernels REPLACE_REFERENCE=1";

/// What one end of a stage takes from the CPU for 4 KiB.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// `x86-64` or `arm64`.
    pub arch: String,
    /// What the kernel is called here, as in `6.12`.
    pub kernel: String,
    /// The version of Debian's package.
    pub version: String,
    /// What it was told at its start, besides what all are: as in `psi=0`.
    pub options: String,
    /// The kernel's page size in bytes.
    pub page_size: u64,
    /// As in `stage1`.
    pub stage: String,
    /// `write` or `read`.
    pub end: String,
    /// Instructions: the median of the readings.
    #[serde(serialize_with = "decimals::<1, _>")]
    pub instructions: f64,
    /// The least of them.
    #[serde(serialize_with = "decimals::<1, _>")]
    pub least: f64,
    /// The most.
    #[serde(serialize_with = "decimals::<1, _>")]
    pub most: f64,
    /// Of them, those that copy or clear bytes, where functions were counted.
    #[serde(serialize_with = "decimals_if_any::<1, _>")]
    pub copying: Option<f64>,
    /// Of them, the program's own, likewise.
    #[serde(serialize_with = "decimals_if_any::<2, _>")]
    pub program: Option<f64>,
    /// How often the end slept, for each MiB.
    #[serde(serialize_with = "decimals::<2, _>")]
    pub sleeps_per_mib: f64,
}

/// What the counts of an architecture are shown as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Without those that copy or clear bytes.
    WithoutCopying,
    /// All, since functions were not counted on all of its kernels.
    All,
}

impl Shown {
    /// As all of them can be shown alike that were told nothing.
    pub fn of(counts: &[Count], arch: &str) -> Shown {
        let mut own = counts
            .iter()
            .filter(|row| row.arch == arch && row.options.is_empty());
        match own.all(|row| row.copying.is_some()) {
            true => Shown::WithoutCopying,
            false => Shown::All,
        }
    }

    /// The figure of a row.
    pub fn figure(self, row: &Count) -> f64 {
        match self {
            Shown::WithoutCopying => row.instructions - row.copying.unwrap_or(0.0),
            Shown::All => row.instructions,
        }
    }
}

impl Row for Count {
    fn numbers(&self) -> Vec<Number> {
        let all = [
            ("copying", self.copying),
            ("program", self.program),
            ("sleeps_per_mib", Some(self.sleeps_per_mib)),
        ];
        let all = all
            .into_iter()
            .filter_map(|(column, count)| Some(Number::count(column, count?)));
        [
            Number::some("page_size", self.page_size),
            Number::time("instructions", self.instructions),
            Number::time("least", self.least),
            Number::time("most", self.most),
        ]
        .into_iter()
        .chain(all)
        .collect()
    }

    fn holds(&self) -> Vec<String> {
        let end = format!(
            "{} {} {}, {} {}",
            self.arch, self.kernel, self.options, self.stage, self.end
        );
        match self.copying {
            Some(_) => vec![format!("{end}: copying"), end],
            None => vec![end],
        }
    }
}

/// What one end of a stage spends in a function of the kernel, for 4 KiB.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// As in [`Count`].
    pub arch: String,
    /// Likewise.
    pub kernel: String,
    /// Likewise.
    pub options: String,
    /// Likewise.
    pub stage: String,
    /// Likewise.
    pub end: String,
    /// Its name, or in brackets what is no function of the kernel.
    pub function: String,
    /// Instructions.
    #[serde(serialize_with = "decimals::<2, _>")]
    pub instructions: f64,
}

impl Row for Function {
    fn numbers(&self) -> Vec<Number> {
        vec![Number::count("instructions", self.instructions)]
    }

    fn holds(&self) -> Vec<String> {
        let Function {
            arch,
            kernel,
            options,
            stage,
            end,
            ..
        } = self;
        vec![format!(
            "functions of {arch} {kernel} {options}, {stage} {end}"
        )]
    }
}
