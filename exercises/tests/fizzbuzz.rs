//! The solution of exercise 7, far from its start and without a stop on the way.

use std::fs::File;
use std::io::{self, Read};
use std::process::{Child, Command, Stdio};

use common::syscall::splice;
use exercises::support::fizzbuzz::{Lines, bytes_before};

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
