//! Exercise 6, a wrong answer: tee and splice, and slots of a page.

use std::convert::Infallible;
use std::hint;
use std::io::{self, PipeReader, PipeWriter, Write};
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
/// Fits the pipe.
const LINES: usize = 512 << 10;

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
            match splice(&copy, pipe, remaining, SPLICE_F_NONBLOCK) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => hint::spin_loop(),
                moved => remaining -= moved?,
            }
        }
    }
}

fn hold(bytes: &[u8]) -> io::Result<(PipeReader, PipeWriter)> {
    let (reader, mut writer) = large_pipe()?;
    writer.write_all(bytes)?;
    Ok((reader, writer))
}

fn large_pipe() -> io::Result<(PipeReader, PipeWriter)> {
    let (reader, writer) = io::pipe()?;
    pipe::set_size(&writer, PIPE).map_err(io::Error::other)?;
    Ok((reader, writer))
}
