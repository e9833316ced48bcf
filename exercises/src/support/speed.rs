//! How fast a program is, as the other end of its pipe sees it.

use std::io::{self, IoSlice};
use std::os::fd::OwnedFd;
use std::process::Stdio;
use std::time::{Duration, Instant};

use bench::nearness::Nearness;
use bench::placement::Placement;
use common::syscall::vmsplice;
use common::{Buffer, Calls, WritingEnd, pipe};
use libc::SPLICE_F_NONBLOCK;
use rustix::event::PollFlags;
use stage4_hugepages::huge_buffer;

use super::contestant::Contestant;
use super::fault::Fault;
use super::on_cpu::{my_time, on_cpu};
use super::partner::Partner;
use super::patience::PATIENCE;
use super::run::Run;
use crate::wait;

/// A run lasts at least so long, so that the caches are full, and has so many calls: where
/// others use the CPUs too, a part of the time is left for them. A slow program's run ends
/// before it has them.
const RUN: Duration = Duration::from_millis(50);
const CALLS: u64 = 2000;
const LONGEST_RUN: Duration = Duration::from_secs(1);
const BUFFER: usize = 256 << 10;

/// One CPU for both ends: across two, waking the other end can take longer than
/// all else, and would hide what a race is about.
///
/// # Errors
///
/// When there is no CPU to run on.
pub fn one_cpu() -> anyhow::Result<Placement> {
    let cpus = Placement::choose(None)?;
    Ok(Placement {
        writer: cpus.reader,
        reader: cpus.reader,
        nearness: Nearness::OneCpu,
    })
}

/// Two CPUs, for two ends that never sleep.
///
/// # Errors
///
/// When there is one CPU alone.
pub fn two_cpus() -> Result<Placement, Fault> {
    let cpus = Placement::choose(None)?;
    match cpus.nearness {
        Nearness::OneCpu => Err(Fault::not_here(
            "there is one CPU here: who spins on it keeps the other end from running",
        )),
        _ => Ok(cpus),
    }
}

/// How the reading end takes what comes.
#[derive(Clone, Copy)]
pub enum Reader {
    /// By read(2).
    Copying,
    /// By splice(2) to /dev/null.
    Splicing,
    /// Likewise, and never sleeps.
    Spinning,
}

/// Looks at what comes at this place of the output.
pub type Look<'a> = &'a (dyn Fn(u64, &[u8]) -> Result<(), Fault> + Sync);

/// Nobody looks: for programs of our own, which tests have compared.
pub const UNSEEN: Look = &|_, _| Ok(());

/// What `writer` gets through the pipe, and what it takes for that. What comes right after
/// is looked at: whoever is fast has to be right as well.
///
/// # Errors
///
/// When it stops before its time, or is not right.
pub fn of_writer(
    writer: &Contestant,
    cpus: &Placement,
    reader: Reader,
    look: Look,
) -> Result<Run, Fault> {
    on_cpu(cpus.reader, || timed(writer, cpus, reader, look))
}

fn timed(writer: &Contestant, cpus: &Placement, reader: Reader, look: Look) -> Result<Run, Fault> {
    let mut buffer = Buffer::filled(BUFFER)?;
    let null = common::dev_null()?;
    let (mut running, pipe) = writer.start_writer(Some(cpus.writer))?;
    let pipe = Partner::new(pipe);
    let mut take = || match reader {
        Reader::Copying => pipe.read(&mut buffer),
        Reader::Splicing => pipe.splice(&null, BUFFER),
        Reader::Spinning => pipe.splice_busily(&null, BUFFER),
    };
    let mut calls = Calls::new();
    // The writer's start is not part of it.
    let mut came = take();
    calls.returned(*came.as_ref().unwrap_or(&0));
    let before = (running.cpu_time()?, running.sleeps()?, my_time());
    let (start, mut count) = (Instant::now(), 0);
    while came.as_ref().is_ok_and(|&count| count > 0) {
        let elapsed = start.elapsed();
        if elapsed > LONGEST_RUN || elapsed > RUN && count >= CALLS {
            break;
        }
        came = take();
        calls.returned(*came.as_ref().unwrap_or(&0));
        count += 1;
    }
    let received = calls.bytes();
    if came.as_ref().is_ok_and(|&count| count > 0) {
        let run = Run {
            cpu_time: running.cpu_time()? - before.0,
            writer_sleeps: running.sleeps()? - before.1,
            my_cpu_time: my_time() - before.2,
            calls: calls.times(),
            nearness: cpus.nearness,
        };
        let count = pipe.read_full(&mut buffer)?;
        look(received, &buffer[..count])?;
        drop(pipe);
        running.end()?;
        return Ok(run);
    }
    drop(pipe);
    let ending = running.end()?;
    let how = match came {
        // The steps before the race have seen it send bytes: it may not have had a CPU.
        Err(error) if error.kind() == io::ErrorKind::TimedOut && received > 0 => {
            return Err(Fault::Noisy(format!(
                "nothing came for {} seconds, after {received} bytes",
                PATIENCE.as_secs()
            )));
        }
        Err(error) => format!("{error}; "),
        Ok(_) => "the pipe is closed; ".to_owned(),
    };
    Err(Fault::wrong(
        "a writer that goes on until its reader has gone",
        ending.map_or("a writer that has stopped".to_owned(), |ending| {
            format!("after {received} bytes: {how}{}", ending.in_words())
        }),
        "stage 1",
    ))
}

/// What the reader takes from a writer on huge pages, and what it takes for that.
///
/// # Errors
///
/// When it does not take them.
pub fn of_reader(
    reader: &Contestant,
    cpus: &Placement,
    chapter: &'static str,
) -> Result<Run, Fault> {
    on_cpu(cpus.writer, || {
        // More than the caches hold: who reads it goes to memory for it.
        let buffer: Buffer = huge_buffer(64 << 20)?;
        let (input, pipe) = pipe::new()?;
        let pipe = WritingEnd::of(pipe)?;
        pipe::set_size_at_most(&pipe, BUFFER)?;
        let running = reader.start(OwnedFd::from(input), Stdio::null(), Some(cpus.reader))?;
        let mut pieces = buffer.chunks(BUFFER).cycle();
        let mut lend = || match pieces.next() {
            Some(piece) => lend_patiently(&pipe, piece, chapter),
            None => Ok(0),
        };
        let mut calls = Calls::new();
        // The reader's start is not part of it.
        calls.returned(lend()?);
        let before = (running.cpu_time()?, my_time());
        let (start, mut count) = (Instant::now(), 0);
        while start.elapsed() < RUN || count < CALLS && start.elapsed() < LONGEST_RUN {
            calls.returned(lend()?);
            count += 1;
        }
        Ok(Run {
            cpu_time: running.cpu_time()? - before.0,
            writer_sleeps: 0,
            my_cpu_time: my_time() - before.1,
            calls: calls.times(),
            nearness: cpus.nearness,
        })
    })
}

/// Lends this to the pipe, and gives up on a reader that has stopped.
fn lend_patiently(pipe: &WritingEnd, piece: &[u8], chapter: &'static str) -> Result<usize, Fault> {
    let came = loop {
        match vmsplice(pipe, &[IoSlice::new(piece)], SPLICE_F_NONBLOCK) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                if !wait::patiently(pipe, PollFlags::OUT)? {
                    break format!("nothing more taken for {} seconds", PATIENCE.as_secs());
                }
            }
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                break "an end before that".to_owned();
            }
            spliced => return Ok(spliced?),
        }
    };
    Err(Fault::wrong(
        "a reader that goes on to its input's end",
        came,
        chapter,
    ))
}
