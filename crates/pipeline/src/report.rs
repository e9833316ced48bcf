//! The report: a table of the pipes, one of the processes, and the verdict.

use measured::words::whole;
use serde::Serialize;

use crate::arrow::{WIDTH_OF_ARROW, arrow, short};
use crate::numbers::{bytes, percent, seconds};
use crate::seen::{Fill, PipeSeen, Seen};
use crate::verdict::{self, Kind, Verdict};
use crate::words;

/// A terminal's columns: no line of the report is longer.
const WIDTH: usize = 80;

/// What was seen, what it means, and that in words.
#[derive(Serialize)]
pub struct Report<'a> {
    seen: &'a Seen,
    verdict: Verdict,
    sentences: Vec<String>,
}

impl<'a> Report<'a> {
    /// Judges what was seen.
    pub fn of(seen: &'a Seen) -> Report<'a> {
        let verdict = verdict::judge(seen);
        let sentences = words::sentences(seen, &verdict);
        Report {
            seen,
            verdict,
            sentences,
        }
    }

    /// For people.
    pub fn text(&self) -> String {
        let seen = self.seen;
        let verdict = wrapped(&self.sentences.join(" "));
        // Of what fails at once there is nothing to show.
        if self.verdict.kind == Kind::TooFew && seen.exit_code.is_some_and(|code| code > 0) {
            return verdict;
        }
        let mut text = format!(
            "{}, {} looks; the watcher used {:.1}% of a CPU\n",
            seconds(seen.seconds),
            whole(f64::from(seen.samples)),
            100.0 * seen.watcher_seconds / seen.seconds.max(seen.watcher_seconds).max(0.001)
        );
        if !seen.pipes.is_empty() {
            text += "\npipe                   size empty ▁▁▁▁▁ full    bytes a second  a write   a read\n";
        }
        for pipe in &seen.pipes {
            text += &pipe_line(seen, pipe);
        }
        if !seen.processes.is_empty() {
            text += "\n                            on a CPU          asleep to          calls switches\n\
                     process                   user system ready  read write else   per MiB  per MiB\n";
        }
        for place in 0..seen.processes.len() {
            text += &process_line(seen, place);
        }
        for what in &seen.unseen {
            text += &wrapped(&format!("not seen: {what}"));
        }
        text + "\n" + &verdict
    }

    /// For programs: one line.
    pub fn json(&self) -> String {
        serde_json::to_string(self).map_or_else(|error| error.to_string(), |line| line + "\n")
    }
}

/// Lines that end at a word, before the terminal does.
pub fn wrapped(text: &str) -> String {
    textwrap::fill(text, WIDTH) + "\n"
}

fn pipe_line(seen: &Seen, pipe: &PipeSeen) -> String {
    let size = pipe.size.map_or("?".to_owned(), |size| bytes(size as f64));
    let known = pipe.fill.seconds();
    let fill = match known > 0.0 {
        true => format!(
            "{:>5} {} {:<4}",
            percent(pipe.fill.empty / known),
            histogram(&pipe.fill),
            percent(pipe.fill.quarters[3] / known)
        ),
        false => "    ?   ?   ?   ".to_owned(),
    };
    let moved = &pipe.moved;
    let or_unknown = |number: Option<String>| number.unwrap_or("?".to_owned());
    let total = moved.bytes.map(|total| total as f64);
    let mut line = format!(
        "{:WIDTH_OF_ARROW$} {size:>7} {fill} {:>8} {:>8} {:>8} {:>8}\n",
        arrow(seen, pipe),
        or_unknown(total.map(short_bytes)),
        or_unknown(total.map(|total| short_bytes(total / seen.seconds))),
        or_unknown(moved.per_write.map(short_bytes)),
        or_unknown(moved.per_read.map(short_bytes)),
    );
    for (end, why) in [
        ("write", &moved.writes_unknown),
        ("read", &moved.reads_unknown),
    ] {
        if let Some(why) = why {
            line += &wrapped(&format!("    bytes per {end} are unknown: {why}"));
        }
    }
    line
}

/// As `111 B`: a column has no room for more.
fn short_bytes(number: f64) -> String {
    bytes(number).replace(" bytes", " B").replace(" byte", " B")
}

/// How full it was, from empty to full, as five bars.
fn histogram(fill: &Fill) -> String {
    const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let all = fill.seconds();
    let parts = [fill.empty].into_iter().chain(fill.quarters);
    parts
        .map(|part| match part > 0.0 {
            true => BARS[((part / all * 8.0).round() as usize).clamp(1, 8)],
            false => BARS[0],
        })
        .collect()
}

fn process_line(seen: &Seen, place: usize) -> String {
    let process = &seen.processes[place];
    let asleep = &process.asleep;
    let part = |seconds: f64| percent(seen.part(seconds));
    let sum = |times: &[(usize, f64)]| part(times.iter().map(|(_, time)| time).sum());
    let elsewhere = asleep.disk
        + asleep.network
        + asleep.clock
        + asleep.terminal
        + asleep.child
        + asleep.elsewhere;
    let mib = process.counts.map(|counts| {
        (
            counts.read.max(counts.written) as f64 / f64::from(1 << 20),
            counts,
        )
    });
    let (calls, switches) = match mib {
        Some((mib, counts)) if mib >= 0.01 => (
            whole((counts.read_calls + counts.write_calls) as f64 / mib),
            whole(process.voluntary_switches as f64 / mib),
        ),
        _ => ("?".to_owned(), "?".to_owned()),
    };
    format!(
        "{:25} {:>4} {:>6} {:>5} {:>5} {:>5} {:>4} {calls:>9} {switches:>8}\n",
        short(&format!("{} {}", place + 1, process.name), 25),
        part(process.user),
        part(process.system),
        part(process.ready),
        sum(&asleep.reading),
        sum(&asleep.writing),
        part(elsewhere),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seen::{Counts, Moved, ProcessSeen};

    #[test]
    fn it_fits_a_terminal() {
        let process = |name: &str| ProcessSeen {
            name: name.to_owned(),
            user: 1e3,
            counts: Some(Counts {
                read: 1 << 40,
                read_calls: 1 << 40,
                ..Counts::default()
            }),
            ..ProcessSeen::default()
        };
        let mut pipe = PipeSeen {
            size: Some(192 << 10),
            moved: Moved {
                bytes: Some(1023 << 20),
                per_write: Some(1023.0),
                reads_unknown: Some("it reads from 12 places".to_owned()),
                ..Moved::default()
            },
            ..PipeSeen::default()
        };
        pipe.fill.empty = 1e3;
        let mut seen = Seen {
            seconds: 1e3,
            processes: vec![process("a-program-of-many-letters with arguments"); 12],
            unseen: vec!["who is there, ".repeat(9)],
            ..Seen::default()
        };
        for (writers, readers) in [(0, 1), (0, 11), (5, 1), (1, 12)] {
            pipe.writers = (0..writers).collect();
            pipe.readers = (0..readers).rev().collect();
            seen.pipes.push(pipe.clone());
        }
        let text = Report::of(&seen).text();
        for line in text.lines() {
            assert!(line.chars().count() <= WIDTH, "{line}");
        }
    }

    #[test]
    fn what_fails_at_once_has_no_empty_table() {
        let seen = Seen {
            seconds: 0.003,
            processes: vec![ProcessSeen::default()],
            exit_code: Some(127),
            ..Seen::default()
        };
        let text = Report::of(&seen).text();
        let start = "It ended after 3 ms with exit code 127: too soon";
        assert!(text.starts_with(start), "{text}");
    }
}
