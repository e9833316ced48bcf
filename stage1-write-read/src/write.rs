//! Stage 1, the writing end: copy the buffer into the pipe with write(2).

use std::convert::Infallible;
use std::io;
use std::os::fd::AsFd;
use std::process::ExitCode;

use clap::Parser;
use common::syscall::write;
use common::{Buffer, WriteOptions, pipe, size};

/// Stage 1, the writing end: fill the pipe on standard output with X, by write(2)
#[derive(Parser)]
struct Options {
    #[command(flatten)]
    writer: WriteOptions,

    /// How many bytes the pipe can hold [default: as it is, mostly 64KiB]
    #[arg(long, value_name = "SIZE", value_parser = size::parse::<usize>)]
    pipe_size: Option<usize>,
}

fn main() -> ExitCode {
    let options = Options::parse();
    common::run(|| {
        let pipe = pipe::standard_output()?;
        if let Some(size) = options.pipe_size {
            pipe::set_size(&pipe, size)?;
        }
        let buffer = Buffer::filled(options.writer.buf_size)?;
        common::writer_stopped("write", fill_pipe(&pipe, &buffer))
    })
}

/// Ends only by an error; the usual one is that the reader has closed the pipe.
fn fill_pipe(pipe: impl AsFd, buffer: &[u8]) -> io::Result<Infallible> {
    loop {
        let mut remaining = buffer;
        while !remaining.is_empty() {
            // What did not fit into the pipe this time goes with the next call.
            let written = write(&pipe, remaining)?;
            remaining = &remaining[written..];
        }
    }
}
