//! Exercise 6, a wrong answer: asks not to wait, and takes that there is no room for an error.

use std::convert::Infallible;
use std::io::{self, PipeReader, PipeWriter, Write};
use std::os::unix::net::UnixStream;
use std::process::ExitCode;

use clap::Parser;
use common::syscall::{splice, tee};
use common::{WritingEnd, pipe};
use libc::SPLICE_F_NONBLOCK;

/// Fill the pipe on standard output with a line, again and again
#[derive(Parser)]
struct Options {
    /// The line, without its end
    #[arg(default_value = "y")]
    line: String,
}

fn main() -> ExitCode {
    let line = Options::parse().line + "\n";
    common::run(|| {
        let pipe = pipe::standard_output()?;
        common::writer_stopped("fill_pipe", fill_pipe(&pipe, line.as_bytes()))
    })
}

/// Of ordinary pages, and so 256 slots. Who is not root may have no more.
const PIPE: usize = 1 << 20;
/// What comes out of a socket as one slot, if the kernel finds the pages for it.
const SLOT: usize = 32 << 10;
/// Fits the pipe even where the kernel has only single pages: a slot then takes nine.
const LINES: usize = 16 * SLOT;

fn fill_pipe(pipe: &WritingEnd, line: &[u8]) -> io::Result<Infallible> {
    pipe::set_size_at_most(pipe, PIPE).map_err(io::Error::other)?;
    // Whole lines, so that one copy can follow another.
    let lines = line.repeat((LINES / line.len()).max(1));
    let (original, _in) = hold(&lines)?;
    let (copy, copy_in) = large_pipe()?;
    loop {
        // A second name for what the first pipe holds: no byte moves. The copy's pipe
        // is empty and has as many slots, so nothing is left out.
        let mut remaining = tee(&original, &copy_in, lines.len(), 0)?;
        // Where standard output takes less, the copy keeps the rest for the next call.
        while remaining > 0 {
            remaining -= splice(&copy, pipe, remaining, SPLICE_F_NONBLOCK)?;
        }
    }
}

/// A pipe that holds the bytes in few, large slots.
fn hold(bytes: &[u8]) -> io::Result<(PipeReader, PipeWriter)> {
    let (reader, writer) = large_pipe()?;
    // A pipe's own slots end with the page. A socket keeps what it is sent on larger
    // pieces of memory, and splice hands them over as they are.
    let (from, mut to) = UnixStream::pair()?;
    for slot in bytes.chunks(SLOT) {
        to.write_all(slot)?;
        let mut remaining = slot.len();
        while remaining > 0 {
            remaining -= splice(&from, &writer, remaining, 0)?;
        }
    }
    Ok((reader, writer))
}

fn large_pipe() -> io::Result<(PipeReader, PipeWriter)> {
    let (reader, writer) = io::pipe()?;
    pipe::set_size(&writer, PIPE).map_err(io::Error::other)?;
    Ok((reader, writer))
}
