//! A lab for the tests: in a workspace of its own, measuring for moments only.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

use crate::{Ending, program_path, wait, wait_for, workspace};

/// What belongs to a measurement.
pub const FILES: [&str; 3] = ["runs.csv", "machine.toml", "measurement.toml"];

/// A lab in a workspace of its own, whose runs are short.
pub struct Lab {
    /// Where book/measured is.
    pub root: TempDir,
    /// The lab, and beside it the programs that it runs.
    pub program: PathBuf,
}

impl Lab {
    /// One that has measured nothing yet.
    pub fn without_data() -> Lab {
        Lab {
            root: tempfile::tempdir().unwrap(),
            program: program_path("lab"),
        }
    }

    /// It with these words, its outputs for us.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(words).current_dir(self.root.path());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// A measurement in its short form.
    pub fn measure(&self, rounds: &str) -> Command {
        let short = ["--quick", "--milliseconds", "10", "--rounds", rounds];
        self.command(&[&["measure"], &short[..]].concat())
    }

    /// Started, and so far that it has the folder.
    pub fn measuring(&self) -> Child {
        let mut child = self.measure("50").spawn().unwrap();
        let me = child.id().to_string();
        while fs::read_to_string(self.yours(".lock")).unwrap_or_default() != me {
            let ended = child.try_wait().expect("a child can be waited for");
            assert!(ended.is_none(), "it ended without the folder: {ended:?}");
            thread::sleep(Duration::from_millis(5));
        }
        child
    }

    /// A file in the folder of the reader's machine.
    pub fn yours(&self, file: &str) -> PathBuf {
        self.root.path().join("book/measured/yours").join(file)
    }

    /// The folders in `unfinished` or `earlier`, by their names.
    pub fn folders(&self, of: &str) -> Vec<PathBuf> {
        let mut folders: Vec<_> = fs::read_dir(self.yours(of))
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().path())
            .filter(|path| !path.ends_with(".draft"))
            .collect();
        folders.sort();
        folders
    }

    /// How many runs there are in all that is unfinished.
    pub fn unfinished_rows(&self) -> usize {
        let folders = self.folders("unfinished");
        folders.iter().map(|folder| rows(folder).len()).sum()
    }

    /// This book's machine as it is committed: a folder as of before there were others in it.
    pub fn with_the_reference_as_yours(self) -> Lab {
        fs::create_dir_all(self.yours("")).unwrap();
        for file in FILES {
            let from = workspace().join("book/measured/reference").join(file);
            fs::copy(from, self.yours(file)).unwrap();
        }
        self
    }
}

/// Round, group and name of each run.
pub fn rows(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("runs.csv")).unwrap_or_default();
    let whole = &text[..text.rfind('\n').map_or(0, |end| end + 1)];
    let keys = whole.lines().skip(1);
    keys.map(|row| row.split(',').take(3).collect::<Vec<_>>().join(","))
        .collect()
}

/// The three files of a measurement.
pub fn contents(folder: &Path) -> Vec<Vec<u8>> {
    let read = |file| fs::read(folder.join(file)).unwrap();
    FILES.map(read).to_vec()
}

/// Ends it as nothing can be prepared for.
pub fn kill(mut child: Child) -> Ending {
    let _ = child.kill();
    wait(child)
}

/// Runs a measurement to its end, on however slow a machine.
#[track_caller]
pub fn to_the_end(command: &mut Command) -> Ending {
    wait_for(
        command.spawn().expect("it starts"),
        Duration::from_secs(900),
    )
}

/// Asserts this exit code, and these words on standard error.
#[track_caller]
pub fn assert_says(ending: &Ending, code: i32, words: &[&str]) {
    assert_eq!(ending.code, code, "{}", ending.stderr);
    for word in words {
        let said = &ending.stderr;
        assert!(said.contains(word), "no '{word}' in: {said}");
    }
}
