//! What perf can count here to find where the time goes.

use std::io;

use measured::machine::PerfEvent;
use perf_event::Builder;
use perf_event::events::{Hardware, Software};

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
