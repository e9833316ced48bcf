//! All exercises, how far the learner has come, and what is next.

use std::io::Write;

use anyhow::Result;

use crate::exercise::ALL;
use crate::progress::{Progress, State};

/// Prints them.
///
/// # Errors
///
/// When nobody takes it.
pub fn show(progress: &Progress, out: &mut impl Write) -> Result<()> {
    for exercise in &ALL {
        let standing = progress.of(exercise.number);
        let state = match standing.state {
            State::Open => "open",
            State::Partly => "passed in part",
            State::Passed => "passed",
        };
        let hints = match standing.hints_that_count() {
            0 => String::new(),
            1 => ", 1 hint".to_owned(),
            count => format!(", {count} hints"),
        };
        let best = match &standing.best {
            None => String::new(),
            Some(best) if best.medal.is_empty() => format!(", best {:.2}x", best.ratio),
            Some(best) => format!(", {}, best {:.1}x", best.medal, best.ratio),
        };
        writeln!(
            out,
            "{}  {:22}{:>4} min   {state}{hints}{best}",
            exercise.number, exercise.title, exercise.minutes
        )?;
        if standing.state == State::Partly {
            for line in textwrap::wrap(&format!("not checked here: {}", standing.not_here), 68) {
                writeln!(out, "            {line}")?;
            }
        }
    }
    let next = ALL
        .iter()
        .find(|exercise| progress.of(exercise.number).state == State::Open);
    match next {
        Some(next) => writeln!(
            out,
            "\nNext: exercises/{}/README.md, then make exercise{}",
            next.folder, next.number
        )?,
        None => writeln!(out, "\nAll passed.")?,
    }
    Ok(())
}
