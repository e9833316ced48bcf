//! How fast a writer is, as the reading end sees it.

use std::fs::File;
use std::io;
use std::thread;
use std::time::{Duration, Instant};

use bench::placement::{Distance, Placement};
use common::Buffer;

use crate::contestant::{Contestant, PATIENCE, pin_this_thread};
use crate::partner::Partner;
use crate::report::Fault;

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
        distance: Distance::OneCpu,
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
        cpus.distance != Distance::OneCpu,
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
) -> Result<f64, Fault> {
    // A thread of its own, so that the rest of the check is not pinned.
    thread::scope(|scope| {
        scope
            .spawn(|| timed(writer, cpus, reader, look))
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn timed(writer: &Contestant, cpus: &Placement, reader: Reader, look: Look) -> Result<f64, Fault> {
    pin_this_thread(cpus.reader)?;
    let mut buffer = Buffer::filled(BUFFER)?;
    let null = File::create("/dev/null")?;
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
    let start = Instant::now();
    while start.elapsed() < RUN && came.as_ref().is_ok_and(|&count| count > 0) {
        came = take();
        received += *came.as_ref().unwrap_or(&0) as u64;
    }
    let elapsed = start.elapsed();
    if came.as_ref().is_ok_and(|&count| count > 0) {
        let count = pipe.read_full(&mut buffer)?;
        look(first + received, &buffer[..count])?;
        drop(pipe);
        running.end()?;
        return Ok(received as f64 / elapsed.as_secs_f64());
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
