//! The memory that an end passes to the kernel, as the knobs want it.

use anyhow::{Context, Result};
use common::size;

use super::Options;
use crate::memory::Memory;

/// Memory of `--buf-size` bytes, from the start of a page on.
///
/// The post's programs take theirs from malloc, which starts a few bytes into
/// a page: it lies on one page more, and fills one slot of the pipe more.
///
/// # Errors
///
/// When the memory cannot be had, or not be locked, or is not huge where that
/// is checked.
pub fn buffer(options: &Options) -> Result<Memory> {
    let size = options.buf_size;
    let too_large = || {
        format!(
            "cannot allocate a buffer of {}: not enough memory, or no huge pages\n\
             use a smaller --buf-size, or leave --huge-page away",
            size::format(size as u64)
        )
    };
    let mut memory = match options.huge_page {
        true => Memory::on_huge_pages(size),
        false => Memory::new(size),
    }
    .with_context(too_large)?;
    if options.lock_memory {
        memory.lock().with_context(|| {
            format!(
                "cannot lock {} of memory\n`ulimit -l` says how many KiB you may lock",
                size::format(size as u64)
            )
        })?;
    }
    if !options.dont_touch_pages {
        memory.fill(b'X');
    }
    if options.huge_page && options.check_huge_page {
        stage4_hugepages::check(&[&*memory], true)?;
    }
    Ok(memory)
}
