//! Memory that nobody has touched yet: it has addresses, and no pages so far.

use std::io;
use std::ops::{Deref, DerefMut, Range};

use memmap2::{Advice, MmapMut, UncheckedAdvice};

/// Bytes from the start of a page on. Until they are written they read as zero.
pub struct Memory {
    map: MmapMut,
    range: Range<usize>,
}

impl Memory {
    /// Memory on the pages that the kernel chooses.
    ///
    /// # Errors
    ///
    /// When there are not so many addresses.
    pub fn new(size: usize) -> io::Result<Memory> {
        Memory::aligned(size, 1)
    }

    /// Memory on ordinary pages, even where the kernel prefers huge ones.
    ///
    /// # Errors
    ///
    /// As for [`Memory::new`].
    pub fn on_small_pages(size: usize) -> io::Result<Memory> {
        let memory = Memory::new(size)?;
        // A kernel without huge pages does not know the advice, nor need it.
        let _ = memory.map.advise(Advice::NoHugePage);
        Ok(memory)
    }

    /// Memory that starts at a huge page, and gets huge pages when it is
    /// touched, if the kernel has any to give.
    ///
    /// # Errors
    ///
    /// As for [`Memory::new`]; or when this kernel has no huge pages.
    pub fn on_huge_pages(size: usize) -> io::Result<Memory> {
        let page = stage4_hugepages::huge_page_size().ok_or(io::ErrorKind::Unsupported)?;
        let memory = Memory::aligned(size, page)?;
        memory.map.advise(Advice::HugePage)?;
        Ok(memory)
    }

    /// Room for whole units of `alignment`, from a multiple of it on.
    fn aligned(size: usize, alignment: usize) -> io::Result<Memory> {
        let length = size
            .checked_next_multiple_of(alignment)
            .and_then(|whole| whole.checked_add(alignment - 1))
            .ok_or(io::ErrorKind::OutOfMemory)?;
        let map = MmapMut::map_anon(length)?;
        let start = map.as_ptr().align_offset(alignment);
        Ok(Memory {
            map,
            range: start..start + size,
        })
    }

    /// Keeps the memory from being swapped out: mlock(2).
    ///
    /// # Errors
    ///
    /// As in mlock(2).
    pub fn lock(&self) -> io::Result<()> {
        // SAFETY: the range is ours, and locking changes no byte of it.
        match unsafe { libc::mlock(self.as_ptr().cast(), self.len()) } {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }

    /// Makes the memory as if it had never been touched.
    ///
    /// # Errors
    ///
    /// As in madvise(2).
    pub fn forget(&mut self) -> io::Result<()> {
        // SAFETY: private memory reads as zero afterwards, and nobody else borrows it.
        unsafe { self.map.unchecked_advise(UncheckedAdvice::DontNeed) }
    }
}

impl Deref for Memory {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.map[self.range.clone()]
    }
}

impl DerefMut for Memory {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.map[self.range.clone()]
    }
}
