//! A program under check, and how it is started.

use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::Context;
use common::pipe;
use rustix::process::Signal;

use super::fault::Fault;
use super::on_cpu::only;
use super::running::Running;

/// A program of the learner's, or one to compare it with.
pub struct Contestant {
    /// Where it was built.
    pub program: PathBuf,
    /// What it is called with, always.
    pub arguments: Vec<String>,
    /// What it was built from, where that is known.
    pub source: Option<PathBuf>,
}

impl Contestant {
    /// The program of this name, beside the one that is running.
    ///
    /// # Errors
    ///
    /// When it is not there.
    pub fn beside_me(name: &str, arguments: &[&str]) -> anyhow::Result<Contestant> {
        let me = std::env::current_exe().context("cannot find my own folder")?;
        let program = me.with_file_name(name);
        anyhow::ensure!(
            program.exists(),
            "{name} is not built\nstart the check with make, which builds all that it needs"
        );
        Ok(Contestant {
            program,
            arguments: arguments.iter().map(ToString::to_string).collect(),
            source: None,
        })
    }

    /// The same program with more arguments.
    pub fn with(&self, arguments: &[&str]) -> Contestant {
        let more = arguments.iter().map(ToString::to_string);
        Contestant {
            program: self.program.clone(),
            arguments: self.arguments.iter().cloned().chain(more).collect(),
            source: self.source.clone(),
        }
    }

    /// The first of these words that its source has outside of comments.
    pub fn uses(&self, words: &[&'static str]) -> Option<&'static str> {
        let source = fs::read_to_string(self.source.as_ref()?).ok()?;
        let code = source
            .lines()
            .map(|line| line.split_once("//").map_or(line, |(code, _)| code));
        let code = code.collect::<Vec<_>>().join("\n");
        words.iter().find(|word| code.contains(**word)).copied()
    }

    /// Starts it between two ends, on a CPU of its own if `cpu` names one.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn start(
        &self,
        stdin: impl Into<Stdio>,
        stdout: impl Into<Stdio>,
        cpu: Option<usize>,
    ) -> Result<Running, Fault> {
        self.start_with(stdin, stdout, cpu, |_| {})
    }

    /// The same, with a last word to the command.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn start_with(
        &self,
        stdin: impl Into<Stdio>,
        stdout: impl Into<Stdio>,
        cpu: Option<usize>,
        prepare: impl FnOnce(&mut Command),
    ) -> Result<Running, Fault> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(stdin).stdout(stdout);
        let cpus = cpu.map(only);
        let end_with_me = move || {
            rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
            if let Some(cpus) = &cpus {
                rustix::thread::sched_setaffinity(None, cpus)?;
            }
            Ok(())
        };
        // SAFETY: between fork and exec it makes system calls and allocates nothing.
        unsafe { command.pre_exec(end_with_me) };
        prepare(&mut command);
        Running::start(command)
    }

    /// Starts it with its output in a new pipe; returns the reading end too.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn start_writer(&self, cpu: Option<usize>) -> Result<(Running, OwnedFd), Fault> {
        let (reader, writer) = pipe::new()?;
        let running = self.start(Stdio::null(), writer, cpu)?;
        Ok((running, reader.into()))
    }
}
