//! Exercise 3: `wc -c` that lets the kernel throw the bytes away.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use common::pipe;
use rustix::pty::OpenptFlags;

use crate::support::contestant::Contestant;
use crate::support::partner::Partner;
use crate::support::patience::{PATIENCE, patiently};
use crate::support::race;
use crate::support::report::{Fault, Report};
use crate::support::speed;

const CHAPTER: &str = "stage 3, splice";
/// How many times the speed of a reading counter is asked for.
const NEEDED: f64 = 1.25;

pub fn check(counter: &Contestant, report: &mut Report) -> Result<(), Fault> {
    report.step("pipes: empty, a byte, odd pieces, pauses", || {
        pipes(counter)
    })?;
    report.step("files: whole, empty, from the middle on", || files(counter))?;
    report.step("a terminal", || terminal(counter))?;
    report.step("a socket, and /dev/null", || others(counter))?;
    report.step("a pipe's bytes are not read", || does_not_read(counter))?;
    report.step(
        &format!("at least {NEEDED}x the speed of a counter that reads"),
        || fast_enough(counter),
    )
}

fn pipes(counter: &Contestant) -> Result<String, Fault> {
    for (pieces, pause) in [
        (vec![], false),
        (vec![1], false),
        (vec![65_536], false),
        (vec![1, 4095, 70_001, 3 << 20, 17], false),
        (vec![1000, 1, 5000], true),
    ] {
        let (reader, mut writer) = pipe::new()?;
        let expected: usize = pieces.iter().sum();
        let feed = move || -> io::Result<()> {
            for piece in pieces {
                writer.write_all(&vec![b'X'; piece])?;
                if pause {
                    thread::sleep(Duration::from_millis(20));
                }
            }
            Ok(())
        };
        counts(counter, "a pipe", OwnedFd::from(reader), feed, expected)?;
    }
    Ok(String::new())
}

fn files(counter: &Contestant) -> Result<String, Fault> {
    const LENGTH: usize = (1 << 20) + 5;
    // Without a name it goes away with this process, whatever becomes of it.
    let folder = std::env::temp_dir();
    let in_folder = || format!("cannot make a file of 1 MiB in {}", folder.display());
    let mut file = tempfile::tempfile_in(&folder).with_context(in_folder)?;
    file.write_all(&vec![b'\n'; LENGTH])
        .with_context(in_folder)?;
    for (start, what) in [
        (0, "a file"),
        (LENGTH, "a file that is at its end"),
        (
            1001,
            "a file from byte 1001 on, as a program before it left it",
        ),
    ] {
        file.seek(SeekFrom::Start(start as u64))?;
        let input = file.try_clone()?;
        counts(counter, what, input.into(), || Ok(()), LENGTH - start)?;
    }
    Ok(String::new())
}

/// Types a line into a terminal, and ends the input as Ctrl-D does.
fn terminal(counter: &Contestant) -> Result<String, Fault> {
    let (mut keyboard, terminal) = new_terminal().context("cannot make a terminal")?;
    let input = terminal.try_clone()?;
    let feed = move || {
        keyboard.write_all(b"hello\n\x04").map(|()| {
            // The terminal lives for as long as its keyboard.
            thread::sleep(Duration::from_millis(200));
        })
    };
    counts(counter, "a terminal", input.into(), feed, 6)?;
    Ok(String::new())
}

/// A new terminal, after the end where its keyboard would be.
fn new_terminal() -> anyhow::Result<(File, File)> {
    let controller = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    rustix::pty::grantpt(&controller)?;
    rustix::pty::unlockpt(&controller)?;
    let name = rustix::pty::ptsname(&controller, Vec::new())?;
    let terminal = File::options()
        .read(true)
        .write(true)
        .open(name.to_str()?)?;
    Ok((controller.into(), terminal))
}

fn others(counter: &Contestant) -> Result<String, Fault> {
    let (reader, mut writer) = UnixStream::pair()?;
    let feed = move || writer.write_all(&[b'X'; 100_001]);
    counts(counter, "a socket", reader.into(), feed, 100_001)?;
    let null = File::open("/dev/null").context("cannot open /dev/null")?;
    counts(counter, "/dev/null", null.into(), || Ok(()), 0)?;
    Ok(String::new())
}

/// Gives the program this input, and looks at the number that it prints.
fn counts(
    counter: &Contestant,
    what: &str,
    input: OwnedFd,
    feed: impl FnOnce() -> io::Result<()> + Send,
    expected: usize,
) -> Result<(), Fault> {
    let (output, writer) = pipe::new()?;
    let mut running = counter.start(input, writer, None)?;
    let ending = thread::scope(|scope| -> Result<_, Fault> {
        // Where the program has gone without taking all, this fails, and the
        // number tells.
        let _feeding = thread::Builder::new()
            .spawn_scoped(scope, feed)
            .context("cannot start a thread that feeds the program")?;
        Ok(running.end()?)
    })?;
    let came = match ending {
        None => format!("no end within {} seconds", PATIENCE.as_secs()),
        Some(ending) if ending.code != 0 => ending.in_words(),
        Some(_) => match Partner::new(output.into()).read_words()? {
            words if words == expected.to_string() => return Ok(()),
            words => format!("'{words}'"),
        },
    };
    Err(Fault::wrong(
        format!("{expected}, the bytes of {what}"),
        format!(
            "{came}\nsplice needs a pipe at one end: what else is there for an input that is none?"
        ),
        CHAPTER,
    ))
}

/// The kernel counts what a process has got from read(2) and its kin: rchar in
/// proc_pid_io(5).
fn does_not_read(counter: &Contestant) -> Result<String, Fault> {
    const LENGTH: u64 = 4 << 20;
    let (reader, mut writer) = pipe::new()?;
    let running = counter.start(OwnedFd::from(reader), Stdio::null(), None)?;
    let feed = move || {
        writer
            .write_all(&vec![b'X'; LENGTH as usize])
            .map(|()| writer)
    };
    let feeding = thread::Builder::new()
        .spawn(feed)
        .context("cannot start a thread that feeds the program")?;
    patiently(|| Ok(feeding.is_finished().then_some(())))?;
    // All but a pipe's worth has been taken, and the input has not ended.
    let taken_by_reading = running.bytes_read();
    drop(running);
    let _ = feeding.join();
    match taken_by_reading {
        Err(_) => Ok("cannot be seen, since this kernel does not count what is read".to_owned()),
        Ok(bytes) if bytes > LENGTH / 2 => Err(Fault::wrong(
            "bytes that go from the pipe to /dev/null inside the kernel",
            format!(
                "right numbers, by reading: the program has read {} MiB of {} itself",
                bytes >> 20,
                LENGTH >> 20
            ),
            CHAPTER,
        )),
        Ok(_) => Ok(String::new()),
    }
}

fn fast_enough(counter: &Contestant) -> Result<String, Fault> {
    let cpus = speed::one_cpu()?;
    let baseline = Contestant::beside_me("stage1-read", &["--bytes-to-pipe", "15E"])?;
    race::run(
        &[NEEDED],
        || speed::of_reader(counter, &cpus, CHAPTER),
        || speed::of_reader(&baseline, &cpus, CHAPTER),
    )?
    .verdict(NEEDED)
    .or_fault(
        "the speed of a counter that reads",
        "how many bytes does each call of splice ask for?",
        CHAPTER,
    )
}
