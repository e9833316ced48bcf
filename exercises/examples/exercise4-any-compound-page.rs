//! Exercise 4, a wrong answer: takes any compound page for a huge one.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::process::ExitCode;

use common::page_size;
use exercises::pages::{self, Answer};

fn main() -> ExitCode {
    pages::ask(is_huge)
}

fn is_huge(memory: &[u8]) -> io::Result<Answer> {
    let start = memory.as_ptr() as usize;
    let end = start + memory.len();
    match by_frames(start, end)? {
        Answer::CannotTell => by_mappings(start, end),
        answer => Ok(answer),
    }
}

/// The frame number in an entry of `/proc/self/pagemap`: proc_pid_pagemap(5).
const FRAME: u64 = (1 << 55) - 1;
/// KPF_COMPOUND_HEAD and KPF_COMPOUND_TAIL of `/proc/kpageflags`.
const COMPOUND: u64 = 1 << 15 | 1 << 16;

/// Asks for the frame of each page, and what kind it is. It takes root.
fn by_frames(start: usize, end: usize) -> io::Result<Answer> {
    let Ok(flags) = File::open("/proc/kpageflags") else {
        return Ok(Answer::CannotTell);
    };
    let pagemap = File::open("/proc/self/pagemap")?;
    for page in start / page_size()..end.div_ceil(page_size()) {
        let frame = entry(&pagemap, page as u64)? & FRAME;
        // Who may open the files, and not see the numbers, sees zeros.
        if frame == 0 {
            return Ok(Answer::CannotTell);
        }
        if entry(&flags, frame)? & COMPOUND == 0 {
            return Ok(Answer::Ordinary);
        }
    }
    Ok(Answer::Huge)
}

/// Both files are arrays of 64-bit entries, one for each page.
fn entry(file: &File, index: u64) -> io::Result<u64> {
    let mut bytes = [0; 8];
    file.read_exact_at(&mut bytes, index * 8)?;
    Ok(u64::from_ne_bytes(bytes))
}

/// Asks for the counts of each mapping that the memory lies on: a mapping that is
/// huge throughout, or not at all, leaves no doubt.
fn by_mappings(start: usize, end: usize) -> io::Result<Answer> {
    let mut overlaps = false;
    let mut resident = 0;
    let mut all = Answer::Huge;
    for line in fs::read_to_string("/proc/self/smaps")?.lines() {
        if let Some((first, last)) = mapping(line) {
            overlaps = first < end && start < last;
        } else if let Some(count) = count(line, "Rss:") {
            resident = count;
        } else if let Some(huge) = count(line, "AnonHugePages:").filter(|_| overlaps) {
            if huge == 0 {
                return Ok(Answer::Ordinary);
            } else if huge < resident {
                all = Answer::CannotTell;
            }
        }
    }
    Ok(all)
}

/// The addresses of the mapping that this line opens, if it opens one.
fn mapping(line: &str) -> Option<(usize, usize)> {
    let (start, end) = line.split_whitespace().next()?.split_once('-')?;
    let address = |text| usize::from_str_radix(text, 16).ok();
    Some((address(start)?, address(end)?))
}

fn count(line: &str, name: &str) -> Option<u64> {
    let kib = line.strip_prefix(name)?.trim().strip_suffix("kB")?;
    kib.trim().parse().ok()
}
