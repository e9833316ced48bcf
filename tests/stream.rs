//! A writer with what it says, and the ways to take that from it. Every way
//! compares each byte, and wants a clean end of all who took part.

use std::io::{PipeReader, Read};
use std::process::Command;

use crate::{program, run_pair, start_writer, wait};

/// A writer with its arguments, and what it says over and over.
#[derive(Clone, Debug, PartialEq)]
pub struct Stream {
    program: &'static str,
    arguments: Vec<String>,
    says: Vec<u8>,
}

impl Stream {
    /// A writer that says X.
    pub fn of(program: &'static str, arguments: &[&str]) -> Stream {
        Stream {
            program,
            arguments: arguments.iter().map(ToString::to_string).collect(),
            says: b"X".to_vec(),
        }
    }

    /// The same writer with these arguments too.
    #[must_use]
    pub fn with(mut self, arguments: &[&str]) -> Stream {
        self.arguments
            .extend(arguments.iter().map(ToString::to_string));
        self
    }

    /// The same writer, which is expected to say this.
    #[must_use]
    pub fn saying(self, says: &[u8]) -> Stream {
        Stream {
            says: says.to_vec(),
            ..self
        }
    }

    /// The same writer, told to say this line and a line end.
    #[must_use]
    pub fn line(self, line: &str) -> Stream {
        self.with(&["--line", line])
            .saying(format!("{line}\n").as_bytes())
    }

    /// The command that starts it.
    pub fn command(&self) -> Command {
        let mut command = program(self.program);
        command.args(&self.arguments);
        command
    }

    /// Asserts that these are its first bytes, and as many.
    #[track_caller]
    pub fn assert_begins(&self, got: &[u8], length: usize) {
        assert_eq!(got.len(), length, "bytes of {self:?}");
        let wanted = self.says.repeat((1 << 20) / self.says.len() + 1);
        for (index, part) in got.chunks(wanted.len()).enumerate() {
            let wrong = || part.iter().zip(&wanted).position(|(one, two)| one != two);
            assert!(
                part == &wanted[..part.len()],
                "byte {} of {self:?} is wrong",
                index * wanted.len() + wrong().unwrap_or(0)
            );
        }
    }

    /// What `tool`, which reads standard input, passes on of it.
    #[track_caller]
    pub fn through(&self, tool: &[&str], length: usize) {
        let passed_on = self.output_of(tool);
        self.assert_begins(&passed_on, length);
    }

    /// What `tool` says when it gets this stream.
    #[track_caller]
    pub fn output_of(&self, tool: &[&str]) -> Vec<u8> {
        let mut reader = Command::new(tool[0]);
        let (writing, reading) = run_pair(&mut self.command(), reader.args(&tool[1..]));
        writing.assert_clean();
        reading.assert_clean();
        reading.stdout
    }

    /// Reads `length` bytes of it, however `read` cuts them, and then closes the pipe.
    #[track_caller]
    pub fn taken_by(
        &self,
        length: usize,
        mut read: impl FnMut(&mut PipeReader, &mut [u8]) -> usize,
    ) {
        let (writing, mut pipe) = start_writer(&mut self.command());
        // No byte of it is right before it is read.
        let mut got = vec![!self.says[0]; length];
        let mut at = 0;
        while at < length {
            let count = read(&mut pipe, &mut got[at..]);
            assert!(count > 0, "{self:?} ended after {at} bytes");
            at += count;
        }
        drop(pipe);
        self.assert_begins(&got, length);
        wait(writing).assert_clean();
    }

    /// The same in one go.
    #[track_caller]
    pub fn taken(&self, length: usize) {
        self.taken_by(length, |pipe, rest| {
            pipe.read_exact(rest).map_or(0, |()| rest.len())
        });
    }
}

/// Runs `writer | reader`, one of ours, and asserts that it has read `bytes` as it says.
#[track_caller]
pub fn assert_counts(writer: &mut Command, reader: &mut Command, bytes: usize) {
    let count = bytes.to_string();
    reader.args(["--csv", "--bytes-to-pipe", &count]);
    let (writing, reading) = run_pair(writer, reader);
    writing.assert_clean();
    reading.assert_clean();
    let row = reading.text();
    assert_eq!(row.split(',').nth(1), Some(&*count), "{writer:?} {row}");
}

/// Lines whose numbers tell where they belong; some 800 of them are just under a page.
pub fn numbered_lines(count: usize) -> String {
    let lines: Vec<String> = (0..count).map(|number| number.to_string()).collect();
    lines.join("\n")
}
