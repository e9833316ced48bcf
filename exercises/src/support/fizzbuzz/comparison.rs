//! A program's output beside what it should be.

use std::io;

use super::difference::Difference;
use super::lines::Lines;
use super::{CHAPTER, EXPECTED};
use crate::support::contestant::Contestant;
use crate::support::fault::Fault;
use crate::support::stream::Stream;

/// A program's output beside what it should be.
pub struct Comparison {
    /// The output.
    pub stream: Stream,
    /// What comes next.
    pub lines: Lines,
    start: u64,
}

impl Comparison {
    /// Starts the program at this number.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn start(writer: &Contestant, start: u64) -> Result<Comparison, Fault> {
        let stream = match start {
            // Where it starts by itself.
            1 => Stream::start(writer, EXPECTED, CHAPTER)?,
            _ => Stream::start(&from(writer, start), EXPECTED, CHAPTER)?,
        };
        Ok(Comparison::of(stream, start))
    }

    /// The same, with a pipe that is large from the start.
    ///
    /// # Errors
    ///
    /// When it cannot be started.
    pub fn start_on_large_pipe(writer: &Contestant, start: u64) -> Result<Comparison, Fault> {
        let stream = Stream::start_on_large_pipe(&from(writer, start), EXPECTED, CHAPTER)?;
        Ok(Comparison::of(stream, start))
    }

    fn of(stream: Stream, start: u64) -> Comparison {
        Comparison {
            stream,
            lines: Lines::new(start),
            start,
        }
    }

    /// Takes and compares as many bytes as `part` has, or all up to the end;
    /// returns how many.
    ///
    /// # Errors
    ///
    /// When a line is wrong, or nothing comes.
    pub fn take_some(&mut self, part: &mut [u8]) -> Result<usize, Fault> {
        let count = self.stream.take_some(part)?;
        self.compare(&part[..count])?;
        Ok(count)
    }

    /// Compares what was taken from the stream.
    ///
    /// # Errors
    ///
    /// When a line is wrong.
    pub fn compare(&mut self, part: &[u8]) -> Result<(), Fault> {
        let from = format!("--start {}", self.start);
        match self.lines.difference(part) {
            Some(difference) => Err(wrong_line(&difference, &from)),
            None => Ok(()),
        }
    }

    /// Takes and compares as many bytes as `part` has.
    ///
    /// # Errors
    ///
    /// When a line is wrong, or fewer come.
    pub fn take(&mut self, part: &mut [u8]) -> Result<(), Fault> {
        match self.take_some(part)? {
            count if count == part.len() => Ok(()),
            _ => Err(self.ended_early()?),
        }
    }

    /// What is wrong with an output that has ended before its last line.
    ///
    /// # Errors
    ///
    /// When the program cannot be waited for.
    pub fn ended_early(&mut self) -> io::Result<Fault> {
        let line = self.lines.peek().unwrap_or_default();
        self.stream
            .expect(format!("\"{line}\" next (--start {})", self.start));
        self.stream.ended_early()
    }
}

/// The program whose output has this difference is wrong.
pub fn wrong_line(difference: &Difference, when: &str) -> Fault {
    let question = match difference.too_early {
        true => {
            "\nwhat follows belongs further on: was the buffer changed while the pipe still held it?"
        }
        false => "",
    };
    Fault::wrong(
        format!("\"{}\" ({when})", difference.expected),
        format!("\"{}\"{question}", difference.came),
        CHAPTER,
    )
}

/// The same program from this number on.
fn from(writer: &Contestant, start: u64) -> Contestant {
    writer.with(&["--start", &start.to_string()])
}
