//! The report for people: at most 80 columns, a line for what is well.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use textwrap::{Options, WordSplitter};

use super::check::{Check, Verdict};

const WIDTH: usize = 80;
/// Where the names begin, and below them what follows from a finding.
const NAME: usize = 9;
/// Where the findings begin.
const FINDING: usize = 25;

/// Prints all checks and how many of each verdict there are.
///
/// # Errors
///
/// When nobody takes it.
pub fn print(checks: &[Check], out: &mut impl Write) -> io::Result<()> {
    for check in checks {
        print_check(check, out)?;
    }
    let count = |verdict| {
        checks
            .iter()
            .filter(|check| check.verdict == verdict)
            .count()
    };
    writeln!(
        out,
        "\n{} ok, {} limited, {} missing",
        count(Verdict::Ok),
        count(Verdict::Limited),
        count(Verdict::Missing)
    )
}

fn print_check(check: &Check, out: &mut impl Write) -> io::Result<()> {
    let (word, color) = match check.verdict {
        Verdict::Ok => ("ok", AnsiColor::Green),
        Verdict::Limited => ("limited", AnsiColor::Yellow),
        Verdict::Missing => ("missing", AnsiColor::Red),
    };
    let style = Style::new().fg_color(Some(color.into()));
    write!(out, "{style}{word:7}{style:#}  {:14}  ", check.name)?;
    print_wrapped(&check.finding, FINDING, out)?;
    if let Some(meaning) = &check.meaning {
        write!(out, "{:NAME$}", "")?;
        print_wrapped(meaning, NAME, out)?;
    }
    if let Some(remedy) = &check.remedy {
        // In one piece, however long, so that it can be copied.
        let indent = NAME.min(WIDTH.saturating_sub(2 + remedy.chars().count()));
        let bold = Style::new().bold();
        writeln!(out, "{:indent$}$ {bold}{remedy}{bold:#}", "")?;
    }
    Ok(())
}

/// Breaks lines between words; they begin at column `start`, where the cursor is.
fn print_wrapped(text: &str, start: usize, out: &mut impl Write) -> io::Result<()> {
    let words_whole = Options::new(WIDTH - start)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation);
    for (index, line) in textwrap::wrap(text, words_whole).iter().enumerate() {
        let indent = if index == 0 { 0 } else { start };
        writeln!(out, "{:indent$}{line}", "")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_no_wider_than_a_terminal_and_lose_no_word() {
        let words = "so long that it does not fit into what is left of the line ".repeat(3);
        let check = Check::limited("kernel symbols", &words, &words).mended_by("x ".repeat(35));
        let mut bytes = Vec::new();
        print(&[check], &mut bytes).unwrap();
        let text = anstream::adapter::strip_bytes(&bytes).into_vec();
        let text = String::from_utf8(text).unwrap();
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
        assert_eq!(text.matches("line").count(), 6, "{text}");
        assert!(text.ends_with("\n0 ok, 1 limited, 0 missing\n"), "{text}");
    }
}
