//! How a counter counts, which its numbers do not tell.

use std::io::Write;
use std::os::fd::OwnedFd;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use common::pipe;

use crate::support::contestant::Contestant;
use crate::support::fault::Fault;
use crate::support::partner::Partner;
use crate::support::patience::patiently;
use crate::support::pause;
use crate::support::refusal;

/// Where the book tells of it.
pub const CHAPTER: &str = "stage 3, splice";

/// The kernel counts what a process has got from read(2) and its kin: rchar in
/// proc_pid_io(5). What it read before it had any input is its start.
pub fn does_not_read(counter: &Contestant) -> Result<String, Fault> {
    const LENGTH: u64 = 4 << 20;
    let read_after = |length: u64| -> Result<Option<u64>, Fault> {
        let (reader, mut writer) = pipe::new()?;
        let running = counter.start(OwnedFd::from(reader), Stdio::null(), None)?;
        let feed = move || {
            let fed = writer.write_all(&vec![b'X'; length as usize]);
            fed.map(|()| writer)
        };
        let feeding = thread::Builder::new()
            .spawn(feed)
            .context("cannot start a thread that feeds the program")?;
        patiently(|| Ok(feeding.is_finished().then_some(())))?;
        // All but a pipe's worth has been taken; when it sleeps, that has been, too.
        patiently(|| Ok(running.is_asleep().unwrap_or(true).then_some(())))?;
        let read = running.bytes_read();
        drop(running);
        let _ = feeding.join();
        Ok(read.ok())
    };
    let (Some(before), Some(after)) = (read_after(0)?, read_after(LENGTH)?) else {
        return Ok("cannot be seen, since this kernel does not count what is read".to_owned());
    };
    let came = match after.saturating_sub(before) {
        0 => return Ok(String::new()),
        bytes if bytes > LENGTH / 2 => format!(
            "right numbers, by reading: the program has read {} MiB of {} itself",
            bytes >> 20,
            LENGTH >> 20
        ),
        bytes => format!(
            "right numbers, and {bytes} of the bytes were read: what do you want to learn from \
             them? Try splice first; it says itself when it cannot."
        ),
    };
    Err(Fault::wrong(
        "bytes that go from the pipe to /dev/null inside the kernel, all of them",
        came,
        CHAPTER,
    ))
}

/// Nothing is gained by asking again and again: it is not the counter that is slow.
pub fn sleeps(counter: &Contestant) -> Result<String, Fault> {
    let (reader, mut writer) = pipe::new()?;
    let running = counter.start(OwnedFd::from(reader), Stdio::null(), None)?;
    writer.write_all(b"X").context("cannot feed the program")?;
    let pause = pause::of(&running, Duration::from_millis(300))?;
    if pause.is_busy() || pause.wakes_by_the_clock() {
        return Err(Fault::wrong(
            "a counter that sleeps until something comes",
            format!(
                "{}, while nothing came: without SPLICE_F_NONBLOCK splice waits by itself",
                pause.in_words()
            ),
            CHAPTER,
        ));
    }
    Ok(String::new())
}

/// Where splice is refused for good, reading would hide it.
pub fn other_error(counter: &Contestant) -> Result<String, Fault> {
    let (reader, mut writer) = pipe::new()?;
    writer
        .write_all(&[b'X'; 1000])
        .context("cannot feed the program")?;
    drop(writer);
    let refused = refusal::of(libc::SYS_splice)?;
    let (output, printed) = pipe::new()?;
    let mut running = counter.start_with(OwnedFd::from(reader), printed, None, |command| {
        refused.apply_to(command);
    })?;
    match running.end()? {
        Some(ending) if ending.code == 0 => Err(Fault::wrong(
            "an error with a name, and exit code 1: here splice is refused (EPERM)",
            format!(
                "'{}', as if nothing had happened: only EINVAL says that this input cannot be \
                 spliced, any other error is to be handed on",
                Partner::new(output.into()).read_words()?
            ),
            CHAPTER,
        )),
        _ => Ok(String::new()),
    }
}
