//! How far the learner has come: a file beside the exercises, not committed.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What is remembered of one exercise.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Whether its check has passed.
    pub passed: bool,
    /// How many hints have been shown.
    pub hints: usize,
}

/// What is remembered of all.
pub struct Progress {
    file: PathBuf,
    standings: BTreeMap<u8, Standing>,
}

impl Progress {
    /// Reads what is known; a missing or damaged file is a fresh start.
    pub fn load(exercises: &Path) -> Progress {
        let file = exercises.join(".progress");
        let text = fs::read_to_string(&file).unwrap_or_default();
        Progress {
            standings: text.lines().filter_map(parse_line).collect(),
            file,
        }
    }

    /// What is known of this exercise.
    pub fn of(&self, number: u8) -> Standing {
        self.standings.get(&number).copied().unwrap_or_default()
    }

    /// Changes it, and writes the file.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn update(&mut self, number: u8, change: impl FnOnce(&mut Standing)) -> io::Result<()> {
        change(self.standings.entry(number).or_default());
        let text: String = self
            .standings
            .iter()
            .map(|(number, standing)| {
                let state = if standing.passed { "passed" } else { "open" };
                format!("exercise {number} {state} hints {}\n", standing.hints)
            })
            .collect();
        // A file that is moved into place is never half written.
        let fresh = self.file.with_extension("new");
        fs::write(&fresh, text)?;
        fs::rename(fresh, &self.file)
    }
}

fn parse_line(line: &str) -> Option<(u8, Standing)> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let ["exercise", number, state, "hints", hints] = fields[..] else {
        return None;
    };
    let standing = Standing {
        passed: state == "passed",
        hints: hints.parse().ok()?,
    };
    Some((number.parse().ok()?, standing))
}
