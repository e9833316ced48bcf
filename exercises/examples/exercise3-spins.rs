//! Exercise 3, a wrong answer: a busy loop, as in stage 5.

use std::hint;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;

use anyhow::Context;
use common::Buffer;
use common::syscall::{read, splice};
use libc::SPLICE_F_NONBLOCK;

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
    let mut count = 0;
    loop {
        let more = match splice(&input, &null, BUFFER_SIZE, SPLICE_F_NONBLOCK) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                hint::spin_loop();
                continue;
            }
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
