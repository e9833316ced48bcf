//! Page-aligned memory, filled before it is used.

use std::alloc::{self, Layout};
use std::mem::{ManuallyDrop, MaybeUninit};
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use std::slice;

use anyhow::{Context, Result};

use crate::size;

/// Memory of whole pages, with `X` in every byte.
///
/// Filling it is not only for show: the kernel gives memory a page when it is
/// first touched, and that should not happen while the clock runs.
pub struct Buffer {
    start: NonNull<u8>,
    size: usize,
    layout: Layout,
}

// SAFETY: it owns its memory alone, as a `Box` does.
unsafe impl Send for Buffer {}

impl Buffer {
    /// Allocates `size` bytes, from the start of a page on, and fills them with `X`.
    ///
    /// # Errors
    ///
    /// When the memory cannot be had.
    pub fn filled(size: usize) -> Result<Buffer> {
        Buffer::filled_after(size, page_size(), |_| {})
    }

    /// The same from the start of a larger page on, of `page` bytes, a power of
    /// two. `prepare` gets the memory, whole pages of it, before it is touched.
    ///
    /// # Errors
    ///
    /// When the memory cannot be had.
    pub fn filled_after(
        size: usize,
        page: usize,
        prepare: impl FnOnce(&mut [MaybeUninit<u8>]),
    ) -> Result<Buffer> {
        let too_large = || {
            format!(
                "cannot allocate a buffer of {}: not enough memory\nuse a smaller --buf-size",
                size::format(size as u64)
            )
        };
        let layout = size
            .checked_next_multiple_of(page)
            .and_then(|whole_pages| Layout::from_size_align(whole_pages, page).ok())
            .with_context(too_large)?;
        assert!(size > 0, "sizes are parsed to be above zero");
        // SAFETY: the layout's size is not zero, since `size` is not.
        let start = unsafe { alloc::alloc(layout) };
        let start = NonNull::new(start).with_context(too_large)?;
        // SAFETY: the allocation has these bytes, and nobody else has it yet.
        prepare(unsafe { slice::from_raw_parts_mut(start.as_ptr().cast(), layout.size()) });
        // SAFETY: likewise.
        unsafe { start.write_bytes(b'X', size) };
        Ok(Buffer {
            start,
            size,
            layout,
        })
    }
}

impl Buffer {
    /// The memory, which is never freed nor written again: pages that were lent may be
    /// in use for longer than this process knows.
    pub fn leak(self) -> &'static [u8] {
        let buffer = ManuallyDrop::new(self);
        // SAFETY: `filled_after` has initialized this many bytes, and the memory stays.
        unsafe { slice::from_raw_parts(buffer.start.as_ptr(), buffer.size) }
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: `filled_after` has initialized this many bytes.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), self.size) }
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: as for `deref`; `&mut self` makes it the only access.
        unsafe { slice::from_raw_parts_mut(self.start.as_ptr(), self.size) }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: allocated in `filled_after` with this same layout.
        unsafe { alloc::dealloc(self.start.as_ptr(), self.layout) }
    }
}

/// The size of an ordinary page in bytes, asked from the kernel: sysconf(3).
pub fn page_size() -> usize {
    // SAFETY: sysconf takes any number and touches no memory of ours.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).expect("every Linux has a page size")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_is_aligned_and_full_of_x() {
        for size in [1, 4095, 4096, 4097, 3 << 20] {
            let buffer = Buffer::filled(size).unwrap();
            assert_eq!(buffer.len(), size);
            assert_eq!(buffer.as_ptr() as usize % page_size(), 0);
            assert!(buffer.iter().all(|&byte| byte == b'X'));
        }
    }

    #[test]
    fn too_much_is_an_error_and_not_an_abort() {
        for size in [1 << 60, usize::MAX] {
            let error = Buffer::filled(size).err().unwrap();
            assert!(error.to_string().contains("smaller --buf-size"), "{error}");
        }
    }
}
