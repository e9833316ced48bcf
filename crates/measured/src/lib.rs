//! Where measured data lives, a folder for each machine, and the figures in it.

pub mod beyond;
pub mod counts;
mod figures;
pub mod machine;
mod numbers;
pub mod pages;
mod parsing;
pub mod plan;
pub mod rounds;
pub mod rows;
pub mod runs;
pub mod statistics;
pub mod text;
pub mod words;

pub use figures::Figures;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

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
    let draft = path.with_extension("unfinished");
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))
        .and_then(|()| fs::write(&draft, content))
        .and_then(|()| fs::rename(&draft, path))
        .with_context(|| format!("cannot write {}", path.display()))
}
