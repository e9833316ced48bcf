//! The way out: a piece of the ring goes into the pipe, and later the pipe tells that it
//! has been read.

use std::io::{self, IoSlice};

use anyhow::Result;
use beyond::send_all;
use common::syscall::vmsplice;
use common::{WritingEnd, pipe};
use libc::SPLICE_F_NONBLOCK;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::ioctl_fionread;

pub struct Outlet {
    pipe: WritingEnd,
    /// How many bytes go into the pipe at a time, at most: as many as it held at the start.
    pub room: usize,
    /// The most that may be unread of what was sent.
    unread: u64,
}

impl Outlet {
    pub fn into(pipe: WritingEnd) -> Result<Outlet> {
        let room = pipe::set_size_at_most(&pipe, 1 << 20)?;
        Ok(Outlet {
            pipe,
            room,
            unread: 0,
        })
    }

    /// Lends a piece. The one after it will be changed when no more than `rest` is unread.
    pub fn send(&mut self, bytes: &[u8], rest: usize) -> io::Result<()> {
        if self.unread + bytes.len() as u64 > rest as u64 {
            // Now, when the pipe is as empty as it gets, and its lock is wanted anyway.
            self.ask()?;
        }
        self.unread += bytes.len() as u64;
        send_all(bytes.len(), |rest| {
            let rest = IoSlice::new(&bytes[bytes.len() - rest..]);
            vmsplice(&self.pipe, &[rest], SPLICE_F_NONBLOCK)
        })?;
        Ok(())
    }

    /// Waits until all that was sent has been read, but for so many bytes.
    pub fn wait_until_unread(&mut self, most: usize) -> io::Result<()> {
        while self.unread > most as u64 {
            self.ask()?;
            // Without a reader they would stay unread.
            let mut ends = [PollFd::new(&self.pipe, PollFlags::empty())];
            poll(&mut ends, Some(&Timespec::default()))?;
            if ends[0].revents().contains(PollFlags::ERR) {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
        }
        Ok(())
    }

    /// Asks the pipe, which takes its lock: what is not counted anymore has been copied, or
    /// dropped, or moved elsewhere.
    fn ask(&mut self) -> io::Result<()> {
        self.unread = self.unread.min(ioctl_fionread(&self.pipe)?);
        Ok(())
    }
}
