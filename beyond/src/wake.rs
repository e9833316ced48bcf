//! What it costs to wake who sleeps in read(2): the time from one end's write(2)
//! to the other end's return, byte by byte through a pipe.

use std::fs::File;
use std::hint;
use std::io::{self, PipeReader, PipeWriter, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, Builder};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use beyond::{NO_THREAD, pin, two_cpus};
use clap::{Parser, ValueEnum};
use common::pipe;
use common::syscall::{read, write};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::retry_on_intr;

/// Time how long a byte takes through a pipe to a reader that waits for it
#[derive(Parser)]
struct Options {
    /// How the reader waits, and what keeps its CPU awake meanwhile
    #[arg(value_enum, default_value = "sleep")]
    waiting: Waiting,

    /// The writer's CPU and the reader's; 0,0 is one CPU for both
    #[arg(long, default_value = "0,1")]
    cpus: String,

    /// How many bytes to send
    #[arg(long, default_value_t = 5000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    count: u32,

    /// How long to rest before each byte, in microseconds
    #[arg(long, default_value_t = 100)]
    rest: u64,

    /// Print `median,p99` in microseconds and nothing else
    #[arg(long)]
    csv: bool,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Waiting {
    /// It sleeps in read(2)
    Sleep,
    /// It sleeps, and a thread of the lowest priority (SCHED_IDLE) spins on its CPU
    Spinner,
    /// It sleeps, and /dev/cpu_dma_latency asks for no idle state deeper than polling
    DmaLatency,
    /// It tries for 50 microseconds, and then sleeps
    SpinThenSleep,
    /// It tries again and again and never sleeps
    Spin,
}

const TRIED_FIRST: Duration = Duration::from_micros(50);

fn main() -> ExitCode {
    let options = Options::parse();
    common::run(|| {
        let mut latencies = measure(&options)?;
        latencies.sort_unstable();
        let at = |percent: usize| latencies[(latencies.len() - 1) * percent / 100] as f64 / 1e3;
        let line = match options.csv {
            true => format!("{:.2},{:.2}", at(50), at(99)),
            false => format!(
                "{:.1} us half of the time, {:.1} us at most in 99 of 100 times",
                at(50),
                at(99)
            ),
        };
        writeln!(io::stdout(), "{line}").context("cannot print the result")
    })
}

/// The latency of each byte in nanoseconds.
fn measure(options: &Options) -> Result<Vec<u64>> {
    let (writer_cpu, reader_cpu) = two_cpus(&options.cpus)?;
    if writer_cpu == reader_cpu && matches!(options.waiting, Waiting::Spin) {
        bail!("a reader that never sleeps needs a CPU to itself: name two, as in --cpus 0,1");
    }
    // Held open, it holds while the file is.
    let _awake = match options.waiting {
        Waiting::DmaLatency => Some(ask_for_shallow_idle()?),
        _ => None,
    };
    let (reader, writer) = pipe::new()?;
    if matches!(options.waiting, Waiting::Spin | Waiting::SpinThenSleep) {
        pipe::never_block(&reader)?;
    }
    let start = Instant::now();
    let rest = Duration::from_micros(options.rest);
    // One for each byte: the next may be on its way before a slow reader is awake.
    let sent_at: Vec<AtomicU64> = (0..options.count).map(|_| AtomicU64::new(0)).collect();
    let sent_at = &sent_at;
    let done = AtomicBool::new(false);
    let done = &done;
    thread::scope(|threads| {
        // It holds the reading end: where it fails, the writer is not left waiting.
        let receiving = Builder::new()
            .spawn_scoped(threads, move || {
                receive(&reader, reader_cpu, start, sent_at, options)
            })
            .context(NO_THREAD)?;
        let spinner_cpus = match options.waiting {
            Waiting::Spinner => vec![writer_cpu, reader_cpu],
            _ => vec![],
        };
        let spinning: io::Result<Vec<_>> = spinner_cpus
            .into_iter()
            .map(|cpu| Builder::new().spawn_scoped(threads, move || spin_idly(cpu, done)))
            .collect();
        let sent = match &spinning {
            Ok(_) => send(&writer, writer_cpu, start, sent_at, rest),
            Err(_) => Ok(()),
        };
        drop(writer);
        let latencies = receiving.join().expect("the reader does not panic");
        done.store(true, Ordering::Relaxed);
        for spinner in spinning.context(NO_THREAD)? {
            spinner.join().expect("a spinner does not panic")?;
        }
        let latencies = latencies?;
        sent?;
        if latencies.is_empty() {
            bail!("no byte came");
        }
        Ok(latencies)
    })
}

fn send(
    pipe: &PipeWriter,
    cpu: usize,
    start: Instant,
    sent_at: &[AtomicU64],
    rest: Duration,
) -> Result<()> {
    pin(cpu)?;
    for sent_at in sent_at {
        // Long enough for the reader to have gone to sleep.
        thread::sleep(rest);
        sent_at.store(nanoseconds(start), Ordering::Release);
        write(pipe, b"X").map_err(|error| common::refused("write", error))?;
    }
    Ok(())
}

fn receive(
    pipe: &PipeReader,
    cpu: usize,
    start: Instant,
    sent_at: &[AtomicU64],
    options: &Options,
) -> Result<Vec<u64>> {
    pin(cpu)?;
    let mut latencies = Vec::with_capacity(sent_at.len());
    for sent_at in sent_at {
        match receive_byte(pipe, options.waiting) {
            Ok(0) => break,
            Ok(_) => latencies.push(nanoseconds(start) - sent_at.load(Ordering::Acquire)),
            Err(error) => return Err(common::refused("read", error)),
        }
    }
    Ok(latencies)
}

fn receive_byte(pipe: &PipeReader, waiting: Waiting) -> io::Result<usize> {
    let mut byte = [0];
    let tries_began = Instant::now();
    loop {
        match read(pipe, &mut byte) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                if waiting == Waiting::SpinThenSleep && tries_began.elapsed() >= TRIED_FIRST {
                    sleep_until_readable(pipe)?;
                }
                hint::spin_loop();
            }
            result => return result,
        }
    }
}

fn sleep_until_readable(pipe: &PipeReader) -> io::Result<()> {
    let mut ends = [PollFd::new(pipe, PollFlags::IN)];
    retry_on_intr(|| poll(&mut ends, None))?;
    Ok(())
}

/// Runs only when nobody else wants the CPU, and so keeps it from idling.
fn spin_idly(cpu: usize, done: &AtomicBool) -> Result<()> {
    pin(cpu)?;
    // SAFETY: all zeros is a valid one; with musl it has more fields than the priority.
    let priority: libc::sched_param = unsafe { std::mem::zeroed() };
    // SAFETY: the parameters are ours, and this policy is open to everybody.
    if unsafe { libc::sched_setscheduler(0, libc::SCHED_IDLE, &raw const priority) } != 0 {
        return Err(io::Error::last_os_error()).context("cannot spin at the lowest priority");
    }
    while !done.load(Ordering::Relaxed) {
        hint::spin_loop();
    }
    Ok(())
}

/// Documentation/power/pm_qos_interface.rst, Linux 6.12.
fn ask_for_shallow_idle() -> Result<File> {
    let path = "/dev/cpu_dma_latency";
    let mut file = File::options()
        .write(true)
        .open(path)
        .with_context(|| format!("cannot open {path}, which needs root"))?;
    file.write_all(&0_i32.to_ne_bytes())
        .with_context(|| format!("cannot write to {path}"))?;
    Ok(file)
}

fn nanoseconds(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_nanos()).expect("shorter than 500 years")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that waited for a slow reader: each has its own time, and none that of the last.
    #[test]
    fn who_is_slow_has_waited_for_each_byte() {
        let cpus = rustix::thread::sched_getaffinity(None).unwrap();
        let cpu = (0..1024).find(|&cpu| cpus.is_set(cpu)).unwrap();
        let (start, options) = (Instant::now(), Options::parse_from(["wake"]));
        let (reader, writer) = pipe::new().unwrap();
        let sent_at = [(); 3].map(|()| AtomicU64::new(0));
        let rest = Duration::from_millis(5);
        let receiving = thread::spawn(move || {
            send(&writer, cpu, start, &sent_at, rest).unwrap();
            let all_sent = nanoseconds(start);
            let latencies = receive(&reader, cpu, start, &sent_at, &options).unwrap();
            for (latency, sent_at) in latencies.iter().zip(sent_at) {
                assert!(sent_at.into_inner() + latency >= all_sent);
            }
        });
        receiving.join().unwrap();
    }
}
