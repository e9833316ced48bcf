//! Stage 1, the reading end: copy out of the pipe with read(2).

use std::io;
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use common::syscall::read;
use common::{Buffer, ReadOptions, pipe};

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
        let start = Instant::now();
        let received = drain_pipe(&pipe, &mut buffer, &options)
            .map_err(|error| common::refused("read", error))?;
        options.report(received, start.elapsed(), &[])
    })
}

fn drain_pipe(pipe: impl AsFd, buffer: &mut [u8], options: &ReadOptions) -> io::Result<u64> {
    let mut received = 0;
    while received < options.bytes_to_pipe {
        // Whatever the pipe holds comes at once, up to a whole buffer.
        match read(&pipe, &mut buffer[..options.next(received)])? {
            0 => break,
            count => received += count as u64,
        }
    }
    Ok(received)
}
