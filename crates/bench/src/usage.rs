//! What a program has used, once it has ended.

use std::io;
use std::mem::MaybeUninit;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

/// Waits for the child with this id: wait4(2), which tells of this one alone. Nobody else may
/// have waited for it.
///
/// # Errors
///
/// When there is no such child.
pub fn wait(id: u32) -> io::Result<(ExitStatus, libc::rusage)> {
    let process = id as libc::pid_t;
    let (mut status, mut usage) = (0, MaybeUninit::<libc::rusage>::zeroed());
    loop {
        // SAFETY: the kernel writes one number and one `rusage` into the room for them.
        if unsafe { libc::wait4(process, &raw mut status, 0, usage.as_mut_ptr()) } == process {
            break;
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    // SAFETY: all zeros is a valid `rusage`, and the kernel has written it since.
    let usage = unsafe { usage.assume_init() };
    Ok((ExitStatus::from_raw(status), usage))
}
