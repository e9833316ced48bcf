//! Exercise 5: a writer that is fast while it is read, and idle while it is not.

use std::hint;
use std::io;
use std::os::fd::AsFd;
use std::thread;
use std::time::{Duration, Instant};

use bench::placement::Placement;
use common::syscall::splice;
use libc::SPLICE_F_NONBLOCK;

use crate::support::contestant::Contestant;
use crate::support::on_cpu::on_cpu;
use crate::support::patience::PATIENCE;
use crate::support::race::{self, Run};
use crate::support::report::{Fault, Report};
use crate::support::speed;
use crate::support::stream::Stream;
use crate::support::verdict::Verdict;

const CHAPTER: &str = "stage 5, busy looping";
const EXPECTED: &str = "X for as long as the reader wants it, also after a pause";
/// How near to the busy loop's speed it has to come.
const NEEDED: f64 = 0.7;
/// How near it can come, and some noise.
const POSSIBLE: f64 = 1.5;
/// How much of a CPU it may use while its reader pauses.
const IDLE: f64 = 0.05;
/// How long the reader at work is busy with each pipe's worth: the writer has the
/// pipe full before that, and nothing to do for the rest.
const WORK: Duration = Duration::from_micros(20);
/// Sleeps for each pipe's worth: whoever sleeps when the pipe is full has one.
const AWAKE: f64 = 0.1;
const ASLEEP: f64 = 0.4;
/// With fewer than these, the reader has hardly been at work.
const FEWEST: f64 = 20.0;
const PAUSE: Duration = Duration::from_secs(1);
const RUN: Duration = Duration::from_millis(50);
const BUFFER: usize = 256 << 10;

pub fn check(writer: &Contestant, report: &mut Report) -> Result<(), Fault> {
    report.step("a reader of odd sizes gets its X, with pauses", || {
        odd_reader(writer)
    })?;
    report.step("under 5% of a CPU while the reader pauses", || {
        idle_in_pauses(writer)
    })?;
    report.step("a reader that leaves, while the writer sleeps", || {
        leaving_reader(writer)
    })?;
    let cpus = speed::two_cpus()?;
    report.step("awake while the reader is at work", || {
        awake_at_work(writer, &cpus)
    })?;
    report.step(&format!("at least {NEEDED}x the speed of stage 5"), || {
        fast_enough(writer, &cpus)
    })
}

fn odd_reader(writer: &Contestant) -> Result<String, Fault> {
    let mut stream = Stream::start(writer, EXPECTED, CHAPTER)?;
    let mut bytes = vec![0; 3 << 20];
    let lengths = [1, 4095, 70_001, 3 << 20];
    for (round, &length) in lengths.iter().cycle().take(80).enumerate() {
        if round % 8 == 0 {
            thread::sleep(Duration::from_millis(30));
        }
        let part = &mut bytes[..length];
        stream.take(part)?;
        if let Some(other) = part.iter().find(|&&byte| byte != b'X') {
            return Err(Fault::wrong(
                "X and nothing else",
                format!("the byte {other}"),
                CHAPTER,
            ));
        }
        part.fill(0);
    }
    Ok(String::new())
}

fn idle_in_pauses(writer: &Contestant) -> Result<String, Fault> {
    let mut stream = Stream::start(writer, EXPECTED, CHAPTER)?;
    let mut bytes = vec![0; 8 << 20];
    let mut most = 0.0_f64;
    // The first pause comes before the writer has seen a reader, the second after.
    for _ in 0..2 {
        // Time to fill the pipe, to spin for a while, and to fall asleep.
        thread::sleep(Duration::from_millis(200));
        let (before, start) = (stream.running.cpu_time()?, Instant::now());
        thread::sleep(PAUSE);
        let used = stream.running.cpu_time()? - before;
        most = most.max(used.as_secs_f64() / start.elapsed().as_secs_f64());
        stream.take(&mut bytes)?;
    }
    if most >= IDLE {
        return Err(Fault::wrong(
            format!("a writer that sleeps: under {:.0}% of a CPU", IDLE * 100.0),
            format!(
                "{:.0}% of a CPU, while there is nothing that it could do: when does it stop trying?",
                most * 100.0
            ),
            CHAPTER,
        ));
    }
    Ok(format!("{:.0}%", most * 100.0))
}

fn leaving_reader(writer: &Contestant) -> Result<String, Fault> {
    let mut stream = Stream::start(writer, EXPECTED, CHAPTER)?;
    stream.take(&mut [0; 100_000])?;
    // Time to fall asleep.
    thread::sleep(Duration::from_millis(100));
    stream.leave()?;
    Ok(String::new())
}

/// Sleeps are counted, which no other load on the machine can hide. Only a reader
/// that lost its CPU for a while is a reason to sleep in between.
fn awake_at_work(writer: &Contestant, cpus: &Placement) -> Result<String, Fault> {
    let (run, sleeps) = at_work(writer, cpus)?;
    let pipefuls = run.speed * RUN.as_secs_f64() / BUFFER as f64;
    let rate = sleeps as f64 / pipefuls;
    if rate < AWAKE {
        Ok(format!("{sleeps} sleeps in {pipefuls:.0} pipes' worth"))
    } else if rate < ASLEEP || pipefuls < FEWEST {
        Err(Fault::Noisy(format!(
            "{sleeps} sleeps in {pipefuls:.0} pipes' worth: the reader may have been kept from its work"
        )))
    } else {
        Err(Fault::wrong(
            format!(
                "a writer that goes on trying while its reader is at work for {} microseconds",
                WORK.as_micros()
            ),
            format!(
                "{sleeps} sleeps in {pipefuls:.0} pipes' worth: how long does it try before it sleeps?\n\
                 And what wakes it, the clock or room in the pipe (exercises::wait::for_room)?"
            ),
            CHAPTER,
        ))
    }
}

fn fast_enough(writer: &Contestant, cpus: &Placement) -> Result<String, Fault> {
    let baseline = Contestant::beside_me("stage5-write", &[])?;
    let race = race::run(
        &[NEEDED],
        || Ok(at_work(writer, cpus)?.0),
        || Ok(at_work(&baseline, cpus)?.0),
    )?;
    match race.verdict(NEEDED) {
        // Nobody can outrun a loop that does nothing else, unless it was stopped.
        Verdict::Enough(ratio) if ratio > POSSIBLE => Err(Fault::Noisy(format!(
            "{ratio:.2}x the speed of stage 5, which is too good to be true:\n\
             something else has used the CPU on which stage 5 was spinning"
        ))),
        verdict => verdict.or_fault(
            "the speed of stage 5 into the same busy reader",
            "what does it do between two tries?",
            CHAPTER,
        ),
    }
}

/// Bytes per second into a reader at work, which never sleeps, and how often the
/// writer slept meanwhile.
fn at_work(writer: &Contestant, cpus: &Placement) -> Result<(Run, u64), Fault> {
    on_cpu(cpus.reader, || timed(writer, cpus))
}

fn timed(writer: &Contestant, cpus: &Placement) -> Result<(Run, u64), Fault> {
    let null = common::dev_null()?;
    let (mut running, pipe) = writer.start_writer(Some(cpus.writer))?;
    // The writer's start is not part of it.
    let started = drain(&pipe, &null, RUN / 5)?;
    let (before, waited) = (running.sleeps()?, running.kept_waiting());
    let received = drain(&pipe, &null, RUN)?;
    let sleeps = running.sleeps()? - before;
    let waited = running.kept_waiting().saturating_sub(waited);
    drop(pipe);
    let ending = running.end()?;
    if started == 0 || received == 0 {
        return Err(Fault::wrong(
            EXPECTED,
            ending.map_or("nothing more".to_owned(), |ending| ending.in_words()),
            CHAPTER,
        ));
    }
    let run = Run {
        speed: received as f64 / RUN.as_secs_f64(),
        starved: waited > RUN / 10,
    };
    Ok((run, sleeps))
}

/// Takes what comes in this time, from the first bytes on; never sleeps.
fn drain(pipe: impl AsFd, null: impl AsFd, time: Duration) -> io::Result<u64> {
    let (mut start, mut received) = (Instant::now(), 0);
    let mut limit = PATIENCE;
    while start.elapsed() < limit {
        match splice(&pipe, &null, BUFFER, SPLICE_F_NONBLOCK) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => hint::spin_loop(),
            Ok(0) => return Ok(0),
            count => {
                if received == 0 {
                    (start, limit) = (Instant::now(), time);
                }
                received += count? as u64;
                // What a reader does with what it got.
                let taken = Instant::now();
                while taken.elapsed() < WORK {
                    hint::spin_loop();
                }
            }
        }
    }
    Ok(received)
}
