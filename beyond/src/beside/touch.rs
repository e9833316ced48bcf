//! What the two ends do with the data.

use clap::ValueEnum;
use common::page_size;

/// Who looks at the bytes.
#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum Touched {
    /// Nobody
    Moved,
    /// The consumer looks at one byte of each page
    Page,
    /// The consumer counts the lines
    Once,
    /// The producer writes every byte anew, and the consumer counts the lines
    Twice,
}

/// A look at every byte, at the CPU's best.
pub fn count_lines(chunk: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', chunk).count()
}

/// A look at one byte of each page.
pub fn count_lines_at_pages(chunk: &[u8]) -> usize {
    let first_bytes = chunk.iter().step_by(page_size());
    first_bytes.filter(|byte| **byte == b'\n').count()
}
