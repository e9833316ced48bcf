//! Where measured data lives, a folder for each machine, and the figures in it.

mod appender;
pub mod beyond;
pub mod calls;
pub mod coarse;
pub mod counts;
mod figures;
mod files;
pub mod folder;
pub mod kernels;
pub mod machine;
pub mod measurement;
pub mod name;
pub mod numbers;
pub mod pages;
mod parsing;
pub mod pipelines;
pub mod plan;
pub mod replacing;
pub mod rounds;
pub mod row;
pub mod rows;
pub mod runs;
pub mod stacks;
pub mod statistics;
pub mod text;
pub mod unfinished;
pub mod words;

pub use figures::Figures;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folder of all machines' folders, in the workspace.
const ROOT: &str = "book/measured";

/// The folder that holds what was measured on `machine`: `reference` is
/// committed with the book, `yours` is the reader's.
pub fn folder_of(machine: &str) -> PathBuf {
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
