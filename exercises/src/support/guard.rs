//! A check in two processes: what it has started ends with it, even when it is killed.
//!
//! The child checks. Its parent has only one thing to do: to be there. Whoever of the
//! two is left ends what the program under check has started. All are in one process
//! group, so that Ctrl-Z and `fg` mean all of them.

use std::env;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicI32, Ordering};
use std::thread;

use anyhow::{Context, Result, anyhow, bail};

use super::orphans;

/// What ends a program from outside, unless it handles it.
const ENDING: [libc::c_int; 4] = [libc::SIGINT, libc::SIGQUIT, libc::SIGTERM, libc::SIGHUP];

/// The process that checks.
static CHECK: AtomicI32 = AtomicI32::new(0);

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
        .spawn()
        .map_err(|error| {
            anyhow!(
                "cannot start the check: {error}\n`ulimit -n` and `ulimit -u` say what you may have"
            )
        })?;
    CHECK.store(i32::try_from(check.id())?, Ordering::Relaxed);
    ENDING.into_iter().for_each(hand_on);
    // Closed when this process ends, however it does.
    let _input = check.stdin.take();
    let status = check.wait().context("cannot wait for the check")?;
    // Its number may soon be another's.
    CHECK.store(0, Ordering::Relaxed);
    orphans::end();
    match (status.code(), status.signal()) {
        (Some(code), _) => Ok(ExitCode::from(u8::try_from(code)?)),
        (_, Some(signal)) if ENDING.contains(&signal) => end_by(signal),
        _ => bail!("the check was ended: {status}"),
    }
}

/// From now on this signal, as from Ctrl-C, ends the check, after which this process
/// looks at what is left. Who was told to ignore it goes on to.
fn hand_on(signal: libc::c_int) {
    extern "C" fn to_the_check(signal: libc::c_int) {
        let check = CHECK.load(Ordering::Relaxed);
        if check > 0 {
            // SAFETY: takes numbers, and may be called in a signal handler.
            unsafe { libc::kill(check, signal) };
        }
    }
    let handler = to_the_check as *const () as libc::sighandler_t;
    // SAFETY: the handler does only what a signal handler may.
    if unsafe { libc::signal(signal, handler) } == libc::SIG_IGN {
        // SAFETY: sets no handler of ours.
        unsafe { libc::signal(signal, libc::SIG_IGN) };
    }
}

/// Ends as if nobody had handled the signal, so that a shell and make know.
fn end_by(signal: libc::c_int) -> ! {
    // SAFETY: sets no handler of ours.
    unsafe { libc::signal(signal, libc::SIG_DFL) };
    // SAFETY: takes a number.
    unsafe { libc::raise(signal) };
    std::process::exit(128 + signal)
}

/// Ends this process, and what it has started, when the one that has started it ends.
/// Where there is no thread for that, it does not.
pub fn end_with_the_one_above() {
    let _ = thread::Builder::new().spawn(|| {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        orphans::end();
        std::process::exit(1);
    });
}
