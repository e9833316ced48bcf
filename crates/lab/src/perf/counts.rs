//! What each end asks of the kernel: system calls, page faults, sleeps, wake-ups.

use std::fs;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use perf_event::events::Tracepoint;
use perf_event::{Builder, Counter};

use bench::pair::Pair;
use bench::usage;
use common::pipe;

/// A system call begins (kernel/entry/common.c, Linux 6.12).
const SYSTEM_CALL: &str = "raw_syscalls/sys_enter";

/// This process wakes another: in `try_to_wake_up`, kernel/sched/core.c. Its
/// better known sibling `sched_wakeup` may be counted on the CPU of the woken.
const WAKING: &str = "sched/sched_waking";

/// What one end did from its start to its end, its loading included.
pub struct Counts {
    /// How many it moved.
    pub bytes: u64,
    /// Where tracepoints may be read.
    pub system_calls: Option<u64>,
    /// All of them.
    pub page_faults: u64,
    /// It went to sleep.
    pub voluntary_switches: u64,
    /// It was sent away.
    pub involuntary_switches: u64,
    /// How often it woke another; where tracepoints may be read.
    pub wakeups: Option<u64>,
}

/// Runs the pair, which moves `bytes`; returns what the writer and the reader
/// did, and how long it took.
///
/// # Errors
///
/// When an end cannot be started or fails.
pub fn take(pair: &Pair, bytes: u64) -> Result<([Counts; 2], Duration)> {
    let (input, output) = pipe::new()?;
    let (mut writer, mut reader) = (pair.writer(), pair.reader());
    writer.stdin(Stdio::null()).stdout(output);
    reader.stdin(input).stdout(Stdio::piped());
    let start = Instant::now();
    // A counter counts the children of the thread that made it: a thread for each end.
    let (writer, reader) = thread::scope(|scope| {
        let writer = thread::Builder::new().spawn_scoped(scope, || counted(writer, bytes))?;
        let reader = counted(reader, bytes);
        Ok((writer.join(), reader))
    })
    .map_err(|error: io::Error| anyhow!("cannot start a thread to count with: {error}"))?;
    let reader = reader?;
    let elapsed = start.elapsed();
    let writer = writer.expect("counting does not panic")?;
    Ok(([writer, reader], elapsed))
}

/// Why system calls and wake-ups are missing, if they are.
pub fn not_counted() -> Option<String> {
    let error = [SYSTEM_CALL, WAKING]
        .iter()
        .find_map(|name| counter(name).err())?;
    Some(format!(
        "system calls and wake-ups were not counted: {error:#}\n\
         the kernel's tracepoints are for root: run me as root, with /sys/kernel/tracing mounted"
    ))
}

/// Runs a program to its end.
fn counted(mut command: Command, bytes: u64) -> Result<Counts> {
    let mut system_calls = counter(SYSTEM_CALL).ok();
    let mut wakings = counter(WAKING).ok();
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    // It holds our end of the pipe, and the other end waits for that to close.
    command.stdin(Stdio::null()).stdout(Stdio::null());
    if let Some(mut stdout) = child.stdout.take() {
        io::copy(&mut stdout, &mut io::sink())?;
    }
    let (status, usage) = usage::wait(child.id()).context("cannot wait for a program")?;
    if let Some(signal) = status.signal() {
        bail!("signal {signal} ended {}", line(&command));
    }
    if !status.success() {
        bail!("a program failed; it says why above");
    }
    let read = |counter: &mut Option<Counter>| counter.as_mut().and_then(|it| it.read().ok());
    let count = |number: libc::c_long| u64::try_from(number).unwrap_or_default();
    Ok(Counts {
        bytes,
        system_calls: read(&mut system_calls),
        page_faults: count(usage.ru_minflt) + count(usage.ru_majflt),
        voluntary_switches: count(usage.ru_nvcsw),
        involuntary_switches: count(usage.ru_nivcsw),
        wakeups: read(&mut wakings),
    })
}

/// A counter of what the programs do that this thread starts.
fn counter(tracepoint: &str) -> Result<Counter> {
    let id = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"]
        .iter()
        .map(|root| fs::read_to_string(format!("{root}/events/{tracepoint}/id")))
        .reduce(Result::or)
        .expect("two folders")
        .with_context(|| format!("cannot read the tracepoint {tracepoint}"))?;
    Builder::new(Tracepoint::with_id(id.trim().parse()?))
        .include_kernel()
        .inherit(true)
        .enable_on_exec(true)
        .build()
        .with_context(|| format!("cannot count the tracepoint {tracepoint}"))
}

/// The command, for a message.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use bench::nearness::Nearness;
    use bench::placement::Placement;

    /// dd reads and writes 1000 blocks: at least 2000 system calls.
    #[test]
    fn calls_are_counted_for_each_end() {
        let placement = Placement {
            writer: *bench::cpu_list::allowed().first().unwrap(),
            reader: *bench::cpu_list::allowed().last().unwrap(),
            nearness: Nearness::Unknown,
        };
        let words = |text: &str| text.split(' ').map(str::to_owned).collect();
        let writer = words("dd if=/dev/zero bs=4096 count=1000 status=none");
        let pair = Pair::new(writer, words("cat"), &placement);
        let ([writer, reader], _) = take(&pair, 4096 * 1000).unwrap();
        assert!(writer.page_faults > 0 && reader.page_faults > 0);
        match not_counted() {
            None => {
                assert!(writer.system_calls.unwrap() >= 2000);
                assert!(reader.system_calls.unwrap() < 3000);
            }
            Some(why) => {
                assert!(why.contains("root"), "{why}");
                assert_eq!(writer.system_calls, None);
            }
        }
    }

    #[test]
    fn a_program_that_fails_is_an_error() {
        let placement = Placement {
            writer: *bench::cpu_list::allowed().first().unwrap(),
            reader: *bench::cpu_list::allowed().first().unwrap(),
            nearness: Nearness::OneCpu,
        };
        let pair = Pair::new(
            vec!["true".to_owned()],
            vec!["false".to_owned()],
            &placement,
        );
        assert!(take(&pair, 1).is_err());
    }
}
