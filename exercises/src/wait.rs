//! Waiting for a pipe, asleep: what exercise 5 has when it has spun enough.

use std::io;
use std::os::fd::AsFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec};

use crate::support::patience::in_pieces;

/// Sleeps until the pipe has room for a page, or its reader has gone: poll(2).
///
/// # Errors
///
/// As in poll(2).
pub fn for_room(pipe: impl AsFd) -> io::Result<()> {
    for_event(pipe, PollFlags::OUT, None).map(|_| ())
}

/// Sleeps until the pipe is ready for this, or its other end has gone, for as long as a
/// check's patience lasts; whether that came.
///
/// # Errors
///
/// As in poll(2).
pub(crate) fn patiently(pipe: impl AsFd, event: PollFlags) -> io::Result<bool> {
    in_pieces(|piece| for_event(&pipe, event, Some(piece)))
}

fn for_event(pipe: impl AsFd, event: PollFlags, limit: Option<Duration>) -> io::Result<bool> {
    let mut ends = [PollFd::new(&pipe, event)];
    let limit = limit.map(Timespec::try_from).transpose();
    let limit = limit.map_err(io::Error::other)?;
    let ready = rustix::io::retry_on_intr(|| rustix::event::poll(&mut ends, limit.as_ref()))?;
    Ok(ready > 0)
}
