//! Exercise 2: a vmsplice writer that changes its buffer only when nobody reads it.

use std::io::{self, IoSlice};
use std::thread;
use std::time::Duration;

use common::syscall::{read, vmsplice};
use common::{Buffer, page_size, pipe, size};

use crate::contestant::{Contestant, Ending};
use crate::counter::{NUMBER, first_difference};
use crate::exercise::Exercise;
use crate::partner::Partner;
use crate::race;
use crate::report::{Fault, Report};
use crate::speed::{self, Reader};

/// The exercise.
pub const EXERCISE: Exercise = Exercise {
    number: 2,
    title: "The buffer that lies",
    folder: "exercise2-lying-buffer",
    minutes: 30,
    hints: include_str!("../exercise2-lying-buffer/hints.md"),
    untouched: include_str!("../exercise2-lying-buffer/wrong/untouched.rs"),
    check,
};

const CHAPTER: &str = "stage 2, vmsplice: double buffering";
/// How many times the copying writer's speed is asked for.
const NEEDED: f64 = 1.5;

fn check(writer: &Contestant, report: &mut Report) -> Result<(), Fault> {
    report.step(
        "vmsplice lends pages here, and does not copy them",
        lends_pages,
    )?;
    report.step("a slow reader gets the counter", || slow_reader(writer))?;
    report.step("a hasty reader of odd sizes does, too", || {
        hasty_reader(writer)
    })?;
    report.step("a reader that leaves", || leaving_reader(writer))?;
    report.step("the numbers are lent, and not copied", || {
        does_not_copy(writer)
    })?;
    report.step(
        &format!("at least {NEEDED}x the speed of a writer that copies"),
        || fast_enough(writer),
    )
}

/// The exercise makes no sense where the kernel copies: nothing would be torn.
fn lends_pages() -> Result<String, Fault> {
    let (reader, writer) = io::pipe()?;
    let mut page = Buffer::filled(page_size())?;
    vmsplice(&writer, &[IoSlice::new(&page)], 0)
        .map_err(|error| common::refused("vmsplice", error))?;
    page.fill(b'Y');
    let mut byte = [0];
    read(&reader, &mut byte)?;
    match byte {
        [b'Y'] => Ok(String::new()),
        _ => Err(Fault::Unchecked(anyhow::anyhow!(
            "this kernel's vmsplice copies: a buffer can be changed at once, and nothing is won\n\
             do this exercise on another kernel; the book's chapter on the state of splice says more"
        ))),
    }
}

/// The pipe is full, and its writer asleep, before each read: whatever could be
/// changed too early has been.
fn slow_reader(writer: &Contestant) -> Result<String, Fault> {
    let (running, pipe) = writer.start_writer(None)?;
    let pipe = Partner::new(pipe);
    let mut bytes = vec![0; 1 << 20];
    let mut offset = 0;
    for round in 0..60 {
        thread::sleep(Duration::from_millis(if round == 0 { 50 } else { 4 }));
        // Now and then part of what is there, so that the pipe begins in mid-buffer.
        let part = match round % 3 {
            0 => 3 * page_size(),
            _ => pipe::size(&pipe)?.min(bytes.len()),
        };
        let part = &mut bytes[..part];
        let result = pipe.read_full(part);
        if !matches!(result, Ok(count) if count == part.len()) {
            drop(pipe);
            return Err(stopped(result, running.end()?));
        }
        compare(part, offset, pipe::size(&pipe)?)?;
        offset += part.len() as u64;
    }
    Ok(String::new())
}

fn hasty_reader(writer: &Contestant) -> Result<String, Fault> {
    let (running, pipe) = writer.start_writer(None)?;
    let pipe = Partner::new(pipe);
    let mut bytes = vec![0; 70_000];
    let mut offset = 0;
    // Whole numbers, and no whole pages.
    for &length in [8, 4088, 70_000, 8200, 24].iter().cycle().take(2000) {
        let part = &mut bytes[..length];
        let result = pipe.read_full(part);
        if !matches!(result, Ok(count) if count == length) {
            drop(pipe);
            return Err(stopped(result, running.end()?));
        }
        compare(part, offset, pipe::size(&pipe)?)?;
        offset += length as u64;
    }
    Ok(String::new())
}

fn leaving_reader(writer: &Contestant) -> Result<String, Fault> {
    let (running, pipe) = writer.start_writer(None)?;
    let pipe = Partner::new(pipe);
    pipe.read_full(&mut [0; 100_000])?;
    drop(pipe);
    match running.end()? {
        Some(ending) if ending.code == 0 && ending.said.is_empty() => Ok(String::new()),
        ending => Err(Fault::wrong(
            "a quiet end with exit code 0, as main has it, once vmsplice says that the reader has gone",
            ending.map_or("the writer still runs".to_owned(), |ending| {
                ending.in_words()
            }),
            CHAPTER,
        )),
    }
}

/// The kernel counts what a process has given to write(2) and its kin: wchar in
/// proc_pid_io(5).
fn does_not_copy(writer: &Contestant) -> Result<String, Fault> {
    const LENGTH: usize = 4 << 20;
    let (running, pipe) = writer.start_writer(None)?;
    let pipe = Partner::new(pipe);
    let result = pipe.read_full(&mut vec![0; LENGTH]);
    if !matches!(result, Ok(LENGTH)) {
        drop(pipe);
        return Err(stopped(result, running.end()?));
    }
    match running.bytes_written() {
        Err(_) => Ok("cannot be seen, since this kernel does not count what is written".to_owned()),
        Ok(bytes) if bytes > LENGTH as u64 / 2 => Err(Fault::wrong(
            "pages lent to the pipe by vmsplice(2)",
            format!(
                "right numbers, by copying: of {} MiB, the program has copied {} into the pipe",
                LENGTH >> 20,
                bytes >> 20
            ),
            CHAPTER,
        )),
        Ok(_) => Ok(String::new()),
    }
}

fn fast_enough(writer: &Contestant) -> Result<String, Fault> {
    let cpus = speed::one_cpu()?;
    let baseline = Contestant::beside_me("counter-write", &["--pipe-size", "256KiB"])?;
    race::run(
        NEEDED,
        || speed::of_writer(writer, &cpus, Reader::Splicing),
        || speed::of_writer(&baseline, &cpus, Reader::Splicing),
    )?
    .or_fault(|ratio| {
        Fault::wrong(
            format!("{NEEDED}x the speed of the same counter by write(2), or more"),
            format!(
                "{ratio:.2}x: the bytes are right, and something takes its time\n\
                 does it copy, or wait until the pipe is empty, or lend little at a time?"
            ),
            CHAPTER,
        )
    })
}

/// `bytes` begin with a whole number.
fn compare(bytes: &[u8], offset: u64, pipe: usize) -> Result<(), Fault> {
    let Some(place) = first_difference(bytes, offset) else {
        return Ok(());
    };
    let expected = place / NUMBER as u64;
    let start = (expected * NUMBER as u64 - offset) as usize;
    let number = bytes[start..start + NUMBER]
        .try_into()
        .expect("a whole number");
    let got = u64::from_le_bytes(number);
    // A number from the future: its memory was filled again after so many bytes.
    let reused_after = (got.wrapping_sub(expected)).wrapping_mul(NUMBER as u64);
    let why = if got <= expected || reused_after > 1 << 32 {
        "Were some lost, or sent twice? vmsplice(2) too may take less than it is given.".to_owned()
    } else if reused_after <= pipe as u64 {
        format!(
            "This memory was filled again after {}, and the pipe can still hold all of that: {}.\n\
             The pipe must have no room for a buffer that is about to be changed.",
            size::format(reused_after),
            size::format(pipe as u64)
        )
    } else {
        format!(
            "This memory was filled again after {}, while the pipe ({}) still held its end:\n\
             a single buffer is changed as soon as it has been lent. What if there were two?",
            size::format(reused_after),
            size::format(pipe as u64)
        )
    };
    Err(Fault::wrong(
        format!("the number {expected} in its place"),
        format!("torn data: the number {got}.\n{why}"),
        CHAPTER,
    ))
}

fn stopped(result: io::Result<usize>, ending: Option<Ending>) -> Fault {
    let came = match (result, ending) {
        (Ok(count), Some(ending)) => format!("{count} bytes, then its end: {}", ending.in_words()),
        (Ok(count), None) => format!("{count} bytes, then a closed pipe"),
        (Err(error), _) => format!("nothing more ({error})"),
    };
    Fault::wrong(
        "the counter, for as long as the reader reads",
        came,
        CHAPTER,
    )
}
