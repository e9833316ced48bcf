//! Where measured data lives: a folder for each machine.

use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folder of all machines' folders, in the workspace.
const ROOT: &str = "book/measured";

/// The folder that holds what was measured on `machine`: `reference` is
/// committed with the book, `yours` is the reader's.
pub fn folder(machine: &str) -> PathBuf {
    PathBuf::from(ROOT).join(machine)
}

/// Writes a file so that it is there whole, or as it was before.
///
/// # Errors
///
/// When it cannot be written; its folder must be there.
pub fn write(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let everyone_reads = Permissions::from_mode(0o644);
    let whole = || -> Result<()> {
        let mut file = tempfile::Builder::new()
            .permissions(everyone_reads)
            .tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.persist(path)?;
        Ok(())
    };
    whole().with_context(|| format!("cannot write {}", path.display()))
}
