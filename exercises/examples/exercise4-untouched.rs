//! Exercise 4: is this memory on huge pages?

use std::fs;
use std::io;
use std::process::ExitCode;

use exercises::pages::{self, Answer};

fn main() -> ExitCode {
    pages::ask(is_huge)
}

// Your work starts here, and goes to the end of the file. The `use` lines are yours too.

/// Whether all of `memory`, which has been touched, is on huge pages.
fn is_huge(_memory: &[u8]) -> io::Result<Answer> {
    let all_mappings = fs::read_to_string("/proc/self/smaps_rollup")?;
    let huge = all_mappings
        .lines()
        .any(|line| line.starts_with("AnonHugePages:") && !line.contains(" 0 kB"));
    Ok(if huge { Answer::Huge } else { Answer::Ordinary })
}
