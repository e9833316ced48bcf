//! Exercise 2, a wrong answer: fills both buffers, and lends them after that.

use std::convert::Infallible;
use std::io::{self, IoSlice};
use std::os::fd::AsFd;
use std::process::ExitCode;

use common::syscall::vmsplice;
use common::{Buffer, WritingEnd, pipe};
use exercises::counter;

fn main() -> ExitCode {
    common::run(|| {
        let pipe = pipe::standard_output()?;
        let buffers = prepare(&pipe)?;
        common::writer_stopped("vmsplice", write_counter(&pipe, buffers))
    })
}

/// Lends all of the buffer to the pipe.
fn lend(pipe: &WritingEnd, buffer: &[u8]) -> io::Result<()> {
    let mut remaining = buffer;
    while !remaining.is_empty() {
        let spliced = vmsplice(pipe, &[IoSlice::new(remaining)], 0)?;
        remaining = &remaining[spliced..];
    }
    Ok(())
}

const BUFFER_SIZE: usize = 256 << 10;

fn prepare(pipe: impl AsFd) -> anyhow::Result<Vec<Buffer>> {
    // Once all of one buffer is in, the pipe has no room left for the other.
    pipe::set_size_at_most(pipe, BUFFER_SIZE)?;
    Ok(vec![
        Buffer::filled(BUFFER_SIZE)?,
        Buffer::filled(BUFFER_SIZE)?,
    ])
}

/// Writes the counter, until the reader has gone.
fn write_counter(pipe: &WritingEnd, mut buffers: Vec<Buffer>) -> io::Result<Infallible> {
    let mut next = 0;
    loop {
        for buffer in &mut buffers {
            next = counter::fill(buffer, next);
        }
        for buffer in &buffers {
            lend(pipe, buffer)?;
        }
    }
}
