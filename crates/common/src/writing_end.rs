//! The end of a pipe that data goes into.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use crate::pipe;

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
        pipe::size(&end).map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "not a pipe"))?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

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
