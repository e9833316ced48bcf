//! Threads on the CPUs that were asked for.

use std::io;

use anyhow::{Context, Result, bail};

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
    if cpu >= libc::CPU_SETSIZE as usize {
        bail!("there is no CPU {cpu}");
    }
    // SAFETY: all zeros is a valid, empty set of CPUs.
    let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    // SAFETY: the number is below the set's size.
    unsafe { libc::CPU_SET(cpu, &mut set) };
    // SAFETY: the size is that of the set.
    match unsafe { libc::sched_setaffinity(0, size_of_val(&set), &raw const set) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()).with_context(|| {
            format!("cannot run on CPU {cpu}: `nproc` and `taskset -p $$` tell which there are")
        }),
    }
}
