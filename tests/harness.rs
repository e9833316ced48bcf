//! Starts the workspace's programs and waits for them with a limit, so that a
//! test that hangs becomes a test that fails.

pub mod child;
pub mod lab;
pub mod preprocessor;
pub mod processes;
pub mod rows;
pub mod source;
pub mod stream;
mod until;

use std::ffi::OsString;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

pub use until::{wait_until, wait_until_at_work};

/// The writing ends of the stages.
pub const WRITERS: [&str; 4] = [
    "stage1-write",
    "stage2-write",
    "stage4-write",
    "stage5-write",
];
/// The writing ends beyond stage 5, which can also say a line.
pub const BEYOND_WRITERS: [&str; 4] = ["beyond-tee", "beyond-yes", "beyond-slots", "beyond-memfd"];
/// The reading ends of the stages.
pub const READERS: [&str; 3] = ["stage1-read", "stage3-read", "stage5-read"];

/// Far more than anything here takes, on any machine, beside any load.
const PATIENCE: Duration = Duration::from_secs(300);

/// A command for a program of this workspace.
pub fn program(name: &str) -> Command {
    Command::new(program_path(name))
}

/// Where the program is: beside this test, one folder up.
pub fn program_path(name: &str) -> PathBuf {
    let me = std::env::current_exe().expect("the test knows its own path");
    let path = me
        .parent()
        .and_then(|deps| deps.parent())
        .expect("target/*/deps")
        .join(name);
    assert!(
        path.exists(),
        "{} is not built: run `make test`",
        path.display()
    );
    path
}

/// Where the programs are.
pub fn programs() -> PathBuf {
    let lab = program_path("lab");
    lab.parent().expect("it is in a folder").to_owned()
}

/// A PATH by which a shell's command finds the programs by their bare names, whatever
/// stands in the path of this clone.
///
/// # Panics
///
/// When that has a colon in it.
pub fn path_with_programs() -> OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = [programs()].into_iter().chain(std::env::split_paths(&path));
    std::env::join_paths(all).expect("no colon in the clone's path")
}

/// The folder of the workspace.
pub fn workspace() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Copies a folder with all that is in it.
///
/// # Panics
///
/// When it cannot.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("it is a folder") {
        let from = entry.expect("it can be read").path();
        let to = to.join(from.file_name().expect("it has a name"));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, to).expect("a file can be copied");
        }
    }
}

/// Whether `tool` is installed.
pub fn has(tool: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(tool).is_file())
}

/// How a program ended, and what it had said.
#[derive(Debug)]
pub struct Ending {
    /// Its exit code, or minus the signal that ended it.
    pub code: i32,
    /// Its standard output, where that was a pipe to us.
    pub stdout: Vec<u8>,
    /// Its standard error, likewise.
    pub stderr: String,
}

impl Ending {
    /// The output as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Asserts exit code 0 and nothing on standard error.
    #[track_caller]
    pub fn assert_clean(&self) {
        assert_eq!(
            (self.code, self.stderr.as_str()),
            (0, ""),
            "stdout: {}",
            self.text()
        );
    }

    /// Asserts this exit code and these words on standard error, in at most
    /// three lines.
    #[track_caller]
    pub fn assert_fails(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, code, "{self:?}");
        for word in words {
            assert!(
                self.stderr.contains(word),
                "no '{word}' in: {}",
                self.stderr
            );
        }
        assert!(
            code != 1 || self.stderr.lines().count() <= 3,
            "{}",
            self.stderr
        );
    }
}

/// Waits for the program's end, taking what it says meanwhile.
///
/// # Panics
///
/// When the program outlives all patience; it is killed first.
#[track_caller]
pub fn wait(child: Child) -> Ending {
    wait_for(child, PATIENCE)
}

/// The same with another patience, for a program that runs many others.
///
/// # Panics
///
/// As for [`wait`].
#[track_caller]
pub fn wait_for(mut child: Child, patience: Duration) -> Ending {
    let collect = |pipe: Option<Box<dyn Read + Send>>| {
        pipe.map(|mut pipe| {
            thread::spawn(move || {
                let mut bytes = Vec::new();
                pipe.read_to_end(&mut bytes)
                    .map(|_| bytes)
                    .unwrap_or_default()
            })
        })
    };
    let stdout = collect(child.stdout.take().map(|pipe| Box::new(pipe) as _));
    let stderr = collect(child.stderr.take().map(|pipe| Box::new(pipe) as _));
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            break status;
        }
        if start.elapsed() > patience {
            let _ = child.kill();
            let _ = child.wait();
            panic!("still running after {patience:?}");
        }
        thread::sleep(Duration::from_millis(5));
    };
    let bytes = |thread: Option<thread::JoinHandle<Vec<u8>>>| {
        thread
            .map(|thread| thread.join().unwrap_or_default())
            .unwrap_or_default()
    };
    let signal = std::os::unix::process::ExitStatusExt::signal(&status);
    Ending {
        code: status
            .code()
            .or(signal.map(|signal| -signal))
            .unwrap_or(i32::MIN),
        stdout: bytes(stdout),
        stderr: String::from_utf8_lossy(&bytes(stderr)).into_owned(),
    }
}

/// Runs a command to its end without input, unless it has been given one.
///
/// # Panics
///
/// When it cannot be started or does not end.
#[track_caller]
pub fn run(command: &mut Command) -> Ending {
    wait(
        command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts"),
    )
}

/// Starts a writing end whose output is a pipe; returns it and the pipe.
///
/// # Panics
///
/// When it cannot be started.
#[track_caller]
pub fn start_writer(command: &mut Command) -> (Child, io::PipeReader) {
    let (reader, writer) = io::pipe().expect("a pipe can be had");
    let child = command
        .stdin(Stdio::null())
        .stdout(writer)
        .stderr(Stdio::piped())
        .spawn()
        .expect("the writer starts");
    // `command` would keep the pipe's writing end open, and no reader would see its end.
    command.stdout(Stdio::null());
    (child, reader)
}

/// Starts `reader` behind `writer`; returns both.
///
/// # Panics
///
/// When one of them cannot be started.
#[track_caller]
pub fn start_pair(writer: &mut Command, reader: &mut Command) -> (Child, Child) {
    let (writer, pipe) = start_writer(writer);
    let child = reader
        .stdin(pipe)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the reader starts");
    reader.stdin(Stdio::null());
    (writer, child)
}

/// Runs `writer | reader` until both have ended.
#[track_caller]
pub fn run_pair(writer: &mut Command, reader: &mut Command) -> (Ending, Ending) {
    let (writer, reader) = start_pair(writer, reader);
    let reader = wait(reader);
    (wait(writer), reader)
}
