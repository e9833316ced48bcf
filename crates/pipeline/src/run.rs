//! Runs a command as the user's shell would, and watches it.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::os::unix::process::ExitStatusExt;

use anyhow::{Context, Result};
use procfs::process::Process;
use rustix::process::Signal;
use signal_hook::consts::{SIGINT, SIGQUIT};

use crate::account;
use crate::descriptors::{self, Known, Target};
use crate::keeper::{Ending, Keeper};
use crate::seen::Seen;
use crate::signals::{Signals, Wish, end_by};
use crate::view::View;
use crate::watcher::Watcher;

/// A command for a shell.
pub struct Shell {
    /// The shell.
    pub program: OsString,
    /// Whether the pipeline fails when any of it does.
    pub pipefail: bool,
}

impl Shell {
    fn arguments<'a>(&self, command: &'a str) -> Vec<&'a OsStr> {
        let options: &[&str] = if self.pipefail {
            &["-o", "pipefail"]
        } else {
            &[]
        };
        let words = options.iter().copied().chain(["-c", command]);
        words.map(OsStr::new).collect()
    }
}

/// What was seen, and how it ended.
pub struct Watching {
    /// What was seen.
    pub seen: Seen,
    /// How it ended.
    pub ending: Ending,
    /// The signal that was sent to the watcher to end it.
    pub ended_by: Option<i32>,
}

/// A command that has been started.
pub struct Started {
    keeper: Keeper,
    signals: Signals,
    not_ours: BTreeSet<Target>,
}

/// Starts the command. Standard input and output are its own from here on.
///
/// # Errors
///
/// When it cannot be started.
pub fn start(shell: &Shell, command: &str) -> Result<Started> {
    let not_ours = given_by_others();
    let keeper = Keeper::start(&shell.program, &shell.arguments(command))?;
    let signals = Signals::new().context("cannot take signals")?;
    Ok(Started {
        keeper,
        signals,
        not_ours,
    })
}

/// Watches it to its end; `at_each_look` may do something between two looks.
///
/// # Errors
///
/// When nothing more can be waited for.
pub fn watch(
    started: Started,
    view: &mut View,
    mut at_each_look: impl FnMut(&mut Watcher),
) -> Result<Watching> {
    let Started {
        keeper,
        mut signals,
        not_ours,
    } = started;
    let pid = keeper.pid().as_raw_nonzero().get();
    let mut watcher = Watcher::of_children(vec![pid], not_ours);
    let mut ended_by = None;
    while !signals.wait(Some(keeper.said()), watcher.pause())? {
        for wish in signals.wishes() {
            match wish {
                Wish::Interrupted => {}
                Wish::Continued => watcher.skip(),
                // Once as from a terminal; who asks again means it.
                Wish::Signal(signal @ (SIGINT | SIGQUIT)) if ended_by.is_none() => {
                    keeper.pass_on(Signal::from_named_raw(signal).unwrap_or(Signal::INT));
                    ended_by = Some(signal);
                }
                Wish::Signal(signal) => {
                    keeper.end_pipeline();
                    ended_by = Some(signal);
                }
            }
        }
        watcher.look();
        at_each_look(&mut watcher);
        view.draw(&watcher);
    }
    watcher.finish();
    view.clear();
    let ending = keeper.end();
    let mut watching = Watching {
        seen: account::seen(&watcher),
        ending,
        ended_by,
    };
    watching.seen.exit_code = Some(watching.code());
    Ok(watching)
}

impl Watching {
    /// Its exit code, or minus the signal that ended it.
    pub fn code(&self) -> i32 {
        match &self.ending {
            Ending::Killed => -libc::SIGKILL,
            Ending::Shell(status) => status
                .code()
                .unwrap_or_else(|| -status.signal().unwrap_or_default()),
        }
    }

    /// Ends this process as the pipeline ended.
    pub fn end_alike(&self) -> ! {
        if let Some(signal) = self.ended_by {
            end_by(signal);
        }
        match &self.ending {
            Ending::Killed => end_by(libc::SIGKILL),
            Ending::Shell(status) => match status.signal() {
                Some(signal) => end_by(signal),
                None => std::process::exit(status.code().unwrap_or(1)),
            },
        }
    }
}

/// What this process was given otherwise than as standard input and output: the pipes of
/// make, say, or what takes standard error.
fn given_by_others() -> BTreeSet<Target> {
    let open = Process::myself().and_then(|me| descriptors::of(&me, &mut Known::new()));
    let open = open.unwrap_or_default();
    let targets = |standard: bool| -> BTreeSet<Target> {
        let chosen = open.iter().filter(|open| (open.number < 2) == standard);
        chosen.map(|open| open.target.clone()).collect()
    };
    &targets(false) - &targets(true)
}
