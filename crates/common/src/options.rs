//! The options that all writers, and all readers, share.

use std::io;

use anyhow::{Result, bail};
use clap::Args;

use crate::calls::Calls;
use crate::throughput::{Knob, Throughput};
use crate::{pipe, print, size};

/// What every writing end takes.
#[derive(Args)]
pub struct WriteOptions {
    /// How many bytes to hand to the kernel at a time
    #[arg(long, value_name = "SIZE", default_value = "256KiB", value_parser = size::parse::<usize>)]
    pub buf_size: usize,
}

/// What every reading end takes.
#[derive(Args)]
pub struct ReadOptions {
    /// How many bytes to ask the kernel for at a time
    #[arg(long, value_name = "SIZE", default_value = "256KiB", value_parser = size::parse::<usize>)]
    pub buf_size: usize,

    /// How many bytes to read in all
    #[arg(long, value_name = "SIZE", default_value = "10GiB", value_parser = size::parse::<u64>)]
    pub bytes_to_pipe: u64,

    /// Print the result as a row: GiB/s, bytes, size of the buffer, size of the pipe,
    /// and ten switches of the post's programs, in the order of its README
    #[arg(long)]
    pub csv: bool,

    /// Print a second line, for programs: how long the calls took
    #[arg(long)]
    pub calls: bool,
}

impl ReadOptions {
    /// How many bytes the next call should ask for, with `received` already here.
    pub fn next(&self, received: u64) -> usize {
        let missing = self.bytes_to_pipe - received;
        usize::try_from(missing).map_or(self.buf_size, |missing| missing.min(self.buf_size))
    }

    /// Prints how fast `calls` brought their bytes out of standard input.
    ///
    /// `knobs` are those that the `--csv` row says this reader has: it cannot know how
    /// the other end writes.
    ///
    /// # Errors
    ///
    /// When the input ended before all bytes had come, or nobody takes the line.
    pub fn report(&self, calls: &Calls, knobs: &[Knob]) -> Result<()> {
        self.report_with(calls, pipe::size(io::stdin()).unwrap_or(0), knobs)
    }

    /// The same, with the size of the pipe that the row is to have.
    ///
    /// # Errors
    ///
    /// As for [`ReadOptions::report`].
    pub fn report_with(&self, calls: &Calls, pipe_size: usize, knobs: &[Knob]) -> Result<()> {
        if calls.bytes() < self.bytes_to_pipe {
            bail!(
                "the input ended early: {} of {} bytes came\n\
                 the writing end has stopped; does it say why?",
                calls.bytes(),
                self.bytes_to_pipe
            );
        }
        let times = calls.times();
        let throughput = Throughput::of_calls(calls, &times, self.buf_size);
        let mut line = match self.csv {
            true => throughput.csv_row(pipe_size, knobs),
            false => throughput.to_string(),
        };
        if self.calls {
            line += &format!("\n{times}");
        }
        print(format_args!("{line}\n"))
    }
}
