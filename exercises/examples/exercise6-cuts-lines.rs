//! Exercise 6, a wrong answer: begins with the first line again wherever tee stopped.

use std::convert::Infallible;
use std::hint;
use std::io;
use std::process::ExitCode;

use clap::Parser;
use common::syscall::write;
use common::{WritingEnd, pipe};
use rustix::pipe::{SpliceFlags, tee};

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
        common::writer_stopped("tee", fill_pipe(&pipe, line.as_bytes()))
    })
}

const PIPE: usize = 256 << 10;

fn fill_pipe(pipe: &WritingEnd, line: &[u8]) -> io::Result<Infallible> {
    let (original, writer) = io::pipe()?;
    pipe::set_size(&writer, PIPE).map_err(io::Error::other)?;
    let lines = line.repeat((PIPE / line.len()).max(1));
    write(&writer, &lines)?;
    loop {
        match tee(&original, pipe, lines.len(), SpliceFlags::NONBLOCK) {
            Err(rustix::io::Errno::AGAIN) => hint::spin_loop(),
            result => drop(result?),
        }
    }
}
