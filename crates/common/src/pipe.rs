//! The two ends of a pipe: new ones, and standard input and output as such.

use std::fs;
use std::io::{self, IsTerminal, PipeReader, PipeWriter, Stdin};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::FileTypeExt;

use anyhow::{Context, Result, anyhow, bail};

use crate::failure::{neighbor, program, refused};
pub use crate::pipe_size::{set_size, set_size_at_most, size};

/// An end of a pipe that is open for writing, which is known once and for all:
/// vmsplice(2) into any other would write to the memory that it is given.
#[derive(Debug)]
pub struct WritingEnd(OwnedFd);

impl WritingEnd {
    /// Takes `end` for what it is.
    ///
    /// # Errors
    ///
    /// `InvalidInput` when it is not a pipe, or not open for writing.
    pub fn of(end: impl Into<OwnedFd>) -> io::Result<WritingEnd> {
        let end = end.into();
        size(&end).map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "not a pipe"))?;
        // SAFETY: this request takes no argument and writes no memory.
        let flags = unsafe { libc::fcntl(end.as_raw_fd(), libc::F_GETFL) };
        // An end for both is for writing to vmsplice(2): `vmsplice_type` in fs/splice.c, Linux 6.12.
        match flags & libc::O_ACCMODE {
            libc::O_WRONLY | libc::O_RDWR => Ok(WritingEnd(end)),
            _ => Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the reading end of a pipe",
            )),
        }
    }
}

impl AsFd for WritingEnd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// A new pipe: its reading and its writing end.
///
/// # Errors
///
/// When the kernel gives none, as where no further file may be open.
pub fn new() -> Result<(PipeReader, PipeWriter)> {
    io::pipe().map_err(|error| refused("pipe2", error))
}

/// From now on a read(2) or write(2) that would wait fails instead
/// (`O_NONBLOCK`); vmsplice(2), splice(2) and tee(2) have a flag for it.
///
/// # Errors
///
/// As in fcntl(2).
pub fn never_block(end: impl AsFd) -> Result<()> {
    // SAFETY: this request takes a number and no pointer.
    match unsafe { libc::fcntl(end.as_fd().as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) } {
        0 => Ok(()),
        _ => Err(refused("fcntl", io::Error::last_os_error())),
    }
}

/// Standard output, once it is known to be a pipe that can be written to.
///
/// # Errors
///
/// When it is anything else.
pub fn standard_output() -> Result<WritingEnd> {
    let end = io::stdout();
    if let Some(what) = what_instead_of_pipe(&end)? {
        bail!(
            "standard output is {what}, not a pipe
pipe me into a reader: {} | {}",
            program(),
            neighbor("stage1-read")
        );
    }
    WritingEnd::of(another(&end)?).map_err(|what| {
        anyhow!(
            "standard output is {what}, and cannot be written to\n\
             start me as in: {} | {}",
            program(),
            neighbor("stage1-read")
        )
    })
}

/// One more descriptor of `end`.
fn another(end: impl AsFd) -> Result<OwnedFd> {
    end.as_fd().try_clone_to_owned().map_err(|error| {
        anyhow!("cannot look at my end of the pipe: {error}\n`ulimit -n` says how many files may be open")
    })
}

/// Standard input, once it is known to be a pipe.
///
/// # Errors
///
/// When it is anything else.
pub fn standard_input() -> Result<Stdin> {
    let end = io::stdin();
    if let Some(what) = what_instead_of_pipe(&end)? {
        bail!(
            "standard input is {what}, not a pipe
pipe a writer into me: {} | {}",
            neighbor("stage1-write"),
            program()
        );
    }
    Ok(end)
}

/// What `end` is, unless it is a pipe.
fn what_instead_of_pipe(end: &(impl AsFd + IsTerminal)) -> Result<Option<&'static str>> {
    let is_terminal = end.is_terminal();
    let kind = fs::File::from(another(end)?)
        .metadata()
        .context("cannot tell what my end of the pipe is")?
        .file_type();
    Ok(if kind.is_fifo() {
        None
    } else if kind.is_file() {
        Some("a file")
    } else if kind.is_socket() {
        Some("a socket")
    } else if is_terminal {
        Some("a terminal")
    } else if kind.is_char_device() {
        // Rust's runtime opens /dev/null in the place of what was closed.
        Some("closed, or a device such as /dev/null")
    } else {
        Some("something else")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// vmsplice(2) from it would write to memory that is only borrowed.
    #[test]
    fn only_an_end_for_writing_is_one() {
        let (reader, writer) = io::pipe().unwrap();
        let message = |end: Result<WritingEnd, io::Error>| end.unwrap_err().to_string();
        assert_eq!(
            message(WritingEnd::of(OwnedFd::from(reader))),
            "the reading end of a pipe"
        );
        let both = fs::File::options()
            .read(true)
            .write(true)
            .open(format!("/proc/self/fd/{}", writer.as_raw_fd()));
        WritingEnd::of(both.unwrap()).unwrap();
        WritingEnd::of(writer).unwrap();
        let null = crate::dev_null().unwrap();
        assert_eq!(message(WritingEnd::of(null)), "not a pipe");
    }
}
