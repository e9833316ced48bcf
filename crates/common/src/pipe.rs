//! Standard input and output as the two ends of a pipe, and the pipe's size.

use std::fs;
use std::io::{self, IsTerminal, PipeReader, PipeWriter, Stdin};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::fs::FileTypeExt;

use anyhow::{Context, Result, anyhow, bail};

use crate::failure::{neighbor, program, refused};
use crate::writing_end::WritingEnd;
use crate::{page_size, size};

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

/// The pipe's size in bytes: `F_GETPIPE_SZ` of fcntl(2), slots times page size.
///
/// # Errors
///
/// When `pipe` is not one.
pub fn size(pipe: impl AsFd) -> io::Result<usize> {
    // SAFETY: this request takes no argument and writes no memory.
    let size = unsafe { libc::fcntl(pipe.as_fd().as_raw_fd(), libc::F_GETPIPE_SZ) };
    usize::try_from(size).map_err(|_| io::Error::last_os_error())
}

/// Gives the pipe room for `bytes`, which the kernel rounds up to a power of two
/// of pages; returns the size it got.
///
/// # Errors
///
/// When this user may not have so large a pipe, or the kernel cannot make it.
pub fn set_size(pipe: impl AsFd, bytes: usize) -> Result<usize> {
    request_size(&pipe, bytes).map_err(|error| too_large(bytes, error))
}

/// Gives the pipe the largest size that is no larger than `bytes`, the kernel
/// allows, and is a power of two of pages (at least one); returns that size.
///
/// # Errors
///
/// When this user may not have a pipe even of the allowed size.
pub fn set_size_at_most(pipe: impl AsFd, bytes: usize) -> Result<usize> {
    let pages = (bytes / page_size()).max(1);
    let wanted = (1 << pages.ilog2()) * page_size();
    match (request_size(&pipe, wanted), max_size()) {
        (Err(_), Some(max)) if max < wanted => {
            request_size(&pipe, max).map_err(|error| too_large(max, error))
        }
        (result, _) => result.map_err(|error| too_large(wanted, error)),
    }
}

fn request_size(pipe: &impl AsFd, bytes: usize) -> io::Result<usize> {
    // The kernel takes 32 bits, and would take the rest for zero.
    let bytes = libc::c_int::try_from(bytes).map_err(|_| io::ErrorKind::InvalidInput)?;
    // SAFETY: this request takes a number and no pointer.
    let size = unsafe { libc::fcntl(pipe.as_fd().as_raw_fd(), libc::F_SETPIPE_SZ, bytes) };
    usize::try_from(size).map_err(|_| io::Error::last_os_error())
}

/// The most that a user without privileges may ask for, in bytes: pipe(7).
fn max_size() -> Option<usize> {
    let text = fs::read_to_string("/proc/sys/fs/pipe-max-size").ok()?;
    text.trim().parse().ok()
}

fn too_large(bytes: usize, error: io::Error) -> anyhow::Error {
    let wanted = size::format(bytes as u64);
    let advice = match (error.raw_os_error(), max_size()) {
        (Some(libc::EBUSY), _) => {
            "it holds more than that already: start me on an empty pipe".to_owned()
        }
        (_, Some(max)) if max < bytes => format!(
            "more than {} (/proc/sys/fs/pipe-max-size) needs CAP_SYS_RESOURCE: ask for less",
            size::format(max as u64)
        ),
        (Some(libc::EPERM), _) => {
            "your pipes together are at the limit of /proc/sys/fs/pipe-user-pages-soft:\n\
             close programs that hold pipes, or raise that limit as root"
                .to_owned()
        }
        _ => "ask for a smaller one".to_owned(),
    };
    anyhow::Error::msg(format!(
        "cannot make the pipe {wanted} large: {error}\n{advice}"
    ))
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

    #[test]
    fn a_pipe_at_most_so_large_is_rounded_down() {
        let (_reader, writer) = io::pipe().unwrap();
        let page = page_size();
        for (bytes, pages) in [
            (1, 1),
            (page - 1, 1),
            (page, 1),
            (page + 1, 1),
            (3 * page, 2),
        ] {
            assert_eq!(set_size_at_most(&writer, bytes).unwrap(), pages * page);
            assert_eq!(size(&writer).unwrap(), pages * page);
        }
    }

    #[test]
    fn a_pipe_past_32_bits_is_refused_and_not_cut_off() {
        let (_reader, writer) = io::pipe().unwrap();
        let error = set_size(&writer, (1 << 32) + page_size()).unwrap_err();
        assert!(
            error.to_string().contains("cannot make the pipe"),
            "{error}"
        );
    }

    #[test]
    fn a_file_has_no_pipe_size() {
        let file = fs::File::open("/dev/null").unwrap();
        assert!(size(&file).is_err());
        assert!(set_size(&file, page_size()).is_err());
    }
}
