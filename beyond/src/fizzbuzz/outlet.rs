//! The way out: a piece of the ring goes into the pipe, and later the pipe tells that it
//! has been read.

use std::io::{self, IoSlice};
use std::ops::Range;

use anyhow::Result;
use beyond::{PrivatePipe, send_all};
use common::syscall::{tee, vmsplice};
use common::{WritingEnd, page_size, pipe};
use libc::SPLICE_F_NONBLOCK;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::ioctl_fionread;

pub struct Outlet {
    pipe: WritingEnd,
    outbox: PrivatePipe,
    /// How many bytes go into the pipe at a time: as many as it held at the start.
    piece: usize,
    /// The most that may be unread of what was sent.
    unread: u64,
    /// Whether the last piece found the pipe full.
    waited: bool,
}

impl Outlet {
    pub fn into(pipe: WritingEnd) -> Result<Outlet> {
        let piece = pipe::set_size_at_most(&pipe, 1 << 20)?;
        Ok(Outlet {
            pipe,
            outbox: PrivatePipe::with_slots(piece / page_size())?,
            piece,
            unread: 0,
            waited: true,
        })
    }

    /// Cuts the text into pieces, and lends each to a pipe of its own.
    pub fn lend(&self, text: &[u8]) -> io::Result<Vec<(Range<usize>, PrivatePipe)>> {
        let starts = (0..text.len()).step_by(self.piece);
        let pieces = starts.map(|start| start..text.len().min(start + self.piece));
        let lent = pieces.map(|piece| Ok((piece.clone(), PrivatePipe::lent(&text[piece])?)));
        lent.collect::<Result<_>>().map_err(io::Error::other)
    }

    /// Sends a piece, which is in `stock`, too.
    pub fn send(&mut self, bytes: &[u8], stock: &PrivatePipe) -> io::Result<()> {
        // Now, while the pipe is as empty as it gets, and nobody holds its lock for long.
        self.ask()?;
        self.unread += bytes.len() as u64;
        self.waited = if self.waited {
            // The reader is the slower end. Leave it the lock: count where nobody waits.
            let length = tee(
                &stock.reader,
                &self.outbox.writer,
                bytes.len(),
                SPLICE_F_NONBLOCK,
            )?;
            self.outbox.move_into(&self.pipe, length)?
        } else {
            // We are the slower end. On huge pages, to lend anew is less work.
            send_all(bytes.len(), |rest| {
                let rest = IoSlice::new(&bytes[bytes.len() - rest..]);
                vmsplice(&self.pipe, &[rest], SPLICE_F_NONBLOCK)
            })?
        };
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
