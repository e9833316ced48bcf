//! One screen, which is never longer than a terminal that nobody has made larger.

use std::fmt::Write as _;

use anyhow::{Context, Result};
use console::{Term, measure_text_width, truncate_str};

use crate::exercise::{ALL, Exercise};

const WIDTH: usize = 80;
/// Without the line of keys, and one for the progress of a step.
pub const LINES: usize = 21;

/// The screen of one exercise.
pub struct Screen {
    title: String,
}

impl Screen {
    /// With the exercise's name above all that it shows.
    pub fn of(exercise: &Exercise) -> Screen {
        let name = format!(
            "Exercise {} of {}, {}",
            exercise.number,
            ALL.len(),
            exercise.title
        );
        let keys = "h hint  r reset  n next  q quit";
        let space = WIDTH.saturating_sub(measure_text_width(&name) + keys.len());
        Screen {
            title: format!("{name}{:space$}{keys}", ""),
        }
    }

    /// Nothing but the title.
    ///
    /// # Errors
    ///
    /// When the terminal takes it no more.
    pub fn clear(&self) -> Result<()> {
        self.show("")
    }

    /// The title, and as much of this as there is room for.
    ///
    /// # Errors
    ///
    /// When the terminal takes it no more.
    pub fn show(&self, text: &str) -> Result<()> {
        let lines: Vec<&str> = text.trim_end().lines().collect();
        let mut shown = format!("{}\n\n", self.title);
        for line in lines.iter().take(LINES) {
            let _ = writeln!(shown, "{}", truncate_str(line, WIDTH, "…"));
        }
        let terminal = Term::stdout();
        terminal
            .clear_screen()
            .and_then(|()| terminal.write_str(&shown))
            .context("cannot write to the terminal")
    }
}

/// Adds a line below all that is there. Who cannot see it will not miss it.
pub fn add(line: &str) {
    let _ = Term::stdout().write_line(&truncate_str(line, WIDTH, "…"));
}

/// An account of a check that fits: the steps that are ok give way to what is not.
pub fn fitting(account: &[String]) -> String {
    let more_than_fit = account.len().saturating_sub(LINES);
    let is_ok = |line: &&String| line.starts_with("  ok");
    let fine = account.iter().filter(is_ok).count();
    if more_than_fit == 0 || fine == 0 {
        return account.join("\n");
    }
    let left_out = (more_than_fit + 1).min(fine);
    let mut text = format!("  ok    {left_out} steps\n");
    let mut seen = 0;
    for line in account {
        seen += usize::from(is_ok(&line));
        if !is_ok(&line) || seen > left_out {
            text += line;
            text.push('\n');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_seen_whatever_was_ok() {
        let mut account: Vec<String> = (0..20).map(|step| format!("  ok    {step}")).collect();
        account.push("  WRONG the last".to_owned());
        account.extend((0..5).map(|line| format!("        line {line}")));
        let text = fitting(&account);
        assert!(text.lines().count() <= LINES, "{text}");
        assert!(
            text.contains("WRONG the last") && text.contains("line 4"),
            "{text}"
        );
        assert!(text.starts_with("  ok    6 steps\n"), "{text}");
    }
}
