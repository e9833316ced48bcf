//! Exercise 4, a wrong answer: the frames know, and only root may ask them.

use std::fs::File;
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
    by_frames(start, start + memory.len())
}

/// The frame number in an entry of `/proc/self/pagemap`: proc_pid_pagemap(5).
const FRAME: u64 = (1 << 55) - 1;
/// KPF_THP of `/proc/kpageflags`: include/uapi/linux/kernel-page-flags.h, Linux 6.12.
const TRANSPARENT_HUGE: u64 = 1 << 22;

/// Asks for the frame of each page, and what kind it is. It takes root.
fn by_frames(start: usize, end: usize) -> io::Result<Answer> {
    let flags = File::open("/proc/kpageflags")?;
    let pagemap = File::open("/proc/self/pagemap")?;
    for page in start / page_size()..end.div_ceil(page_size()) {
        let frame = entry(&pagemap, page as u64)? & FRAME;
        if entry(&flags, frame)? & TRANSPARENT_HUGE == 0 {
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
