//! What the slots of a writer's pipe hold.

use std::thread;
use std::time::Duration;

use common::{page_size, pipe, size};

use super::CHAPTER;
use crate::support::contestant::Contestant;
use crate::support::report::Fault;
use crate::support::stream::Stream;

/// What to ask somebody whose program is right, and slow: by what it does, which is counted.
pub fn question(writer: &Contestant) -> Result<String, Fault> {
    let mut stream = Stream::start(writer, "lines", CHAPTER)?;
    stream.take(&mut vec![0; 1 << 20])?;
    // Time to fill the pipe.
    thread::sleep(Duration::from_millis(100));
    if stream
        .running
        .bytes_written()
        .is_ok_and(|bytes| bytes > 1 << 20)
    {
        return Ok(
            "it copies every byte into the pipe, by write(2). Nothing in it ever changes: which \
             call hands on what a pipe of yours holds, again and again?"
                .to_owned(),
        );
    }
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
