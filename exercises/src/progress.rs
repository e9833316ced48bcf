//! How far the learner has come: a file beside the exercises, not committed.

mod standing;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

pub use standing::{Best, Standing, State};

/// What is remembered of all.
pub struct Progress {
    file: PathBuf,
    standings: BTreeMap<u8, Standing>,
}

impl Progress {
    /// Reads what is known. Where there is no file, that is nothing.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or a line of it makes no sense.
    pub fn load(exercises: &Path) -> Result<Progress> {
        let file = exercises.join(".progress");
        let bytes = match fs::read(&file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            bytes => bytes.with_context(|| {
                format!(
                    "cannot read {}, where your progress is kept\n\
                     make it readable, or move it away to start afresh",
                    file.display()
                )
            })?,
        };
        let mut standings = BTreeMap::new();
        for (index, line) in String::from_utf8_lossy(&bytes).lines().enumerate() {
            let (number, standing) = standing::parse(line)
                .filter(|(number, _)| !standings.contains_key(number))
                .with_context(|| {
                    format!(
                        "{}, line {}, is damaged: {line:?}\n\
                         mend it (a line is 'exercise 2 passed hints 1', one for each exercise),\n\
                         or move the file away to start afresh; I have left it as it is",
                        file.display(),
                        index + 1
                    )
                })?;
            standings.insert(number, standing);
        }
        Ok(Progress { file, standings })
    }

    /// The same for a change: nobody else changes it before this goes.
    ///
    /// # Errors
    ///
    /// As for [`Progress::load`], or when the file cannot be locked.
    pub fn lock(exercises: &Path) -> Result<Locked> {
        // A file of its own, since the other one is replaced at each change.
        let path = exercises.join(".progress.lock");
        let lock = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .and_then(|file| file.lock().map(|()| file))
            .with_context(|| {
                format!(
                    "cannot lock {}, so your progress cannot be kept",
                    path.display()
                )
            })?;
        Ok(Locked {
            progress: Progress::load(exercises)?,
            _lock: lock,
        })
    }

    /// What is known of this exercise.
    pub fn of(&self, number: u8) -> Standing {
        self.standings.get(&number).cloned().unwrap_or_default()
    }
}

/// The progress, while nobody else can change it.
pub struct Locked {
    progress: Progress,
    _lock: File,
}

impl Locked {
    /// What is known of this exercise.
    pub fn of(&self, number: u8) -> Standing {
        self.progress.of(number)
    }

    /// Changes it, and writes the file.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn update(&mut self, number: u8, change: impl FnOnce(&mut Standing)) -> Result<()> {
        let Progress { file, standings } = &mut self.progress;
        change(standings.entry(number).or_default());
        let text: String = standings
            .iter()
            .map(|(number, standing)| format!("exercise {number} {standing}\n"))
            .collect();
        // A file that is moved into place is never half written.
        let draft = file.with_extension("draft");
        File::create(&draft)
            .and_then(|mut file| {
                file.write_all(text.as_bytes())
                    .and_then(|()| file.sync_all())
            })
            .with_context(|| format!("cannot write {}", draft.display()))?;
        fs::rename(&draft, &*file).with_context(|| format!("cannot replace {}", file.display()))
    }
}
