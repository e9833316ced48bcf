//! The lines of a lap, all of numbers of one length, and what changes from lap to lap.

use std::io;
use std::iter;
use std::ops::Range;

use common::Buffer;
use multiversion::multiversion;

/// The numbers of a run have all digits in common but the last five.
const RUN: u128 = 100_000;
/// A lap goes through three runs: numbers grow by 3 in one digit, and carry. It is a multiple
/// of 15, so that Fizz and Buzz stay where they are.
pub const LAP: u128 = 3 * RUN;
/// Enough for the longest numbers: 15 lines have 8 of 20 digits, and 47 bytes more.
pub const ROOM: usize = LAP as usize / 15 * (8 * 20 + 47);
/// Digits come at the same places again after 15 lines; after 64 times as many, at the
/// same places of a cache line, too.
const PATTERN: u128 = 64 * 15;

pub struct Ring<'a> {
    pub text: &'a mut [u8],
    /// The first number that is too long for it: a power of ten.
    pub end: u128,
    /// Where each run starts, and the last one ends.
    runs: [usize; 4],
    /// What to add to the bytes of a pattern so that its numbers grow by a lap, by the
    /// number of digits that this carries over.
    steps: Vec<Buffer>,
}

impl Ring<'_> {
    /// The lap from `first` on.
    pub fn new(memory: &mut [u8], first: u128) -> io::Result<Ring<'_>> {
        let mut runs = [0; 4];
        for run in 0..3 {
            let text = lines(first + run as u128 * RUN, RUN);
            runs[run + 1] = runs[run] + text.len();
            memory[runs[run]..runs[run + 1]].copy_from_slice(&text);
        }
        let zeros = first.ilog10();
        let (base, powers) = (10_u128.pow(zeros), (5..=zeros).map(|it| 10_u128.pow(it)));
        // A number that ends in zeros carries over as many digits as it has nines before.
        let steps = powers.map(|power| step(base + power - RUN));
        Ok(Ring {
            text: &mut memory[..runs[3]],
            end: base * 10,
            runs,
            steps: steps.collect::<io::Result<_>>()?,
        })
    }

    /// Changes what lies there into what it has to be in the lap from `first` on.
    pub fn advance(&mut self, place: &Range<usize>, first: u128) {
        for run in 0..3 {
            let part = place.start.max(self.runs[run])..place.end.min(self.runs[run + 1]);
            if !part.is_empty() {
                let step = &self.steps[carries(first - LAP + run as u128 * RUN)];
                let phase = part.start % step.len();
                add_all(&mut self.text[part], step, phase);
            }
        }
    }
}

/// The first number from `start` on at which a lap begins: 100 000, 400 000, 700 000, and so
/// on, so that one begins at each power of ten.
pub fn first_lap_from(start: u128) -> u128 {
    let start = start.max(RUN);
    start + (LAP + RUN - start % LAP) % LAP
}

/// What the pattern's bytes from `number` on have to grow by for the next lap.
fn step(number: u128) -> io::Result<Buffer> {
    let (old, new) = (lines(number, PATTERN), lines(number + LAP, PATTERN));
    // From the start of a page on, so that no vector of it lies on two cache lines.
    let mut step = Buffer::filled(old.len()).map_err(io::Error::other)?;
    for ((step, old), new) in step.iter_mut().zip(old).zip(new) {
        *step = new.wrapping_sub(old);
    }
    Ok(step)
}

/// Over how many digits adding a lap to the number carries.
fn carries(number: u128) -> usize {
    let (mut rest, mut added, mut count) = (number / RUN, LAP / RUN, 0);
    while rest % 10 + added > 9 {
        (rest, added, count) = (rest / 10, 1, count + 1);
    }
    count
}

/// Adds the step to the text, over and over, from this place of the step on: as vectors,
/// which the compiler makes as wide as this CPU has them.
#[multiversion(targets("x86_64+avx512f+avx512bw", "x86_64+avx2"))]
fn add_all(text: &mut [u8], step: &[u8], phase: usize) {
    // From there on all vectors are on cache lines of their own, as the step and the ring are.
    let (head, text) = text.split_at_mut(text.len().min(step.len() - phase));
    for (text, step) in iter::once((head, &step[phase..])).chain(text.chunks_mut(step.len()).map(|text| (text, step))) {
        for (byte, step) in text.iter_mut().zip(step) {
            *byte = byte.wrapping_add(*step);
        }
    }
}

/// FizzBuzz, line by line: `count` of them.
pub fn lines(first: u128, count: u128) -> Vec<u8> {
    let mut text = Vec::new();
    let mut number = first.to_string().into_bytes();
    let kind = (first % 15) as u64;
    for kind in kind..kind + count as u64 {
        match (kind % 3, kind % 5) {
            (0, 0) => text.extend_from_slice(b"FizzBuzz"),
            (0, _) => text.extend_from_slice(b"Fizz"),
            (_, 0) => text.extend_from_slice(b"Buzz"),
            _ => text.extend_from_slice(&number),
        }
        text.push(b'\n');
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
