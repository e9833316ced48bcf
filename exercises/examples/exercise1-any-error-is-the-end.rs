//! Exercise 1, a wrong answer: takes every error for a reader that has left.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;

use common::{Buffer, pipe};
use exercises::{counter, signal};

fn main() -> ExitCode {
    // The check sends SIGUSR1 to interrupt what this program waits in.
    signal::let_sigusr1_interrupt();
    common::run(|| {
        // As a file, standard output has no buffer of Rust's: one `write` is one write(2).
        let mut out = File::from(pipe::standard_output()?.as_fd().try_clone_to_owned()?);
        let mut buffer = Buffer::filled(BUFFER_SIZE)?;
        Ok(write_counter(&mut out, &mut buffer)?)
    })
}

/// As large as the pipe: one call fills it. More gains little.
const BUFFER_SIZE: usize = 64 << 10;

fn write_counter(out: &mut File, buffer: &mut [u8]) -> io::Result<()> {
    let mut next = 0;
    loop {
        next = counter::fill(buffer, next);
        let mut remaining = &*buffer;
        while !remaining.is_empty() {
            match out.write(remaining) {
                Ok(written) => remaining = &remaining[written..],
                // A signal came before the first byte went: nothing has happened yet.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return Ok(()),
            }
        }
    }
}
