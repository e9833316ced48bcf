//! How a folder's runs were made, and what came of it: measurement.toml.

use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::text;

/// The file's name in a machine's folder.
pub const FILE: &str = "measurement.toml";

/// What was to be measured, and once it is finished, what there is to say of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// Whether it is the short form.
    pub quick: bool,
    /// How many rounds it is to have.
    pub rounds: u32,
    /// How long one run takes, about.
    #[serde(default = "usual_milliseconds")]
    pub milliseconds: u64,
    /// Whether it came to its end; files of before this was kept do not tell.
    #[serde(default)]
    pub finished: bool,
    /// What was not measured in every round.
    #[serde(default)]
    pub missing: Vec<Missing>,
}

/// A configuration that was not measured in every round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Missing {
    /// As `group/name`.
    pub name: String,
    /// Why, in words: its program's own where it gave any.
    pub why: String,
}

/// What one run takes where nothing else is said: long against the few
/// milliseconds in which a program starts, short enough for many rounds.
pub fn usual_milliseconds() -> u64 {
    400
}

impl Measurement {
    /// Whether the runs of both are of one kind, and equally many.
    pub fn has_the_plan_of(&self, other: &Measurement) -> bool {
        let plan = |it: &Measurement| (it.quick, it.rounds, it.milliseconds);
        plan(self) == plan(other)
    }

    /// Reads the file in `folder`.
    ///
    /// # Errors
    ///
    /// When it is missing or something else.
    pub fn read(folder: &Path) -> Result<Measurement> {
        let path = folder.join(FILE);
        text::read_toml(&path)?.with_context(|| format!("there is no {}", path.display()))
    }

    /// Writes the file in `folder`.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        crate::write_whole(&folder.join(FILE), toml::to_string(self)?.as_bytes())
    }
}
