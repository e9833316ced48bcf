//! Exercise 5: a writer that is fast while it is read, and idle while it is not.

use std::hint;
use std::thread;
use std::time::{Duration, Instant};

use bench::placement::Placement;
use common::ContextSwitches;

use crate::support::contestant::Contestant;
use crate::support::needs;
use crate::support::on_cpu::on_cpu;
use crate::support::partner::Partner;
use crate::support::pause;
use crate::support::race;
use crate::support::report::{Fault, Report};
use crate::support::speed::{self, Reader, UNSEEN};
use crate::support::stream::Stream;

const CHAPTER: &str = "stage 5, busy looping";
const EXPECTED: &str = "X for as long as the reader wants it, also after a pause";
/// How near to the busy loop's speed it has to come.
const NEEDED: f64 = 0.7;
/// How much of a CPU it may use while its reader pauses.
const IDLE: f64 = 0.05;
const PAUSE: Duration = Duration::from_secs(1);
const BUFFER: usize = 256 << 10;

/// How long the reader at work is busy with each pipe's worth: the writer has the
/// pipe full before that, and nothing to do for the rest.
const WORK: Duration = Duration::from_micros(20);
const RUN: Duration = Duration::from_millis(500);
const LONGEST_RUN: Duration = Duration::from_secs(3);
const ENOUGH: u64 = 10_000 * BUFFER as u64;
/// With fewer pipes' worth than these, the reader has hardly been at work.
const FEWEST: u64 = 1000;
/// Sleeps for each pipe's worth that no absence of the reader explains: whoever sleeps
/// when the pipe is full has one. Whoever counts all tries together sleeps now and then.
const AWAKE: f64 = 0.001;
const NOW_AND_THEN: f64 = 0.003;
const ASLEEP: f64 = 0.3;

pub fn check(writer: &Contestant, report: &mut Report) -> Result<(), Fault> {
    report.step("vmsplice can be used here", needs::vmsplice_allowed)?;
    report.step("a reader of odd sizes gets its X, with pauses", || {
        odd_reader(writer)
    })?;
    report.step("under 5% of a CPU while the reader pauses", || {
        idle_in_pauses(writer)
    })?;
    report.step("a reader that leaves, while the writer sleeps", || {
        leaving_reader(writer)
    })?;
    report.step("awake while the reader is at work", || {
        awake_at_work(writer, &speed::two_cpus()?)
    })?;
    report.race(&format!("at least {NEEDED}x the speed of stage 5"), || {
        fast_enough(writer, &speed::two_cpus()?)
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
        let pause = pause::of(&stream.running, PAUSE)?;
        most = most.max(pause.share());
        if pause.share() >= IDLE {
            return Err(Fault::wrong(
                format!("a writer that sleeps: under {:.0}% of a CPU", IDLE * 100.0),
                format!(
                    "{:.0}% of a CPU, while there is nothing that it could do: when does it stop trying?",
                    pause.share() * 100.0
                ),
                CHAPTER,
            ));
        }
        if pause.wakes_by_the_clock() {
            return Err(Fault::wrong(
                "a writer that sleeps until there is room, and wakes at once then",
                format!(
                    "{}, and there was no room: what wakes it is the clock, too often now, and too \
                     late when the reader is back. exercises::wait::for_room sleeps by the pipe.",
                    pause.in_words()
                ),
                CHAPTER,
            ));
        }
        stream.take(&mut bytes)?;
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

/// Sleeps are counted, which no other load on the machine can hide. Only a reader that was
/// away from its work is a reason to sleep in between.
fn awake_at_work(writer: &Contestant, cpus: &Placement) -> Result<String, Fault> {
    let work = on_cpu(cpus.reader, || at_work(writer, cpus))?;
    let Work {
        pipefuls,
        sleeps,
        absences,
    } = work;
    if pipefuls < FEWEST {
        return Err(Fault::Noisy(format!(
            "the reader came to take {pipefuls} pipes' worth: it was kept from its work"
        )));
    }
    let told = format!("{sleeps} sleeps in {pipefuls} pipes' worth");
    let unexplained = sleeps.saturating_sub(absences) as f64 / pipefuls as f64;
    let (came, question) = if unexplained < AWAKE {
        return Ok(told);
    } else if unexplained >= ASLEEP {
        (
            "a writer that goes on trying while its reader is at work",
            "how long does it try before it sleeps?\n\
             And what wakes it, the clock or room in the pipe (exercises::wait::for_room)?",
        )
    } else if unexplained >= NOW_AND_THEN {
        (
            "a writer that counts its tries anew whenever something has gone in",
            "it sleeps now and then, though its reader never keeps it waiting for long. What becomes \
             of the count of tries when something has gone into the pipe?",
        )
    } else {
        return Err(Fault::Noisy(format!(
            "{told}, and the reader was kept from its work {absences} times"
        )));
    };
    Err(Fault::wrong(
        format!(
            "{came} for {} microseconds with each pipe's worth",
            WORK.as_micros()
        ),
        format!("{told} (the reader was away {absences} times): {question}"),
        CHAPTER,
    ))
}

/// Into a reader that does nothing else, and is never kept waiting by itself.
fn fast_enough(writer: &Contestant, cpus: &Placement) -> Result<f64, Fault> {
    let stage5 = Contestant::beside_me("stage5-write", &[])?;
    let speed = |writer: &Contestant| {
        let run = speed::of_writer(writer, cpus, Reader::Spinning, UNSEEN)?;
        Ok(run.awake())
    };
    race::run(&[NEEDED], cpus, &mut || speed(writer), &mut || {
        speed(&stage5)
    })?
    .verdict(NEEDED)
    .or_fault(
        "the speed of stage 5 into the same busy reader",
        "what does it do between two tries?",
        CHAPTER,
    )
}

/// What became of a writer while its reader was at work.
struct Work {
    pipefuls: u64,
    /// How often the writer slept.
    sleeps: u64,
    /// How often the reader was away: its CPU was taken from it, or stood still.
    absences: u64,
}

/// A reader that never sleeps, and looks at each pipe's worth for a while.
fn at_work(writer: &Contestant, cpus: &Placement) -> Result<Work, Fault> {
    let null = common::dev_null()?;
    let (mut running, pipe) = writer.start_writer(Some(cpus.writer))?;
    let pipe = Partner::new(pipe);
    let mut counted: Option<(u64, ContextSwitches, Instant)> = None;
    let (mut bytes, mut stood_still) = (0, 0);
    // The writer's start, and its first tries, are not part of it.
    for turn in 0.. {
        let came = pipe.splice_busily(&null, BUFFER);
        if !came.as_ref().is_ok_and(|&count| count > 0) {
            drop(pipe);
            let ending = running.end()?;
            return Err(Fault::wrong(
                EXPECTED,
                ending.map_or("nothing more".to_owned(), |ending| ending.in_words()),
                CHAPTER,
            ));
        }
        let taken = Instant::now();
        while taken.elapsed() < WORK {
            hint::spin_loop();
        }
        if counted.is_some() {
            bytes += came? as u64;
            stood_still += u64::from(taken.elapsed() > 2 * WORK);
        }
        match &counted {
            None if turn == 500 => {
                let switches = ContextSwitches::of_this_thread();
                counted = Some((running.sleeps()?, switches, Instant::now()));
            }
            Some((sleeps, switches, start))
                if bytes >= ENOUGH && start.elapsed() > RUN || start.elapsed() > LONGEST_RUN =>
            {
                let taken_away =
                    ContextSwitches::of_this_thread().involuntary - switches.involuntary;
                return Ok(Work {
                    pipefuls: bytes / BUFFER as u64,
                    sleeps: running.sleeps()? - sleeps,
                    absences: taken_away + stood_still,
                });
            }
            _ => {}
        }
    }
    unreachable!("it goes on until it returns")
}
