//! A pipe with both of its ends in this process.

use std::hint;
use std::io::{self, IoSlice, PipeReader};
use std::os::fd::AsFd;

use anyhow::{Context, Result};
use common::syscall::{splice, vmsplice};
use common::{WritingEnd, page_size, pipe};
use libc::SPLICE_F_NONBLOCK;

/// Both ends of a pipe that nobody else has.
pub struct PrivatePipe {
    /// Where data comes out.
    pub reader: PipeReader,
    /// Where data goes in.
    pub writer: WritingEnd,
}

impl PrivatePipe {
    /// An empty pipe of so many slots, a power of two.
    ///
    /// # Errors
    ///
    /// When the user may not have a pipe of this size, or no pipe at all.
    pub fn with_slots(slots: usize) -> Result<PrivatePipe> {
        let (reader, writer) = pipe::new()?;
        pipe::set_size(&writer, slots * page_size())?;
        let writer = WritingEnd::of(writer).context("cannot use my own pipe")?;
        Ok(PrivatePipe { reader, writer })
    }

    /// A pipe with these pages in it, lent by vmsplice(2) for as long as the pipe is.
    ///
    /// # Errors
    ///
    /// When the user may not have a pipe of their size, or vmsplice is refused.
    pub fn lent(mut pages: &[u8]) -> Result<PrivatePipe> {
        let lent = PrivatePipe::with_slots(pages.len().div_ceil(page_size()))?;
        while !pages.is_empty() {
            let length = vmsplice(&lent.writer, &[IoSlice::new(pages)], 0)
                .map_err(|error| common::refused("vmsplice", error))?;
            pages = &pages[length..];
        }
        Ok(lent)
    }

    /// Moves so many bytes from here into `pipe`, without counting anything, in a busy loop.
    /// Returns whether it was full meanwhile.
    ///
    /// # Errors
    ///
    /// As in splice(2).
    pub fn move_into(&self, pipe: impl AsFd, bytes: usize) -> io::Result<bool> {
        // Under the lock that the reader wants a slot is moved, which takes no counting.
        send_all(bytes, |rest| {
            splice(&self.reader, &pipe, rest, SPLICE_F_NONBLOCK)
        })
    }

    /// Whether all that the pipe holds is in a single slot.
    ///
    /// A pipe cannot be made smaller than its contents: EBUSY, from
    /// `pipe_resize_ring` in fs/pipe.c (Linux 6.12).
    pub fn holds_one_slot(&self) -> bool {
        pipe::set_size(&self.writer, page_size()).is_ok()
    }
}

/// Has `send` send so many bytes, in a busy loop. Returns whether the pipe was full meanwhile.
///
/// # Errors
///
/// As `send`, but for a full pipe.
pub fn send_all(
    mut rest: usize,
    mut send: impl FnMut(usize) -> io::Result<usize>,
) -> io::Result<bool> {
    let mut waited = false;
    while rest > 0 {
        match send(rest) {
            // Try again at once.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                waited = true;
                hint::spin_loop();
            }
            sent => rest -= sent?,
        }
    }
    Ok(waited)
}
