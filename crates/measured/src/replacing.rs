//! How a finished measurement takes the place of the one that is shown, which
//! stays under `earlier/`: killed between any two steps, it can go on.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::files::{self, clear, rename, unused};
use crate::machine::Machine;
use crate::measurement::{self, Measurement};
use crate::runs::{self, Run};

/// What belongs together, in the order in which it is moved: the last one says
/// that the measurement is finished, and so that the others are to follow.
const FILES: [&str; 3] = [runs::FILE, "machine.toml", measurement::FILE];

/// What became of a finished measurement, and of the one that was shown.
#[derive(Debug)]
pub enum Replaced {
    /// It is shown; the one before, if there was one, is in this folder.
    Shown(Option<PathBuf>),
    /// It lacks what the one before has, which therefore stays.
    Aside {
        /// Where it is.
        path: PathBuf,
        /// What it lacks, as `group/name`.
        lacks: Vec<String>,
    },
}

impl fmt::Display for Replaced {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Replaced::Shown(None) => out.write_str("It is kept."),
            Replaced::Shown(Some(earlier)) => {
                write!(
                    out,
                    "What was measured before is now in {}.",
                    earlier.display()
                )
            }
            Replaced::Aside { path, lacks } => write!(
                out,
                "It lacks {}, which the one before has, so that one stays; this one is in {}.",
                some_of(lacks),
                path.display()
            ),
        }
    }
}

/// At most two of the names, and how many more there are.
pub fn some_of(names: &[String]) -> String {
    match names {
        [first, second, _, ..] => format!("{first}, {second} and {} more", names.len() - 2),
        _ => names.join(" and "),
    }
}

/// Does what was still to do when the last one who wrote here was killed.
pub(crate) fn go_on(folder: &Path) -> Result<Vec<Replaced>> {
    let mut replaced = Vec::new();
    for path in files::unfinished(folder)? {
        if Measurement::read(&path).is_ok_and(|measurement| measurement.finished) {
            replaced.push(replace(folder, &path)?);
        } else {
            // One that was emptied and not removed; any other stays.
            let _ = fs::remove_dir(&path);
        }
    }
    Ok(replaced)
}

/// Lets the finished measurement in `new` be the one that `folder` shows.
pub(crate) fn replace(folder: &Path, new: &Path) -> Result<Replaced> {
    let mut earlier = None;
    // Else it was killed after this.
    if new.join(runs::FILE).exists() {
        let lacks = lacking(folder, new)?;
        if !lacks.is_empty() {
            let path = earlier_name(folder, new, "-incomplete", |_| false);
            rename(new, &path)?;
            return Ok(Replaced::Aside { path, lacks });
        }
        earlier = keep(folder)?;
    }
    for file in FILES {
        if new.join(file).exists() {
            rename(&new.join(file), &folder.join(file))?;
        }
    }
    let _ = fs::remove_dir(new);
    // Only where nothing else is unfinished.
    let _ = fs::remove_dir(folder.join(files::UNFINISHED));
    Ok(Replaced::Shown(earlier))
}

/// What is missing in `new` and was measured in what `folder` shows.
fn lacking(folder: &Path, new: &Path) -> Result<Vec<String>> {
    // Runs that cannot be read show nothing.
    let runs = runs::read(&folder.join(runs::FILE)).unwrap_or_default();
    let shown: BTreeSet<String> = runs.iter().map(Run::full_name).collect();
    let missing = Measurement::read(new)?.missing.into_iter();
    Ok(missing
        .map(|missing| missing.name)
        .filter(|name| shown.contains(name))
        .collect())
}

/// Copies what `folder` shows into a folder of its own under `earlier/`.
fn keep(folder: &Path) -> Result<Option<PathBuf>> {
    if !folder.join(runs::FILE).exists() {
        return Ok(None);
    }
    let shown = fs::read(folder.join(runs::FILE)).ok();
    let is_copy = |path: &Path| fs::read(path.join(runs::FILE)).ok() == shown;
    let path = earlier_name(folder, folder, "", is_copy);
    if path.exists() {
        // It was killed after this.
        return Ok(Some(path));
    }
    let draft = folder.join("earlier/.draft");
    clear(&draft)?;
    for file in FILES {
        if folder.join(file).exists() {
            fs::copy(folder.join(file), draft.join(file)).with_context(|| {
                format!("cannot keep what was measured before in {}", path.display())
            })?;
        }
    }
    rename(&draft, &path)?;
    Ok(Some(path))
}

/// A name under `earlier/` for the measurement in `of`: the time that it began at.
fn earlier_name(folder: &Path, of: &Path, ending: &str, may_be: impl Fn(&Path) -> bool) -> PathBuf {
    let date = Machine::read(&of.join("machine.toml"))
        .map_or("unknown-date".to_owned(), |machine| machine.date);
    unused(&folder.join("earlier"), &format!("{date}{ending}"), may_be)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "round,group,name,gib_per_s,bytes,stolen,cpus,command\n";

    /// A measurement's three files, with a run of each of `names`.
    fn write(folder: &Path, names: &[&str], missing: &str) {
        let rows = names
            .iter()
            .map(|name| format!("1,stages,{name},1.0,1,0.0,\"0,1\",x\n"));
        let runs: String = std::iter::once(HEAD.to_owned()).chain(rows).collect();
        let machine = format!("of {names:?}");
        let measurement = format!("quick = true\nrounds = 1\nfinished = true\n{missing}");
        fs::create_dir_all(folder).unwrap();
        for (file, text) in FILES.iter().zip([runs, machine, measurement]) {
            fs::write(folder.join(file), text).unwrap();
        }
    }

    fn content(folder: &Path) -> Vec<String> {
        FILES
            .map(|file| fs::read_to_string(folder.join(file)).unwrap())
            .to_vec()
    }

    #[test]
    fn killed_between_any_two_steps_it_goes_on() {
        for steps in 0..=FILES.len() {
            let root = tempfile::tempdir().unwrap();
            let (folder, new) = (root.path(), root.path().join("unfinished/2026"));
            write(folder, &["stage1"], "");
            write(&new, &["stage1", "stage2"], "");
            let (before, after) = (content(folder), content(&new));
            if steps > 0 {
                keep(folder).unwrap();
            }
            for file in &FILES[..steps] {
                rename(&new.join(file), &folder.join(file)).unwrap();
            }
            go_on(folder).unwrap();
            assert_eq!(content(folder), after, "{steps}");
            assert_eq!(
                content(&folder.join("earlier/unknown-date")),
                before,
                "{steps}"
            );
            assert_eq!(fs::read_dir(folder.join("earlier")).unwrap().count(), 1);
            assert!(
                !new.exists() && go_on(folder).unwrap().is_empty(),
                "{steps}"
            );
        }
    }

    #[test]
    fn what_lacks_a_stage_replaces_none_that_has_it() {
        let root = tempfile::tempdir().unwrap();
        let (folder, new) = (root.path(), root.path().join("unfinished/2026"));
        let missing = "[[missing]]\nname = \"stages/stage3\"\nwhy = \"splice refused\"\n";
        write(folder, &["stage1", "stage3"], "");
        write(&new, &["stage1"], missing);
        let (before, after) = (content(folder), content(&new));
        let replaced = replace(folder, &new).unwrap();
        assert!(matches!(replaced, Replaced::Aside { .. }), "{replaced}");
        assert_eq!(content(folder), before);
        assert_eq!(
            content(&folder.join("earlier/unknown-date-incomplete")),
            after
        );

        // Beside one that never had it, it is the better one.
        write(&new, &["stage1"], missing);
        write(folder, &["stage1"], missing);
        assert!(matches!(
            replace(folder, &new).unwrap(),
            Replaced::Shown(Some(_))
        ));
    }
}
