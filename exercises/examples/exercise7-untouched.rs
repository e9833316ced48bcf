//! Exercise 7: FizzBuzz, as fast as you can.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::Parser;

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

// Your work starts here, and goes to the end of the file. The `use` lines are yours too.

/// Writes the lines from that of `start` to that of `u64::MAX`.
fn fizzbuzz(start: u64) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for number in start..=u64::MAX {
        match (number % 3, number % 5) {
            (0, 0) => writeln!(out, "FizzBuzz")?,
            (0, _) => writeln!(out, "Fizz")?,
            (_, 0) => writeln!(out, "Buzz")?,
            _ => writeln!(out, "{number}")?,
        }
    }
    out.flush()
}
