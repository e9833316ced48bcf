//! The page faults of this process, counted by the kernel: perf_event_open(2).

use std::io;

use perf_event::events::Software;
use perf_event::{Builder, Counter};

/// A count that has begun, or why it could not.
pub struct PageFaults(io::Result<Counter>);

impl PageFaults {
    /// Counts from now on, in user space and in the kernel.
    pub fn count() -> PageFaults {
        PageFaults(start())
    }

    /// `page faults: 66`, or a note that says why there is no number.
    pub fn report(self) -> String {
        match self.0.and_then(|mut counter| counter.read()) {
            Ok(count) => format!("page faults: {count}"),
            Err(error) => format!(
                "page faults: not counted: perf_event_open failed: {error}\n\
                 who is not root needs /proc/sys/kernel/perf_event_paranoid at 1 or below,\n\
                 and a container a seccomp profile that allows it"
            ),
        }
    }
}

fn start() -> io::Result<Counter> {
    let mut counter = Builder::new(Software::PAGE_FAULTS)
        .include_kernel()
        .build()?;
    counter.enable()?;
    Ok(counter)
}
