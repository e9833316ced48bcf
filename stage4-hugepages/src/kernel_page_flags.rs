//! What the kernel's own records say of an address range; it needs root.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;

use common::page_size;

/// Bits of `/proc/kpageflags`: include/uapi/linux/kernel-page-flags.h, Linux 6.12.
const COMPOUND_HEAD: u64 = 1 << 15;
const COMPOUND_TAIL: u64 = 1 << 16;
const TRANSPARENT_HUGE: u64 = 1 << 22;

/// The page frame number in an entry of `/proc/self/pagemap`: proc_pid_pagemap(5).
const FRAME_NUMBER: u64 = (1 << 55) - 1;

/// Whether all of `range` lies in physical huge pages, each of which is
/// a head, aligned in physical memory too, and its tails behind it in order.
///
/// # Errors
///
/// `PermissionDenied` without root: the frame numbers then read as zero.
pub fn is_huge(range: &Range<usize>, huge_page: usize) -> io::Result<bool> {
    let pagemap = File::open("/proc/self/pagemap")?;
    let flags = File::open("/proc/kpageflags")?;
    let pages = huge_page / page_size();
    let first = range.start - range.start % huge_page;
    for address in (first..range.end).step_by(huge_page) {
        let frames = entries(&pagemap, (address / page_size()) as u64, pages)?;
        let frames: Vec<u64> = frames.iter().map(|entry| entry & FRAME_NUMBER).collect();
        let head = frames[0];
        if head == 0 {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        let in_order = frames
            .iter()
            .zip(head..)
            .all(|(&frame, expected)| frame == expected);
        if !head.is_multiple_of(pages as u64) || !in_order {
            return Ok(false);
        }
        let flags = entries(&flags, head, pages)?;
        let is =
            |flags: u64, part: u64| flags & (part | TRANSPARENT_HUGE) == part | TRANSPARENT_HUGE;
        if !is(flags[0], COMPOUND_HEAD) || !flags[1..].iter().all(|&tail| is(tail, COMPOUND_TAIL)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Both files are arrays of 64-bit entries, one for each page.
fn entries(file: &File, first: u64, count: usize) -> io::Result<Vec<u64>> {
    let mut bytes = vec![0; count * 8];
    file.read_exact_at(&mut bytes, first * 8)?;
    Ok(bytes
        .chunks_exact(8)
        .map(|entry| u64::from_ne_bytes(entry.try_into().expect("eight bytes")))
        .collect())
}
