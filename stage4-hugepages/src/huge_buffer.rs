//! Memory that the kernel is asked to back with transparent huge pages.

use std::fs;
use std::mem::MaybeUninit;

use anyhow::{Context, Result};
use common::{Buffer, page_size, size};

/// A buffer of `size` bytes that starts at a huge page, if the kernel has any
/// to give. Whether it has is for [`crate::check()`] to find out.
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

/// Two of them, on one huge page where both fit, for as long as the process runs.
///
/// # Errors
///
/// When the memory cannot be had.
pub fn huge_buffers(size: usize) -> Result<[&'static [u8]; 2]> {
    let too_large = || {
        format!(
            "cannot allocate two buffers of {}: not enough memory\nuse a smaller --buf-size",
            size::format(size as u64)
        )
    };
    let half = size
        .checked_next_multiple_of(page_size())
        .with_context(too_large)?;
    let both = half
        .checked_mul(2)
        .and_then(|both| huge_buffer(both).ok())
        .with_context(too_large)?;
    let (first, second) = both.leak().split_at(half);
    Ok([&first[..size], &second[..size]])
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

#[cfg(test)]
mod tests {
    use super::*;

    /// However large a huge page is: 2 MiB, or 32 where ordinary ones have 16 KiB.
    #[test]
    fn two_buffers_lie_on_one_huge_page() {
        let [first, second] = huge_buffers(256 << 10)
            .unwrap()
            .map(|it| it.as_ptr() as usize);
        assert_eq!(second - first, 256 << 10);
        if let Some(page) = huge_page_size() {
            assert_eq!(first % page, 0);
        }
        let [first, second] = huge_buffers(1000).unwrap().map(|it| it.as_ptr() as usize);
        assert_eq!(second - first, page_size());
    }
}
