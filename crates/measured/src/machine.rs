//! The machine that something was measured on: `machine.toml` beside the figures.

use std::fmt;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use bench::placement::Placement;
use serde::{Deserialize, Serialize};

use crate::text;

/// All that may explain why the same programs are faster or slower elsewhere.
/// What the machine does not tell is `None`, and absent from the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// What its folder under `book/measured` is called.
    pub name: String,
    /// When it was looked at, in UTC: `2026-11-23T06:53:40Z`.
    pub date: String,
    /// The commit of this repository that was measured, or `unknown`.
    pub commit: String,
    /// What perf can count here.
    pub perf_event: Option<PerfEvent>,
    /// Whether the kernel accounts for stalls (PSI), which makes each wake-up dearer.
    pub pressure_stall_information: bool,
    /// The kernel.
    pub kernel: Kernel,
    /// Its processors.
    pub cpu: Cpu,
    /// Where the two ends of the pipe ran.
    pub placement: Ends,
    /// What stands between it and the hardware.
    pub virtualization: Virtualization,
    /// Its transparent huge pages.
    pub huge_pages: HugePages,
    /// How large pipes may be.
    pub pipes: PipeLimits,
}

/// The kernel and what it was built for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kernel {
    /// As `uname -r` prints it, or `unknown`.
    pub release: String,
    /// As `uname -m` prints it.
    pub architecture: String,
    /// An ordinary page in bytes.
    pub page_size: usize,
}

/// The processors that this process may use. Where they differ, what is said
/// of one CPU is said of the writing end's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cpu {
    /// The maker's name for it, or `unknown`.
    pub model: String,
    /// Those that may be used, as in `0-3,8`.
    pub allowed: String,
    /// The same, by core: `["0,4", "1,5"]` are two cores of two threads each.
    pub cores: Vec<String>,
    /// Over how many sockets they are spread.
    pub sockets: Option<usize>,
    /// Who chooses the frequency, as in `performance` or `powersave`.
    pub governor: Option<String>,
    /// Who makes the hardware follow.
    pub frequency_driver: Option<String>,
    /// Whether it may run above its nominal frequency for a while.
    pub turbo: Option<bool>,
    /// What this process may use of their time, in percent of one CPU, where that
    /// is limited.
    pub quota: Option<u32>,
    /// Its caches, the nearest first.
    pub caches: Vec<Cache>,
}

/// One cache of a CPU.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cache {
    /// 1 is nearest to the core.
    pub level: u8,
    /// `Data`, `Instruction` or `Unified`.
    pub kind: String,
    /// In bytes.
    pub size: u64,
    /// The CPUs that share it.
    pub shared_by: String,
}

/// What stands between the kernel and the hardware (a hypervisor), and between
/// us and the kernel (a container).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Virtualization {
    /// The hypervisor's name, or `unknown` for one that gives none.
    pub hypervisor: Option<String>,
    /// What made the container.
    pub container: Option<String>,
}

/// Transparent huge pages, as the whole machine has them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HugePages {
    /// Who gets them: `always`, `madvise` (who asks) or `never`.
    pub enabled: Option<String>,
    /// How hard the kernel looks for free ones.
    pub defrag: Option<String>,
    /// Their size in bytes.
    pub size: Option<usize>,
}

/// How large the kernel lets pipes be. Zero pages mean no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipeLimits {
    /// Bytes in one pipe, without root.
    pub max_size: Option<u64>,
    /// Pages in all pipes of a user; above, new pipes are small.
    pub user_pages_soft: Option<u64>,
    /// Pages in all pipes of a user; above, there are no new pipes.
    pub user_pages_hard: Option<u64>,
}

/// The event that perf takes its samples by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PerfEvent {
    /// The CPU's cycle counter: samples land even where interrupts are off.
    Cycles,
    /// A kernel timer: works in every VM, blind where interrupts are off.
    CpuClock,
}

/// As `perf record -e` takes it.
impl fmt::Display for PerfEvent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            PerfEvent::Cycles => "cycles",
            PerfEvent::CpuClock => "cpu-clock",
        })
    }
}

/// The CPU of each end of the pipe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ends {
    /// The writer's.
    pub writer: usize,
    /// The reader's.
    pub reader: usize,
    /// How near they are, in words.
    #[serde(rename = "distance")]
    pub nearness: String,
}

impl From<&Placement> for Ends {
    fn from(placement: &Placement) -> Ends {
        Ends {
            writer: placement.writer,
            reader: placement.reader,
            nearness: placement.nearness.to_string(),
        }
    }
}

impl Machine {
    /// Where the two ends run.
    pub fn placement_in_words(&self) -> String {
        let Ends {
            writer,
            reader,
            nearness,
        } = &self.placement;
        format!("the writer on CPU {writer}, the reader on CPU {reader}: {nearness}")
    }

    /// Reads what [`Machine::write`] wrote.
    ///
    /// # Errors
    ///
    /// When the file is missing or something else; with its line.
    pub fn read(path: &Path) -> Result<Machine> {
        Machine::read_if_any(path)?
            .with_context(|| format!("{}: the machine's facts are missing", path.display()))
    }

    /// The same; nothing where there is no such file.
    ///
    /// # Errors
    ///
    /// When the file is something else; with its line.
    pub fn read_if_any(path: &Path) -> Result<Option<Machine>> {
        text::read_toml(path).map_err(|error| {
            anyhow!("{error:#}\nmove it away; `make measure` writes it again, and measures anew")
        })
    }

    /// Writes the file anew, or leaves it as it was: never half of it.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let text = toml::to_string(self).context("a machine is always TOML")?;
        crate::write_whole(path, text.as_bytes())
    }
}
