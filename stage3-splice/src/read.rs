//! Stage 3, the reading end: move pages out of the pipe with splice(2).

use std::io;
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use common::syscall::splice;
use common::{Knob, ReadOptions, pipe};

/// Stage 3, the reading end: time the pipe on standard input, by splice(2) to /dev/null
#[derive(Parser)]
struct Options {
    #[command(flatten)]
    reader: ReadOptions,
}

fn main() -> ExitCode {
    let options = Options::parse().reader;
    common::run(|| {
        let pipe = pipe::standard_input()?;
        let null = common::dev_null()?;
        let start = Instant::now();
        let received =
            drain_pipe(&pipe, &null, &options).map_err(|error| common::refused("splice", error))?;
        options.report(received, start.elapsed(), &[Knob::ReadWithSplice])
    })
}

fn drain_pipe(pipe: impl AsFd, null: impl AsFd, options: &ReadOptions) -> io::Result<u64> {
    let mut received = 0;
    while received < options.bytes_to_pipe {
        match splice(&pipe, &null, options.next(received), 0)? {
            0 => break,
            count => received += count as u64,
        }
    }
    Ok(received)
}
