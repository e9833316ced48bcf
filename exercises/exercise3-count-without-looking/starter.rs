//! Exercise 3: `wc -c` that looks at every byte.

use std::io::{self, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;

use anyhow::Context;
use common::Buffer;
use common::syscall::read;

fn main() -> ExitCode {
    common::run(|| {
        let null = common::dev_null()?;
        let mut buffer = Buffer::filled(BUFFER_SIZE)?;
        let bytes = count(io::stdin(), &null, &mut buffer).context("cannot count")?;
        writeln!(io::stdout(), "{bytes}").context("cannot print the count")
    })
}

const BUFFER_SIZE: usize = 256 << 10;

// Your work starts here, and goes to the end of the file. The `use` lines are yours too.

/// Counts the bytes that come from `input`, whatever it is, until its end.
fn count(input: impl AsFd, _null: impl AsFd, buffer: &mut [u8]) -> io::Result<u64> {
    let mut count = 0;
    loop {
        match read(&input, buffer)? {
            0 => return Ok(count),
            more => count += more as u64,
        }
    }
}
