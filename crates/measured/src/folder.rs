//! A machine's folder, for who writes into it: one program at a time.
//!
//! What is shown lies in the folder itself; `unfinished/` has measurements that
//! are still to come to their end, `earlier/` those that others have replaced.

use std::fs::{self, File, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::name::Name;
use crate::replacing::{self, Replaced};

/// A machine's folder, which nobody else writes into while this lives.
pub struct Folder {
    path: PathBuf,
    /// The kernel lets go of it when this process ends, however it does.
    lock: File,
}

impl Folder {
    /// Makes the folder where there is none, and takes it.
    ///
    /// # Errors
    ///
    /// When another program has it, when it is the committed one and
    /// `replace_reference` does not say that this is meant, or when it cannot
    /// be written.
    pub fn open(name: &Name, replace_reference: bool) -> Result<Folder> {
        if name.is_committed() && !replace_reference {
            bail!(
                "{} holds what this book shows as its own, and is committed with it\n\
                 to measure for yourself, leave MACHINE (--machine) out, or give it another name\n\
                 to replace the book's figures, say REPLACE_REFERENCE=1 (--replace-reference)",
                name.folder().display()
            );
        }
        Folder::at(name.folder())
    }

    fn at(path: PathBuf) -> Result<Folder> {
        let lock = take(&path)?;
        let folder = Folder { path, lock };
        for replaced in replacing::go_on(&folder.path)? {
            common::say(format_args!(
                "A measurement had only its last step to go. {replaced}"
            ));
        }
        Ok(folder)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file in it, whole.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write(&self, file: &str, content: &[u8]) -> Result<()> {
        crate::write_whole(&self.path.join(file), content)
    }

    /// Lets the finished measurement in the folder `finished` be the one shown.
    pub(crate) fn show(&self, finished: &Path) -> Result<Replaced> {
        replacing::replace(&self.path, finished)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // So that nobody is told of a process that is no more.
        let _ = self.lock.set_len(0);
    }
}

/// Locks the folder by a file in it, which names who has it. A lock on the
/// folder itself would be refused on NFS: flock(2).
fn take(folder: &Path) -> Result<File> {
    let path = folder.join(".lock");
    let mut lock = fs::create_dir_all(folder)
        .and_then(|()| {
            File::options()
                .create(true)
                .truncate(false)
                .read(true)
                .write(true)
                .open(&path)
        })
        .with_context(|| format!("cannot write into {}", folder.display()))?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            let _ = lock.read_to_string(&mut text);
            let process: Option<u32> = text.trim().parse().ok();
            let who = process.map_or("another process".to_owned(), |id| format!("process {id}"));
            bail!(
                "{} is in use: {who} is measuring into it\nwait until it has ended, or end it{}",
                folder.display(),
                process.map_or(String::new(), |id| format!(" (kill {id})"))
            );
        }
        Err(TryLockError::Error(error)) => {
            return Err(error).with_context(|| format!("cannot lock {}", path.display()));
        }
    }
    // Only a help for others: a full disk is told of by who needs it.
    let _ = lock
        .set_len(0)
        .and_then(|()| lock.write_all(std::process::id().to_string().as_bytes()));
    Ok(lock)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A machine's folder that goes away by itself.
    pub(crate) fn somewhere() -> (tempfile::TempDir, Folder) {
        let root = tempfile::tempdir().unwrap();
        let folder = Folder::at(root.path().join("laptop")).unwrap();
        (root, folder)
    }

    #[test]
    fn the_second_is_told_of_the_first() {
        let (_root, folder) = somewhere();
        let error = Folder::at(folder.path().to_owned()).err().unwrap();
        let error = format!("{error:#}");
        let me = format!("process {} is measuring into it", std::process::id());
        assert!(error.contains(&me), "{error}");
        let path = folder.path().to_owned();
        drop(folder);
        Folder::at(path).unwrap();
    }

    #[test]
    fn the_committed_folder_takes_a_word_more() {
        let error = Folder::open(&Name::reference(), false).err().unwrap();
        assert!(error.to_string().contains("REPLACE_REFERENCE=1"), "{error}");
    }
}
