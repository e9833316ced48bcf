//! Where measured data lives: a folder for each machine.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

/// The folder of all machines' folders, in the workspace.
const ROOT: &str = "book/measured";

/// The folder that holds what was measured on `machine`: `reference` is
/// committed with the book, `yours` is the reader's.
pub fn folder(machine: &str) -> PathBuf {
    PathBuf::from(ROOT).join(machine)
}

/// Keeps `text` as the file `name` of what was measured on `machine`. Whoever
/// reads it meanwhile finds the old one or the new one, and no half.
///
/// # Errors
///
/// When the folder or the file cannot be written.
pub fn write(machine: &str, name: &str, text: &str) -> Result<()> {
    let folder = folder(machine);
    let path = folder.join(name);
    let unfinished = folder.join(format!(".{name}.{}", std::process::id()));
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&unfinished, text))
        .and_then(|()| fs::rename(&unfinished, &path))
        .with_context(|| format!("cannot write {}", path.display()))
}
