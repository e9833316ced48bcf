//! Stage 1, the reading end: copy out of the pipe with read(2).

use std::io;
use std::os::fd::AsFd;
use std::process::ExitCode;

use clap::Parser;
use common::syscall::read;
use common::{Buffer, Calls, ReadOptions, pipe};

/// Stage 1, the reading end: time the pipe on standard input, by read(2)
#[derive(Parser)]
struct Options {
    #[command(flatten)]
    reader: ReadOptions,
}

fn main() -> ExitCode {
    let options = Options::parse().reader;
    common::run(|| {
        let pipe = pipe::standard_input()?;
        let mut buffer = Buffer::filled(options.buf_size)?;
        let calls = drain_pipe(&pipe, &mut buffer, &options)
            .map_err(|error| common::refused("read", error))?;
        options.report(&calls, &[])
    })
}

fn drain_pipe(pipe: impl AsFd, buffer: &mut [u8], options: &ReadOptions) -> io::Result<Calls> {
    let mut calls = Calls::new();
    while calls.bytes() < options.bytes_to_pipe {
        // Whatever the pipe holds comes at once, up to a whole buffer.
        match read(&pipe, &mut buffer[..options.next(calls.bytes())])? {
            0 => break,
            count => calls.returned(count),
        }
    }
    Ok(calls)
}
