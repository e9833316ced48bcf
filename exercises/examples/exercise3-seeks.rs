//! Exercise 3, a wrong answer: asks a file for its length.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;

use anyhow::Context;
use common::Buffer;
use common::syscall::{read, splice};

fn main() -> ExitCode {
    common::run(|| {
        let null = common::dev_null()?;
        let mut buffer = Buffer::filled(BUFFER_SIZE)?;
        let bytes = count(io::stdin(), &null, &mut buffer).context("cannot count")?;
        writeln!(io::stdout(), "{bytes}").context("cannot print the count")
    })
}

const BUFFER_SIZE: usize = 256 << 10;

/// From where it stands.
fn rest_of_file(input: impl AsFd) -> Option<u64> {
    let mut file = File::from(input.as_fd().try_clone_to_owned().ok()?);
    let here = file.stream_position().ok()?;
    Some(file.seek(SeekFrom::End(0)).ok()?.saturating_sub(here))
}

fn count(input: impl AsFd, null: impl AsFd, buffer: &mut [u8]) -> io::Result<u64> {
    if let Some(length) = rest_of_file(&input) {
        return Ok(length);
    }
    let mut count = 0;
    loop {
        let more = match splice(&input, &null, BUFFER_SIZE, 0) {
            // EINVAL: neither end is a pipe, or the input cannot be spliced.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => read(&input, buffer)?,
            more => more?,
        };
        match more {
            0 => return Ok(count),
            more => count += more as u64,
        }
    }
}
