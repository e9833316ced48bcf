//! The memory that an end passes to the kernel, as the knobs want it.

use anyhow::{Context, Result, anyhow};
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
        stage4_hugepages::check(&[&*memory], true)
            .map_err(|error| because_of_the_lock(options).unwrap_or(error))?;
    }
    Ok(memory)
}

/// Why there are no huge pages where a part of one was locked before it was there:
/// mlock_fixup in mm/mlock.c, Linux 6.12.
fn because_of_the_lock(options: &Options) -> Option<anyhow::Error> {
    let page = stage4_hugepages::huge_page_size()?;
    let cut = options.lock_memory && !options.buf_size.is_multiple_of(page);
    cut.then(|| {
        anyhow!(
            "the buffers are not on huge pages: expect stage 3's speed\n\
             --lock-memory cuts what it locks out of its mapping, and a huge page lies in one mapping\n\
             lock whole huge pages, as with --buf-size {}",
            size::format(page as u64)
        )
    })
}
