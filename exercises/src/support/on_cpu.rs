//! Work on a CPU that was chosen for it.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use rustix::thread::CpuSet;
use rustix::time::ClockId;

use super::fault::Fault;

/// Does this on a thread of its own on this CPU, so that the rest of the check is
/// not pinned.
///
/// # Errors
///
/// Its own, or when the CPU or a thread cannot be had.
pub fn on_cpu<T: Send>(
    cpu: usize,
    work: impl FnOnce() -> Result<T, Fault> + Send,
) -> Result<T, Fault> {
    let pinned = || {
        rustix::thread::sched_setaffinity(None, &only(cpu))
            .with_context(|| format!("cannot run on CPU {cpu}"))?;
        work()
    };
    thread::scope(|scope| {
        thread::Builder::new()
            .spawn_scoped(scope, pinned)
            .context("cannot start a thread to measure on")?
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// The CPU time of the calling thread.
pub fn my_time() -> Duration {
    let time = rustix::time::clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// The CPU time of a thread, to the nanosecond while it does not run: the first number of
/// its schedstat (Documentation/scheduler/sched-stats.rst, Linux 6.12).
pub(super) fn time_of(task: &Path) -> anyhow::Result<Duration> {
    let path = task.join("schedstat");
    let counts = fs::read_to_string(&path)
        .with_context(|| format!("cannot read {}, the count of CPU time", path.display()))?;
    let time = counts.split_whitespace().next().unwrap_or_default();
    Ok(Duration::from_nanos(time.parse()?))
}

/// The set of this CPU alone.
pub(super) fn only(cpu: usize) -> CpuSet {
    let mut cpus = CpuSet::new();
    cpus.set(cpu);
    cpus
}
