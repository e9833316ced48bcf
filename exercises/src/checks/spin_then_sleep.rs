//! Exercise 5: a writer that is fast while it is read, and idle while it is not.

use std::hint;
use std::thread;
use std::time::{Duration, Instant};

use bench::placement::Placement;
use common::ContextSwitches;

use crate::support::contestant::Contestant;
use crate::support::fault::Fault;
use crate::support::needs;
use crate::support::on_cpu::on_cpu;
use crate::support::partner::Partner;
use crate::support::pause;
use crate::support::race;
use crate::support::report::Report;
use crate::support::speed::{self, Reader, UNSEEN};
use crate::support::stream::Stream;

const CHAPTER: &str = "stage 5, busy looping";
const EXPECTED: &str = "X for as long as the reader wants it, also after a pause";
/// How near to the busy loop's speed it has to come.
const NEEDED: f64 = 0.7;
/// How much of a CPU it may use while its reader pauses.
const IDLE: f64 = 0.05;
/// The first comes before the writer has seen a reader at work, the second after.
const PAUSES: [Duration; 2] = [Duration::from_millis(600), Duration::from_secs(1)];
const BUFFER: usize = 256 << 10;

/// How long the reader at work is busy with each pipe's worth: the writer has the
/// pipe full before that, and nothing to do for the rest.
const WORK: Duration = Duration::from_micros(20);
const BETWEEN_LOOKS: u64 = 50;
const LONGEST_RUN: Duration = Duration::from_secs(20);
const ENOUGH: u64 = 20_000;
/// Whoever never sleeps has to be seen with so many; whoever does, so often.
const FEWEST: u64 = 8000;
/// Sleeps for each pipe's worth: whoever sleeps when the pipe is full has one. Whoever counts
/// all tries together sleeps now and then.
const AWAKE: f64 = 0.00025;
const NOW_AND_THEN: f64 = 0.0005;
const MANY: u64 = 4;
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
    for length in PAUSES {
        let pause = pause::of(&stream.running, length)?;
        most = most.max(pause.share());
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
        let held = rustix::io::ioctl_fionread(&stream)?;
        stream.take(&mut bytes[..(held as usize).min(BUFFER)])?;
        if !pause::is_woken_by_room(&stream)? {
            return Err(Fault::wrong(
                "a writer that sleeps until there is room, and wakes at once then",
                "it slept on when the pipe had been emptied, as one does that sleeps for a time: however \
                 well chosen, it is too long for a reader that is back. exercises::wait::for_room sleeps \
                 by the pipe.",
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

/// Sleeps are counted, which no other load on the machine can hide, and only while the reader
/// was at its work without a break: one that was away is a reason to sleep.
fn awake_at_work(writer: &Contestant, cpus: &Placement) -> Result<String, Fault> {
    let Work { pipefuls, sleeps } = on_cpu(cpus.reader, || at_work(writer, cpus))?;
    let told = format!("{sleeps} sleeps in {pipefuls} pipes' worth");
    let rate = sleeps as f64 / pipefuls as f64;
    let awake = rate <= AWAKE && pipefuls >= FEWEST;
    let sleeps_too_often = rate >= NOW_AND_THEN && sleeps >= MANY;
    if !awake && !sleeps_too_often {
        return Err(Fault::Noisy(format!(
            "{told}, before the reader was kept from its work"
        )));
    } else if awake {
        return Ok(told);
    }
    let (expected, question) = if rate >= ASLEEP {
        (
            "a writer that goes on trying while its reader is at work",
            "how long does it try before it sleeps?\n\
             And what wakes it, the clock or room in the pipe (exercises::wait::for_room)?",
        )
    } else {
        (
            "a writer that counts its tries anew whenever something has gone in, for a reader at work",
            "it sleeps now and then, though its reader never keeps it waiting for long. What becomes \
             of the count of tries when something has gone into the pipe?",
        )
    };
    Err(Fault::wrong(
        format!(
            "{expected} for {} microseconds with each pipe's worth",
            WORK.as_micros()
        ),
        format!("{told}: {question}"),
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
#[derive(Default)]
struct Work {
    pipefuls: u64,
    /// How often the writer slept.
    sleeps: u64,
}

/// A reader that never sleeps, and looks at each pipe's worth for a while. What happens
/// between two looks at the writer's sleeps counts, unless the reader was away meanwhile.
fn at_work(writer: &Contestant, cpus: &Placement) -> Result<Work, Fault> {
    let null = common::dev_null()?;
    let (mut running, pipe) = writer.start_writer(Some(cpus.writer))?;
    let pipe = Partner::new(pipe);
    let mut work = Work::default();
    let start = Instant::now();
    // The writer's start, and its first tries, are not part of it.
    for look in 0.. {
        let before = (
            running.sleeps()?,
            ContextSwitches::of_this_thread().involuntary,
        );
        let (mut bytes, mut stood_still) = (0, false);
        for _ in 0..BETWEEN_LOOKS {
            match pipe.splice_busily(&null, BUFFER) {
                Ok(count) if count > 0 => bytes += count as u64,
                _ => {
                    drop(pipe);
                    let came = match running.end()? {
                        Some(ending) => ending.in_words(),
                        None => "nothing more".to_owned(),
                    };
                    return Err(Fault::wrong(EXPECTED, came, CHAPTER));
                }
            }
            let taken = Instant::now();
            while taken.elapsed() < WORK {
                hint::spin_loop();
            }
            stood_still |= taken.elapsed() > 2 * WORK;
        }
        let taken_away = ContextSwitches::of_this_thread().involuntary > before.1;
        if !taken_away && !stood_still && look > 10 {
            work.pipefuls += bytes / BUFFER as u64;
            work.sleeps += running.sleeps()? - before.0;
        }
        if work.pipefuls > ENOUGH || start.elapsed() > LONGEST_RUN {
            break;
        }
    }
    Ok(work)
}
