//! Exercise 3: `wc -c` that lets the kernel throw the bytes away.

mod manners;

use std::fs::{self, File};
use std::io::{self, IoSlice, Seek, SeekFrom, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use anyhow::Context;
use common::syscall::{vmsplice, write};
use common::{Buffer, WritingEnd, pipe};
use rustix::pty::OpenptFlags;
use stage4_hugepages::huge_buffer;

use crate::support::contestant::Contestant;
use crate::support::fault::Fault;
use crate::support::needs;
use crate::support::partner::Partner;
use crate::support::patience::{PATIENCE, patiently};
use crate::support::race;
use crate::support::report::Report;
use crate::support::speed;
use manners::CHAPTER;

/// How many times the speed of a reading counter is asked for.
const NEEDED: f64 = 1.25;

const A_PIPE: &str = "a pipe";
const FOUR_GIB: &str = "a pipe, a little over 4 GiB";
const MADE_WHEN_READ: [&str; 2] = ["/proc/version", "/sys/devices/system/cpu/online"];

pub fn check(counter: &Contestant, report: &mut Report) -> Result<(), Fault> {
    report.step("pipes: empty, a byte, odd pieces, pauses", || {
        pipes(counter)
    })?;
    report.step("files: whole, empty, from the middle on", || files(counter))?;
    report.step("a terminal", || terminal(counter))?;
    report.step("a socket, and /dev/null", || others(counter))?;
    report.step("files of which nobody knows the length", || {
        file_without_length(counter)
    })?;
    report.step("a pipe's bytes are not read", || {
        manners::does_not_read(counter)
    })?;
    report.step("it sleeps while nothing comes", || manners::sleeps(counter))?;
    report.step("another error of splice is no reason to read", || {
        manners::other_error(counter)
    })?;
    report.step("more bytes than 32 bits can count", || many(counter))?;
    report.race(
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
        counts(counter, A_PIPE, OwnedFd::from(reader), feed, expected)?;
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
    // Much of it takes its time where others use the CPUs.
    let patience = if expected > 1 << 30 { 12 } else { 1 };
    let (output, writer) = pipe::new()?;
    let mut running = counter.start(input, writer, None)?;
    let ending = thread::scope(|scope| -> Result<_, Fault> {
        // Where the program has gone without taking all, this fails, and the
        // number tells.
        let _feeding = thread::Builder::new()
            .spawn_scoped(scope, feed)
            .context("cannot start a thread that feeds the program")?;
        for _ in 1..patience {
            if let Some(ending) = patiently(|| running.try_end())? {
                return Ok(Some(ending));
            }
        }
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
        format!("{came}\n{}", advice(what)),
        CHAPTER,
    ))
}

fn advice(what: &str) -> &'static str {
    match what {
        A_PIPE => {
            "A call brings what is there, often less than was asked for, and 0 only at the end: add \
             up what they return until then."
        }
        FOUR_GIB => "Which is the type of your count, and where does it end?",
        _ if MADE_WHEN_READ.contains(&what) => {
            "Such a file is made while it is read, and tells no length beforehand (seek, metadata): \
             count what comes."
        }
        _ => "splice needs a pipe at one end: what else is there for an input that is none?",
    }
}

/// Files of /proc have a length of 0 for whoever asks for it, those of /sys one of a page.
fn file_without_length(counter: &Contestant) -> Result<String, Fault> {
    for path in MADE_WHEN_READ {
        // Where it is not to be had, the other one tells.
        if let (Ok(content), Ok(file)) = (fs::read(path), File::open(path)) {
            counts(counter, path, file.into(), || Ok(()), content.len())?;
        }
    }
    Ok(String::new())
}

/// A little over 4 GiB, all of it the same pages.
fn many(counter: &Contestant) -> Result<String, Fault> {
    const PIECE: usize = 256 << 10;
    const LENGTH: usize = (4 << 30) + 5;
    let piece: Buffer = huge_buffer(PIECE)?;
    let (reader, writer) = pipe::new()?;
    pipe::set_size_at_most(&writer, PIECE)?;
    let writer = WritingEnd::of(writer)?;
    let feed = move || {
        let mut remaining = LENGTH;
        while remaining > 0 {
            let piece = IoSlice::new(&piece[..remaining.min(PIECE)]);
            match vmsplice(&writer, &[piece], 0) {
                Err(error) if needs::is_refusal(&error) => {
                    remaining -= write(&writer, &piece)?;
                }
                spliced => remaining -= spliced?,
            }
        }
        Ok(())
    };
    counts(counter, FOUR_GIB, OwnedFd::from(reader), feed, LENGTH)?;
    Ok(String::new())
}

/// Both ends have one CPU, where the CPU time of both is all the time that there is,
/// whatever else runs on it.
fn fast_enough(counter: &Contestant) -> Result<f64, Fault> {
    needs::vmsplice_allowed()?;
    let cpus = speed::one_cpu()?;
    let baseline = Contestant::beside_me("stage1-read", &["--bytes-to-pipe", "15E"])?;
    let speed = |counter: &Contestant| {
        let run = speed::of_reader(counter, &cpus, CHAPTER)?;
        Ok(Some(run.by_cpu_time()))
    };
    race::run(&[NEEDED], &cpus, &mut || speed(counter), &mut || {
        speed(&baseline)
    })?
    .verdict(NEEDED)
    .or_fault(
        "the speed of a counter that reads",
        "how many bytes does each call of splice ask for?",
        CHAPTER,
    )
}
