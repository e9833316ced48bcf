//! How an end waits until the pipe has room, or bytes.

use std::hint;
use std::io;
use std::os::fd::{AsFd, AsRawFd};

use libc::c_short;

use super::Options;

/// The waiting of one end: in the call itself, in poll(2), or not at all.
pub struct Waiting {
    poll: bool,
    busy: bool,
}

impl Waiting {
    /// As `--poll` and `--busy-loop` have it.
    pub fn new(options: &Options) -> Waiting {
        Waiting {
            poll: options.poll,
            busy: options.busy_loop,
        }
    }

    /// Makes `call`, again and again as long as the pipe is not ready for it.
    /// `events` is what poll(2) should look for before each time.
    ///
    /// # Errors
    ///
    /// As `call` and poll(2).
    pub fn through(
        &self,
        pipe: impl AsFd,
        events: c_short,
        call: impl FnMut() -> io::Result<usize>,
    ) -> io::Result<usize> {
        let mut call = call;
        loop {
            if self.poll {
                self.poll(&pipe, events)?;
            }
            match call() {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => hint::spin_loop(),
                result => return result,
            }
        }
    }

    fn poll(&self, pipe: &impl AsFd, events: c_short) -> io::Result<()> {
        let timeout = if self.busy { 0 } else { -1 };
        let mut entry = libc::pollfd {
            fd: pipe.as_fd().as_raw_fd(),
            events,
            revents: 0,
        };
        loop {
            // SAFETY: the pointer is to one entry, and the count says so.
            match unsafe { libc::poll(&raw mut entry, 1, timeout) } {
                0 => {}
                -1 => {
                    let error = io::Error::last_os_error();
                    if error.kind() != io::ErrorKind::Interrupted {
                        return Err(error);
                    }
                }
                _ => return Ok(()),
            }
        }
    }
}
