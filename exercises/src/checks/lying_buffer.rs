//! Exercise 2: a vmsplice writer that changes its buffer only when nobody reads it.

use std::io::IoSlice;
use std::thread;
use std::time::Duration;

use common::syscall::{read, vmsplice};
use common::{Buffer, WritingEnd, page_size, pipe, size};

use crate::counter::{NUMBER, first_difference};
use crate::support::contestant::Contestant;
use crate::support::race;
use crate::support::report::{Fault, Report};
use crate::support::speed::{self, Look, Reader, UNSEEN};
use crate::support::stream::{self, Stream};

const CHAPTER: &str = "stage 2, vmsplice: double buffering";
const EXPECTED: &str = "the counter, for as long as the reader wants it";
/// How many times the copying writer's speed is asked for.
const NEEDED: f64 = 1.5;

pub fn check(writer: &Contestant, report: &mut Report) -> Result<(), Fault> {
    report.step(
        "vmsplice lends pages here, and does not copy them",
        lends_pages,
    )?;
    report.step("a slow reader gets the counter", || slow_reader(writer))?;
    report.step("a hasty reader of odd sizes does, too", || {
        hasty_reader(writer)
    })?;
    report.step("a reader that leaves", || {
        stream::leave_after(writer, &[100_000], EXPECTED, CHAPTER)
    })?;
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
    let (reader, writer) = pipe::new()?;
    let mut page = Buffer::filled(page_size())?;
    let writer = WritingEnd::of(writer)?;
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
    slowly(Stream::start(writer, EXPECTED, CHAPTER)?)?;
    slowly(Stream::start_on_large_pipe(writer, EXPECTED, CHAPTER)?)?;
    Ok(String::new())
}

fn slowly(mut stream: Stream) -> Result<(), Fault> {
    let mut bytes = vec![0; 1 << 20];
    for round in 0..60 {
        thread::sleep(Duration::from_millis(if round == 0 { 50 } else { 4 }));
        // Now and then part of what is there, so that the pipe begins in mid-buffer.
        let length = match round % 3 {
            0 => 3 * page_size(),
            _ => pipe::size(&stream)?.min(bytes.len()),
        };
        take(&mut stream, &mut bytes[..length])?;
    }
    Ok(())
}

fn hasty_reader(writer: &Contestant) -> Result<String, Fault> {
    let mut stream = Stream::start(writer, EXPECTED, CHAPTER)?;
    let mut bytes = vec![0; 70_000];
    // Whole numbers, and no whole pages.
    for &length in [8, 4088, 70_000, 8200, 24].iter().cycle().take(2000) {
        take(&mut stream, &mut bytes[..length])?;
    }
    Ok(String::new())
}

fn take(stream: &mut Stream, part: &mut [u8]) -> Result<(), Fault> {
    let offset = stream.taken();
    stream.take(part)?;
    compare(part, offset, pipe::size(stream)?)
}

/// The kernel counts what a process has given to write(2) and its kin: wchar in
/// proc_pid_io(5).
fn does_not_copy(writer: &Contestant) -> Result<String, Fault> {
    const LENGTH: usize = 4 << 20;
    let mut stream = Stream::start(writer, EXPECTED, CHAPTER)?;
    stream.take(&mut vec![0; LENGTH])?;
    match stream.running.bytes_written() {
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
    let look: Look = &|offset, bytes| {
        // From the next whole number on.
        let part = (NUMBER - offset as usize % NUMBER) % NUMBER;
        let (whole, _) = bytes[part.min(bytes.len())..].as_chunks::<NUMBER>();
        compare(whole.as_flattened(), offset + part as u64, 0)
    };
    race::run(
        &[NEEDED],
        || speed::of_writer(writer, &cpus, Reader::Splicing, look),
        || speed::of_writer(&baseline, &cpus, Reader::Splicing, UNSEEN),
    )?
    .verdict(NEEDED)
    .or_fault(
        "the speed of the same counter by write(2)",
        "the bytes are right, and something takes its time: does it copy, or wait until the \
         pipe is empty, or lend little at a time? How much does your pipe hold?",
        CHAPTER,
    )
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
            "This memory was filled again after {}, while the pipe ({}) still held its end: \
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
