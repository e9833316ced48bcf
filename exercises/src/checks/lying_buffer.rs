//! Exercise 2: a vmsplice writer that changes its buffer only when nobody reads it.

mod torn;

use std::collections::BTreeSet;
use std::io::IoSlice;
use std::thread;
use std::time::Duration;

use common::syscall::{read, vmsplice};
use common::{Buffer, WritingEnd, page_size, pipe};

use self::torn::Pipe;
use crate::counter::{NUMBER, first_difference};
use crate::support::contestant::Contestant;
use crate::support::fault::Fault;
use crate::support::needs;
use crate::support::pause;
use crate::support::race;
use crate::support::report::Report;
use crate::support::speed::{self, Look, Reader, UNSEEN};
use crate::support::stream::{self, Stream};
use torn::CHAPTER;

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
    report.step("it waits in vmsplice, and nowhere else", || {
        waits_in_the_call(writer)
    })?;
    report.race(
        &format!("at least {NEEDED}x the speed of a writer that copies"),
        || fast_enough(writer),
    )
}

/// The exercise makes no sense where the kernel copies: nothing would be torn.
fn lends_pages() -> Result<String, Fault> {
    let (reader, writer) = pipe::new()?;
    let mut page = Buffer::filled(page_size())?;
    let writer = WritingEnd::of(writer)?;
    vmsplice(&writer, &[IoSlice::new(&page)], 0).map_err(needs::refused)?;
    page.fill(b'Y');
    let mut byte = [0];
    read(&reader, &mut byte)?;
    match byte {
        [b'Y'] => Ok(String::new()),
        _ => Err(Fault::not_here(
            "this kernel's vmsplice copies: a buffer can be changed at once, and nothing is won\n\
             do this exercise on another kernel; the book's chapter on the state of splice says more",
        )),
    }
}

/// The pipe is full, and its writer asleep, before each read: whatever could be
/// changed too early has been.
fn slow_reader(writer: &Contestant) -> Result<String, Fault> {
    slowly(Stream::start(writer, EXPECTED, CHAPTER)?, false)?;
    slowly(
        Stream::start_on_large_pipe(writer, EXPECTED, CHAPTER)?,
        true,
    )?;
    Ok(String::new())
}

fn slowly(mut stream: Stream, brought: bool) -> Result<(), Fault> {
    for round in 0..60 {
        thread::sleep(Duration::from_millis(if round == 0 { 50 } else { 4 }));
        // Now and then part of what is there, so that the pipe begins in mid-buffer.
        let length = match round % 3 {
            0 => 3 * page_size(),
            _ => pipe::size(&stream)?.min(1 << 20),
        };
        take(&mut stream, length, brought)?;
    }
    Ok(())
}

fn hasty_reader(writer: &Contestant) -> Result<String, Fault> {
    let mut stream = Stream::start(writer, EXPECTED, CHAPTER)?;
    // Whole numbers, and no whole pages.
    for &length in [8, 4088, 70_000, 8200, 24].iter().cycle().take(2000) {
        take(&mut stream, length, false)?;
    }
    Ok(String::new())
}

/// What is wrong is told by what comes after it, too, and by how many buffers there are.
fn take(stream: &mut Stream, length: usize, brought: bool) -> Result<(), Fault> {
    let offset = stream.taken();
    let mut part = vec![0; length];
    stream.take(&mut part)?;
    if first_difference(&part, offset).is_none() {
        return Ok(());
    }
    let size = pipe::size(&*stream)?;
    let mut buffers = BTreeSet::new();
    let mut piece = vec![0; 64 << 10];
    for _ in 0..64 {
        // Time to fill the pipe, and to sleep.
        thread::sleep(Duration::from_millis(2));
        buffers.extend(stream.running.end_of_what_it_lends());
        let count = stream.take_some(&mut piece).unwrap_or(0);
        part.extend_from_slice(&piece[..count]);
    }
    part.truncate(part.len() / NUMBER * NUMBER);
    let pipe = Pipe {
        size,
        brought,
        buffers: buffers.len(),
    };
    torn::compare(&part, offset, pipe)
}

/// In a pause of its reader a writer sleeps in vmsplice, however the pipe was left: it
/// neither asks again and again nor sleeps by the clock.
fn waits_in_the_call(writer: &Contestant) -> Result<String, Fault> {
    const PAUSES: usize = 24;
    let mut stream = Stream::start(writer, EXPECTED, CHAPTER)?;
    let mut piece = vec![0; 48 << 10];
    for _ in 0..PAUSES {
        stream.take(&mut piece)?;
        let pause = pause::of(&stream.running, Duration::from_millis(30))?;
        if pause.is_busy() || pause.wakes_by_the_clock() {
            return Err(Fault::wrong(
                "a writer that sleeps in vmsplice until there is room",
                format!(
                    "{}, while nobody read: it looks whether the pipe is empty, again and again. It \
                     may not ask how full the pipe is (FIONREAD), nor wait by the clock. What \
                     would a second buffer know without asking?",
                    pause.in_words()
                ),
                CHAPTER,
            ));
        }
    }
    Ok(String::new())
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

/// Both ends have one CPU, where the CPU time of both is all the time that there is,
/// whatever else runs on it.
fn fast_enough(writer: &Contestant) -> Result<f64, Fault> {
    let cpus = speed::one_cpu()?;
    let baseline = Contestant::beside_me("counter-write", &["--pipe-size", "256KiB"])?;
    let look: Look = &|offset, bytes| {
        // From the next whole number on.
        let part = (NUMBER - offset as usize % NUMBER) % NUMBER;
        let (whole, _) = bytes[part.min(bytes.len())..].as_chunks::<NUMBER>();
        let pipe = Pipe {
            size: 0,
            brought: false,
            buffers: 0,
        };
        torn::compare(whole.as_flattened(), offset + part as u64, pipe)
    };
    let speed = |writer: &Contestant, look| {
        let run = speed::of_writer(writer, &cpus, Reader::Splicing, look)?;
        Ok(Some(run.by_cpu_time()))
    };
    race::run(&[NEEDED], &cpus, &mut || speed(writer, look), &mut || {
        speed(&baseline, UNSEEN)
    })?
    .verdict(NEEDED)
    .or_fault(
        "the speed of the same counter by write(2)",
        "the bytes are right, and something takes its time: does it copy, or wait until the \
         pipe is empty, or lend little at a time? How much does your pipe hold?",
        CHAPTER,
    )
}
