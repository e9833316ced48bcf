//! A started program, watched, and ended when it overstays.

use std::fs;
use std::io::{self, Read};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use anyhow::Context;
use rustix::process::{Pid, Signal};

use super::patience::{PATIENCE, patiently};
use super::report::Fault;
use super::{on_cpu, orphans};

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
            said => format!("{how}, and on standard error:\n{said}"),
        }
    }
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

    /// How long it and the calling thread have waited for a CPU while others had it.
    pub fn kept_waiting(&self) -> Duration {
        on_cpu::kept_waiting(&self.child.id().to_string()) + on_cpu::kept_waiting("thread-self")
    }

    /// The CPU time that it has used so far: fields 14 and 15 of
    /// proc_pid_stat(5), which count all of its threads.
    ///
    /// # Errors
    ///
    /// When the kernel does not tell.
    pub fn cpu_time(&self) -> anyhow::Result<Duration> {
        let stat = self.told("stat")?;
        // The program's name comes second, in brackets, and may hold anything.
        let (_, fields) = stat.rsplit_once(')').context("a stat line has brackets")?;
        let ticks = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(str::parse::<u64>)
            .sum::<Result<u64, _>>()?;
        let per_second = rustix::param::clock_ticks_per_second();
        Ok(Duration::from_secs_f64(ticks as f64 / per_second as f64))
    }

    /// How many bytes it has got by read(2) and its kin: proc_pid_io(5).
    ///
    /// # Errors
    ///
    /// When the kernel does not count.
    pub fn bytes_read(&self) -> anyhow::Result<u64> {
        self.count("io", "rchar:")
    }

    /// How many bytes it has given to write(2) and its kin: proc_pid_io(5).
    ///
    /// # Errors
    ///
    /// When the kernel does not count.
    pub fn bytes_written(&self) -> anyhow::Result<u64> {
        self.count("io", "wchar:")
    }

    /// How often it has given up its CPU to wait: proc_pid_status(5).
    ///
    /// # Errors
    ///
    /// When the kernel does not count.
    pub fn sleeps(&self) -> anyhow::Result<u64> {
        self.count("status", "voluntary_ctxt_switches:")
    }

    /// How many calls of write(2) and its kin have come back: proc_pid_io(5).
    ///
    /// # Errors
    ///
    /// When the kernel does not count.
    pub fn write_calls(&self) -> anyhow::Result<u64> {
        self.count("io", "syscw:")
    }

    fn count(&self, file: &str, name: &str) -> anyhow::Result<u64> {
        let counts = self.told(file)?;
        let count = counts.lines().find_map(|line| line.strip_prefix(name));
        let count = count.with_context(|| format!("no count of {name} in /proc"))?;
        Ok(count.trim().parse()?)
    }

    /// What the kernel says of it in this file.
    fn told(&self, file: &str) -> anyhow::Result<String> {
        let path = format!("/proc/{}/{file}", self.child.id());
        fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))
    }

    /// Waits for its end, for as long as patience lasts; `None` when it had to
    /// be killed. Whatever it has started ends with it: its ends of pipes are closed.
    ///
    /// # Errors
    ///
    /// When it cannot be waited for.
    pub fn end(&mut self) -> io::Result<Option<Ending>> {
        let Some(status) = patiently(|| self.child.try_wait())? else {
            self.kill();
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
