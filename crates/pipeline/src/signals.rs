//! Signals as events among others, with who sent them.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::iterator::backend::SignalDelivery;
use signal_hook::iterator::exfiltrator::origin::WithOrigin;
use signal_hook::low_level::siginfo::Cause;

use crate::keeper::is_ignored;

/// What somebody wants of the watcher.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Ctrl-C or its like at the terminal: the pipeline has got it too.
    Interrupted,
    /// This signal was sent to the watcher alone.
    Signal(i32),
    /// It was stopped, and goes on.
    Continued,
}

/// The signals that come.
pub struct Signals {
    delivery: SignalDelivery<UnixStream, WithOrigin>,
}

impl Signals {
    /// Takes them from now on, but for those that are ignored here.
    ///
    /// # Errors
    ///
    /// When the kernel has no room for it.
    pub fn new() -> io::Result<Signals> {
        let all = [SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGCONT];
        let wanted: Vec<i32> = all.into_iter().filter(|&it| !is_ignored(it)).collect();
        let (read, write) = UnixStream::pair()?;
        let delivery = SignalDelivery::with_pipe(read, write, WithOrigin::default(), wanted)?;
        Ok(Signals { delivery })
    }

    /// Waits so long for a signal, or for something to read at `other`; says whether there is.
    ///
    /// # Errors
    ///
    /// As in poll(2).
    pub fn wait(&self, other: Option<BorrowedFd<'_>>, longest: Duration) -> io::Result<bool> {
        let mut fds = vec![PollFd::from_borrowed_fd(
            self.delivery.get_read().as_fd(),
            PollFlags::IN,
        )];
        fds.extend(other.map(|fd| PollFd::from_borrowed_fd(fd, PollFlags::IN)));
        let longest = Timespec::try_from(longest).map_err(io::Error::other)?;
        match rustix::event::poll(&mut fds, Some(&longest)) {
            Err(rustix::io::Errno::INTR) => Ok(false),
            Err(error) => Err(error.into()),
            Ok(_) => Ok(fds.get(1).is_some_and(|fd| !fd.revents().is_empty())),
        }
    }

    /// What has come since.
    pub fn wishes(&mut self) -> Vec<Wish> {
        let wish = |origin: signal_hook::low_level::siginfo::Origin| match origin.signal {
            SIGCONT => Wish::Continued,
            SIGINT | SIGQUIT if matches!(origin.cause, Cause::Kernel) => Wish::Interrupted,
            signal => Wish::Signal(signal),
        };
        self.delivery.pending().map(wish).collect()
    }
}

/// Ends this process by the signal, so that who started it sees that.
pub fn end_by(signal: i32) -> ! {
    let _ = rustix::process::setrlimit(
        rustix::process::Resource::Core,
        rustix::process::Rlimit {
            current: Some(0),
            maximum: Some(0),
        },
    );
    // SAFETY: it sets no handler of ours; the signal only gets its default back.
    unsafe { libc::signal(signal, libc::SIG_DFL) };
    // SAFETY: it takes numbers and no pointer.
    unsafe { libc::raise(signal) };
    // The default of some signals is not to end a process.
    std::process::exit(128 + signal)
}
