//! The system calls of the lessons, by their own names, as `io::Result`.
//!
//! Each is one call of libc's function, made again when a signal interrupts
//! it (EINTR). Like the calls themselves they may move fewer bytes than asked.

use std::io::{self, IoSlice};
use std::os::fd::{AsFd, AsRawFd};
use std::ptr;

use libc::c_uint;

use crate::pipe::WritingEnd;

/// Copies bytes from `buffer` into `fd`: write(2).
///
/// # Errors
///
/// As in write(2); a pipe without a reader is [`io::ErrorKind::BrokenPipe`].
pub fn write(fd: impl AsFd, buffer: &[u8]) -> io::Result<usize> {
    let fd = fd.as_fd().as_raw_fd();
    // SAFETY: pointer and length are those of a live slice, which is only read.
    retried(|| unsafe { libc::write(fd, buffer.as_ptr().cast(), buffer.len()) })
}

/// Copies bytes from `fd` into `buffer`: read(2). Zero is the end of input.
///
/// # Errors
///
/// As in read(2).
pub fn read(fd: impl AsFd, buffer: &mut [u8]) -> io::Result<usize> {
    let fd = fd.as_fd().as_raw_fd();
    // SAFETY: pointer and length are those of a slice that we hold alone.
    retried(|| unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), buffer.len()) })
}

/// Puts references to the pages under `buffers` into `pipe`: vmsplice(2).
///
/// The bytes are not copied: whoever changes them before they have been read
/// changes what the reader gets. That holds for memory that was freed too: what
/// comes to lie there next, the reader may still see (it cannot change it).
///
/// # Errors
///
/// As in vmsplice(2); with `SPLICE_F_NONBLOCK`, a full pipe is
/// [`io::ErrorKind::WouldBlock`].
pub fn vmsplice(pipe: &WritingEnd, buffers: &[IoSlice<'_>], flags: c_uint) -> io::Result<usize> {
    let pipe = pipe.as_fd().as_raw_fd();
    // SAFETY: `IoSlice` has the layout of `iovec`. The end is for writing, so the kernel only
    // reads, and others read, what is in the pages, and it keeps the pages alive by counting
    // their users. Nor can one that was given away (SPLICE_F_GIFT) be taken while it is mapped
    // here: `generic_pipe_buf_try_steal` in fs/pipe.c wants a page with a single user, Linux 6.12.
    retried(|| unsafe { libc::vmsplice(pipe, buffers.as_ptr().cast(), buffers.len(), flags) })
}

/// Moves up to `length` bytes from `from` to `to`, one of them a pipe, without
/// bringing them to user space: splice(2). Zero is the end of input.
///
/// # Errors
///
/// As in splice(2); with `SPLICE_F_NONBLOCK`, an empty pipe is
/// [`io::ErrorKind::WouldBlock`].
pub fn splice(from: impl AsFd, to: impl AsFd, length: usize, flags: c_uint) -> io::Result<usize> {
    let (from, to) = (from.as_fd().as_raw_fd(), to.as_fd().as_raw_fd());
    let no_offset = ptr::null_mut();
    // SAFETY: null offsets are allowed, and no other pointer is passed.
    retried(|| unsafe { libc::splice(from, no_offset, to, no_offset, length, flags) })
}

/// Duplicates up to `length` bytes from one pipe into another and leaves them
/// where they are: tee(2). It stops where a slot ends, unless `length` is up.
///
/// # Errors
///
/// As in tee(2); with `SPLICE_F_NONBLOCK`, an empty or a full pipe is
/// [`io::ErrorKind::WouldBlock`].
pub fn tee(from: impl AsFd, to: impl AsFd, length: usize, flags: c_uint) -> io::Result<usize> {
    let (from, to) = (from.as_fd().as_raw_fd(), to.as_fd().as_raw_fd());
    // SAFETY: no pointer is passed.
    retried(|| unsafe { libc::tee(from, to, length, flags) })
}

/// Repeats `call` while a signal interrupts it, and turns -1 into its errno.
///
/// # Errors
///
/// As `call`, but for EINTR.
pub fn retried(mut call: impl FnMut() -> isize) -> io::Result<usize> {
    loop {
        if let Ok(count) = usize::try_from(call()) {
            return Ok(count);
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::os::unix::thread::JoinHandleExt;
    use std::thread;
    use std::time::Duration;

    extern "C" fn interrupt(_signal: libc::c_int) {}

    /// A handler without `SA_RESTART` makes a blocked call fail with EINTR.
    #[test]
    fn an_interrupted_call_is_made_again() {
        // SAFETY: all zeros is a valid `sigaction`: no flags, nothing masked.
        let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
        action.sa_sigaction = interrupt as *const () as usize;
        // SAFETY: the handler does nothing, and so nothing that a handler must not.
        unsafe { libc::sigaction(libc::SIGUSR1, &raw const action, ptr::null_mut()) };

        let (reader, writer) = io::pipe().unwrap();
        let blocked = thread::spawn(move || {
            let mut byte = [0];
            read(&reader, &mut byte).map(|count| (count, byte))
        });
        for _ in 0..20 {
            thread::sleep(Duration::from_millis(5));
            // SAFETY: the thread has not been joined, so its handle is valid.
            unsafe { libc::pthread_kill(blocked.as_pthread_t(), libc::SIGUSR1) };
        }
        assert!(!blocked.is_finished());
        assert_eq!(write(&writer, b"X").unwrap(), 1);
        assert_eq!(blocked.join().unwrap().unwrap(), (1, *b"X"));
    }

    #[test]
    fn other_errors_come_through() {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        assert_eq!(
            write(&writer, b"X").unwrap_err().kind(),
            io::ErrorKind::BrokenPipe
        );
    }
}
