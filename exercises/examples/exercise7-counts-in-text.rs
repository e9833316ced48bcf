//! Exercise 7, a wrong answer: counts in text, line by line, and copies it into the pipe.

use std::io::{self, Write};
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

/// A whole cycle of Fizz and Buzz at a time, into a buffer that write(2) takes at once.
fn fizzbuzz(start: u64) -> io::Result<()> {
    const ROOM: usize = 64 << 10;
    let mut out = io::stdout();
    let mut digits = start.to_string().into_bytes();
    let mut lines = Vec::with_capacity(ROOM + 32);
    let mut number = start;
    loop {
        match (number % 3, number % 5) {
            (0, 0) => lines.extend_from_slice(b"FizzBuzz\n"),
            (0, _) => lines.extend_from_slice(b"Fizz\n"),
            (_, 0) => lines.extend_from_slice(b"Buzz\n"),
            _ => {
                lines.extend_from_slice(&digits);
                lines.push(b'\n');
            }
        }
        if lines.len() >= ROOM || number == u64::MAX {
            out.write_all(&lines)?;
            lines.clear();
        }
        if number == u64::MAX {
            return out.flush();
        }
        number += 1;
        count(&mut digits);
    }
}

/// The next number, digit by digit.
fn count(digits: &mut Vec<u8>) {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
    digits.insert(0, b'1');
}
