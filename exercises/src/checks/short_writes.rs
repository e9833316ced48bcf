//! Exercise 1: a writer that survives its reader, and the size of its buffer.

use std::thread;
use std::time::Duration;

use bench::bar::bar;
use common::{pipe, size};
use rustix::process::Signal;

use crate::counter::{NUMBER, first_difference};
use crate::support::contestant::Contestant;
use crate::support::race;
use crate::support::report::{Fault, Report};
use crate::support::speed::{self, Look, Reader, UNSEEN};
use crate::support::stream::{self, Stream};

const CHAPTER: &str = "stage 1, write and read";
const EXPECTED: &str = "the counter, for as long as the reader wants it, whatever interrupts";
/// How near to the best buffer's speed the learner's has to come.
const NEEDED: f64 = 0.85;
const BEST_BUFFER: &str = "256KiB";
const ODD_SIZES: [usize; 6] = [1, 3, 4093, 8191, 7, 70_001];
/// How often each size of buffer is tried for the table. The median counts.
const PASSES: usize = 3;

pub fn check(writer: &Contestant, report: &mut Report) -> Result<(), Fault> {
    let mut call = None;
    report.step("a plain reader gets the counter", || {
        call = plain_reader(writer)?;
        Ok(String::new())
    })?;
    report.step("a reader of odd sizes, while signals come", || {
        odd_reader(writer)
    })?;
    report.step("a reader that leaves", || {
        stream::leave_after(writer, &[1, 4096, 100_001], EXPECTED, CHAPTER)
    })?;
    let mut table = String::new();
    let raced = report.step(
        &format!("at least {NEEDED}x the speed of a {BEST_BUFFER} buffer"),
        || {
            table = curve(call)?;
            fast_enough(writer)
        },
    );
    report.note(&table)?;
    raced
}

/// Returns how many bytes a call of write(2) carried, where the kernel counts.
fn plain_reader(writer: &Contestant) -> Result<Option<u64>, Fault> {
    let mut stream = Stream::start(writer, EXPECTED, CHAPTER)?;
    let mut bytes = vec![0; 16 << 20];
    stream.take(&mut bytes)?;
    compare(&bytes, 0)?;
    let counts = (stream.running.bytes_written(), stream.running.write_calls());
    Ok(match counts {
        (Ok(bytes), Ok(calls)) => bytes.checked_div(calls),
        _ => None,
    })
}

/// A signal while the writer waits for room cuts its call short: with EINTR
/// when nothing has gone yet, with a smaller count when something has.
fn odd_reader(writer: &Contestant) -> Result<String, Fault> {
    let mut stream = Stream::start(writer, EXPECTED, CHAPTER)?;
    let mut bytes = vec![0; 70_001];
    for &length in ODD_SIZES.iter().cycle().take(300) {
        let offset = stream.taken();
        let part = &mut bytes[..length];
        stream.take(part)?;
        compare(part, offset)?;
        // Time to fill the pipe and to wait.
        thread::sleep(Duration::from_millis(1));
        stream.running.signal(Signal::USR1);
    }
    Ok(String::new())
}

fn fast_enough(writer: &Contestant) -> Result<String, Fault> {
    let cpus = speed::one_cpu()?;
    let baseline = Contestant::beside_me("counter-write", &["--buf-size", BEST_BUFFER])?;
    let look: Look = &|offset, bytes| compare(bytes, offset);
    race::run(
        &[NEEDED],
        || speed::of_writer(writer, &cpus, Reader::Copying, look),
        || speed::of_writer(&baseline, &cpus, Reader::Copying, UNSEEN),
    )?
    .verdict(NEEDED)
    .or_fault(
        &format!("the speed of the same writer with a buffer of {BEST_BUFFER}"),
        "choose your BUFFER_SIZE by the table above",
        CHAPTER,
    )
}

/// The speed of each size of buffer, for the learner to look at, and where their
/// own is among them.
fn curve(call: Option<u64>) -> Result<String, Fault> {
    let cpus = speed::one_cpu()?;
    let (pipe, _) = pipe::new()?;
    let pipe = pipe::size(&pipe)?;
    let mut sizes: Vec<(usize, Vec<f64>)> = (9..=20).map(|shift| (1 << shift, vec![])).collect();
    for _ in 0..PASSES {
        for (buffer, speeds) in &mut sizes {
            let buffer = size::format(*buffer as u64);
            let writer = Contestant::beside_me("counter-write", &["--buf-size", &buffer])?;
            let run = speed::of_writer(&writer, &cpus, Reader::Copying, UNSEEN)?;
            speeds.push(run.speed / f64::from(1 << 30));
        }
    }
    let medians: Vec<(usize, f64)> = sizes
        .into_iter()
        .map(|(buffer, mut speeds)| {
            speeds.sort_by(f64::total_cmp);
            (buffer, speeds[PASSES / 2])
        })
        .collect();
    let fastest = medians
        .iter()
        .fold(0.0_f64, |most, &(_, speed)| most.max(speed));
    let mut text =
        "the same writer with other buffers, here and now, both ends on one CPU:\n".to_owned();
    for (buffer, speed) in medians {
        let mark = match (buffer == pipe, call == Some(buffer as u64)) {
            (true, true) => "  <- yours, and the pipe's size",
            (true, false) => "  <- the pipe's size",
            (false, true) => "  <- yours",
            (false, false) => "",
        };
        let size = size::format(buffer as u64);
        text += &format!(
            "{size:>8} {speed:5.2} GiB/s  {}{mark}\n",
            bar(speed / fastest, 18)
        );
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
