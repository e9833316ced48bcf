//! Exercise 3, a wrong answer: looks at the first byte.

use std::io::{self, Write};
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

fn count(input: impl AsFd, null: impl AsFd, buffer: &mut [u8]) -> io::Result<u64> {
    // Is there anything at all?
    let mut count = read(&input, &mut buffer[..1])? as u64;
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
