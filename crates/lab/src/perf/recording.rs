//! One run of a stage under `perf record`.

use std::fs;
use std::os::fd::AsRawFd;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use common::size;

use super::call_tree::CUT;
use super::samples::ProgramSamples;
use bench::pair;
use bench::placement::Placement;
use bench::stages::Stage;
use machine::perf_event;
use measured::machine::PerfEvent;

/// Samples per second of an end's time on its CPU, of which it has little where
/// it mostly sleeps. A prime, so as not to beat with the kernel's timer.
const FREQUENCY: &str = "3989";

/// What perf saw while a stage ran.
pub struct Recording {
    /// All samples, as perf prints them.
    pub script: String,
    /// How fast the stage was, slowed by perf.
    pub gib_per_second: f64,
    event: PerfEvent,
    kernel: String,
}

/// The event to take samples by.
///
/// # Errors
///
/// Where perf is not installed, or this user may not look into the kernel with it.
pub fn usable_event() -> Result<PerfEvent> {
    let works = Command::new("perf")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    // Ubuntu has a perf that only looks for the one of the running kernel.
    if !works.is_ok_and(|status| status.success()) {
        bail!(
            "there is no perf that works here\n\
             install it: Debian: linux-perf; Ubuntu: linux-tools-generic, or linux-tools-$(uname -r);\n\
             Fedora and Arch: perf"
        );
    }
    perf_event::best().map_err(|error| {
        // In `perf_allow_kernel`, kernel/events/core.c, Linux 6.12; others say EPERM.
        let advice = match error.raw_os_error() {
            Some(libc::EACCES) => {
                "allow it until the next start, or run me as root:\n\
                 sudo sysctl kernel.perf_event_paranoid=1 kernel.kptr_restrict=0"
            }
            _ => {
                "a container's seccomp profile or the kernel's lockdown forbids it:\n\
                 leave the container, or try as root"
            }
        };
        let paranoid = setting("kernel/perf_event_paranoid").unwrap_or_default();
        anyhow::anyhow!(
            "perf may not look into the kernel: {error}, kernel.perf_event_paranoid is {paranoid}\n{advice}"
        )
    })
}

/// Makes sure that the samples can tell something.
///
/// # Errors
///
/// When there are none, or the kernel's functions have no names.
pub fn check(samples: &ProgramSamples<'_>, program: &str) -> Result<()> {
    let kernel = || {
        samples
            .iter()
            .flat_map(|stack| stack.iter())
            .filter(|frame| frame.in_kernel)
    };
    if kernel().next().is_none() {
        bail!(
            "perf took no samples of {program} in the kernel\n\
             it ran too short: ask for more --seconds"
        );
    }
    if kernel().filter(|frame| !frame.known).count() * 2 > kernel().count() {
        bail!(
            "the kernel keeps the names of its functions from perf: kernel.kptr_restrict is {}\n\
             until the next start, allow them with\n\
             sudo sysctl kernel.kptr_restrict=0 kernel.perf_event_paranoid=1",
            setting("kernel/kptr_restrict").unwrap_or_default()
        );
    }
    Ok(())
}

impl Recording {
    /// Runs the stage under perf, as `make stage1` … does without.
    ///
    /// One recording holds both ends: perf then stands beside the pipe, where
    /// it would hold one end of it open if it were to start a single program.
    /// The names of the programs tell the ends apart.
    ///
    /// # Errors
    ///
    /// When perf or the stage fails.
    pub fn take(
        stage: &Stage,
        placement: &Placement,
        bytes: u64,
        event: PerfEvent,
    ) -> Result<Recording> {
        // Without a name: however this ends, nothing of it stays behind.
        let file = tempfile::tempfile().context("cannot make a file for perf's recording")?;
        let data = format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd());
        let mut perf = Command::new("perf");
        pair::end_with_me(&mut perf);
        let output = perf
            // What a bare -g means is in the user's perfconfig.
            .args(["record", "--quiet", "--call-graph", "fp"])
            .args(["--freq", FREQUENCY, "--event", &event.to_string()])
            .args(["--output", &data, "--"])
            .arg(pair::programs_folder()?.join("ladder"))
            .arg(stage.number.to_string())
            .args([
                "--end-with-parent",
                "--csv",
                "--bytes",
                &size::format(bytes),
            ])
            .args([
                "--cpus",
                &format!("{},{}", placement.writer, placement.reader),
            ])
            .stderr(Stdio::inherit())
            .output()
            .context("cannot start perf")?;
        if output.status.signal().is_some() {
            bail!("stage {}: perf was ended: {}", stage.number, output.status);
        }
        if !output.status.success() {
            bail!(
                "stage {} failed under perf, which says why above",
                stage.number
            );
        }
        let row = String::from_utf8_lossy(&output.stdout);
        let gib_per_second = row
            .split(',')
            .nth(1)
            .and_then(|figure| figure.trim().parse().ok())
            .with_context(|| format!("the stage printed no row under perf: {row}"))?;

        let mut perf = Command::new("perf");
        pair::end_with_me(&mut perf);
        let script = perf
            .args(["script", "--fields", "comm,event,ip,sym,dso"])
            // Names of inlined functions take perf minutes.
            .args(["--no-inline", "--input", &data])
            .stderr(Stdio::null())
            .output()
            .context("cannot start perf")?;
        if !script.status.success() {
            bail!("perf cannot read its own recording: perf script failed");
        }
        Ok(Recording {
            script: String::from_utf8_lossy(&script.stdout).into_owned(),
            gib_per_second,
            event,
            kernel: setting("kernel/osrelease").unwrap_or_default(),
        })
    }

    /// What must be known to read a call tree, in lines of at most 80 characters.
    pub fn header(&self, program: &str, call: &str, stage: &Stage, samples: usize) -> String {
        let mut header = format!(
            "{call} in {program}, stage {}; parts below {}.{:02}% are left out\n\
             {samples} samples of {}; Linux {}\n\
             {:.1} GiB/s under perf, which slows it; shares are of all samples of {program}\n",
            stage.number,
            CUT / 100,
            CUT % 100,
            self.event,
            self.kernel,
            self.gib_per_second,
        );
        if self.event == PerfEvent::CpuClock {
            header += "cpu-clock cannot see inside interrupts-off code: its time is charged to where\n\
                 they come on again, as in _raw_spin_unlock_irqrestore, finish_task_switch\n";
        }
        header
    }

    /// The same for a flame graph, in one line.
    pub fn subtitle(&self) -> String {
        format!("{}, Linux {}", self.event, self.kernel)
    }
}

/// A setting as in `sysctl`, with slashes.
fn setting(name: &str) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/sys/{name}")).ok()?;
    Some(text.trim().to_owned())
}
