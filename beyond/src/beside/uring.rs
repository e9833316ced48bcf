//! splice(2) by io_uring: the same work, asked for through a queue.

use std::fs::File;
use std::io::{self, PipeReader};
use std::os::fd::AsRawFd;

use anyhow::Result;
use io_uring::{IoUring, opcode, types};

use crate::ends::{Vmsplice, flags};
use crate::pipes::pipe_of;
use crate::{CHUNK, Consumer, Producer};

/// How many splices are under way at once.
const DEPTH: u32 = 4;

pub fn vmsplice_uring(busy: bool) -> Result<(Box<dyn Producer>, Box<dyn Consumer>)> {
    let (reader, writer) = pipe_of(busy)?;
    let ring = IoUring::new(DEPTH).map_err(|error| common::refused("io_uring_setup", error))?;
    let mut consumer = ByUring {
        ring,
        pipe: reader,
        null: common::dev_null()?,
        flags: flags(busy),
    };
    for _ in 0..DEPTH {
        consumer.ask()?;
    }
    Ok((Box::new(Vmsplice::into(writer, busy)?), Box::new(consumer)))
}

struct ByUring {
    // Dropped first: its entries name the files by their numbers, which may be others' later.
    ring: IoUring,
    pipe: PipeReader,
    null: File,
    flags: libc::c_uint,
}

impl ByUring {
    fn ask(&mut self) -> io::Result<()> {
        let from = types::Fd(self.pipe.as_raw_fd());
        let to = types::Fd(self.null.as_raw_fd());
        let length = CHUNK as u32;
        let splice = opcode::Splice::new(from, -1, to, -1, length)
            .flags(self.flags)
            .build();
        // SAFETY: the entry has no pointers, and its files outlive the ring.
        unsafe { self.ring.submission().push(&splice) }.map_err(io::Error::other)
    }
}

impl Consumer for ByUring {
    fn receive(&mut self, _look: &mut dyn FnMut(&[u8])) -> io::Result<usize> {
        while let Err(error) = self.ring.submit_and_wait(1) {
            if error.kind() != io::ErrorKind::Interrupted {
                return Err(error);
            }
        }
        let results: Vec<i32> = self.ring.completion().map(|entry| entry.result()).collect();
        let mut received = 0;
        for result in results {
            match usize::try_from(result) {
                Ok(count) => received += count,
                Err(_) if result == -libc::EAGAIN => {}
                Err(_) => return Err(io::Error::from_raw_os_error(-result)),
            }
            self.ask()?;
        }
        Ok(received)
    }
}
