//! What moves on the terminal while the pipeline runs: a line for each pipe.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::account;
use crate::arrow::{WIDTH_OF_ARROW, arrow};
use crate::numbers::{bytes, percent};

use crate::seen::Seen;
use crate::watcher::Watcher;

const DRAW: Duration = Duration::from_millis(250);

/// The lines; on a terminal only, and not where the pipeline itself writes there.
pub struct View {
    lines: Option<MultiProgress>,
    bars: Vec<ProgressBar>,
    before: Option<Seen>,
    last: Instant,
}

impl View {
    /// Lines on standard error, if they are wanted and that is a terminal.
    pub fn new(wanted: bool) -> View {
        View {
            lines: (wanted && io::stderr().is_terminal()).then(MultiProgress::new),
            bars: Vec::new(),
            before: None,
            last: Instant::now(),
        }
    }

    /// Draws, if it is time to.
    pub fn draw(&mut self, watcher: &Watcher) {
        if self.lines.is_none() || self.last.elapsed() < DRAW {
            return;
        }
        self.last = Instant::now();
        if account::writes_to_terminal(&watcher.scene) {
            self.clear();
            self.lines = None;
            return;
        }
        let seen = account::seen(watcher);
        let Some(lines) = &self.lines else {
            return;
        };
        while self.bars.len() < seen.pipes.len() {
            let style = ProgressStyle::with_template("{wide_msg}");
            let bar = ProgressBar::new_spinner().with_style(style.expect("it is constant"));
            self.bars.push(lines.add(bar));
        }
        let before = self.before.take().unwrap_or_default();
        for (place, bar) in self.bars.iter().enumerate().take(seen.pipes.len()) {
            bar.set_message(line(&seen, &before, place));
        }
        self.before = Some(seen);
    }

    /// Takes the lines away.
    pub fn clear(&mut self) {
        for bar in self.bars.drain(..) {
            bar.finish_and_clear();
        }
    }
}

/// How it was since the last time.
fn line(seen: &Seen, before: &Seen, place: usize) -> String {
    let pipe = &seen.pipes[place];
    let seconds = (seen.seconds - before.seconds).max(1e-3);
    let old = before.pipes.get(place).filter(|old| old.name == pipe.name);
    let since = |now: f64, then: Option<f64>| (now - then.unwrap_or(0.0)) / seconds;
    let full = since(pipe.fill.quarters[3], old.map(|old| old.fill.quarters[3]));
    let empty = since(pipe.fill.empty, old.map(|old| old.fill.empty));
    let moved = |bytes: Option<u64>| bytes.map(|bytes| bytes as f64);
    let rate = moved(pipe.moved.bytes).map_or("? /s".to_owned(), |now| {
        bytes(since(now, old.and_then(|old| moved(old.moved.bytes)))) + "/s"
    });
    let waits = |who: fn(&Seen, usize) -> f64| {
        let then = old.map(|_| who(before, place) * before.seconds);
        percent(since(who(seen, place) * seen.seconds, then).clamp(0.0, 1.0))
    };
    format!(
        "{:WIDTH_OF_ARROW$} empty {:>4} full {:>4} {rate:>12}   waits: {:>4} → {:>4}",
        arrow(seen, pipe),
        percent(empty.clamp(0.0, 1.0)),
        percent(full.clamp(0.0, 1.0)),
        waits(Seen::writers_wait),
        waits(Seen::readers_wait)
    )
}
