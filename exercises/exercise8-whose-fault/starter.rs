//! Exercise 8: three pipelines. Each is slow, and each for another reason.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::ExitCode;

use exercises::counter;
use exercises::whose::{self, BLOCK, Digest, Pipeline, Whose};

pub(crate) fn main() -> ExitCode {
    common::run(|| {
        whose::run(&[
            Pipeline {
                name: "lines",
                whose: LINES,
                write: write_lines,
                read: read_lines,
            },
            Pipeline {
                name: "bursts",
                whose: BURSTS,
                write: write_bursts,
                read: read_bursts,
            },
            Pipeline {
                name: "digest",
                whose: DIGEST,
                write: write_for_digest,
                read: read_digest,
            },
        ])
    })
}

// Your work starts here, and goes to the end of the file. The `use` lines are yours too.
// What is in `exercises::whose` and `exercises::counter` is the work itself, and stays.

/// Whose fault is it: Whose::Writer, Whose::Pipe or Whose::Reader?
const LINES: Whose = Whose::Unknown;
const BURSTS: Whose = Whose::Unknown;
const DIGEST: Whose = Whose::Unknown;

/// Numbers, one a line.
fn write_lines(mut out: File) -> io::Result<()> {
    for number in 0..60_000 {
        writeln!(out, "{number}")?;
    }
    Ok(())
}

fn read_lines(input: File) -> io::Result<u64> {
    let mut sum = 0;
    for line in BufReader::new(input).lines() {
        let number: u64 = line?.parse().unwrap_or_default();
        sum += number;
    }
    Ok(sum)
}

/// Works for a while, and then has much to say.
fn write_bursts(mut out: File) -> io::Result<()> {
    for number in 0..32 {
        let block = whose::make_block(number);
        out.write_all(&block)?;
    }
    Ok(())
}

/// Listens for a while, and then has much to do.
fn read_bursts(mut input: File) -> io::Result<u64> {
    let mut digest = Digest::default();
    let mut part = vec![0; 128 << 10];
    loop {
        match read_full(&mut input, &mut part)? {
            0 => return Ok(digest.0),
            count => digest.take_in(&part[..count]),
        }
    }
}

/// Has its bytes ready.
fn write_for_digest(mut out: File) -> io::Result<()> {
    let mut block = vec![0; BLOCK];
    let mut next = 0;
    for _ in 0..16 {
        next = counter::fill(&mut block, next);
        out.write_all(&block)?;
    }
    Ok(())
}

/// Looks at each byte four times.
fn read_digest(mut input: File) -> io::Result<u64> {
    let mut digests = [(); 4].map(|()| Digest::default());
    let mut part = vec![0; 64 << 10];
    loop {
        match read_full(&mut input, &mut part)? {
            0 => return Ok(digests.iter().fold(0, |all, digest| all ^ digest.0)),
            count => {
                for (place, digest) in digests.iter_mut().enumerate() {
                    digest.0 += place as u64;
                    digest.take_in(&part[..count]);
                }
            }
        }
    }
}

/// Reads until the part is full, or the input ends.
fn read_full(input: &mut File, part: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < part.len() {
        match input.read(&mut part[filled..])? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(filled)
}
