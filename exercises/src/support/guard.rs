//! A check in two processes: what it has started ends with it, even when it is killed.
//!
//! The child checks. Its parent has only one thing to do: to be there. Whoever of the
//! two is left ends what the program under check has started.

use std::env;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode, Stdio};
use std::thread;

use anyhow::{Context, Result, anyhow, bail};

use super::orphans;

/// Runs this program once more, with `option` before all that it was called with, and
/// ends what that leaves.
///
/// # Errors
///
/// When it cannot be started, or was killed.
pub fn run_below_me(option: &str) -> Result<ExitCode> {
    orphans::adopt().context("cannot look after what the check starts")?;
    let mut check = Command::new(env::current_exe().context("cannot find myself")?)
        .arg(option)
        .args(env::args_os().skip(1))
        .stdin(Stdio::piped())
        // A signal to this group, as by Ctrl-C, leaves it to end what it has started.
        .process_group(0)
        .spawn()
        .map_err(|error| {
            anyhow!(
                "cannot start the check: {error}\n`ulimit -n` and `ulimit -u` say what you may have"
            )
        })?;
    // Closed when this process ends, however it does.
    let _input = check.stdin.take();
    let status = check.wait().context("cannot wait for the check")?;
    orphans::end();
    match status.code() {
        Some(code) => Ok(ExitCode::from(u8::try_from(code)?)),
        None => bail!("the check was ended: {status}"),
    }
}

/// Ends this process, and what it has started, when the one that has started it ends.
/// Where there is no thread for that, it does not.
pub fn end_with_the_one_above() {
    // A process that is not in the foreground would be stopped where it prints, if the
    // terminal says so (stty tostop).
    // SAFETY: sets no handler of ours.
    unsafe { libc::signal(libc::SIGTTOU, libc::SIG_IGN) };
    let _ = thread::Builder::new().spawn(|| {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        orphans::end();
        std::process::exit(1);
    });
}
