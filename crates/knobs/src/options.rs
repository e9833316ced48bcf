//! The options, which both ends take: each ignores what is for the other.

use std::env;
use std::ffi::OsString;
use std::io::{self, Write};

use anyhow::{Result, bail};
use clap::Args;
use common::{Knob, ReadOptions, size};

/// All knobs. Their names may be spelled with underscores, as in the post.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a knob")]
pub struct Options {
    /// How many bytes to pass in one call
    #[arg(long, value_name = "SIZE", default_value = "256KiB", value_parser = size::parse::<usize>)]
    pub buf_size: usize,

    /// Put the buffers on huge pages
    #[arg(long)]
    pub huge_page: bool,

    /// With --huge-page: stop unless the pages are huge
    #[arg(long)]
    pub check_huge_page: bool,

    /// Lock the buffers in memory: mlock(2)
    #[arg(long)]
    pub lock_memory: bool,

    /// Do not fill the buffers before they are used
    #[arg(long)]
    pub dont_touch_pages: bool,

    /// Never sleep in a call: try again at once
    #[arg(long)]
    pub busy_loop: bool,

    /// Wait by poll(2) before each call
    #[arg(long)]
    pub poll: bool,

    /// Give the pages away with vmsplice (SPLICE_F_GIFT), and move them with splice (SPLICE_F_MOVE)
    #[arg(long)]
    pub gift: bool,

    /// Tell on standard error what is done
    #[arg(long)]
    pub verbose: bool,

    /// Write by vmsplice(2), from two buffers in turn, through a pipe of half a buffer
    #[arg(long, help_heading = "The writing end")]
    pub write_with_vmsplice: bool,

    /// With --write-with-vmsplice: use the two halves of one buffer instead of two buffers
    #[arg(long, help_heading = "The writing end")]
    pub same_buffer: bool,

    /// How many bytes the pipe can hold; 0 leaves it as it is
    #[arg(long, value_name = "SIZE", default_value = "0", value_parser = size_or_zero, help_heading = "The writing end")]
    pub pipe_size: usize,

    /// Read by splice(2) to /dev/null
    #[arg(long, help_heading = "The reading end")]
    pub read_with_splice: bool,

    /// How many bytes to read in all
    #[arg(long, value_name = "SIZE", default_value = "10GiB", value_parser = size::parse::<u64>, help_heading = "The reading end")]
    pub bytes_to_pipe: u64,

    /// Print the result as a row of comma-separated values
    #[arg(long, help_heading = "The reading end")]
    pub csv: bool,

    /// Print a second line, for programs: how long the calls took
    #[arg(long, help_heading = "The reading end")]
    pub calls: bool,
}

impl Options {
    /// Refuses what makes no sense at either end, and tells the options where
    /// that is asked for.
    ///
    /// # Errors
    ///
    /// As said.
    pub fn look_over(&self) -> Result<()> {
        if self.dont_touch_pages && self.check_huge_page {
            bail!(
                "--dont-touch-pages leaves --check-huge-page nothing to check:\n\
                 memory has no pages before it is touched\n\
                 drop one of the two"
            );
        }
        self.tell(self);
        Ok(())
    }

    /// Says something on standard error, with `--verbose`.
    pub fn tell(&self, what: impl std::fmt::Display) {
        if self.verbose {
            // Nobody reading standard error is no reason to stop.
            let _ = writeln!(io::stderr(), "{what}");
        }
    }

    /// What every reading end takes, of these.
    pub fn reader(&self) -> ReadOptions {
        ReadOptions {
            buf_size: self.buf_size,
            bytes_to_pipe: self.bytes_to_pipe,
            csv: self.csv,
            calls: self.calls,
        }
    }

    /// Those that the CSV row says yes to.
    pub fn knobs(&self) -> Vec<Knob> {
        let knobs = [
            (self.busy_loop, Knob::BusyLoop),
            (self.poll, Knob::Poll),
            (self.huge_page, Knob::HugePage),
            (self.check_huge_page, Knob::CheckHugePage),
            (self.write_with_vmsplice, Knob::WriteWithVmsplice),
            (self.read_with_splice, Knob::ReadWithSplice),
            (self.gift, Knob::Gift),
            (self.lock_memory, Knob::LockMemory),
            (self.dont_touch_pages, Knob::DontTouchPages),
            (self.same_buffer, Knob::SameBuffer),
        ];
        let set = knobs.into_iter().filter(|(is_set, _)| *is_set);
        set.map(|(_, knob)| knob).collect()
    }
}

/// One line for each knob, in the post's spelling.
impl std::fmt::Display for Options {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut line =
            |name: &str, value: &dyn std::fmt::Display| writeln!(out, "{name:24}{value}");
        line("busy_loop", &self.busy_loop)?;
        line("poll", &self.poll)?;
        line("huge_page", &self.huge_page)?;
        line("check_huge_page", &self.check_huge_page)?;
        line("buf_size", &self.buf_size)?;
        line("write_with_vmsplice", &self.write_with_vmsplice)?;
        line("read_with_splice", &self.read_with_splice)?;
        line("gift", &self.gift)?;
        line("lock_memory", &self.lock_memory)?;
        line("dont_touch_pages", &self.dont_touch_pages)?;
        line("same_buffer", &self.same_buffer)?;
        line("csv", &self.csv)?;
        line("bytes_to_pipe", &self.bytes_to_pipe)?;
        line("pipe_size", &self.pipe_size)
    }
}

/// The command line, with dashes for underscores in the options' names.
pub fn arguments() -> impl Iterator<Item = OsString> {
    env::args_os().map(|argument| match argument.to_str() {
        Some(text) if text.starts_with("--") => dashed(text).into(),
        _ => argument,
    })
}

fn dashed(option: &str) -> String {
    match option.split_once('=') {
        Some((name, value)) => format!("{}={value}", name.replace('_', "-")),
        None => option.replace('_', "-"),
    }
}

fn size_or_zero(text: &str) -> Result<usize, String> {
    match text {
        "0" => Ok(0),
        _ => size::parse(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_get_dashes() {
        assert_eq!(dashed("--huge_page"), "--huge-page");
        assert_eq!(dashed("--buf_size=a_b"), "--buf-size=a_b");
        assert_eq!(dashed("--buf-size=1K"), "--buf-size=1K");
    }
}
