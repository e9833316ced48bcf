//! A measurement from its first run to its last, in a folder of its own beside
//! the one that is shown: interrupted, it goes on the next time.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::appender::Appender;
use crate::files;
use crate::folder::Folder;
use crate::machine::Machine;
use crate::measurement::{Measurement, Missing};
use crate::replacing::Replaced;
use crate::runs::{self, Run};

/// A measurement that has not come to its end.
pub struct Unfinished<'folder> {
    folder: &'folder Folder,
    path: PathBuf,
    plan: Measurement,
    runs: Vec<Run>,
    appender: Appender,
    others: Vec<String>,
}

impl<'folder> Unfinished<'folder> {
    /// Goes on with the measurement of this plan on the same machine, or begins
    /// one. The same machine is the same hardware, kernel, settings and CPUs for
    /// the two ends, and the same commit of this repository, since the programs
    /// are what is measured: figures of two commits are never mixed. Not the
    /// date, nor whether perf is there.
    ///
    /// # Errors
    ///
    /// When its files cannot be read or written.
    pub fn resume_or_begin(
        folder: &'folder Folder,
        machine: &Machine,
        plan: Measurement,
    ) -> Result<Unfinished<'folder>> {
        let mut others = Vec::new();
        let mut mine = None;
        for path in files::unfinished(folder.path())? {
            match why_not(&path, machine, &plan) {
                None => mine = Some(path),
                // Nothing is lost with it.
                Some(_) if runs::read(&path.join(runs::FILE)).is_ok_and(|runs| runs.is_empty()) => {
                    let _ = fs::remove_dir_all(&path);
                }
                Some(why) => others.push(format!("{} ({why})", path.display())),
            }
        }
        let path = match mine {
            Some(path) => path,
            None => begin(folder.path(), machine, &plan)?,
        };
        let runs = runs::read(&path.join(runs::FILE))?;
        Ok(Unfinished {
            folder,
            appender: Appender::open(&path.join(runs::FILE))?,
            path,
            plan,
            runs,
            others,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The runs that it has.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Other unfinished ones in the machine's folder, each with why it is not
    /// this one.
    pub fn others(&self) -> &[String] {
        &self.others
    }

    /// Adds a run.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn append(&mut self, run: Run) -> Result<()> {
        self.appender.append(&run).with_context(|| {
            format!(
                "cannot go on in {}\nthe {} runs that it has stay: measure again, and it goes on",
                self.path.display(),
                self.runs.len()
            )
        })?;
        self.runs.push(run);
        Ok(())
    }

    /// Makes it the one that is shown, unless that one has what this one lacks.
    ///
    /// # Errors
    ///
    /// When it has no run, or files cannot be written or moved; then it can go on.
    pub fn finish(self, missing: Vec<Missing>) -> Result<Replaced> {
        if self.runs.is_empty() {
            bail!("nothing could be measured, so there is nothing to show");
        }
        Measurement {
            finished: true,
            missing,
            ..self.plan
        }
        .write(&self.path)?;
        self.folder.show(&self.path)
    }
}

/// Whether a machine's folder has one.
pub fn is_in(folder: &Path) -> bool {
    files::unfinished(folder).is_ok_and(|folders| !folders.is_empty())
}

fn begin(folder: &Path, machine: &Machine, plan: &Measurement) -> Result<PathBuf> {
    let draft = folder.join(files::UNFINISHED).join(files::DRAFT);
    files::clear(&draft)?;
    machine.write(&draft.join("machine.toml"))?;
    plan.write(&draft)?;
    let path = files::unused(&folder.join(files::UNFINISHED), &machine.date, |_| false);
    files::rename(&draft, &path)?;
    Ok(path)
}

/// Why runs of this plan on `machine` cannot stand beside those in `path`.
fn why_not(path: &Path, machine: &Machine, plan: &Measurement) -> Option<&'static str> {
    let (Ok(old), Ok(measurement)) = (
        Machine::read(&path.join("machine.toml")),
        Measurement::read(path),
    ) else {
        return Some("it does not say of which machine and plan it is");
    };
    let of_any_time = |machine: &Machine| Machine {
        date: String::new(),
        commit: String::new(),
        perf_event: None,
        ..machine.clone()
    };
    if !measurement.has_the_plan_of(plan) {
        Some("QUICK, ROUNDS or the length of a run differs")
    } else if old.commit != machine.commit {
        Some("it is of another commit")
    } else if of_any_time(&old) != of_any_time(machine) {
        Some("the machine, its settings or the CPUs differ")
    } else {
        None
    }
}
