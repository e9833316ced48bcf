//! Exercise 3, a wrong answer: splices, and knows nothing else.

use std::io::{self, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;

use anyhow::Context;
use common::Buffer;
use common::syscall::splice;

fn main() -> ExitCode {
    common::run(|| {
        let null = common::dev_null()?;
        let mut buffer = Buffer::filled(BUFFER_SIZE)?;
        let bytes = count(io::stdin(), &null, &mut buffer).context("cannot count")?;
        writeln!(io::stdout(), "{bytes}").context("cannot print the count")
    })
}

const BUFFER_SIZE: usize = 256 << 10;

fn count(input: impl AsFd, null: impl AsFd, _buffer: &mut [u8]) -> io::Result<u64> {
    let mut count = 0;
    loop {
        match splice(&input, &null, BUFFER_SIZE, 0)? {
            0 => return Ok(count),
            more => count += more as u64,
        }
    }
}
