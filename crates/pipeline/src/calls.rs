//! What a system call that sleeps may be waiting for, by its number.

use libc::c_long;

/// A call in which somebody is asleep. Descriptors are those of its process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// It reads from this descriptor.
    Read(i32),
    /// It writes to this descriptor.
    Write(i32),
    /// It moves from the first to the second without user space.
    Move(i32, i32),
    /// It waits for any of several descriptors.
    Poll,
    /// It sleeps for a time.
    Sleep,
    /// It waits for a process.
    Child,
    /// It does something in a file system, or reads a page in.
    File,
    /// It does something at a socket.
    Socket,
    /// It waits for another thread of its own.
    Thread,
    /// Anything else, such as a signal.
    Other,
}

/// The call of this number with these arguments.
pub fn call(number: i64, arguments: &[u64; 6]) -> Call {
    let fd = |place: usize| arguments[place] as i32;
    // On 64 bits all of these are the same type; on 32 they are narrower than what is read.
    let number = number as c_long;
    match number {
        libc::SYS_read
        | libc::SYS_readv
        | libc::SYS_pread64
        | libc::SYS_preadv
        | libc::SYS_preadv2 => Call::Read(fd(0)),
        libc::SYS_write
        | libc::SYS_writev
        | libc::SYS_pwrite64
        | libc::SYS_pwritev
        | libc::SYS_pwritev2
        | libc::SYS_vmsplice => Call::Write(fd(0)),
        libc::SYS_splice => Call::Move(fd(0), fd(2)),
        libc::SYS_tee => Call::Move(fd(0), fd(1)),
        libc::SYS_sendfile => Call::Move(fd(1), fd(0)),
        libc::SYS_copy_file_range => Call::Move(fd(0), fd(2)),
        libc::SYS_ppoll
        | libc::SYS_pselect6
        | libc::SYS_epoll_pwait
        | libc::SYS_epoll_pwait2
        | libc::SYS_io_uring_enter => Call::Poll,
        libc::SYS_futex => Call::Thread,
        libc::SYS_nanosleep | libc::SYS_clock_nanosleep => Call::Sleep,
        libc::SYS_wait4 | libc::SYS_waitid => Call::Child,
        libc::SYS_recvfrom
        | libc::SYS_recvmsg
        | libc::SYS_recvmmsg
        | libc::SYS_sendto
        | libc::SYS_sendmsg
        | libc::SYS_sendmmsg
        | libc::SYS_connect
        | libc::SYS_accept
        | libc::SYS_accept4 => Call::Socket,
        // No call at all: the process had a page fault, and its page is being read.
        -1
        | libc::SYS_openat
        | libc::SYS_getdents64
        | libc::SYS_newfstatat
        | libc::SYS_statx
        | libc::SYS_unlinkat
        | libc::SYS_mkdirat
        | libc::SYS_fsync
        | libc::SYS_fdatasync
        | libc::SYS_sync_file_range
        | libc::SYS_fallocate
        | libc::SYS_ftruncate
        | libc::SYS_close
        | libc::SYS_execve => Call::File,
        _ => old_call(number),
    }
}

/// Calls that only older architectures have.
#[cfg(target_arch = "x86_64")]
fn old_call(number: c_long) -> Call {
    match number {
        libc::SYS_poll | libc::SYS_select | libc::SYS_epoll_wait => Call::Poll,
        libc::SYS_vfork => Call::Child,
        libc::SYS_open
        | libc::SYS_stat
        | libc::SYS_lstat
        | libc::SYS_unlink
        | libc::SYS_rename
        | libc::SYS_mkdir => Call::File,
        _ => Call::Other,
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn old_call(_number: c_long) -> Call {
    Call::Other
}

/// What the kernel's own name for the place of sleep tells, where the call is not to be
/// had: /proc/PID/wchan, of Linux 5.10 to 7.3. Without a descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At a pipe, for bytes.
    PipeRead,
    /// At a pipe, for room.
    PipeWrite,
    /// For any of several descriptors.
    Poll,
    /// By the clock.
    Clock,
    /// For a process.
    Child,
    /// At a socket.
    Socket,
    /// At a terminal.
    Terminal,
    /// Somewhere that is not known.
    Unknown,
}

/// The place that this function of the kernel belongs to.
pub fn place(function: &str) -> Place {
    let has = |part: &str| function.contains(part);
    match function {
        _ if has("pipe_read") || has("pipe_wait_readable") => Place::PipeRead,
        _ if has("pipe_write") || has("pipe_wait_writable") || has("wait_for_space") => {
            Place::PipeWrite
        }
        _ if has("poll") || has("select") => Place::Poll,
        _ if has("nanosleep") => Place::Clock,
        _ if has("do_wait") || has("wait4") || has("waitid") => Place::Child,
        _ if has("sock") || has("tcp_") || has("inet_") || has("unix_") || has("skb") => {
            Place::Socket
        }
        _ if has("n_tty") || has("tty_") => Place::Terminal,
        _ => Place::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_and_their_descriptors() {
        assert_eq!(call(libc::SYS_read, &[3, 0, 0, 0, 0, 0]), Call::Read(3));
        assert_eq!(
            call(libc::SYS_vmsplice, &[1, 0, 0, 0, 0, 0]),
            Call::Write(1)
        );
        assert_eq!(
            call(libc::SYS_splice, &[0, 0, 5, 0, 0, 0]),
            Call::Move(0, 5)
        );
        assert_eq!(
            call(libc::SYS_sendfile, &[1, 4, 0, 0, 0, 0]),
            Call::Move(4, 1)
        );
        assert_eq!(call(libc::SYS_futex, &[0; 6]), Call::Thread);
        assert_eq!(call(-1, &[0; 6]), Call::File);
    }

    /// pipe_read and pipe_write: Linux 5.10 and 6.12; anon_ before them: 7.2 and 7.3, where
    /// a pipe with a name has fifo_ before it and calls the other.
    #[test]
    fn the_kernels_names_of_five_years() {
        for name in ["pipe_read", "anon_pipe_read", "pipe_wait_readable"] {
            assert_eq!(place(name), Place::PipeRead);
        }
        for name in [
            "pipe_write",
            "anon_pipe_write",
            "wait_for_space",
            "pipe_wait_writable",
        ] {
            assert_eq!(place(name), Place::PipeWrite);
        }
        assert_eq!(place("do_wait"), Place::Child);
        assert_eq!(place("hrtimer_nanosleep"), Place::Clock);
        assert_eq!(place("0"), Place::Unknown);
    }
}
