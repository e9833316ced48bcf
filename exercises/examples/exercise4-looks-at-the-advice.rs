//! Exercise 4, a wrong answer: takes the advice for the page.

use std::fs;
use std::io;
use std::process::ExitCode;

use exercises::pages::{self, Answer};

fn main() -> ExitCode {
    pages::ask(is_huge)
}

fn is_huge(memory: &[u8]) -> io::Result<Answer> {
    let start = memory.as_ptr() as usize;
    let end = start + memory.len();
    let mut overlaps = false;
    for line in fs::read_to_string("/proc/self/smaps")?.lines() {
        if let Some((first, last)) = mapping(line) {
            overlaps = first < end && start < last;
        } else if overlaps && line.starts_with("VmFlags:") && !line.contains(" hg") {
            return Ok(Answer::Ordinary);
        }
    }
    Ok(Answer::Huge)
}

/// The addresses of the mapping that this line opens, if it opens one.
fn mapping(line: &str) -> Option<(usize, usize)> {
    let (start, end) = line.split_whitespace().next()?.split_once('-')?;
    let address = |text| usize::from_str_radix(text, 16).ok();
    Some((address(start)?, address(end)?))
}
