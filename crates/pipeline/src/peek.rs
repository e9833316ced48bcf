//! How many bytes are in a pipe of somebody else's, and how large it is.
//!
//! Whoever opens a pipe holds an end of it. A second reader would keep a writer from
//! learning that the first has left; a second writer only delays the end of input until it
//! closes. So it is the writing end that is opened here, and for the length of one look:
//! between looks only the place is held (O_PATH), which is no end.

use std::ffi::CString;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::{Mode, OFlags};

/// A pipe's place, through which it can be looked at.
#[derive(Debug)]
pub struct Peek {
    path: CString,
    _place: OwnedFd,
}

impl Peek {
    /// The place of the pipe without a name of this number, which `fd` of process `pid`
    /// leads to.
    ///
    /// # Errors
    ///
    /// When it may not be opened, or leads to something else by now.
    pub fn new(pid: i32, fd: i32, number: u64) -> io::Result<Peek> {
        let path = format!("/proc/{pid}/fd/{fd}");
        let place = rustix::fs::open(path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?;
        let about = rustix::fs::fstat(&place)?;
        let is_pipe = rustix::fs::FileType::from_raw_mode(about.st_mode).is_fifo();
        if !is_pipe || about.st_ino != number {
            return Err(io::ErrorKind::NotFound.into());
        }
        let path = CString::new(format!("/proc/self/fd/{}", place.as_raw_fd()))?;
        Ok(Peek {
            path,
            _place: place,
        })
    }

    /// Does this with a writing end, which is closed afterwards.
    fn with_end<T>(&self, act: impl FnOnce(&File) -> io::Result<T>) -> io::Result<T> {
        let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let end = rustix::fs::open(self.path.as_c_str(), flags, Mode::empty())?;
        act(&File::from(end))
    }

    /// How many bytes are in it: FIONREAD.
    ///
    /// # Errors
    ///
    /// When this user may not write into it.
    pub fn bytes(&self) -> io::Result<usize> {
        self.with_end(|end| Ok(rustix::io::ioctl_fionread(end)? as usize))
    }

    /// Whether nobody has its reading end open: a writing end then polls as in error
    /// (`pipe_poll`, fs/pipe.c).
    ///
    /// # Errors
    ///
    /// As for [`Peek::bytes`].
    pub fn is_unread(&self) -> io::Result<bool> {
        self.with_end(|end| {
            let mut ends = [PollFd::new(end, PollFlags::OUT)];
            rustix::event::poll(&mut ends, Some(&Timespec::default()))?;
            Ok(ends[0].revents().contains(PollFlags::ERR))
        })
    }

    /// How large it is: `F_GETPIPE_SZ`.
    ///
    /// # Errors
    ///
    /// As for [`Peek::bytes`].
    pub fn size(&self) -> io::Result<usize> {
        self.with_end(|end| Ok(rustix::pipe::fcntl_getpipe_size(end)?))
    }

    /// Gives it room for so many bytes: `F_SETPIPE_SZ`. Only for a pipe of one's own.
    ///
    /// # Errors
    ///
    /// When this user may not have so large a pipe.
    pub fn set_size(&self, bytes: usize) -> io::Result<usize> {
        self.with_end(|end| Ok(rustix::pipe::fcntl_setpipe_size(end, bytes)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::io::{Read, Write};
    use std::os::unix::fs::MetadataExt;

    fn peek(end: &impl AsRawFd) -> Peek {
        let me = std::process::id() as i32;
        let path = format!("/proc/self/fd/{}", end.as_raw_fd());
        let number = std::fs::metadata(path).unwrap().ino();
        Peek::new(me, end.as_raw_fd(), number).unwrap()
    }

    #[test]
    fn bytes_and_size_are_seen_and_stay() {
        let (mut reader, mut writer) = io::pipe().unwrap();
        let peek = peek(&reader);
        assert_eq!(peek.bytes().unwrap(), 0);
        writer.write_all(&[b'X'; 70]).unwrap();
        assert_eq!(peek.bytes().unwrap(), 70);
        assert_eq!(peek.size().unwrap(), common::pipe::size(&writer).unwrap());
        drop(writer);
        let mut bytes = Vec::new();
        assert_eq!(reader.read_to_end(&mut bytes).unwrap(), 70);
    }

    /// What is held between looks is no end: a writer learns at once that its reader left,
    /// and a reader that its writer did.
    #[test]
    fn who_looks_keeps_no_end_open() {
        let (mut reader, writer) = io::pipe().unwrap();
        let look = peek(&reader);
        look.bytes().unwrap();
        drop(writer);
        assert_eq!(reader.read(&mut [0]).unwrap(), 0);

        let (reader, mut writer) = io::pipe().unwrap();
        let look = peek(&writer);
        assert!(!look.is_unread().unwrap());
        drop(reader);
        assert!(look.is_unread().unwrap());
        let error = writer.write(b"X").unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
        assert_eq!(look.bytes().unwrap(), 0);
    }

    /// While it looks, too: a writing end keeps no writer from its SIGPIPE.
    #[test]
    fn nobody_is_the_last_reader_unseen() {
        let (reader, mut writer) = io::pipe().unwrap();
        let look = peek(&writer);
        drop(reader);
        let error = look.with_end(|_| writer.write(b"X")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn another_file_in_its_place_is_refused() {
        let null = common::dev_null().unwrap();
        assert!(Peek::new(std::process::id() as i32, null.as_raw_fd(), 1).is_err());
    }
}
