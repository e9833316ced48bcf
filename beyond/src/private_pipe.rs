//! A pipe with both of its ends in this process.

use std::io::{PipeReader, PipeWriter};

use anyhow::Result;
use common::{page_size, pipe};

/// Both ends of a pipe that nobody else has.
pub struct PrivatePipe {
    /// Where data comes out.
    pub reader: PipeReader,
    /// Where data goes in.
    pub writer: PipeWriter,
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
        Ok(PrivatePipe { reader, writer })
    }

    /// Whether all that the pipe holds is in a single slot.
    ///
    /// A pipe cannot be made smaller than its contents: EBUSY, from
    /// `pipe_resize_ring` in fs/pipe.c (Linux 6.12).
    pub fn holds_one_slot(&self) -> bool {
        pipe::set_size(&self.writer, page_size()).is_ok()
    }
}
