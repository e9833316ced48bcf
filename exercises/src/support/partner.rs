//! The reading end that a learner's writer meets, with a limit to its patience.

use std::hint;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::Instant;

use common::syscall;
use libc::SPLICE_F_NONBLOCK;
use rustix::event::PollFlags;

use super::patience::in_pieces;
use crate::wait;

/// Reads from a pipe, and gives up on a writer that has stopped.
pub struct Partner {
    pipe: OwnedFd,
}

impl Partner {
    /// A partner at this end of the pipe.
    pub fn new(pipe: OwnedFd) -> Partner {
        Partner { pipe }
    }

    /// Waits for bytes, and reads up to a buffer of them; zero is the end.
    ///
    /// # Errors
    ///
    /// `TimedOut` when nothing comes.
    pub fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.wait()?;
        syscall::read(&self.pipe, buffer)
    }

    /// Reads until the buffer is full, or the input ends; returns how much came.
    ///
    /// # Errors
    ///
    /// As for [`Partner::read`].
    pub fn read_full(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.read(&mut buffer[filled..])? {
                0 => break,
                count => filled += count,
            }
        }
        Ok(filled)
    }

    /// Reads a few words, up to the input's end or a page of them.
    ///
    /// # Errors
    ///
    /// As for [`Partner::read`].
    pub fn read_words(&self) -> io::Result<String> {
        let mut words = vec![0; 4096];
        let count = self.read_full(&mut words)?;
        Ok(String::from_utf8_lossy(&words[..count]).trim().to_owned())
    }

    /// Moves up to `length` bytes to `to`; zero is the end.
    ///
    /// # Errors
    ///
    /// As for [`Partner::read`].
    pub fn splice(&self, to: impl AsFd, length: usize) -> io::Result<usize> {
        self.wait()?;
        syscall::splice(&self.pipe, to, length, 0)
    }

    /// The same without ever sleeping: tries again at once while the pipe is empty.
    ///
    /// # Errors
    ///
    /// As for [`Partner::read`].
    pub fn splice_busily(&self, to: impl AsFd, length: usize) -> io::Result<usize> {
        let mut count = 0;
        let came = in_pieces(|piece| {
            let start = Instant::now();
            while start.elapsed() < piece {
                match syscall::splice(&self.pipe, &to, length, SPLICE_F_NONBLOCK) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => hint::spin_loop(),
                    result => {
                        count = result?;
                        return Ok(true);
                    }
                }
            }
            Ok(false)
        });
        in_time(came?).map(|()| count)
    }

    fn wait(&self) -> io::Result<()> {
        in_time(wait::patiently(&self.pipe, PollFlags::IN)?)
    }
}

fn in_time(came: bool) -> io::Result<()> {
    came.then_some(()).ok_or(io::ErrorKind::TimedOut.into())
}

impl AsFd for Partner {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.pipe.as_fd()
    }
}
