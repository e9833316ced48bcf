//! Waiting for a pipe, asleep: what exercise 5 has when it has spun enough.

use std::io;
use std::os::fd::AsFd;

use rustix::event::{PollFd, PollFlags};

/// Sleeps until the pipe has room for a page, or its reader has gone: poll(2).
///
/// # Errors
///
/// As in poll(2).
pub fn for_room(pipe: impl AsFd) -> io::Result<()> {
    let mut ends = [PollFd::new(&pipe, PollFlags::OUT)];
    rustix::io::retry_on_intr(|| rustix::event::poll(&mut ends, None))?;
    Ok(())
}
