//! Exercise 7: FizzBuzz at the speed of the pipe, as it may look in the end.
//!
//! A ring of 90 000 lines stays where it is, on a huge page, and goes through the pipe
//! round after round. From one round to the next every number in it grows by 90 000.
//! Its last four digits stay, and what happens to the others is the same for 10 000
//! lines in a row: adding 90 000 to the numbers is adding a step to each byte, most
//! often 0. That is a loop that the compiler turns into vectors.

use std::io::{self, IoSlice, Write};
use std::ops::Range;
use std::process::ExitCode;
use std::{hint, iter};

use clap::Parser;
use common::syscall::vmsplice;
use common::{Buffer, WritingEnd, pipe};
use libc::SPLICE_F_NONBLOCK;
use multiversion::multiversion;
use stage4_hugepages::huge_buffer;

/// Write FizzBuzz into the pipe on standard output, up to the last number of 64 bits
#[derive(Parser)]
struct Options {
    /// The number to start from
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    start: u64,
}

fn main() -> ExitCode {
    let options = Options::parse();
    common::run(|| {
        let pipe = pipe::standard_output()?;
        pipe::set_size_at_most(&pipe, PIECE)?;
        let buffers = [huge_buffer(ROOM)?, huge_buffer(ROOM)?];
        stage4_hugepages::check(&buffers, false)?;
        match fizzbuzz(&pipe, options.start.into(), buffers) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result.map_err(|error| common::refused("vmsplice", error)),
        }
    })
}

/// The end. Numbers have 128 bits here, since its ring goes on beyond it.
const LAST: u128 = u64::MAX as u128;
/// The numbers of a run have all digits in common but the last four.
const RUN: u128 = 10_000;
/// Nine runs, so that the numbers of six digits, and of each length from there on, fill
/// whole rings; and a multiple of 15, so that Fizz and Buzz stay where they are.
const RING: u128 = 9 * RUN;
const FIRST_RING: u128 = 100_000;
/// Enough for the ring of the longest numbers.
const ROOM: usize = 2 << 20;
/// What goes to the pipe at a time, and the most that the pipe holds. The shortest
/// ring, 570 000 bytes, is longer than two of these: when a piece's turn comes again,
/// the pipe is full of what came after it, and the piece may be changed.
const PIECE: usize = 256 << 10;
/// Digits come at the same places again after 15 lines; after 64 times as many, at
/// the same places of a cache line, too.
const PATTERN: u128 = CACHE_LINE as u128 * 15;
const CACHE_LINE: usize = 64;

fn fizzbuzz(pipe: &WritingEnd, start: u128, mut buffers: [Buffer; 2]) -> io::Result<()> {
    let short = lines(start, FIRST_RING.saturating_sub(start));
    io::stdout().write_all(&short)?;
    for base in iter::successors(Some(FIRST_RING), |base| Some(base * 10)) {
        if LAST < base {
            break;
        }
        if start < base * 10 {
            // The pipe may still hold the end of the other buffer.
            buffers.swap(0, 1);
            send_numbers(pipe, base, start.max(base), &mut buffers[0])?;
        }
    }
    Ok(())
}

/// Sends the lines of the numbers that have as many digits as `base`, from `start` on.
fn send_numbers(pipe: &WritingEnd, base: u128, start: u128, buffer: &mut [u8]) -> io::Result<()> {
    let end = (base * 10).min(LAST + 1);
    let oldest = start - (start - base) % RING;
    let mut ring = Ring::new(buffer, base, oldest)?;
    for first in (oldest..end).step_by(RING as usize) {
        // Both are in mid-ring only at the start, and at the end of all numbers.
        let from = match first == oldest {
            true => lines(first, start - first).len(),
            false => 0,
        };
        let until = match end - first < RING {
            true => lines(first, end - first).len(),
            false => ring.bytes.len(),
        };
        for at in (0..ring.bytes.len()).step_by(PIECE) {
            let piece = at..ring.bytes.len().min(at + PIECE);
            if first > oldest {
                ring.advance(piece.clone(), first);
            }
            let wanted = piece.start.max(from)..piece.end.min(until);
            send(pipe, ring.bytes.get(wanted).unwrap_or_default())?;
        }
    }
    Ok(())
}

/// Lends the bytes to the pipe, as stage 5 does.
fn send(pipe: &WritingEnd, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match vmsplice(pipe, &[IoSlice::new(bytes)], SPLICE_F_NONBLOCK) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => hint::spin_loop(),
            spliced => bytes = &bytes[spliced?..],
        }
    }
    Ok(())
}

/// The lines of `RING` numbers, all of one length.
struct Ring<'a> {
    bytes: &'a mut [u8],
    /// Where each run starts, and the last one ends.
    runs: Vec<usize>,
    /// What to add to the bytes of a pattern so that its numbers grow by `RING`, by
    /// the number of digits that this carries over.
    steps: Vec<Buffer>,
}

impl Ring<'_> {
    /// The ring from `first` on, of numbers with as many digits as `base`.
    fn new(buffer: &mut [u8], base: u128, first: u128) -> io::Result<Ring<'_>> {
        let mut text = Vec::new();
        let mut runs = vec![0];
        for run in 0..RING / RUN {
            text.append(&mut lines(first + run * RUN, RUN));
            runs.push(text.len());
        }
        let bytes = &mut buffer[..text.len()];
        bytes.copy_from_slice(&text);
        // A number whose last four digits are zeros carries over as many digits as it
        // has nines before them.
        let carrying = iter::successors(Some(RUN), |power| Some(power * 10))
            .take_while(|&power| power <= base)
            .map(|power| base + power - RUN);
        let steps = carrying.map(step).collect::<io::Result<_>>()?;
        Ok(Ring { bytes, runs, steps })
    }

    /// Changes a piece into what it has to be in the ring from `first` on.
    fn advance(&mut self, piece: Range<usize>, first: u128) {
        for (run, bounds) in (0..).zip(self.runs.windows(2)) {
            let mut at = piece.start.max(bounds[0]);
            let end = piece.end.min(bounds[1]);
            if at >= end {
                continue;
            }
            let step = &self.steps[carries(first + run * RUN - RING)];
            while at < end {
                let phase = at % step.len();
                let next = match at.is_multiple_of(CACHE_LINE) {
                    true => at + step.len() - phase,
                    false => at.next_multiple_of(CACHE_LINE),
                };
                add(&mut self.bytes[at..next.min(end)], &step[phase..]);
                at = next;
            }
        }
    }
}

/// What the pattern's bytes from `number` on have to grow by for the next round.
fn step(number: u128) -> io::Result<Buffer> {
    let (old, new) = (lines(number, PATTERN), lines(number + RING, PATTERN));
    let mut step = Buffer::filled(old.len()).map_err(io::Error::other)?;
    for ((step, old), new) in step.iter_mut().zip(old).zip(new) {
        *step = new.wrapping_sub(old);
    }
    Ok(step)
}

/// Over how many digits adding `RING` to the number carries.
fn carries(number: u128) -> usize {
    // Short enough for 64 bits, which divide faster.
    let mut rest = (number / RUN) as u64;
    let mut added = (RING / RUN) as u64;
    let mut count = 0;
    while rest % 10 + added > 9 {
        rest /= 10;
        added = 1;
        count += 1;
    }
    count
}

/// Adds to each of the bytes its byte of the step: as vectors, which the compiler
/// makes as wide as this CPU has them.
#[multiversion(targets("x86_64+avx512f+avx512bw", "x86_64+avx2"))]
fn add(bytes: &mut [u8], step: &[u8]) {
    for (byte, step) in bytes.iter_mut().zip(step) {
        *byte = byte.wrapping_add(*step);
    }
}

/// The lines of `count` numbers, counted up as text.
fn lines(first: u128, count: u128) -> Vec<u8> {
    let mut text = Vec::new();
    let mut number = first.to_string().into_bytes();
    let mut kind = (first % 15) as u8;
    for _ in 0..count {
        match (kind % 3, kind % 5) {
            (0, 0) => text.extend_from_slice(b"FizzBuzz"),
            (0, _) => text.extend_from_slice(b"Fizz"),
            (_, 0) => text.extend_from_slice(b"Buzz"),
            _ => text.extend_from_slice(&number),
        }
        text.push(b'\n');
        kind = (kind + 1) % 15;
        count_up(&mut number);
    }
    text
}

fn count_up(number: &mut Vec<u8>) {
    for digit in number.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return;
        }
        *digit = b'0';
    }
    number.insert(0, b'1');
}
