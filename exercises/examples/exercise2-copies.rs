//! Exercise 2, a wrong answer: right bytes, by a copy of each buffer.

use std::convert::Infallible;
use std::io;
use std::os::fd::AsFd;
use std::process::ExitCode;

use common::syscall::write;
use common::{Buffer, pipe};
use exercises::counter;

fn main() -> ExitCode {
    common::run(|| {
        let pipe = pipe::standard_output()?;
        let buffers = prepare(&pipe)?;
        common::writer_stopped("write", write_counter(&pipe, buffers))
    })
}

const BUFFER_SIZE: usize = 256 << 10;

fn prepare(pipe: impl AsFd) -> anyhow::Result<Vec<Buffer>> {
    pipe::set_size_at_most(pipe, BUFFER_SIZE)?;
    Ok(vec![
        Buffer::filled(BUFFER_SIZE)?,
        Buffer::filled(BUFFER_SIZE)?,
    ])
}

fn copy(pipe: impl AsFd, buffer: &[u8]) -> io::Result<()> {
    let mut remaining = buffer;
    while !remaining.is_empty() {
        remaining = &remaining[write(&pipe, remaining)?..];
    }
    Ok(())
}

/// Writes the counter, until the reader has gone.
fn write_counter(pipe: impl AsFd, mut buffers: Vec<Buffer>) -> io::Result<Infallible> {
    let mut next = 0;
    loop {
        for buffer in &mut buffers {
            next = counter::fill(buffer, next);
            copy(&pipe, buffer)?;
        }
    }
}
