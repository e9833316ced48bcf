//! What a program under check has started, and left behind.

use std::fs;
use std::io;

use rustix::process::{Pid, Signal, WaitOptions};

use super::patience::patiently;

/// From now on, whoever loses its parent below this process becomes its child, even in
/// a session of its own: `PR_SET_CHILD_SUBREAPER` in prctl(2).
///
/// # Errors
///
/// When the kernel does not know how.
pub fn adopt() -> io::Result<()> {
    Ok(rustix::process::set_child_subreaper(Some(
        rustix::process::getpid(),
    ))?)
}

/// Ends all children of this process. The program that started them must have been
/// waited for.
pub fn end() {
    let _ = patiently(|| {
        // When one has ended, its own children are ours.
        while rustix::process::wait(WaitOptions::NOHANG)?.is_some() {}
        for child in children() {
            // Who may not be killed, as root's may not, is left when patience ends.
            let _ = rustix::process::kill_process(child, Signal::KILL);
        }
        Ok(None::<()>)
    });
}

fn children() -> Vec<Pid> {
    let mine = rustix::process::getpid();
    let Ok(processes) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    processes
        .flatten()
        .filter_map(|process| Pid::from_raw(process.file_name().to_str()?.parse().ok()?))
        .filter(|&process| parent(process) == Some(mine))
        .collect()
}

/// Field 4 of proc_pid_stat(5).
fn parent(process: Pid) -> Option<Pid> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The program's name comes second, in brackets, and may hold anything.
    let (_, fields) = stat.rsplit_once(')')?;
    Pid::from_raw(fields.split_whitespace().nth(1)?.parse().ok()?)
}
