//! The way out: a piece of the ring goes into the pipe, and later the pipe tells that it
//! has been read.

use std::hint;
use std::io::{self, IoSlice};
use std::ops::Range;

use anyhow::Result;
use beyond::PrivatePipe;
use common::syscall::{tee, vmsplice};
use common::{WritingEnd, page_size, pipe};
use libc::SPLICE_F_NONBLOCK;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::ioctl_fionread;

/// Standard output.
pub struct Outlet {
    pipe: WritingEnd,
    /// A pipe of our own before it.
    outbox: PrivatePipe,
    /// How many bytes go into the pipe at a time: as many as it held at the start.
    piece: usize,
    sent: u64,
    /// How many had been read, at least, when we asked last.
    read: u64,
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
            sent: 0,
            read: 0,
            waited: true,
        })
    }

    /// The pieces of so many bytes.
    pub fn pieces(&self, length: usize) -> impl Iterator<Item = Range<usize>> + use<> {
        let piece = self.piece;
        (0..length)
            .step_by(piece)
            .map(move |start| start..length.min(start + piece))
    }

    /// Pipes that hold a piece's pages each.
    pub fn lend(&self, text: &[u8]) -> io::Result<Vec<PrivatePipe>> {
        let stocks = text.chunks(self.piece).map(PrivatePipe::lent);
        stocks.collect::<Result<_>>().map_err(io::Error::other)
    }

    /// Sends a piece, which is in `stock`, too.
    pub fn send(&mut self, mut bytes: &[u8], stock: &PrivatePipe) -> io::Result<()> {
        // Now, while the pipe is as empty as it gets, and nobody holds its lock for long.
        self.ask()?;
        self.sent += bytes.len() as u64;
        if self.waited {
            // The reader is the slower end. Leave it the lock: count where nobody waits.
            let length = tee(
                &stock.reader,
                &self.outbox.writer,
                bytes.len(),
                SPLICE_F_NONBLOCK,
            )?;
            self.waited = self.outbox.move_into(&self.pipe, length)?;
            return Ok(());
        }
        // We are the slower end. On huge pages, to lend anew is the least work.
        self.waited = false;
        while !bytes.is_empty() {
            match vmsplice(&self.pipe, &[IoSlice::new(bytes)], SPLICE_F_NONBLOCK) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.waited = true;
                    hint::spin_loop();
                }
                spliced => bytes = &bytes[spliced?..],
            }
        }
        Ok(())
    }

    /// Waits until all that was sent has been read, but for so many bytes.
    pub fn wait_until_unread(&mut self, most: usize) -> io::Result<()> {
        while self.sent - self.read > most as u64 {
            self.ask()?;
            // Without a reader they would stay unread.
            let mut ends = [PollFd::new(&self.pipe, PollFlags::empty())];
            poll(&mut ends, Some(&Timespec::default()))?;
            if ends[0].revents().contains(PollFlags::ERR) {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            hint::spin_loop();
        }
        Ok(())
    }

    /// Asks how much is in the pipe. That takes the pipe's lock: what is not counted anymore
    /// has been copied, or dropped, or moved elsewhere.
    fn ask(&mut self) -> io::Result<()> {
        let unread = ioctl_fionread(&self.pipe)?;
        self.read = self.read.max(self.sent.saturating_sub(unread));
        Ok(())
    }
}
