//! A pipe that this process fills and drains itself, a whole one at a time.

use std::fs::File;
use std::io::{IoSlice, PipeReader};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use common::syscall::{splice, vmsplice};
use common::{WritingEnd, page_size, pipe, refused};
use libc::SPLICE_F_NONBLOCK;

/// The most pages in one call that are tried.
pub const MOST: usize = 512;

/// Both ends of a pipe, and where its pages go.
pub struct Pipeful {
    reader: PipeReader,
    writer: WritingEnd,
    null: File,
    pages: usize,
}

impl Pipeful {
    /// A pipe with a slot for each of 512 pages, or as many as this user may have.
    ///
    /// # Errors
    ///
    /// When there is none to be had.
    pub fn new() -> Result<Pipeful> {
        let (reader, writer) = pipe::new()?;
        let size = pipe::set_size_at_most(&writer, MOST * page_size())?;
        Ok(Pipeful {
            reader,
            writer: WritingEnd::of(writer).context("cannot use my own pipe")?,
            null: common::dev_null()?,
            pages: size / page_size(),
        })
    }

    /// How many pages it holds.
    pub fn pages(&self) -> usize {
        self.pages
    }

    /// How many bytes that is.
    pub fn bytes(&self) -> usize {
        self.pages * page_size()
    }

    /// 1, 2, 4, … as many as it holds.
    pub fn pages_per_call(&self) -> impl Iterator<Item = usize> + use<> {
        (0..=self.pages.ilog2()).map(|power| 1 << power)
    }

    /// Whether it is too small for the largest call.
    pub fn is_limited(&self) -> bool {
        self.pages < MOST
    }

    /// Fills the pipe with references to all of `memory`, so many pages in one
    /// call, and drains it in one go; returns the time of each.
    ///
    /// The clock is looked at once for the whole pipe: for a single page it
    /// would cost as much as what it times.
    ///
    /// # Errors
    ///
    /// When the kernel refuses a call.
    pub fn fill_and_drain(
        &self,
        memory: &[u8],
        pages_per_call: usize,
    ) -> Result<(Duration, Duration)> {
        let start = Instant::now();
        for part in memory.chunks(pages_per_call * page_size()) {
            let spliced = vmsplice(&self.writer, &[IoSlice::new(part)], SPLICE_F_NONBLOCK)
                .map_err(|error| refused("vmsplice", error))?;
            assert_eq!(spliced, part.len(), "there is a slot for each page");
        }
        let filled = start.elapsed();

        let start = Instant::now();
        let mut remaining = memory.len();
        while remaining > 0 {
            remaining -= splice(&self.reader, &self.null, remaining, SPLICE_F_NONBLOCK)
                .map_err(|error| refused("splice", error))?;
        }
        Ok((filled, start.elapsed()))
    }
}
