//! Pipes whose contents are one slot: of a page, or of many.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

use anyhow::{Context, Result};
use common::page_size;
use common::syscall::{splice, write};

use crate::PrivatePipe;

/// The most that the kernel puts into a slot for a process without privileges.
///
/// A slot is a piece of memory that lies in one row: a page's start, an offset, a
/// length. write(2), vmsplice(2) and splice(2) from a file make slots of at
/// most a page. A Unix socket keeps what was sent in blocks of up to 2^3 pages
/// (`UNIX_SKB_FRAGS_SZ` in net/unix/af_unix.c, Linux 6.12), and splice(2)
/// from the socket makes a slot of each block (`__splice_segment` in
/// net/core/skbuff.c).
pub const LARGE_SLOT: usize = 32 << 10;

/// Memory in one row may be scarce for a moment, but not for so many tries.
const TRIES: u32 = 32;

/// A slot of one page, or a part of it, that write(2) makes by copying.
///
/// # Errors
///
/// When there is no memory, or the user may have no further pipe.
///
/// # Panics
///
/// When `content` is larger than a page.
pub fn page_slot(content: &[u8]) -> Result<PrivatePipe> {
    assert!(content.len() <= page_size(), "it fits into a slot");
    let slot = PrivatePipe::with_slots(1)?;
    write(&slot.writer, content).map_err(|error| common::refused("write", error))?;
    Ok(slot)
}

/// A slot of up to [`LARGE_SLOT`] bytes, by way of a Unix socket; `None` where the
/// kernel has no such memory in one row.
///
/// # Errors
///
/// When sockets or splice are refused, or the user may have no further pipe.
///
/// # Panics
///
/// When `content` is larger than such a slot.
pub fn large_slot(content: &[u8]) -> Result<Option<PrivatePipe>> {
    // A message of exactly one block has no part outside of it.
    let mut block = vec![0; LARGE_SLOT.max(page_size())];
    block[..content.len()].copy_from_slice(content);
    let (mut inlet, mut outlet) =
        UnixStream::pair().map_err(|error| common::refused("socketpair", error))?;
    // splice(2) counts a page for each free slot, even where one slot will do.
    let slots = block.len() / page_size();
    for _ in 0..TRIES {
        let slot = PrivatePipe::with_slots(slots)?;
        inlet
            .write_all(&block)
            .context("cannot send to my own Unix socket")?;
        let length = splice(&outlet, &slot.writer, content.len(), 0)
            .map_err(|error| common::refused("splice", error))?;
        if length == content.len() && slot.holds_one_slot() {
            return Ok(Some(slot));
        }
        outlet
            .read_exact(&mut block[length..])
            .context("cannot empty my own Unix socket")?;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_hold_what_was_put_in() {
        let content: Vec<u8> = (0..LARGE_SLOT).map(|index| (index % 251) as u8).collect();
        for length in [1, 4095, 4096, 4097, 30_000, LARGE_SLOT] {
            let mut large = large_slot(&content[..length]).unwrap().unwrap();
            drop(large.writer);
            let mut got = Vec::new();
            large.reader.read_to_end(&mut got).unwrap();
            assert_eq!(got, content[..length]);
        }
        let mut small = page_slot(&content[..1000]).unwrap();
        assert!(small.holds_one_slot());
        drop(small.writer);
        let mut got = Vec::new();
        small.reader.read_to_end(&mut got).unwrap();
        assert_eq!(got, content[..1000]);
    }

    #[test]
    fn pages_apart_are_several_slots() {
        let pipe = PrivatePipe::with_slots(2).unwrap();
        write(&pipe.writer, &vec![b'X'; 2 * page_size()]).unwrap();
        assert!(!pipe.holds_one_slot());
    }
}
