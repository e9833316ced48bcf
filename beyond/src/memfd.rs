//! A file in memory holds the data once; splice(2) or sendfile(2) puts its pages
//! into standard output. Neither vmsplice(2) nor tee(2) is needed.

use std::convert::Infallible;
use std::fs::File;
use std::hint;
use std::io::{self, Write};
use std::os::fd::{AsFd, AsRawFd};
use std::process::ExitCode;
use std::ptr;

use anyhow::{Result, anyhow};
use beyond::LineOptions;
use clap::Parser;
use common::syscall::retried;
use common::{WritingEnd, pipe, size};
use rustix::fs::{MemfdFlags, memfd_create};

/// Fill the pipe on standard output with a line or with X, by splice(2) from a file in
/// memory, in a busy loop
#[derive(Parser)]
struct Options {
    #[command(flatten)]
    line: LineOptions,

    /// Use sendfile(2), which sleeps while the pipe is full
    #[arg(long)]
    sendfile: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    common::run(|| {
        let pipe = pipe::standard_output()?;
        let size = pipe::set_size_at_most(&pipe, options.line.pipe_size)?;
        let content = options.line.slotful(size)?;
        let file = file_of(&content)?;
        let (call, send): (_, Send) = match options.sendfile {
            true => ("sendfile", sendfile),
            false => ("splice", splice_from),
        };
        common::writer_stopped(call, fill_pipe(&pipe, &file, content.len(), send))
    })
}

/// Puts up to so many bytes of the file, from the offset on, into the pipe, and
/// moves the offset.
type Send = fn(&File, &mut i64, &WritingEnd, usize) -> io::Result<usize>;

fn fill_pipe(pipe: &WritingEnd, file: &File, size: usize, send: Send) -> io::Result<Infallible> {
    loop {
        let mut offset = 0;
        while (offset as usize) < size {
            let remaining = size - offset as usize;
            match send(file, &mut offset, pipe, remaining) {
                // The pipe is full. Try again at once.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => hint::spin_loop(),
                sent => _ = sent?,
            }
        }
    }
}

fn splice_from(
    file: &File,
    offset: &mut i64,
    pipe: &WritingEnd,
    length: usize,
) -> io::Result<usize> {
    let flags = libc::SPLICE_F_NONBLOCK;
    let (from, to) = (file.as_raw_fd(), pipe.as_fd().as_raw_fd());
    // SAFETY: the offset is ours, and a pipe must have none.
    retried(|| unsafe { libc::splice(from, offset, to, ptr::null_mut(), length, flags) })
}

fn sendfile(file: &File, offset: &mut i64, pipe: &WritingEnd, length: usize) -> io::Result<usize> {
    let (from, to) = (file.as_raw_fd(), pipe.as_fd().as_raw_fd());
    // SAFETY: the offset is ours.
    retried(|| unsafe { libc::sendfile(to, from, offset, length) })
}

fn file_of(content: &[u8]) -> Result<File> {
    let file = memfd_create("fast-pipes", MemfdFlags::CLOEXEC);
    let mut file = File::from(file.map_err(|error| common::refused("memfd_create", error.into()))?);
    file.write_all(content).map_err(|error| {
        anyhow!(
            "cannot put {} into a file in memory: {error}\n\
             use a smaller --pipe-size, or allow this program more memory (ulimit, a container)",
            size::format(content.len() as u64)
        )
    })?;
    Ok(file)
}
