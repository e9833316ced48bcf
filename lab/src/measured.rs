//! Where measured data lives: a folder for each machine.

use std::path::PathBuf;

/// The folder of all machines' folders, in the workspace.
const ROOT: &str = "book/measured";

/// The folder that holds what was measured on `machine`: `reference` is
/// committed with the book, `yours` is the reader's.
pub fn folder(machine: &str) -> PathBuf {
    PathBuf::from(ROOT).join(machine)
}
