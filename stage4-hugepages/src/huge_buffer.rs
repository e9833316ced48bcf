//! Memory that the kernel is asked to back with transparent huge pages.

use std::fs;
use std::mem::MaybeUninit;

use anyhow::Result;
use common::{Buffer, page_size};

/// A buffer of `size` bytes that starts at a huge page, if the kernel has any
/// to give. Whether it has is for [`crate::check`] to find out.
///
/// # Errors
///
/// When the memory cannot be had.
pub fn huge_buffer(size: usize) -> Result<Buffer> {
    // A huge page covers aligned addresses, and is had whole or not at all.
    let page = huge_page_size().unwrap_or_else(page_size);
    // Asked before the memory is touched: the first touch decides what page it gets.
    Buffer::filled_after(size, page, ask_for_huge_pages)
}

fn ask_for_huge_pages(memory: &mut [MaybeUninit<u8>]) {
    // SAFETY: the range is ours, and the advice changes no byte of it.
    unsafe {
        libc::madvise(
            memory.as_mut_ptr().cast(),
            memory.len(),
            libc::MADV_HUGEPAGE,
        )
    };
}

/// The size in bytes of a transparent huge page here, if the kernel has them
/// (Documentation/admin-guide/mm/transhuge.rst, Linux 6.12).
pub fn huge_page_size() -> Option<usize> {
    let text = fs::read_to_string("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size").ok()?;
    text.trim().parse().ok()
}
