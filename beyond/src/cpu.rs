//! Threads on the CPUs that were asked for.

use anyhow::{Context, Result, ensure};
use rustix::thread::{CpuSet, sched_setaffinity};

/// What to say where the kernel gives no thread.
pub const NO_THREAD: &str =
    "cannot start a thread: `ulimit -u`, a container or memory sets a limit";

/// Reads `0,1`.
///
/// # Errors
///
/// When it is anything else.
pub fn two_cpus(text: &str) -> Result<(usize, usize)> {
    let number = |text: &str| text.trim().parse().ok();
    text.split_once(',')
        .and_then(|(one, other)| Some((number(one)?, number(other)?)))
        .with_context(|| format!("'{text}' is not two CPUs: name them by their numbers, as in 0,1"))
}

/// Keeps this thread on this CPU: sched_setaffinity(2).
///
/// # Errors
///
/// When there is no such CPU, or it may not be used.
pub fn pin(cpu: usize) -> Result<()> {
    ensure!(cpu < CpuSet::MAX_CPU, "there is no CPU {cpu}");
    let mut cpus = CpuSet::new();
    cpus.set(cpu);
    sched_setaffinity(None, &cpus).with_context(|| {
        format!("cannot run on CPU {cpu}: `nproc` and `taskset -p $$` tell which there are")
    })
}
