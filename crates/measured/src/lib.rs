//! Where measured data lives, a folder for each machine, and the figures in it.

mod files;
pub mod folder;
pub mod machine;
pub mod measurement;
pub mod name;
pub mod plan;
pub mod replacing;
pub mod runs;
pub mod statistics;
pub mod unfinished;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::runs::Run;
use crate::statistics::Estimate;

/// The folder of all machines' folders, in the workspace.
const ROOT: &str = "book/measured";

/// The folder that holds what was measured on `machine`: `reference` is
/// committed with the book, `yours` is the reader's.
pub fn folder(machine: &str) -> PathBuf {
    PathBuf::from(ROOT).join(machine)
}

/// Writes a file, and the folder for it, so that whoever reads it finds the old
/// one or the new one, and no half.
///
/// # Errors
///
/// When it cannot be written.
pub fn write_whole(path: &Path, content: &[u8]) -> Result<()> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".unfinished");
    let written = fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))
        .and_then(|()| fs::File::create(&draft))
        .and_then(|mut file| {
            file.write_all(content)?;
            // Without this a power cut could leave the new name on an empty file.
            file.sync_all()
        })
        .and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        let _ = fs::remove_file(&draft);
    }
    written.with_context(|| format!("cannot write {}", path.display()))
}

/// A machine's runs, and what follows from them.
pub struct Figures {
    runs: Vec<Run>,
    /// GiB/s by `group/name` and round.
    by_name: BTreeMap<String, BTreeMap<u32, f64>>,
}

impl Figures {
    /// Reads a machine's folder; one without runs has no figures.
    ///
    /// # Errors
    ///
    /// When its runs.csv is something else.
    pub fn read(folder: &Path) -> Result<Figures> {
        Ok(Figures::of(runs::read(&folder.join(runs::FILE))?))
    }

    /// These, and what was measured past stage 5, under `beyond/`.
    ///
    /// # Errors
    ///
    /// When that file is something else.
    pub fn with_beyond(mut self, folder: &Path) -> Result<Figures> {
        for row in beyond(&folder.join("beyond.csv"))? {
            self.by_name
                .entry(format!("beyond/{}", row.name))
                .or_default()
                .insert(row.round, row.gib_per_s);
        }
        Ok(self)
    }

    /// The figures of these runs.
    pub fn of(runs: Vec<Run>) -> Figures {
        let mut by_name: BTreeMap<String, BTreeMap<u32, f64>> = BTreeMap::new();
        for run in &runs {
            let name = format!("{}/{}", run.group, run.name);
            by_name
                .entry(name)
                .or_default()
                .insert(run.round, run.gib_per_s);
        }
        Figures { runs, by_name }
    }

    /// All runs, as they were made.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// All names, as `group/name`.
    pub fn names(&self) -> Vec<String> {
        self.by_name.keys().cloned().collect()
    }

    /// The names of a group, in the order in which they were planned.
    pub fn group(&self, group: &str) -> Vec<String> {
        let planned: Vec<String> = plan::configurations(false)
            .iter()
            .map(|planned| format!("{}/{}", planned.group, planned.name))
            .collect();
        let in_group = |name: &&String| name.split('/').next() == Some(group);
        let mut names: Vec<String> = self.by_name.keys().filter(in_group).cloned().collect();
        names.sort_by_key(|name| planned.iter().position(|planned| planned == name));
        names
    }

    /// The values of `group/name` in GiB/s, round by round.
    pub fn values(&self, name: &str) -> Vec<f64> {
        let rounds = self.by_name.get(name);
        rounds
            .map(|rounds| rounds.values().copied().collect())
            .unwrap_or_default()
    }

    /// GiB/s of `group/name`.
    pub fn estimate(&self, name: &str) -> Option<Estimate> {
        Estimate::of(&self.values(name))
    }

    /// How many times as fast `name` is as `other`, taken round by round: what
    /// slows a whole round down slows both.
    pub fn ratio(&self, name: &str, other: &str) -> Option<Estimate> {
        let (values, others) = (self.by_name.get(name)?, self.by_name.get(other)?);
        let ratios: Vec<f64> = values
            .iter()
            .filter_map(|(round, value)| Some(value / others.get(round)?))
            .collect();
        Estimate::of(&ratios)
    }
}

/// A row of the ladder past stage 5.
#[derive(Deserialize)]
struct Beyond {
    round: u32,
    name: String,
    gib_per_s: f64,
}

/// The ladder past stage 5; no file is no rows.
fn beyond(path: &Path) -> Result<Vec<Beyond>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    csv::Reader::from_path(path)?
        .into_deserialize()
        .collect::<Result<_, _>>()
        .with_context(|| format!("{} is not what `make beyond` writes", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(round: u32, name: &str, gib_per_s: f64) -> Run {
        Run {
            round,
            group: "stages".into(),
            name: name.into(),
            gib_per_s,
            bytes: 1 << 30,
            stolen: 0.0,
            cpus: "0,1".into(),
            command: String::new(),
        }
    }

    /// A machine that is half as fast in every other round: the figures swing,
    /// their ratio does not.
    #[test]
    fn ratios_are_taken_round_by_round() {
        let mut runs = Vec::new();
        for round in 1..=10 {
            let speed = if round % 2 == 0 { 1.0 } else { 2.0 };
            runs.push(run(round, "stage1", speed));
            runs.push(run(round, "stage2", 3.0 * speed));
        }
        let figures = Figures::of(runs);
        assert!(figures.estimate("stages/stage1").unwrap().spread() > 0.5);
        let ratio = figures.ratio("stages/stage2", "stages/stage1").unwrap();
        assert_eq!((ratio.low, ratio.median, ratio.high), (3.0, 3.0, 3.0));
        assert_eq!(figures.ratio("stages/stage2", "stages/stage9"), None);
        assert_eq!(figures.group("stages"), ["stages/stage1", "stages/stage2"]);
    }
}
