//! A started program, watched, and ended when it overstays.

use std::io::{self, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use anyhow::Context;
use rustix::process::{Pid, Signal};

use super::fault::Fault;
use super::orphans;
use super::patience::{PATIENCE, patiently};

/// So much of what a program says is shown.
const MOST_LINES: usize = 4;

/// How a program ended.
pub struct Ending {
    /// Its exit code, or minus the signal that ended it.
    pub code: i32,
    /// The first lines of what it said on standard error.
    pub said: String,
}

impl Ending {
    /// In words: `exit code 1, and it said "…"`.
    pub fn in_words(&self) -> String {
        let how = match self.code {
            code @ 0.. => format!("exit code {code}"),
            signal => format!("ended by signal {}", -signal),
        };
        match self.said.trim() {
            "" => how,
            said => format!("{how}, and on standard error:\n{}", beginning(said)),
        }
    }

    /// Whether it has said anything like this.
    pub fn said(&self, words: &str) -> bool {
        self.said.contains(words)
    }
}

/// The lines that say what went wrong: of a panic, not how it came there.
fn beginning(said: &str) -> String {
    let worth =
        |line: &&str| !line.is_empty() && !line.starts_with("note: run with `RUST_BACKTRACE");
    let lines: Vec<&str> = said
        .lines()
        .take_while(|line| !line.starts_with("stack backtrace:"))
        .filter(worth)
        .collect();
    let more = if lines.len() > MOST_LINES {
        "\n…"
    } else {
        ""
    };
    lines[..lines.len().min(MOST_LINES)].join("\n") + more
}

/// A started program, one at a time. Neither it nor what it has started outlives this.
pub struct Running {
    child: Child,
    said: Receiver<String>,
}

impl Running {
    /// Starts it, and listens to what it says on standard error.
    pub(super) fn start(mut command: Command) -> Result<Running, Fault> {
        orphans::adopt().context("cannot look after what the program starts")?;
        let mut child = command
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let mut errors = child.stderr.take().context("standard error is a pipe")?;
        let (say, said) = mpsc::channel();
        let running = Running { child, said };
        let listen = move || {
            let mut said = Vec::new();
            // Enough to show. The rest is read, so that it does not block, and dropped.
            let _ = errors.by_ref().take(2048).read_to_end(&mut said);
            let _ = say.send(String::from_utf8_lossy(&said).into_owned());
            let _ = io::copy(&mut errors, &mut io::sink());
        };
        thread::Builder::new()
            .spawn(listen)
            .context("cannot start a thread that listens to the program")?;
        Ok(running)
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        // It may have ended already, which its ending will tell.
        let _ = rustix::process::kill_process(pid, signal);
    }

    /// Its process number.
    pub(super) fn number(&self) -> u32 {
        self.child.id()
    }

    /// Waits for its end, for as long as patience lasts; `None` when it had to
    /// be killed. Whatever it has started ends with it: its ends of pipes are closed.
    ///
    /// # Errors
    ///
    /// When it cannot be waited for.
    pub fn end(&mut self) -> io::Result<Option<Ending>> {
        let ending = patiently(|| self.try_end())?;
        if ending.is_none() {
            self.kill();
        }
        Ok(ending)
    }

    /// The same without waiting; `None` while it runs.
    ///
    /// # Errors
    ///
    /// When it cannot be waited for.
    pub fn try_end(&mut self) -> io::Result<Option<Ending>> {
        let Some(status) = self.child.try_wait()? else {
            return Ok(None);
        };
        orphans::end();
        Ok(Some(Ending {
            code: status
                .code()
                .unwrap_or_else(|| -status.signal().unwrap_or_default()),
            said: self.said.recv_timeout(PATIENCE).unwrap_or_default(),
        }))
    }

    fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        orphans::end();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}
