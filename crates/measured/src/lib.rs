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
use std::io::{self, Write};
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
    let written = match fs::metadata(path) {
        // A device or a pipe, such as /dev/stdout, takes it, and stays what it is.
        Ok(there) if !there.is_file() && !there.is_dir() => fs::File::options()
            .write(true)
            .open(path)
            .and_then(|mut file| file.write_all(content)),
        _ => replace(path, content),
    };
    written.with_context(|| format!("cannot write {}", path.display()))
}

fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
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
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::io::Read;
    use std::os::unix::fs::FileTypeExt;
    use std::process::Command;

    #[test]
    fn what_is_no_file_takes_it_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fifo");
        assert!(
            Command::new("mkfifo")
                .arg(&path)
                .status()
                .unwrap()
                .success()
        );
        let both_ends = fs::File::options().read(true).write(true).open(&path);
        write_whole(&path, b"text").unwrap();
        assert!(fs::metadata(&path).unwrap().file_type().is_fifo());
        let mut text = [0; 4];
        both_ends.unwrap().read_exact(&mut text).unwrap();
        assert_eq!(&text, b"text");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
