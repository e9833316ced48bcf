//! Files and folders that are made, named and moved while measured data is kept.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Where unfinished measurements are, in a machine's folder.
pub(crate) const UNFINISHED: &str = "unfinished";
/// One that is being made.
pub(crate) const DRAFT: &str = ".draft";

/// A path in `folder` that is free, or that `may_be` taken.
pub(crate) fn unused(folder: &Path, name: &str, may_be: impl Fn(&Path) -> bool) -> PathBuf {
    let plain: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    let mut path = folder.join(&plain);
    let mut number = 2;
    while path.exists() && !may_be(&path) {
        path = folder.join(format!("{plain}-{number}"));
        number += 1;
    }
    path
}

/// An empty folder of that name; what is there is an unfinished copy.
pub(crate) fn clear(draft: &Path) -> Result<()> {
    match fs::remove_dir_all(draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => fs::create_dir_all(draft),
    }
    .with_context(|| format!("cannot make {}", draft.display()))
}

/// Moves a file or a folder, and makes the folder that it is to be in.
pub(crate) fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to.parent().unwrap_or(Path::new(".")))
        .and_then(|()| fs::rename(from, to))
        .with_context(|| format!("cannot move {} to {}", from.display(), to.display()))
}

/// The folders of all that are unfinished, the oldest first.
pub(crate) fn unfinished(folder: &Path) -> Result<Vec<PathBuf>> {
    let folder = folder.join(UNFINISHED);
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries,
    };
    let paths = entries.and_then(|entries| {
        entries
            .map(|entry| Ok(entry?.path()))
            .collect::<io::Result<Vec<_>>>()
    });
    let mut paths = paths.with_context(|| format!("cannot read {}", folder.display()))?;
    paths.retain(|path| path.is_dir() && !path.ends_with(DRAFT));
    paths.sort();
    Ok(paths)
}
