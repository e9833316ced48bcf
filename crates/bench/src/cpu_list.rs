//! Sets of CPUs, in the form of sysfs and of `taskset -c`: `0-3,8`.

use std::collections::BTreeSet;
use std::io;
use std::mem::MaybeUninit;

use anyhow::{Context, Result, bail};

/// CPUs by their numbers in the kernel.
pub type CpuSet = BTreeSet<usize>;

/// Reads `0-3,8`; the empty list is an empty set.
///
/// # Errors
///
/// When the text is something else.
pub fn parse(text: &str) -> Result<CpuSet> {
    let mut cpus = CpuSet::new();
    for part in text.trim().split(',').filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| {
            text.trim().parse::<usize>().with_context(|| {
                format!("'{part}' is not a CPU: CPUs are numbers, as in 0,1 or 0-3")
            })
        };
        let (first, last) = (number(first)?, number(last)?);
        if first > last {
            bail!("'{part}' runs backwards");
        }
        cpus.extend(first..=last);
    }
    Ok(cpus)
}

/// Prints a set in the same form.
pub fn format(cpus: &CpuSet) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for &cpu in cpus {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == cpu => *last = cpu,
            _ => ranges.push((cpu, cpu)),
        }
    }
    let parts: Vec<String> = ranges
        .iter()
        .map(|(first, last)| match last - first {
            0 => first.to_string(),
            _ => format!("{first}-{last}"),
        })
        .collect();
    parts.join(",")
}

/// The CPUs that this process may run on: sched_getaffinity(2).
pub fn allowed() -> CpuSet {
    let set = affinity();
    (0..libc::CPU_SETSIZE as usize)
        // SAFETY: the index is below the set's size.
        .filter(|&cpu| unsafe { libc::CPU_ISSET(cpu, &set) })
        .collect()
}

fn affinity() -> libc::cpu_set_t {
    let mut set = MaybeUninit::<libc::cpu_set_t>::zeroed();
    let size = size_of::<libc::cpu_set_t>();
    // SAFETY: the kernel writes at most `size` bytes into room for as many.
    unsafe { libc::sched_getaffinity(0, size, set.as_mut_ptr()) };
    // SAFETY: all zeros is a valid, empty set, should the call have failed.
    unsafe { set.assume_init() }
}

/// Keeps the calling thread on `cpu` alone: sched_setaffinity(2).
///
/// # Errors
///
/// When this process may not run there.
pub fn pin(cpu: usize) -> io::Result<()> {
    if cpu >= libc::CPU_SETSIZE as usize {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    // SAFETY: all zeros is a valid, empty set.
    let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    // SAFETY: the index is below the set's size.
    unsafe { libc::CPU_SET(cpu, &mut set) };
    set_affinity(&set)
}

fn set_affinity(set: &libc::cpu_set_t) -> io::Result<()> {
    // SAFETY: the kernel reads as many bytes as the set has.
    match unsafe { libc::sched_setaffinity(0, size_of_val(set), set) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Runs this while the calling thread, and all that it starts, may run on these alone.
///
/// # Errors
///
/// When it may not run there.
pub fn only_on<T>(cpus: &CpuSet, body: impl FnOnce() -> T) -> io::Result<T> {
    let before = affinity();
    // SAFETY: all zeros is a valid, empty set.
    let mut set: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    for &cpu in cpus.range(..libc::CPU_SETSIZE as usize) {
        // SAFETY: the index is below the set's size.
        unsafe { libc::CPU_SET(cpu, &mut set) };
    }
    set_affinity(&set)?;
    let result = body();
    set_affinity(&before)?;
    Ok(result)
}

/// Whether this process may run on `cpu`, by trying. It may on more than
/// [`allowed`] names: on CPUs that the kernel keeps from everyone who does not
/// ask (`isolcpus=`), or that `taskset` has only left out.
pub fn may_use(cpu: usize) -> bool {
    let before = affinity();
    let may = pin(cpu).is_ok();
    if may {
        // It was in force a moment ago.
        let _ = set_affinity(&before);
    }
    may
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_and_printed() {
        for (text, cpus) in [
            ("0", vec![0]),
            ("0-3", vec![0, 1, 2, 3]),
            ("0-1,4,6-7", vec![0, 1, 4, 6, 7]),
            ("", vec![]),
        ] {
            let set: CpuSet = cpus.into_iter().collect();
            assert_eq!(parse(text).unwrap(), set);
            assert_eq!(format(&set), text);
        }
        assert_eq!(parse("2,0\n").unwrap(), CpuSet::from([0, 2]));
    }

    #[test]
    fn junk_is_refused() {
        for text in ["a", "1-", "-1", "3-1", "0;1"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn this_process_may_run_somewhere() {
        assert!(!allowed().is_empty());
    }

    #[test]
    fn trying_a_cpu_leaves_the_process_where_it_was() {
        let before = allowed();
        assert!(before.iter().all(|&cpu| may_use(cpu)));
        assert!(!may_use(99_999));
        assert_eq!(allowed(), before);
    }
}
