//! Two programs joined by a pipe, each on its CPU.

use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt, parent_id};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};

use anyhow::{Context, Result};

use crate::placement::Placement;
use crate::usage;

/// A writing end and a reading end, ready to run, as often as needed.
pub struct Pair {
    writer: Vec<String>,
    reader: Vec<String>,
}

impl Pair {
    /// Pins both command lines with taskset(1), where there is one.
    pub fn new(writer: Vec<String>, reader: Vec<String>, placement: &Placement) -> Pair {
        Pair {
            writer: pinned(writer, placement.writer),
            reader: pinned(reader, placement.reader),
        }
    }

    /// What one would type into a shell to get the same run.
    pub fn shell_command(&self) -> String {
        let line = |words: &[String]| {
            words
                .iter()
                .map(|word| quoted(word))
                .collect::<Vec<_>>()
                .join(" ")
        };
        format!("{} | {}", line(&self.writer), line(&self.reader))
    }

    /// The writing end, for who starts it otherwise.
    pub fn writer(&self) -> Command {
        self.command(&self.writer)
    }

    /// The reading end, likewise.
    pub fn reader(&self) -> Command {
        self.command(&self.reader)
    }

    /// Runs both ends until the reader has ended, and then the writer. Of an end
    /// that a signal ended, which cannot say so itself, that is said.
    ///
    /// # Errors
    ///
    /// When a program cannot be started or waited for.
    pub fn run(&self) -> Result<Ended> {
        let ended = self.run_saying_to([Stdio::inherit(), Stdio::inherit()])?;
        // Whoever does not ignore it is ended so by a reader that has enough.
        if ended.writer.signal() != Some(libc::SIGPIPE) {
            say_if_killed(&self.writer, ended.writer);
        }
        say_if_killed(&self.reader, ended.reader.status);
        Ok(ended)
    }

    /// The same, with the writer's and the reader's standard error elsewhere.
    ///
    /// # Errors
    ///
    /// As there.
    pub fn run_saying_to(&self, [writer_says, reader_says]: [Stdio; 2]) -> Result<Ended> {
        let mut writer = self
            .writer()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(writer_says)
            .spawn()
            .with_context(|| format!("cannot start {}", self.writer[0]))?;
        let pipe = writer.stdout.take().expect("its output is a pipe");
        // The reader alone holds the pipe's reading end: when it ends, the writer does.
        let reader = self
            .reader()
            .stdin(pipe)
            .stdout(Stdio::piped())
            .stderr(reader_says)
            .spawn()
            .with_context(|| format!("cannot start {}", self.reader[0]));
        let read = reader.and_then(|reader| {
            let output = reader.wait_with_output();
            output.with_context(|| format!("cannot wait for {}", self.reader[0]))
        });
        let (status, usage) = usage::wait(writer.id())
            .with_context(|| format!("cannot wait for {}", self.writer[0]))?;
        Ok(Ended {
            writer: status,
            writer_sleeps: usage.ru_nvcsw.unsigned_abs(),
            reader: read?,
        })
    }

    fn command(&self, line: &[String]) -> Command {
        let mut command = Command::new(&line[0]);
        command.args(&line[1..]);
        end_with_me(&mut command);
        command
    }
}

/// How both ends ended.
pub struct Ended {
    /// The writing end.
    pub writer: ExitStatus,
    /// How often it gave its CPU away: it slept (`ru_nvcsw`, wait4(2)).
    pub writer_sleeps: u64,
    /// The reading end, with what it printed.
    pub reader: Output,
}

/// Makes the program end when the thread that starts it does, however that
/// ends: start it from one that waits for it.
pub fn end_with_me(command: &mut Command) {
    let me = std::process::id();
    // SAFETY: between fork and exec it makes system calls and allocates nothing.
    unsafe { command.pre_exec(move || end_with(me)) };
}

/// Makes this process end when the one that started it does, however that
/// ends. Only for who is told to: a shell may well start us and go.
///
/// # Errors
///
/// When that one is gone already.
pub fn end_with_parent() -> io::Result<()> {
    end_with(parent_id())
}

fn end_with(parent: u32) -> io::Result<()> {
    // SAFETY: this request takes a number and no pointer.
    if unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) } < 0 {
        return Err(io::Error::last_os_error());
    }
    // It may have ended before it was asked for: then nobody would tell.
    match parent_id() == parent {
        true => Ok(()),
        false => Err(io::Error::from_raw_os_error(libc::ESRCH)),
    }
}

/// The folder that this program was started from, as a reader of the terminal
/// would write it; the others are beside it.
///
/// # Errors
///
/// When the kernel does not tell.
pub fn programs_folder() -> Result<PathBuf> {
    let me = std::env::current_exe().context("cannot find my own folder")?;
    let folder = me.parent().unwrap_or(Path::new("/"));
    let here = std::env::current_dir().unwrap_or_default();
    let folder = folder.strip_prefix(here).unwrap_or(folder);
    Ok(if folder == Path::new("") {
        PathBuf::from(".")
    } else {
        folder.to_owned()
    })
}

/// Whether `program` can be found in PATH.
pub fn in_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Says it of a program that a signal ended, which cannot say so itself.
pub fn say_if_killed(line: &[String], status: ExitStatus) {
    if status.signal().is_some() {
        common::say(format_args!("{} was ended: {status}", line.join(" ")));
    }
}

fn pinned(command: Vec<String>, cpu: usize) -> Vec<String> {
    if !in_path("taskset") {
        return command;
    }
    let taskset = ["taskset".to_owned(), "-c".to_owned(), cpu.to_string()];
    taskset.into_iter().chain(command).collect()
}

/// A word as a shell takes it for one.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words_in_a_shell() {
        for word in ["", "plain/path", "with space", "it's", "$HOME", "a\nb"] {
            let output = Command::new("sh")
                .arg("-c")
                .arg(format!("printf %s {}", quoted(word)))
                .output();
            assert_eq!(output.unwrap().stdout, word.as_bytes());
        }
    }
}
