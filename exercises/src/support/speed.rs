//! How fast a program is, as the other end of its pipe sees it.

use std::io::{self, IoSlice};
use std::os::fd::OwnedFd;
use std::process::Stdio;
use std::time::{Duration, Instant};

use bench::nearness::Nearness;
use bench::placement::Placement;
use common::syscall::vmsplice;
use common::{Buffer, WritingEnd, pipe};
use libc::SPLICE_F_NONBLOCK;
use rustix::event::PollFlags;
use stage4_hugepages::huge_buffer;

use super::contestant::Contestant;
use super::on_cpu::on_cpu;
use super::partner::Partner;
use super::patience::PATIENCE;
use super::race::Run;
use super::report::Fault;
use crate::wait;

/// How long a run is: long enough to fill the caches, short enough that what
/// disturbs one run mostly disturbs its neighbor too.
const RUN: Duration = Duration::from_millis(50);
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
pub fn two_cpus() -> anyhow::Result<Placement> {
    let cpus = Placement::choose(None)?;
    anyhow::ensure!(
        cpus.nearness != Nearness::OneCpu,
        "there is one CPU here: who spins on it keeps the other end from running\n\
         what was checked so far is right; for the rest, come back with two CPUs"
    );
    Ok(cpus)
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

/// The bytes per second that `writer` gets through the pipe. What comes right after
/// those is looked at: whoever is fast has to be right as well.
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
    // The writer's start is not part of it.
    let mut came = take();
    let first = *came.as_ref().unwrap_or(&0) as u64;
    let mut received = 0;
    let waited = running.kept_waiting();
    let start = Instant::now();
    while start.elapsed() < RUN && came.as_ref().is_ok_and(|&count| count > 0) {
        came = take();
        received += *came.as_ref().unwrap_or(&0) as u64;
    }
    let elapsed = start.elapsed();
    let waited = running.kept_waiting().saturating_sub(waited);
    if came.as_ref().is_ok_and(|&count| count > 0) {
        let count = pipe.read_full(&mut buffer)?;
        look(first + received, &buffer[..count])?;
        drop(pipe);
        running.end()?;
        return Ok(Run {
            speed: received as f64 / elapsed.as_secs_f64(),
            // On one CPU, each end waits for the other.
            starved: matches!(reader, Reader::Spinning) && waited > elapsed / 10,
        });
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

/// Bytes per second that the reader takes from a writer on huge pages.
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
        let _running = reader.start(OwnedFd::from(input), Stdio::null(), Some(cpus.reader))?;
        let mut pieces = buffer.chunks(BUFFER).cycle();
        let mut lend = || match pieces.next() {
            Some(piece) => lend_patiently(&pipe, piece, chapter),
            None => Ok(0),
        };
        // The reader's start is not part of it.
        lend()?;
        let mut sent = 0;
        let start = Instant::now();
        while start.elapsed() < RUN {
            sent += lend()?;
        }
        Ok(Run {
            speed: sent as f64 / start.elapsed().as_secs_f64(),
            starved: false,
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
