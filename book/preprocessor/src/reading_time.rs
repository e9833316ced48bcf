//! How long a chapter takes to read, and what it needs.

use std::fmt::Write;
use std::fs;

use anyhow::{Context, Result, bail};

use crate::directive::Directive;

/// Of prose with code and pictures in it.
const WORDS_PER_MINUTE: usize = 200;

/// What ends the heading of a section that the short way leaves out.
const LONG: &str = "{.long}";

/// Minutes for the chapter, and for the short way if that is another; and what is needed.
///
/// # Errors
///
/// When the directive does not say what.
pub fn needs(chapter: &str, directive: &Directive) -> Result<String> {
    let [needs] = directive.arguments.as_slice() else {
        bail!("what does this chapter need?");
    };
    let (all, short) = (minutes(chapter), minutes(&short_way(chapter)));
    // Markdown inside of HTML stands between blank lines.
    let mut text = format!("\n<div class=\"needs\">\n\n{all} minutes to read");
    if short < all {
        let _ = write!(text, ", {short} by the short way");
    }
    let _ = writeln!(text, ". You need {needs}.\n\n</div>");
    Ok(text)
}

/// The minutes of another chapter: `9 of 17`, the short way before all.
///
/// # Errors
///
/// When there is no such chapter.
pub fn minutes_of(chapter: &str) -> Result<String> {
    let path = format!("book/src/{chapter}.md");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
    Ok(format!(
        "{} of {}",
        minutes(&short_way(&text)),
        minutes(&text)
    ))
}

fn minutes(text: &str) -> usize {
    words(text).div_ceil(WORDS_PER_MINUTE)
}

/// How many words there are outside of code.
fn words(text: &str) -> usize {
    let outside = text.split("\n```").step_by(2);
    outside.map(|part| part.split_whitespace().count()).sum()
}

/// The chapter without the sections that the short way leaves out.
fn short_way(text: &str) -> String {
    let mut left_out = None;
    let mut short = String::new();
    for line in text.lines() {
        let level = line.bytes().take_while(|&byte| byte == b'#').count();
        if (1..=3).contains(&level) && left_out.is_none_or(|outer| level <= outer) {
            left_out = line.ends_with(LONG).then_some(level);
        }
        if left_out.is_none() {
            short += line;
            short.push('\n');
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_way_leaves_out_a_section_with_all_below_it() {
        let chapter = "# One\ntwo\n## Three {.long}\nfour\n### Five\nsix\n## Seven\neight\n";
        assert_eq!(short_way(chapter), "# One\ntwo\n## Seven\neight\n");
    }

    #[test]
    fn code_is_not_read_word_by_word() {
        assert_eq!(words("one two\n```rust\nlet three = 4;\n```\nfive"), 3);
    }
}
