//! What the slots of a writer's pipe hold.

use std::thread;
use std::time::Duration;

use common::{page_size, pipe, size};

use crate::support::contestant::Contestant;
use crate::support::fault::Fault;
use crate::support::stream::Stream;

/// Where the book tells of it.
pub const CHAPTER: &str = "beyond the post: tee";

/// What to ask somebody whose program copies.
pub const COPIES: &str = "it copies every byte into the pipe, by write(2). Nothing in it ever \
    changes: which call hands on what a pipe of yours holds, again and again?";

/// Whether what comes has gone through write(2), as far as the kernel counts.
pub fn copies(writer: &Contestant) -> Result<bool, Fault> {
    const LENGTH: usize = 2 << 20;
    let mut stream = Stream::start(writer, "lines", CHAPTER)?;
    stream.take(&mut vec![0; LENGTH])?;
    let written = stream.running.bytes_written();
    Ok(written.is_ok_and(|bytes| bytes > LENGTH as u64 / 2))
}

/// What to ask somebody whose program is right, and slow: by what it does, which is counted.
pub fn question(writer: &Contestant) -> Result<String, Fault> {
    if copies(writer)? {
        return Ok(COPIES.to_owned());
    }
    let mut stream = Stream::start(writer, "lines", CHAPTER)?;
    stream.take(&mut [0; 4096])?;
    // Time to fill the pipe.
    thread::sleep(Duration::from_millis(100));
    let held = rustix::io::ioctl_fionread(&stream)?;
    let slots = (pipe::size(&stream)? / page_size()) as u64;
    let each = held / slots.max(1);
    if each <= page_size() as u64 {
        return Ok(format!(
            "each slot of its pipe holds {} at most, so there are many to hand over. What comes from \
             a socket is held together in larger pieces.",
            size::format(page_size() as u64)
        ));
    }
    Ok(format!(
        "its slots hold {} each. Both ends want the pipe's lock: what is done under it, and in how \
         many steps for so many bytes?",
        size::format(each)
    ))
}
