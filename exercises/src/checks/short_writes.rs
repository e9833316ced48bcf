//! Exercise 1: a writer that survives its reader, and the size of its buffer.

use std::process::Stdio;
use std::thread;
use std::time::Duration;

use bench::bar::bar;
use common::{pipe, size};
use rustix::process::Signal;

use crate::counter::{NUMBER, first_difference};
use crate::support::contestant::Contestant;
use crate::support::fault::Fault;
use crate::support::patience::patiently;
use crate::support::race;
use crate::support::report::Report;
use crate::support::speed::{self, Look, Reader, UNSEEN};
use crate::support::stream::{self, Stream};

const CHAPTER: &str = "stage 1, write and read";
const EXPECTED: &str = "the counter, for as long as the reader wants it, whatever interrupts";
/// How near to the best buffer's speed the learner's has to come.
const NEEDED: f64 = 0.85;
const BEST_BUFFER: &str = "256KiB";
const LARGEST: u64 = 256 << 10;
const ODD_SIZES: [usize; 6] = [1, 3, 4093, 8191, 7, 70_001];
/// How often each size of buffer is tried for the table. The median counts.
const PASSES: usize = 3;

pub fn check(writer: &Contestant, report: &mut Report) -> Result<(), Fault> {
    report.step("it calls Write::write itself", || by_the_rule(writer))?;
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
    report.step("another error is no end", || other_error(writer))?;
    report.step("no larger than it has to be", || not_too_large(call))?;
    let mut table = String::new();
    let raced = report.race(
        &format!("at least {NEEDED}x the speed of a {BEST_BUFFER} buffer"),
        || {
            table = curve(writer, call)?;
            fast_enough(writer)
        },
    );
    report.note(&table)?;
    raced
}

/// From outside, `write_all` cannot be told from a loop that does the same.
fn by_the_rule(writer: &Contestant) -> Result<String, Fault> {
    match writer.uses(&["write_all", "BufWriter", "LineWriter", "io::copy"]) {
        None => Ok(String::new()),
        Some(word) => Err(Fault::wrong(
            "a loop of your own around Write::write",
            format!("{word}: it has that loop in it, and so nobody sees yours"),
            CHAPTER,
        )),
    }
}

/// Returns how many bytes a call of write(2) asked for, where the kernel counts.
fn plain_reader(writer: &Contestant) -> Result<Option<u64>, Fault> {
    let mut stream = Stream::start(writer, EXPECTED, CHAPTER)?;
    let mut bytes = vec![0; 16 << 20];
    stream.take(&mut bytes)?;
    compare(&bytes, 0)?;
    let counts = (stream.running.bytes_written(), stream.running.write_calls());
    Ok(match counts {
        // The first call is still under way.
        (Ok(_), Ok(0)) => Some(bytes.len() as u64),
        (Ok(bytes), Ok(calls)) => Some(bytes / calls),
        _ => None,
    })
}

/// A signal while the writer waits for room cuts its call short: with EINTR
/// when nothing has gone yet, with a smaller count when something has.
fn odd_reader(writer: &Contestant) -> Result<String, Fault> {
    let mut stream = Stream::start(writer, EXPECTED, CHAPTER)?;
    let mut bytes = vec![0; 70_001];
    stream.take(&mut bytes[..8])?;
    let interrupted = stream.running.is_interrupted_by(Signal::USR1.as_raw());
    if interrupted.is_ok_and(|interrupted| !interrupted) {
        return Err(Fault::wrong(
            "a writer that signals interrupt: SIGUSR1, as main has set it up",
            "SIGUSR1 is ignored or held back (SigIgn, SigBlk in /proc/PID/status): so no call is \
             ever cut short, and nobody sees what your loop does then",
            CHAPTER,
        ));
    }
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

/// On a pipe that does not block, a full one is an error, and not one of the two that are
/// none: bytes are lost if nobody says so. Who tries again for ever is right as well.
fn other_error(writer: &Contestant) -> Result<String, Fault> {
    let (reader, pipe) = pipe::new()?;
    pipe::never_block(&pipe)?;
    let mut running = writer.start(Stdio::null(), pipe, None)?;
    let ending = patiently(|| running.try_end())?;
    drop(reader);
    match ending {
        Some(ending) if ending.code == 0 => Err(Fault::wrong(
            "an error with a name, and exit code 1: this pipe is set to O_NONBLOCK, and full",
            "a quiet end with exit code 0, as if all were well: EAGAIN is not EPIPE, the reader \
             is still there, and waits for the rest",
            CHAPTER,
        )),
        _ => Ok(String::new()),
    }
}

/// Whoever takes a huge buffer has not looked for the bend. Calls are counted.
fn not_too_large(call: Option<u64>) -> Result<String, Fault> {
    match call {
        Some(call) if call > LARGEST => Err(Fault::wrong(
            format!("the size from which on it gets hardly faster, which is {BEST_BUFFER} at most"),
            format!(
                "{} or more in one call: that is fast, but so is much less. Where is the bend, \
                 and what has the pipe to do with it?",
                size::format(call)
            ),
            CHAPTER,
        )),
        _ => Ok(String::new()),
    }
}

/// Both ends have one CPU, where the CPU time of both is all the time that there is,
/// whatever else runs on it.
fn fast_enough(writer: &Contestant) -> Result<f64, Fault> {
    let cpus = speed::one_cpu()?;
    let baseline = Contestant::beside_me("counter-write", &["--buf-size", BEST_BUFFER])?;
    let look: Look = &|offset, bytes| compare(bytes, offset);
    let speed = |writer: &Contestant, look| {
        let run = speed::of_writer(writer, &cpus, Reader::Copying, look)?;
        Ok(Some(run.by_cpu_time()))
    };
    race::run(&[NEEDED], &cpus, &mut || speed(writer, look), &mut || {
        speed(&baseline, UNSEEN)
    })?
    .verdict(NEEDED)
    .or_fault(
        &format!("the speed of the same writer with a buffer of {BEST_BUFFER}"),
        "choose your BUFFER_SIZE by the table",
        CHAPTER,
    )
}

/// The speed of each size of buffer, for the learner to look at, and where their
/// own is among them.
fn curve(writer: &Contestant, call: Option<u64>) -> Result<String, Fault> {
    let cpus = speed::one_cpu()?;
    let (pipe, _) = pipe::new()?;
    let pipe = pipe::size(&pipe)? as u64;
    let mut writers = Vec::new();
    for shift in 9..=20 {
        let buffer = 1 << shift;
        let option = size::format(buffer);
        let other = Contestant::beside_me("counter-write", &["--buf-size", &option])?;
        if call != Some(buffer) {
            writers.push((buffer, other, Vec::new()));
        }
    }
    if let Some(call) = call {
        writers.push((call, writer.with(&[]), Vec::new()));
    }
    writers.sort_by_key(|(buffer, ..)| *buffer);
    for _ in 0..PASSES {
        for (_, writer, speeds) in &mut writers {
            let run = speed::of_writer(writer, &cpus, Reader::Copying, UNSEEN)?;
            speeds.push(run.by_cpu_time() / f64::from(1 << 30));
        }
    }
    let mut medians = Vec::new();
    for (buffer, _, mut speeds) in writers {
        speeds.sort_by(f64::total_cmp);
        medians.push((buffer, speeds[PASSES / 2]));
    }
    let fastest = medians
        .iter()
        .fold(0.0_f64, |most, &(_, speed)| most.max(speed));
    let mut text = "buffers of other sizes, here and now, both ends on one CPU:\n".to_owned();
    for (buffer, speed) in medians {
        let mark = match (buffer == pipe, call == Some(buffer)) {
            (true, true) => "  <- yours, and the pipe's size",
            (true, false) => "  <- the pipe's size",
            (false, true) => "  <- yours",
            (false, false) => "",
        };
        text += &format!(
            "{:>8} {speed:5.2} GiB/s  {}{mark}\n",
            size::format(buffer),
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
