//! Exercise 6: any line, again and again, faster than stage 5 moves its X.

use std::thread;
use std::time::Duration;

use lab::placement::Placement;

use crate::contestant::Contestant;
use crate::exercise::Exercise;
use crate::partner::Partner;
use crate::race;
use crate::report::{Fault, Report};
use crate::speed::{self, Reader};

/// The exercise.
pub const EXERCISE: Exercise = Exercise {
    number: 6,
    title: "A faster yes",
    folder: "exercise6-faster-yes",
    minutes: 45,
    hints: include_str!("../exercise6-faster-yes/hints.md"),
    untouched: include_str!("../exercise6-faster-yes/wrong/untouched.rs"),
    check,
};

const CHAPTER: &str = "beyond the post: tee";
/// How many times the speed of stage 5 it has to have: faster, beyond doubt.
const NEEDED: f64 = 1.1;

/// Lines that fit pages, and lines that do not; with their ends, a byte longer.
const LENGTHS: [usize; 8] = [0, 1, 2, 6, 4094, 4095, 10_006, 70_000];
const ODD_SIZES: [usize; 6] = [1, 4095, 70_001, 13, 300_007, 4097];

fn check(writer: &Contestant, report: &mut Report) -> Result<(), Fault> {
    report.step("lines of all lengths arrive whole", || {
        each_line(writer, hasty_reader)
    })?;
    report.step("and into a slow reader of odd sizes", || {
        each_line(writer, slow_reader)
    })?;
    report.step("a reader that leaves", || leaving_reader(writer))?;
    report.step(&format!("at least {NEEDED}x the speed of stage 5"), || {
        fast_enough(writer)
    })
}

fn each_line(
    writer: &Contestant,
    reader: fn(&Contestant, &Line) -> Result<(), Fault>,
) -> Result<String, Fault> {
    for length in LENGTHS {
        let line = Line::new(length);
        let mut arguments = writer.arguments.clone();
        arguments.push(line.text.clone());
        let writer = Contestant {
            program: writer.program.clone(),
            arguments,
        };
        reader(&writer, &line)?;
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
    let (running, pipe) = writer.start_writer(None)?;
    let pipe = Partner::new(pipe);
    let mut offset = 0;
    for &size in sizes.iter().cycle().take(rounds) {
        thread::sleep(pause);
        let mut part = vec![0; size];
        let result = pipe.read_full(&mut part);
        if !matches!(result, Ok(count) if count == size) {
            drop(pipe);
            let ending = running.end()?;
            let how = match (result, ending) {
                (Ok(_), Some(ending)) => format!("then its end: {}", ending.in_words()),
                (Ok(_), None) => "then a closed pipe".to_owned(),
                (Err(error), _) => format!("then nothing more ({error})"),
            };
            return Err(Fault::wrong(
                format!("{}, for as long as the reader wants it", line.in_words()),
                format!("{offset} right bytes, {how}"),
                CHAPTER,
            ));
        }
        line.compare(&part, offset)?;
        offset += size;
    }
    Ok(())
}

fn leaving_reader(writer: &Contestant) -> Result<String, Fault> {
    for taken in [1, 4096, 3 << 20] {
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
    let cpus = Placement::choose(None)?;
    let stage5 = Contestant::beside_me("stage5-write", &[])?;
    race::run(
        NEEDED,
        || speed::of_writer(writer, &cpus, Reader::Spinning),
        || speed::of_writer(&stage5, &cpus, Reader::Spinning),
    )?
    .or_fault(|ratio| {
        Fault::wrong(
            format!("{NEEDED}x the speed of stage 5 into the same busy reader, or more"),
            format!("{ratio:.2}x: what does each page still cost, and who could do with fewer?"),
            CHAPTER,
        )
    })
}

/// A line to be repeated, each of whose bytes can be told from its neighbours.
struct Line {
    text: String,
}

impl Line {
    fn new(length: usize) -> Line {
        let text = ('a'..='z').cycle().take(length).collect();
        Line { text }
    }

    /// What should be at this place of the output.
    fn byte(&self, place: usize) -> u8 {
        let place = place % (self.text.len() + 1);
        self.text.as_bytes().get(place).copied().unwrap_or(b'\n')
    }

    fn in_words(&self) -> String {
        match self.text.len() {
            0 => "an empty line".to_owned(),
            length @ 1..=10 => format!("a line of {length}, \"{}\"", self.text),
            length => format!("a line of {length} letters, \"{}…\"", &self.text[..5]),
        }
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
