//! The size of a pipe: fcntl(2), pipe(7).

use std::fs;
use std::io;
use std::os::fd::{AsFd, AsRawFd};

use anyhow::Result;

use crate::{page_size, size};

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
