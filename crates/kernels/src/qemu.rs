//! QEMU, with a kernel in it: started, listened to, and never left behind.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use bench::pair::{end_with_me, in_path};

use crate::arch::Arch;
use crate::said::Said;

/// A machine to be started.
pub struct Machine<'a> {
    /// Its processor.
    pub arch: Arch,
    /// The kernel's file.
    pub kernel: &'a Path,
    /// The archive with our programs.
    pub programs: &'a Path,
    /// How many CPUs it has.
    pub cpus: usize,
    /// How much memory, in MiB.
    pub memory: usize,
    /// Whether its clock counts instructions.
    pub counted: bool,
    /// Whether this machine's own CPU runs it, and not a program.
    pub kvm: bool,
    /// What its kernel is told: its own options, and ours.
    pub options: Vec<String>,
    /// Where QEMU listens to what we want of it, and where it writes what it runs.
    pub watched: Option<(&'a Path, &'a Path)>,
}

/// A machine that runs.
pub struct Running {
    qemu: Child,
    lines: Receiver<String>,
    input: ChildStdin,
    /// How long it may still take, while this process is not stopped itself.
    left: Duration,
    /// What it said last that was not for us: a kernel's last words.
    last: Vec<String>,
}

/// Whether QEMU is here for this processor.
///
/// # Errors
///
/// When it is not: how to get it.
pub fn ensure_installed(arch: Arch) -> Result<()> {
    let (program, package) = arch.qemu();
    ensure!(
        in_path(program),
        "make kernels needs {program}, which is not here: apt install {package}"
    );
    Ok(())
}

impl Machine<'_> {
    /// Starts it; it may take so long, and no longer.
    ///
    /// # Errors
    ///
    /// When QEMU cannot be started.
    pub fn start(&self, limit: Duration) -> Result<Running> {
        let mut command = self.command();
        // Whatever ends this thread ends QEMU: the one that waits for it.
        end_with_me(&mut command);
        let mut qemu = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", self.arch.qemu().0))?;
        let (tell, lines) = mpsc::channel();
        let output = qemu.stdout.take().expect("its output is a pipe");
        let errors = qemu.stderr.take().expect("its errors are a pipe");
        listen(output, tell.clone());
        listen(errors, tell);
        Ok(Running {
            input: qemu.stdin.take().expect("its input is a pipe"),
            qemu,
            lines,
            left: limit,
            last: Vec::new(),
        })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(self.arch.qemu().0);
        match self.kvm {
            true => command
                .args(["-accel", "kvm"])
                .args(self.arch.own_machine()),
            false => command.args(["-accel", "tcg"]).args(self.arch.machine()),
        };
        if self.counted {
            // An instruction is a nanosecond, of all that the guest can see of time: what else
            // could differ from run to run is fixed below.
            command.args(["-icount", "shift=0,sleep=off"]);
        }
        let kernel_options = [
            &format!(
                "console={} loglevel=1 panic=-1 rdinit=/init",
                self.arch.console()
            ),
            "nokaslr norandmaps tsc=reliable",
            // What the kernel does not know becomes the environment of process 1.
            "PATH=/programs",
            &self.options.join(" "),
        ]
        .join(" ");
        command
            .args([
                "-smp",
                &self.cpus.to_string(),
                "-m",
                &self.memory.to_string(),
            ])
            .args(["-rtc", "base=2026-01-01,clock=vm", "-seed", "1"])
            .args([
                "-nodefaults",
                "-nographic",
                "-no-reboot",
                "-serial",
                "stdio",
            ])
            .arg("-kernel")
            .arg(self.kernel)
            .arg("-initrd")
            .arg(self.programs)
            .args(["-append", &kernel_options]);
        match self.watched {
            Some((monitor, log)) => {
                let monitor = format!("unix:{},server=on,wait=off", monitor.display());
                command.args(["-monitor", &monitor, "-D"]).arg(log);
            }
            None => {
                command.args(["-monitor", "none"]);
            }
        }
        command
    }
}

/// Takes lines as they come, in a thread that ends with QEMU.
fn listen(output: impl std::io::Read + Send + 'static, tell: mpsc::Sender<String>) {
    thread::spawn(move || {
        let mut output = BufReader::new(output);
        let mut line = Vec::new();
        while output
            .read_until(b'\n', &mut line)
            .is_ok_and(|count| count > 0)
        {
            if tell
                .send(String::from_utf8_lossy(&line).into_owned())
                .is_err()
            {
                return;
            }
            line.clear();
        }
    });
}

impl Running {
    /// What the guest says next; `None` when it has ended.
    ///
    /// # Errors
    ///
    /// When its time is up.
    pub fn hear(&mut self) -> Result<Option<Said>> {
        loop {
            let Some(line) = self.line()? else {
                return Ok(None);
            };
            // What firmware writes to a terminal may stand before the first.
            let from = line.find("@fast-pipes").unwrap_or(0);
            match line[from..].parse() {
                Ok(said) => return Ok(Some(said)),
                Err(()) => self.remember(line),
            }
        }
    }

    /// The next line of any kind; `None` when QEMU has ended.
    ///
    /// # Errors
    ///
    /// When its time is up.
    pub fn line(&mut self) -> Result<Option<String>> {
        const STEP: Duration = Duration::from_secs(1);
        while self.left > Duration::ZERO {
            let step = STEP.min(self.left);
            let start = Instant::now();
            let line = self.lines.recv_timeout(step);
            // Who is stopped (Ctrl-Z), and QEMU with it, loses a step at most.
            self.left -= start.elapsed().min(step);
            match line {
                Ok(line) => return Ok(Some(line)),
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
        bail!(
            "its time is up; the last that it said: {}",
            self.last_words()
        )
    }

    /// Says a line to the guest: go on.
    ///
    /// # Errors
    ///
    /// When QEMU has gone.
    pub fn go_on(&mut self) -> Result<()> {
        self.input
            .write_all(b"\n")
            .context("QEMU does not listen")?;
        Ok(self.input.flush()?)
    }

    /// What it said last that was not for us.
    pub fn last_words(&self) -> String {
        match self.last.is_empty() {
            true => "nothing".to_owned(),
            false => self.last.join(" | "),
        }
    }

    fn remember(&mut self, line: String) {
        let shown: String = line.chars().filter(|letter| !letter.is_control()).collect();
        if !shown.trim().is_empty() {
            self.last.push(shown.trim().to_owned());
            let surplus = self.last.len().saturating_sub(3);
            self.last.drain(..surplus);
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.qemu.kill();
        let _ = self.qemu.wait();
    }
}
