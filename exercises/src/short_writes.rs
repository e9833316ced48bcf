//! Exercise 1: a writer that survives its reader, and the size of its buffer.

use std::io;
use std::thread;
use std::time::Duration;

use common::size;
use rustix::process::Signal;

use crate::contestant::{Contestant, Ending};
use crate::counter::{NUMBER, first_difference};
use crate::exercise::Exercise;
use crate::partner::Partner;
use crate::race;
use crate::report::{Fault, Report};
use crate::speed::{self, Reader};

/// The exercise.
pub const EXERCISE: Exercise = Exercise {
    number: 1,
    title: "Short writes",
    folder: "exercise1-short-writes",
    minutes: 25,
    hints: include_str!("../exercise1-short-writes/hints.md"),
    untouched: include_str!("../exercise1-short-writes/wrong/untouched.rs"),
    check,
};

const CHAPTER: &str = "stage 1, write and read";
/// How near to the best buffer's speed the learner's has to come.
const NEEDED: f64 = 0.75;
const BEST_BUFFER: &str = "256KiB";
const ODD_SIZES: [usize; 6] = [1, 3, 4093, 8191, 7, 70_001];

fn check(writer: &Contestant, report: &mut Report) -> Result<(), Fault> {
    report.step("a plain reader gets the counter", || plain_reader(writer))?;
    report.step("a reader of odd sizes, while signals come", || {
        odd_reader(writer)
    })?;
    report.step("a reader that leaves", || leaving_reader(writer))?;
    report.step(
        &format!("at least {NEEDED}x the speed of a {BEST_BUFFER} buffer"),
        || fast_enough(writer),
    )?;
    report.note(&curve()?)?;
    Ok(())
}

fn plain_reader(writer: &Contestant) -> Result<String, Fault> {
    let (running, pipe) = writer.start_writer(None)?;
    let pipe = Partner::new(pipe);
    let mut bytes = vec![0; 16 << 20];
    let result = pipe.read_full(&mut bytes);
    drop(pipe);
    if !matches!(result, Ok(count) if count == bytes.len()) {
        return Err(stopped(result, running.end()?));
    }
    compare(&bytes, 0)?;
    Ok(String::new())
}

/// A signal while the writer waits for room cuts its call short: with EINTR
/// when nothing has gone yet, with a smaller count when something has.
fn odd_reader(writer: &Contestant) -> Result<String, Fault> {
    let (running, pipe) = writer.start_writer(None)?;
    let pipe = Partner::new(pipe);
    let mut bytes = vec![0; 70_001];
    let mut offset = 0;
    for &length in ODD_SIZES.iter().cycle().take(300) {
        let part = &mut bytes[..length];
        let result = pipe.read_full(part);
        if !matches!(result, Ok(count) if count == length) {
            drop(pipe);
            return Err(stopped(result, running.end()?));
        }
        compare(part, offset)?;
        offset += length as u64;
        // Time to fill the pipe and to wait.
        thread::sleep(Duration::from_millis(1));
        running.signal(Signal::USR1);
    }
    Ok(String::new())
}

fn leaving_reader(writer: &Contestant) -> Result<String, Fault> {
    for taken in [1, 4096, 100_001] {
        let (running, pipe) = writer.start_writer(None)?;
        let pipe = Partner::new(pipe);
        pipe.read_full(&mut vec![0; taken])?;
        drop(pipe);
        let ending = running.end()?;
        if !matches!(&ending, Some(ending) if ending.code == 0 && ending.said.is_empty()) {
            return Err(Fault::wrong(
                "a quiet end with exit code 0: the reader has all that it wants",
                ending.map_or("the writer still runs".to_owned(), |ending| {
                    ending.in_words()
                }),
                CHAPTER,
            ));
        }
    }
    Ok(String::new())
}

fn fast_enough(writer: &Contestant) -> Result<String, Fault> {
    let cpus = speed::one_cpu()?;
    let baseline = Contestant::beside_me("counter-write", &["--buf-size", BEST_BUFFER])?;
    race::run(
        NEEDED,
        || speed::of_writer(writer, &cpus, Reader::Copying),
        || speed::of_writer(&baseline, &cpus, Reader::Copying),
    )?
    .or_fault(|ratio| {
        Fault::wrong(
            format!("{NEEDED}x the speed of the same writer with a buffer of {BEST_BUFFER}"),
            format!("{ratio:.2}x: choose your BUFFER_SIZE"),
            CHAPTER,
        )
    })
}

/// The speed of each size of buffer, for the learner to look at.
fn curve() -> Result<String, Fault> {
    let cpus = speed::one_cpu()?;
    let mut text =
        "the same writer with other buffers, here and now, both ends on one CPU:\n".to_owned();
    for shift in 9..=20 {
        let buffer = size::format(1 << shift);
        let writer = Contestant::beside_me("counter-write", &["--buf-size", &buffer])?;
        let speed = speed::of_writer(&writer, &cpus, Reader::Copying)? / f64::from(1 << 30);
        text += &format!("{buffer:>8} {speed:5.2} GiB/s\n");
    }
    text += "Where does it stop getting faster, and what is that size to the pipe?";
    Ok(text)
}

fn compare(bytes: &[u8], offset: u64) -> Result<(), Fault> {
    let Some(place) = first_difference(bytes, offset) else {
        return Ok(());
    };
    Err(Fault::wrong(
        "every number of the counter, once and in order",
        format!(
            "wrong bytes from offset {place}, in number {}: were some lost or sent twice?\n\
             write(2) tells how many bytes it took, and that can be fewer than asked",
            place / NUMBER as u64
        ),
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
        "bytes for as long as the reader wants them, whatever interrupts",
        came,
        CHAPTER,
    )
}
