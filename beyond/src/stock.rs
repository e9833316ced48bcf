//! A pipe full of one slot's duplicates.

use std::io::{self, PipeReader};
use std::os::fd::{AsFd, BorrowedFd};

use anyhow::Result;
use common::syscall::tee;
use libc::SPLICE_F_NONBLOCK;

use crate::PrivatePipe;

/// A pipe of our own, full of the same slot, that is never emptied: tee(2)
/// duplicates what is in a pipe and leaves it there.
pub struct Stock(PrivatePipe);

impl Stock {
    /// As many duplicates of `slot`'s contents as a pipe of `slots` slots holds.
    ///
    /// # Errors
    ///
    /// When the user may not have such a pipe, or tee is refused.
    pub fn of(slot: &PrivatePipe, slots: usize) -> Result<Stock> {
        let stock = PrivatePipe::with_slots(slots)?;
        loop {
            match tee(&slot.reader, &stock.writer, usize::MAX, SPLICE_F_NONBLOCK) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Stock(stock)),
                duplicated => duplicated.map_err(|error| common::refused("tee", error))?,
            };
        }
    }
}

impl AsFd for Stock {
    fn as_fd(&self) -> BorrowedFd<'_> {
        PipeReader::as_fd(&self.0.reader)
    }
}
