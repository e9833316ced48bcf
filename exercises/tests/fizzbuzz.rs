//! The solution of exercise 7, far from its start and without a stop on the way.

use std::fs::File;
use std::io::{self, Read};
use std::process::{Child, Command, Stdio};

use common::syscall::splice;
use exercises::fizzbuzz_lines::Lines;

/// From 1 on, without a stop, to where 32 bits no longer do, and on.
#[test]
fn the_solution_counts_right_past_32_bits() {
    const NUMBER: u64 = 4_294_000_005;
    let mut solution = Solution::start();
    let null = File::options().write(true).open("/dev/null").unwrap();
    let mut before = bytes_before(NUMBER);
    while before > 0 {
        let length = before.min(1 << 20) as usize;
        let moved = splice(&solution.output, &null, length, 0).unwrap();
        assert_ne!(moved, 0, "the program has ended");
        before -= moved as u64;
    }
    let mut lines = Lines::new(NUMBER);
    let mut part = vec![0; 1 << 20];
    for _ in 0..64 {
        solution.output.read_exact(&mut part).unwrap();
        assert_eq!(lines.difference(&part), None);
    }
}

/// How many bytes there are before a number's line.
fn bytes_before(number: u64) -> u64 {
    let mut bytes = 0;
    let (mut from, mut digits) = (1, 1);
    while from < number {
        let until = number.min(from * 10);
        let multiples = |of: u64| (until - 1) / of - (from - 1) / of;
        let (fizz, buzz, both) = (multiples(3), multiples(5), multiples(15));
        let plain = until - from - (fizz + buzz - both);
        // Where both words stand, one line's end is enough for them.
        bytes += plain * (digits + 1) + (fizz + buzz) * 5 - both;
        (from, digits) = (until, digits + 1);
    }
    bytes
}

#[test]
fn bytes_are_counted_right() {
    let mut length = 0;
    for number in 1..150_000_u64 {
        assert_eq!(bytes_before(number), length, "{number}");
        length += match (number % 3, number % 5) {
            (0, 0) => 9,
            (0, _) | (_, 0) => 5,
            _ => u64::from(number.ilog10()) + 2,
        };
    }
}

/// The solution of exercise 7, running. It does not outlive the test.
struct Solution {
    program: Child,
    output: io::PipeReader,
}

impl Solution {
    fn start() -> Solution {
        let (output, pipe) = io::pipe().unwrap();
        let program = Command::new(env!("CARGO_BIN_EXE_solution7"))
            .stdin(Stdio::null())
            .stdout(pipe)
            .spawn()
            .unwrap();
        Solution { program, output }
    }
}

impl Drop for Solution {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
