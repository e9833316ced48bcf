//! The lines of a lap, all of numbers of one length, and what changes from lap to lap.

use std::io;
use std::iter;
use std::ops::Range;

use common::Buffer;
use multiversion::multiversion;

/// The numbers of a run have all digits in common but the last five.
const RUN: u64 = 100_000;
/// A lap goes through three runs: numbers grow by 3 in one digit, and carry. It is a multiple
/// of 15, so that Fizz and Buzz stay where they are.
const RUNS: usize = 3;
pub const LAP: u128 = RUNS as u128 * RUN as u128;
/// The first number of the first lap; from there on one begins at each power of ten.
pub const FIRST: u128 = 100_000;
/// Enough for the longest numbers: 15 lines have 8 of 20 digits, and 47 bytes more.
pub const ROOM: usize = LAP as usize / 15 * (8 * 20 + 47);
/// Digits come at the same places again after 15 lines; after 64 times as many, at the
/// same places of a cache line, too.
const PATTERN: u64 = 64 * 15;

pub struct Ring<'a> {
    pub text: &'a mut [u8],
    /// The first number that is too long for it: a power of ten.
    pub end: u128,
    /// Where each run starts, and the last one ends.
    runs: [usize; RUNS + 1],
    /// What to add to the bytes of a pattern so that its numbers grow by a lap, by the
    /// number of digits that this carries over.
    steps: Vec<Buffer>,
}

impl Ring<'_> {
    /// The lap from `first` on.
    pub fn new(memory: &mut [u8], first: u128) -> io::Result<Ring<'_>> {
        let mut runs = [0; RUNS + 1];
        for run in 0..RUNS {
            let text = lines(first + run as u128 * u128::from(RUN), RUN);
            runs[run + 1] = runs[run] + text.len();
            memory[runs[run]..runs[run + 1]].copy_from_slice(&text);
        }
        let base = 10_u128.pow(first.ilog10());
        let powers = iter::successors(Some(u128::from(RUN)), |power| Some(power * 10));
        // A number that ends in zeros carries over as many digits as it has nines before.
        let steps = powers
            .take_while(|&power| power <= base)
            .map(|power| step(base + power - u128::from(RUN)));
        Ok(Ring {
            text: &mut memory[..runs[RUNS]],
            end: base * 10,
            runs,
            steps: steps.collect::<io::Result<_>>()?,
        })
    }

    /// Changes what lies there into what it has to be in the lap from `first` on.
    pub fn advance(&mut self, place: &Range<usize>, first: u128) {
        for run in 0..RUNS {
            let part = place.start.max(self.runs[run])..place.end.min(self.runs[run + 1]);
            if !part.is_empty() {
                let number = (first - LAP) as u64 + run as u64 * RUN;
                let step = &self.steps[carries(number)];
                let phase = part.start % step.len();
                add_all(&mut self.text[part], step, phase);
            }
        }
    }
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
fn carries(number: u64) -> usize {
    let (mut rest, mut added, mut count) = (number / RUN, RUNS as u64, 0);
    while rest % 10 + added > 9 {
        (rest, added, count) = (rest / 10, 1, count + 1);
    }
    count
}

/// Adds the step to the text, over and over, from this place of the step on: as vectors,
/// which the compiler makes as wide as this CPU has them.
#[multiversion(targets("x86_64+avx512f+avx512bw", "x86_64+avx2"))]
fn add_all(text: &mut [u8], step: &[u8], phase: usize) {
    // The first few bytes, up to a cache line; what is left of the step; and whole steps.
    let line = phase.next_multiple_of(64) - phase;
    let (head, text) = text.split_at_mut(text.len().min(line));
    add(head, &step[phase..]);
    let phase = (phase + line) % step.len();
    let (head, text) = text.split_at_mut(text.len().min(step.len() - phase));
    add(head, &step[phase..]);
    text.chunks_mut(step.len()).for_each(|text| add(text, step));
}

#[inline(always)]
fn add(text: &mut [u8], step: &[u8]) {
    let bytes = text.iter_mut().zip(step);
    bytes.for_each(|(byte, step)| *byte = byte.wrapping_add(*step));
}

/// FizzBuzz, line by line: `count` of them.
pub fn lines(first: u128, count: u64) -> Vec<u8> {
    let mut text = Vec::new();
    let mut number = first.to_string().into_bytes();
    let kind = (first % 15) as u64;
    for kind in kind..kind + count {
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
