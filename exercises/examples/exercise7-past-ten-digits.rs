//! Exercise 7, a wrong answer: puts a number together from two parts, without the zeros of the second.

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

const TEN_DIGITS: u64 = 10_000_000_000;

/// Writes the lines from that of `start` to that of `u64::MAX`.
fn fizzbuzz(start: u64) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for number in start..=u64::MAX {
        match (number % 3, number % 5) {
            (0, 0) => writeln!(out, "FizzBuzz")?,
            (0, _) => writeln!(out, "Fizz")?,
            (_, 0) => writeln!(out, "Buzz")?,
            _ if number < TEN_DIGITS => writeln!(out, "{number}")?,
            _ => writeln!(out, "{}{}", number / TEN_DIGITS, number % TEN_DIGITS)?,
        }
    }
    out.flush()
}
