//! What the stages take from the CPU. The guest's clock counts instructions (QEMU's
//! `-icount shift=0`: one is a nanosecond), so its times are counts.

use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bench::stages::{STAGES, Stage};
use bench::usage;
use common::say;
use kernels::said::{Count, Said};

/// Until what the kernel does after its start is done.
const SETTLED: Duration = Duration::from_secs(20);

/// How many times each is read.
const READINGS: usize = 3;

/// Runs each stage that makes progress on one CPU with few bytes and with many: the
/// difference leaves out what the ends do before and after.
pub fn count() -> Result<()> {
    thread::sleep(SETTLED);
    for stage in STAGES.iter().filter(|stage| !stage.never_sleeps()) {
        let few = 8 << 20;
        let many = few + bytes_for(stage);
        for _ in 0..READINGS {
            for bytes in [few, many] {
                say(Said::Count(one_run(stage, bytes)?));
            }
        }
    }
    Ok(())
}

/// So many that the reading takes some hundred million instructions.
fn bytes_for(stage: &Stage) -> u64 {
    match stage.number {
        1 => 64 << 20,
        2 => 128 << 20,
        3 => 1 << 30,
        _ => 2 << 30,
    }
}

fn one_run(stage: &Stage, bytes: u64) -> Result<Count> {
    let mut writer = Command::new(stage.writer)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", stage.writer))?;
    let pipe = writer.stdout.take().expect("its output is a pipe");
    let reader = Command::new(stage.reader)
        .args(["--bytes-to-pipe", &bytes.to_string()])
        .stdin(pipe)
        .stdout(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start {}", stage.reader))?;
    let (read, write) = (wait(&reader)?, wait(&writer)?);
    Ok(Count {
        stage: stage.number,
        bytes,
        nanoseconds: [write.nanoseconds, read.nanoseconds],
        sleeps: [write.sleeps, read.sleeps],
        preempted: [write.preempted, read.preempted],
    })
}

struct Usage {
    nanoseconds: u64,
    sleeps: u64,
    preempted: u64,
}

/// Waits for a program; returns what it has used.
fn wait(child: &Child) -> Result<Usage> {
    let (status, usage) = usage::wait(child.id())?;
    ensure!(status.success(), "a program ended: {status}");
    let nanoseconds =
        |time: libc::timeval| time.tv_sec as u64 * 1_000_000_000 + time.tv_usec as u64 * 1000;
    Ok(Usage {
        // The kernel splits them by its clock's ticks; their sum is exact to a microsecond.
        nanoseconds: nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime),
        sleeps: usage.ru_nvcsw as u64,
        preempted: usage.ru_nivcsw as u64,
    })
}
