//! FizzBuzz as one would write it, with the output locked and buffered: what exercise 7
//! is measured against.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    common::run(|| match fizzbuzz() {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => Ok(result?),
    })
}

fn fizzbuzz() -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for number in 1..u64::MAX {
        match (number % 3, number % 5) {
            (0, 0) => writeln!(out, "FizzBuzz")?,
            (0, _) => writeln!(out, "Fizz")?,
            (_, 0) => writeln!(out, "Buzz")?,
            _ => writeln!(out, "{number}")?,
        }
    }
    out.flush()
}
