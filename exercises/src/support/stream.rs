//! A writer's output as a check takes it: piece by piece, and no further.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process::Stdio;

use common::pipe;

use super::contestant::Contestant;
use super::fault::Fault;
use super::partner::Partner;
use super::patience::PATIENCE;
use super::running::{Ending, Running};

/// The most that a user without privileges may have, where nobody has changed it.
const LARGE_PIPE: usize = 1 << 20;

/// How the kernel's errors are named in what Rust programs say: EAGAIN and EINTR.
const AGAIN: &str = "os error 11)";
const INTERRUPTED: &str = "os error 4)";

/// A started writer, and the reading end of its pipe.
pub struct Stream {
    /// The writer.
    pub running: Running,
    pipe: Partner,
    taken: u64,
    expected: String,
    chapter: &'static str,
}

impl Stream {
    /// Starts the writer of what is `expected`, about which this chapter tells.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn start(
        writer: &Contestant,
        expected: impl Into<String>,
        chapter: &'static str,
    ) -> Result<Stream, Fault> {
        let (running, pipe) = writer.start_writer(None)?;
        Ok(Stream::of(running, pipe, expected, chapter))
    }

    /// The same, with a pipe that is large from the start: nobody knows what
    /// somebody else has made of theirs.
    ///
    /// # Errors
    ///
    /// As for [`Stream::start`].
    pub fn start_on_large_pipe(
        writer: &Contestant,
        expected: impl Into<String>,
        chapter: &'static str,
    ) -> Result<Stream, Fault> {
        let (reader, pipe) = pipe::new()?;
        // As it is, where this user may have no more.
        let _ = pipe::set_size_at_most(&pipe, LARGE_PIPE);
        let running = writer.start(Stdio::null(), pipe, None)?;
        Ok(Stream::of(running, reader.into(), expected, chapter))
    }

    fn of(
        running: Running,
        pipe: OwnedFd,
        expected: impl Into<String>,
        chapter: &'static str,
    ) -> Stream {
        Stream {
            running,
            pipe: Partner::new(pipe),
            taken: 0,
            expected: expected.into(),
            chapter,
        }
    }

    /// How many bytes have come so far.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// Takes as many bytes as `part` has.
    ///
    /// # Errors
    ///
    /// When fewer come.
    pub fn take(&mut self, part: &mut [u8]) -> Result<(), Fault> {
        match self.take_some(part)? {
            count if count == part.len() => Ok(()),
            _ => Err(self.ended_early()?),
        }
    }

    /// Takes as many bytes as `part` has, or all up to the end; returns how many.
    ///
    /// # Errors
    ///
    /// When nothing comes, and no end either.
    pub fn take_some(&mut self, part: &mut [u8]) -> Result<usize, Fault> {
        match self.pipe.read_full(part) {
            Ok(count) => {
                self.taken += count as u64;
                Ok(count)
            }
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                Err(self.wrong(&format!("nothing more for {} seconds", PATIENCE.as_secs())))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// What is wrong with a writer whose output has ended.
    ///
    /// # Errors
    ///
    /// When it cannot be waited for.
    pub fn ended_early(&mut self) -> io::Result<Fault> {
        let Some(ending) = self.running.end()? else {
            return Ok(self.wrong("a closed pipe"));
        };
        let fault = self.wrong(&format!("its end: {}", ending.in_words()));
        Ok(if ending.said(AGAIN) {
            fault.adding(
                "Nobody has set this pipe to O_NONBLOCK: it is a flag of your own call. Then EAGAIN \
                 says that there is no room now: try again.",
            )
        } else if ending.said(INTERRUPTED) {
            fault.adding(
                "That was a signal, SIGUSR1: the check sends it while the program waits for room. \
                 Nothing had gone yet, and nothing is broken: ask again.",
            )
        } else {
            fault
        })
    }

    /// From now on this is what is expected.
    pub fn expect(&mut self, expected: String) {
        self.expected = expected;
    }

    fn wrong(&self, then: &str) -> Fault {
        Fault::wrong(
            self.expected.clone(),
            format!("{} bytes, then {then}", self.taken),
            self.chapter,
        )
    }

    /// Leaves, and waits for the writer.
    ///
    /// # Errors
    ///
    /// When it does not end quietly.
    pub fn leave(self) -> Result<(), Fault> {
        drop(self.pipe);
        ends_quietly(
            self.running,
            "a quiet end with exit code 0: the reader has all that it wants",
            self.chapter,
        )
    }
}

impl AsFd for Stream {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.pipe.as_fd()
    }
}

/// Takes so many bytes, leaves, and sees whether the writer minds; then again.
///
/// # Errors
///
/// When it does.
pub fn leave_after(
    writer: &Contestant,
    taken: &[usize],
    expected: &str,
    chapter: &'static str,
) -> Result<String, Fault> {
    for &count in taken {
        let mut stream = Stream::start(writer, expected, chapter)?;
        stream.take(&mut vec![0; count])?;
        stream.leave()?;
    }
    Ok(String::new())
}

/// Whether all that it said is that there are no huge pages, as `stage4_hugepages` does.
fn warns(ending: &Ending) -> bool {
    ending.said("warning: ") && ending.said("expect stage 3's speed")
}

/// Waits for an end with exit code 0 and without a word.
///
/// # Errors
///
/// When the program ends otherwise, or not.
pub fn ends_quietly(
    mut running: Running,
    expected: &str,
    chapter: &'static str,
) -> Result<(), Fault> {
    match running.end()? {
        Some(ending) if ending.code == 0 && (ending.said.is_empty() || warns(&ending)) => Ok(()),
        ending => Err(Fault::wrong(
            expected,
            ending.map_or(
                format!(
                    "it still runs, {} seconds after its reader has gone: write, vmsplice and splice \
                     say so by EPIPE (BrokenPipe), and whoever takes that for a reason to try again \
                     never ends",
                    PATIENCE.as_secs()
                ),
                |ending| ending.in_words(),
            ),
            chapter,
        )),
    }
}
