//! Exercise 1: a writer that survives its reader.

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

// Your work starts here, and goes to the end of the file. The `use` lines are yours too.

/// In bytes, a multiple of 8. For the second part: where does it stop getting faster?
const BUFFER_SIZE: usize = 512;

/// Writes the counter, until the reader has gone: that is a good end, `Ok(())`.
fn write_counter(out: &mut File, buffer: &mut [u8]) -> io::Result<()> {
    let mut next = 0;
    loop {
        next = counter::fill(buffer, next);
        let _written = out.write(buffer)?;
    }
}
