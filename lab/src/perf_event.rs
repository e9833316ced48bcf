//! What perf can count here to find where the time goes.

use std::fmt;
use std::io;

use perf_event::Builder;
use perf_event::events::{Hardware, Software};
use serde::{Deserialize, Serialize};

/// The event that perf takes its samples by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PerfEvent {
    /// The CPU's cycle counter: samples land even where interrupts are off.
    Cycles,
    /// A kernel timer: works in every VM, blind where interrupts are off.
    CpuClock,
}

impl PerfEvent {
    /// The best that this process may count, by trying: perf_event_open(2).
    /// It tries with the kernel included, since that is where the time goes.
    ///
    /// # Errors
    ///
    /// The kernel's refusal of the lesser one.
    pub fn best() -> io::Result<PerfEvent> {
        let cycles = Builder::new(Hardware::CPU_CYCLES).include_kernel().build();
        if cycles.is_ok() {
            return Ok(PerfEvent::Cycles);
        }
        Builder::new(Software::CPU_CLOCK)
            .include_kernel()
            .build()
            .map(|_| PerfEvent::CpuClock)
    }
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
