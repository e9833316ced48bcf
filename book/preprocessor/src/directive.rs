//! `{{#name words}}`, as it stands in a chapter.

use anyhow::{Context, Result, bail};

/// What mdBook itself replaces.
const MDBOOKS_OWN: [&str; 5] = [
    "include",
    "rustdoc_include",
    "title",
    "playground",
    "shiftinclude",
];

/// A directive's name and the words behind it.
#[derive(Debug, PartialEq)]
pub struct Directive {
    /// What it asks for.
    pub name: String,
    /// Of what.
    pub arguments: Vec<String>,
}

/// Where a directive stands in a text.
pub struct Found<'text> {
    /// The first byte of its braces.
    pub start: usize,
    /// The first byte behind them.
    pub end: usize,
    inside: &'text str,
}

impl Directive {
    /// The first directive in `text` that is not mdBook's own.
    pub fn next(text: &str) -> Option<Found<'_>> {
        let mut from = 0;
        loop {
            let start = from + text[from..].find("{{#")?;
            let inside = start + 3;
            let end = inside + text[inside..].find("}}")?;
            let found = Found {
                start,
                end: end + 2,
                inside: &text[inside..end],
            };
            let name = found.inside.split_whitespace().next().unwrap_or_default();
            if !MDBOOKS_OWN.contains(&name) {
                return Some(found);
            }
            from = found.end;
        }
    }
}

impl Found<'_> {
    /// The directive itself.
    ///
    /// # Errors
    ///
    /// When its quotes do not match, or it has no name.
    pub fn directive(&self) -> Result<Directive> {
        let mut words = shlex::split(self.inside).context("a quote is not closed")?;
        if words.is_empty() {
            bail!("a directive needs a name");
        }
        let name = words.remove(0);
        Ok(Directive {
            name,
            arguments: words,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_found_and_mdbooks_own_are_left() {
        let text = "a {{#include x}} b {{#figure ring.svg \"A ring, with \\\"slots\\\".\"}} c";
        let found = Directive::next(text).unwrap();
        assert_eq!(&text[..found.start], "a {{#include x}} b ");
        assert_eq!(&text[found.end..], " c");
        let directive = found.directive().unwrap();
        assert_eq!(directive.name, "figure");
        assert_eq!(directive.arguments, ["ring.svg", "A ring, with \"slots\"."]);
        assert!(Directive::next("nothing {{here}}").is_none());
        assert!(
            Directive::next("{{#figure \"open}}")
                .unwrap()
                .directive()
                .is_err()
        );
        assert!(Directive::next("{{#}}").unwrap().directive().is_err());
    }
}
