//! Exercise 7, a wrong answer: two buffers as large as a new pipe, and whatever pipe comes.

use std::io::{self, IoSlice, Write};
use std::process::ExitCode;

use clap::Parser;
use common::syscall::vmsplice;
use common::{Buffer, pipe};

/// Write FizzBuzz into the pipe on standard output, up to the last number of 64 bits
#[derive(Parser)]
struct Options {
    /// The number to start from
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    start: u64,
}

fn main() -> ExitCode {
    let options = Options::parse();
    common::run(|| match fizzbuzz(options.start) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    })
}

/// Enough for the last line, whatever it is.
const LONGEST_LINE: usize = 32;

/// Writes the lines from that of `start` to that of `u64::MAX`.
fn fizzbuzz(start: u64) -> io::Result<()> {
    let pipe = pipe::standard_output().map_err(io::Error::other)?;
    let new_buffer = || Buffer::filled(64 << 10).map_err(io::Error::other);
    let mut buffers = [new_buffer()?, new_buffer()?];
    let mut numbers = (start..=u64::MAX).peekable();
    while numbers.peek().is_some() {
        buffers.swap(0, 1);
        let buffer = &mut buffers[0];
        let room = buffer.len();
        let mut rest = &mut buffer[..];
        while rest.len() > LONGEST_LINE
            && let Some(number) = numbers.next()
        {
            match (number % 3, number % 5) {
                (0, 0) => writeln!(rest, "FizzBuzz")?,
                (0, _) => writeln!(rest, "Fizz")?,
                (_, 0) => writeln!(rest, "Buzz")?,
                _ => writeln!(rest, "{number}")?,
            }
        }
        let filled = room - rest.len();
        let mut remaining = &buffer[..filled];
        while !remaining.is_empty() {
            let spliced = vmsplice(&pipe, &[IoSlice::new(remaining)], 0)?;
            remaining = &remaining[spliced..];
        }
    }
    Ok(())
}
