//! The report: a table of the pipes, one of the processes, and the verdict.

use std::fmt::Write;

use measured::words::whole;
use serde::Serialize;

use crate::numbers::{bytes, percent, seconds};
use crate::seen::{Fill, PipeSeen, ProcessSeen, Seen};
use crate::verdict::{self, Verdict};
use crate::words;

/// A line of the report ends before this.
const WIDTH: usize = 96;

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
        let mut text = format!(
            "{}, {} looks; the watcher used {:.1}% of a CPU\n",
            seconds(seen.seconds),
            whole(f64::from(seen.samples)),
            100.0 * seen.watcher_seconds / seen.seconds.max(seen.watcher_seconds).max(0.001)
        );
        if !seen.pipes.is_empty() {
            text += "\npipe                                  size  empty ▁▁▁▁▁ full     bytes         rate    a write     a read\n";
        }
        for pipe in &seen.pipes {
            text += &pipe_line(seen, pipe);
        }
        text += "\n                              on a CPU       ready  asleep to          calls  switches\n\
                 process                   user  system  for one  read  write  else  per MiB   per MiB\n";
        for process in &seen.processes {
            text += &process_line(seen, process);
        }
        for what in &seen.unseen {
            let _ = writeln!(text, "not seen: {what}");
        }
        text.push('\n');
        for line in textwrap::wrap(&self.sentences.join(" "), WIDTH) {
            let _ = writeln!(text, "{line}");
        }
        text
    }

    /// For programs: one line.
    pub fn json(&self) -> String {
        serde_json::to_string(self).map_or_else(|error| error.to_string(), |line| line + "\n")
    }
}

fn pipe_line(seen: &Seen, pipe: &PipeSeen) -> String {
    let size = pipe.size.map_or("?".to_owned(), |size| bytes(size as f64));
    let known = pipe.fill.seconds();
    let fill = match known > 0.0 {
        true => format!(
            "{:>4} {} {:<4}",
            percent(pipe.fill.empty / known),
            histogram(&pipe.fill),
            percent(pipe.fill.quarters[3] / known)
        ),
        false => "   ?   ?   ?   ".to_owned(),
    };
    let moved = &pipe.moved;
    let or_unknown = |number: Option<String>| number.unwrap_or("?".to_owned());
    let rate = moved
        .bytes
        .map(|total| bytes(total as f64 / seen.seconds) + "/s");
    let mut line = format!(
        "{:35} {size:>8}  {fill} {:>10} {:>12} {:>10} {:>10}\n",
        arrow(seen, pipe),
        or_unknown(moved.bytes.map(|total| bytes(total as f64))),
        or_unknown(rate),
        or_unknown(moved.per_write.map(bytes)),
        or_unknown(moved.per_read.map(bytes)),
    );
    for (end, why) in [
        ("write", &moved.writes_unknown),
        ("read", &moved.reads_unknown),
    ] {
        if let Some(why) = why {
            let _ = writeln!(line, "    bytes per {end} are unknown: {why}");
        }
    }
    line
}

/// Who writes and who reads.
pub fn arrow(seen: &Seen, pipe: &PipeSeen) -> String {
    let names = |places: &[usize]| match places {
        [] => "(outside)".to_owned(),
        [one] => short(&seen.processes[*one].name, 15),
        [one, more @ ..] => format!("{} +{}", short(&seen.processes[*one].name, 12), more.len()),
    };
    format!("{} → {}", names(&pipe.writers), names(&pipe.readers))
}

fn short(name: &str, most: usize) -> String {
    match name.chars().count() > most {
        true => name.chars().take(most - 1).chain(['…']).collect(),
        false => name.to_owned(),
    }
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

fn process_line(seen: &Seen, process: &ProcessSeen) -> String {
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
        "{:24} {:>5} {:>7} {:>8} {:>5} {:>6} {:>5} {calls:>8} {switches:>9}\n",
        short(&process.name, 24),
        part(process.user),
        part(process.system),
        part(process.ready),
        sum(&asleep.reading),
        sum(&asleep.writing),
        part(elsewhere),
    )
}
