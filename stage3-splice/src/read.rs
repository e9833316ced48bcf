//! Stage 3, the reading end: move pages out of the pipe with splice(2).

use std::io;
use std::os::fd::AsFd;
use std::process::ExitCode;

use clap::Parser;
use common::syscall::splice;
use common::{Calls, Knob, ReadOptions, pipe};

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
        let calls =
            drain_pipe(&pipe, &null, &options).map_err(|error| common::refused("splice", error))?;
        options.report(&calls, &[Knob::ReadWithSplice])
    })
}

fn drain_pipe(pipe: impl AsFd, null: impl AsFd, options: &ReadOptions) -> io::Result<Calls> {
    let mut calls = Calls::new();
    while calls.bytes() < options.bytes_to_pipe {
        match splice(&pipe, &null, options.next(calls.bytes()), 0)? {
            0 => break,
            count => calls.returned(count),
        }
    }
    Ok(calls)
}
