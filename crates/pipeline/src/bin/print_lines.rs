//! Prints numbers, one a line, as a Rust program does that nobody has thought about: what
//! `println!` writes to goes out at the end of every line, into a pipe too.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::Parser;

/// Print numbers, one a line
#[derive(Parser)]
struct Options {
    /// How many
    count: u64,

    /// Put a buffer around standard output
    #[arg(long)]
    buffered: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    common::run(|| {
        let stdout = io::stdout().lock();
        let mut out: Box<dyn Write> = match options.buffered {
            true => Box::new(BufWriter::new(stdout)),
            false => Box::new(stdout),
        };
        for number in 0..options.count {
            writeln!(out, "{number}")?;
        }
        Ok(out.flush()?)
    })
}
