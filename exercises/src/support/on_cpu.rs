//! Work on a CPU that was chosen for it.

use std::fs;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use rustix::thread::CpuSet;

use super::report::Fault;

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

/// How long a thread has waited for a CPU while others had it: the second number of
/// `/proc/<task>/schedstat`, in nanoseconds. Zero where the kernel does not count.
pub fn kept_waiting(task: &str) -> Duration {
    let counts = fs::read_to_string(format!("/proc/{task}/schedstat")).unwrap_or_default();
    let waited = counts.split_whitespace().nth(1);
    Duration::from_nanos(waited.and_then(|count| count.parse().ok()).unwrap_or(0))
}

/// The set of this CPU alone.
pub(super) fn only(cpu: usize) -> CpuSet {
    let mut cpus = CpuSet::new();
    cpus.set(cpu);
    cpus
}
