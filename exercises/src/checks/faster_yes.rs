//! Exercise 6: any line, again and again, faster than stage 5 moves its X.

mod slots;

use std::thread;
use std::time::Duration;

use crate::support::contestant::Contestant;
use crate::support::fault::Fault;
use crate::support::needs;
use crate::support::pause;
use crate::support::race;
use crate::support::report::Report;
use crate::support::run::Run;
use crate::support::speed::{self, Look, Reader, UNSEEN};
use crate::support::stream::{self, Stream};
use crate::support::verdict::Verdict;
use slots::CHAPTER;

/// How many times the speed of stage 5 it has to have: what large slots give, and slots
/// of a page do not.
const NEEDED: f64 = 2.0;
/// In so many rounds a writer slept so often that no call is known to have found it awake.
const SLEPT_OFTEN: usize = 3;
/// The lines that it is timed with.
const RACED: [usize; 2] = [1, 70_000];

/// Lines that fit pages, and lines that do not; with their ends, a byte longer.
const LENGTHS: [usize; 8] = [0, 1, 2, 6, 4094, 4095, 10_006, 70_000];
const ODD_SIZES: [usize; 6] = [1, 4095, 70_001, 13, 300_007, 4097];

pub fn check(writer: &Contestant, report: &mut Report) -> Result<(), Fault> {
    report.step("lines of all lengths arrive whole", || {
        each_line(writer, hasty_reader)
    })?;
    report.step("and into a slow reader of odd sizes", || {
        each_line(writer, slow_reader)
    })?;
    report.step("a reader that leaves", || {
        stream::leave_after(
            writer,
            &[1, 4096, 3 << 20],
            &Line::new(1).forever(),
            CHAPTER,
        )
    })?;
    for length in RACED {
        let line = Line::new(length);
        report.race(
            &format!("{NEEDED}x the speed of stage 5, with {}", line.in_words()),
            || fast_enough(writer, &line),
        )?;
    }
    Ok(())
}

fn each_line(
    writer: &Contestant,
    reader: fn(&Contestant, &Line) -> Result<(), Fault>,
) -> Result<String, Fault> {
    for length in LENGTHS {
        let line = Line::new(length);
        reader(&line.writer(writer), &line)?;
    }
    Ok(String::new())
}

fn hasty_reader(writer: &Contestant, line: &Line) -> Result<(), Fault> {
    take(writer, line, &[1 << 20], 24, Duration::ZERO)
}

/// The pipe is full before each read, and is never emptied: the writer has to go on
/// in mid-line, wherever there was no more room.
fn slow_reader(writer: &Contestant, line: &Line) -> Result<(), Fault> {
    take(writer, line, &ODD_SIZES, 60, Duration::from_millis(2))
}

fn take(
    writer: &Contestant,
    line: &Line,
    sizes: &[usize],
    rounds: usize,
    pause: Duration,
) -> Result<(), Fault> {
    let mut stream = Stream::start(writer, line.forever(), CHAPTER)?;
    for &size in sizes.iter().cycle().take(rounds) {
        thread::sleep(pause);
        let mut part = vec![0; size];
        let offset = stream.taken();
        stream.take(&mut part)?;
        line.compare(&part, offset as usize)?;
    }
    Ok(())
}

fn fast_enough(writer: &Contestant, line: &Line) -> Result<f64, Fault> {
    let cpus = speed::two_cpus()?;
    needs::vmsplice_allowed()?;
    let stage5 = Contestant::beside_me("stage5-write", &[])?;
    let writer = line.writer(writer);
    let look: Look = &|offset, bytes| line.compare(bytes, offset as usize);
    let speed = |writer: &Contestant, look| -> Result<Run, Fault> {
        speed::of_writer(writer, &cpus, Reader::Spinning, look)
    };
    let (mut asleep, mut spins) = (0, false);
    let mut mine = || {
        let run = speed(&writer, look)?;
        asleep += usize::from(run.program_sleeps());
        if asleep == SLEPT_OFTEN && !spins {
            spins = !pause::sleeps_when_full(&writer, CHAPTER)?;
        }
        if asleep < SLEPT_OFTEN || spins {
            return Ok(run.awake());
        }
        if slots::copies(&writer)? {
            return Err(Fault::wrong(
                format!("{NEEDED}x the speed of stage 5 into the same busy reader, or more"),
                slots::COPIES,
                CHAPTER,
            ));
        }
        Err(Fault::wrong(
            "a writer that goes on trying, as stage 5 does",
            format!(
                "it sleeps when the pipe is full, {} times while the reader called {} times: to be \
                 woken takes longer than to move what is there. SPLICE_F_NONBLOCK, and again at once.",
                run.writer_sleeps, run.calls.calls
            ),
            CHAPTER,
        ))
    };
    let mut base = || Ok(speed(&stage5, UNSEEN)?.awake());
    let verdict = race::run(&[NEEDED], &cpus, &mut mine, &mut base)?.verdict(NEEDED);
    let question = match verdict {
        Verdict::Enough(_) => String::new(),
        _ => slots::question(&writer)?,
    };
    verdict.or_fault(
        "the speed of stage 5 into the same busy reader",
        &question,
        CHAPTER,
    )
}

/// A line to be repeated, each of whose bytes can be told from its neighbors.
struct Line {
    text: String,
}

impl Line {
    fn new(length: usize) -> Line {
        let text = ('a'..='z').cycle().take(length).collect();
        Line { text }
    }

    /// The program with this line to repeat.
    fn writer(&self, writer: &Contestant) -> Contestant {
        writer.with(&[&self.text])
    }

    /// What should be at this place of the output.
    fn byte(&self, place: usize) -> u8 {
        let place = place % (self.text.len() + 1);
        self.text.as_bytes().get(place).copied().unwrap_or(b'\n')
    }

    fn in_words(&self) -> String {
        match self.text.len() {
            0 => "an empty line".to_owned(),
            1..=10 => format!("the line \"{}\"", self.text),
            length => format!("a line of {length} letters, \"{}…\"", &self.text[..5]),
        }
    }

    fn forever(&self) -> String {
        format!("{}, for as long as the reader wants it", self.in_words())
    }

    fn compare(&self, bytes: &[u8], offset: usize) -> Result<(), Fault> {
        let wrong = (offset..)
            .zip(bytes)
            .find(|&(place, &byte)| byte != self.byte(place));
        let Some((place, &byte)) = wrong else {
            return Ok(());
        };
        Err(Fault::wrong(
            format!(
                "{}, again and again: at offset {place} {:?}",
                self.in_words(),
                char::from(self.byte(place))
            ),
            format!(
                "{:?}: line {} was cut\n\
                 a call can move fewer bytes than asked, and stop in mid-line: where does the next begin?",
                char::from(byte),
                place / (self.text.len() + 1) + 1
            ),
            CHAPTER,
        ))
    }
}
