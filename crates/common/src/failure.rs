//! How a program ends: quietly, or with what failed, why, and what to do.

use std::convert::Infallible;
use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};

/// Runs a program's body; its error goes to standard error, and the exit code
/// is then 1.
pub fn run(body: impl FnOnce() -> Result<()>) -> ExitCode {
    let Err(error) = body() else {
        return ExitCode::SUCCESS;
    };
    // Where nobody takes the message, the exit code is all that is left to say.
    say(format_args!("{}: {error:#}", program_name()));
    ExitCode::FAILURE
}

/// Says something beside the result, on standard error. Unlike `eprintln!` it
/// goes on where nobody takes that.
pub fn say(text: impl Display) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Puts a result on standard output. Unlike `print!` it does not panic where
/// nobody takes that.
///
/// # Errors
///
/// When standard output is closed or full.
pub fn print(text: impl Display) -> Result<()> {
    write!(io::stdout(), "{text}").context("cannot print the result")
}

/// The name that this program was started by, without its folders.
pub fn program_name() -> String {
    let path = std::env::args_os().next().unwrap_or_default();
    let name = Path::new(&path).file_name().unwrap_or(&path);
    name.to_string_lossy().into_owned()
}

/// This program as it was started, for a message that shows how to.
pub(crate) fn program() -> String {
    std::env::args_os()
        .next()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// The program of that name in the folder that this one was started from.
pub(crate) fn neighbor(name: &str) -> String {
    Path::new(&program())
        .with_file_name(name)
        .display()
        .to_string()
}

/// What became of a writer that only an error can stop: its reader has closed
/// the pipe, which is how it should end, or `call` failed.
///
/// # Errors
///
/// All but a closed pipe.
pub fn writer_stopped(call: &str, result: io::Result<Infallible>) -> Result<()> {
    let Err(error) = result;
    match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(refused(call, error)),
    }
}

/// Says why the kernel did not do `call`, and what can be done about it.
pub fn refused(call: &str, error: io::Error) -> anyhow::Error {
    let advice = match error.raw_os_error() {
        Some(libc::EPERM | libc::ENOSYS) => {
            "a container's seccomp profile forbids it, or this kernel is built without it\n\
             leave the container, or start it with --security-opt seccomp=unconfined"
        }
        Some(libc::EAGAIN) => {
            "the pipe is full or empty, and the call may not wait for it: a flag of its own\n\
             says so (SPLICE_F_NONBLOCK), or another program has set the pipe to O_NONBLOCK"
        }
        Some(libc::ENOMEM) => {
            "the kernel has no memory for it, or not for this program (ulimit, a container)\n\
             close some programs, or ask for less, as with a smaller --buf-size"
        }
        Some(libc::EMFILE | libc::ENFILE) => {
            "no further file may be open: `ulimit -n` says how many may\n\
             close some programs, or allow more"
        }
        Some(_) => "this should not happen to a pipe: please report it with your kernel's version",
        // An error of our own making, which explains itself.
        None => return error.into(),
    };
    anyhow::Error::msg(format!("{call} failed: {error}\n{advice}"))
}
