//! Who starts the shell, and sees to it that nothing of the pipeline is left behind when
//! the watcher is killed: a process between the two. What the pipeline has started and
//! let go becomes its child (PR_SET_CHILD_SUBREAPER), so it finds all of them.

use std::ffi::OsStr;
use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use common::pipe;
use rustix::process::{Pid, Signal, WaitOptions};
use signal_hook::consts::{SIGCHLD, SIGHUP, SIGINT, SIGPIPE, SIGQUIT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::family;

/// The keeper of a running pipeline.
pub struct Keeper {
    pid: Pid,
    said: PipeReader,
}

/// How a pipeline ended.
pub enum Ending {
    /// As the shell says.
    Shell(ExitStatus),
    /// Its keeper was killed, and then the rest of it.
    Killed,
}

impl Keeper {
    /// Starts the shell with these arguments.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn start(shell: &OsStr, arguments: &[&OsStr]) -> Result<Keeper> {
        let (mut said, say) = pipe::new()?;
        let me = rustix::process::getpid();
        until_alone()?;
        // Should the keeper be killed, what it kept comes to us.
        rustix::process::set_child_subreaper(Some(me))?;
        // SAFETY: this thread is the only one, so the copy has no lock that another holds.
        let pid = match unsafe { libc::fork() } {
            -1 => bail!(
                "cannot start the keeper: {}\n`ulimit -u` says how many processes you may have",
                io::Error::last_os_error()
            ),
            0 => {
                drop(said);
                std::process::exit(keep(shell, arguments, me, say));
            }
            pid => Pid::from_raw(pid).expect("fork returns the number of a process"),
        };
        drop(say);
        // What the pipeline reads and writes, nobody else may keep open.
        let_go()?;
        match read_number(&mut said) {
            Some(0) => Ok(Keeper { pid, said }),
            Some(error) => {
                let why = io::Error::from_raw_os_error(error);
                bail!(
                    "cannot start the shell {}: {why}\nname another one with --shell",
                    shell.to_string_lossy()
                )
            }
            None => bail!("the keeper of the pipeline was killed before it had begun"),
        }
    }

    /// Its number.
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// Waits for the end, which is near once [`Keeper::said`] can be read.
    pub fn end(mut self) -> Ending {
        let ending = match read_number(&mut self.said) {
            Some(status) => Ending::Shell(ExitStatus::from_raw(status)),
            None => {
                family::end(rustix::process::getpid());
                Ending::Killed
            }
        };
        let _ = rustix::process::waitpid(Some(self.pid), WaitOptions::empty());
        ending
    }

    /// Can be read once the pipeline has ended.
    pub fn said(&self) -> BorrowedFd<'_> {
        self.said.as_fd()
    }

    /// Ends the pipeline, and all that it has started.
    pub fn end_pipeline(&self) {
        let _ = rustix::process::kill_process(self.pid, Signal::TERM);
    }

    /// Sends the signal to all of the pipeline, as a terminal does.
    pub fn pass_on(&self, signal: Signal) {
        for process in family::descendants(self.pid) {
            let _ = rustix::process::kill_process(process, signal);
        }
    }
}

/// Waits until this thread is the only one: one that was joined may take a moment to go.
fn until_alone() -> Result<()> {
    for _ in 0..1000 {
        let threads = std::fs::read_dir("/proc/self/task");
        if threads
            .context("cannot read /proc/self/task, where my own threads are")?
            .count()
            == 1
        {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(1));
    }
    bail!("a pipeline is started before any thread is");
}

/// Gives standard input and output away.
fn let_go() -> Result<()> {
    let null = std::fs::File::options()
        .read(true)
        .write(true)
        .open("/dev/null");
    let null = null.context("cannot open /dev/null")?;
    rustix::stdio::dup2_stdin(&null)?;
    rustix::stdio::dup2_stdout(&null)?;
    Ok(())
}

fn read_number(said: &mut PipeReader) -> Option<i32> {
    let mut bytes = [0; 4];
    said.read_exact(&mut bytes).ok()?;
    Some(i32::from_ne_bytes(bytes))
}

/// The keeper's life; returns its exit code.
fn keep(shell: &OsStr, arguments: &[&OsStr], watcher: Pid, mut say: PipeWriter) -> i32 {
    let me = rustix::process::getpid();
    let prepared = rustix::process::set_parent_process_death_signal(Some(Signal::TERM))
        .and_then(|()| rustix::process::set_child_subreaper(Some(me)));
    // Handlers are not inherited by the shell, so it has its signals as they came to us;
    // one that is ignored stays so. SIGPIPE comes when the watcher has been killed: then
    // there is still a pipeline to end.
    let signals = [SIGCHLD, SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGPIPE];
    let handled: Vec<i32> = signals.into_iter().filter(|&it| !is_ignored(it)).collect();
    let signals = Signals::new(handled);
    if prepared.is_err() || rustix::process::getppid() != Some(watcher) {
        return 1;
    }
    let mut command = Command::new(shell);
    let (Ok(mut signals), child) = (signals, command.args(arguments).spawn()) else {
        return 1;
    };
    let first = match &child {
        Ok(_) => 0,
        Err(error) => error.raw_os_error().unwrap_or(libc::ENOENT),
    };
    let told = say.write_all(&first.to_ne_bytes()).is_ok();
    let Ok(child) = child else {
        return 1;
    };
    if !told || let_go().is_err() {
        family::end(me);
        return 1;
    }
    let child = Pid::from_child(&child);
    for signal in signals.forever() {
        if matches!(signal, SIGTERM | SIGHUP) {
            family::end_with(me, |pid, status| {
                if pid == child {
                    let _ = say.write_all(&status.to_ne_bytes());
                }
            });
            return 0;
        }
        while let Ok(Some((pid, status))) = rustix::process::wait(WaitOptions::NOHANG) {
            if pid == child {
                let _ = say.write_all(&status.as_raw().to_ne_bytes());
                return 0;
            }
        }
    }
    0
}

/// Whether who started us had us ignore this signal, as a shell does with Ctrl-C for what
/// it runs in the background.
pub fn is_ignored(signal: i32) -> bool {
    let mut action = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: with no new action the kernel only writes the old one, into the room for it.
    unsafe { libc::sigaction(signal, std::ptr::null(), action.as_mut_ptr()) };
    // SAFETY: all zeros is a valid `sigaction`, should the call have failed.
    unsafe { action.assume_init() }.sa_sigaction == libc::SIG_IGN
}
