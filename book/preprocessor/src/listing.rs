//! Code in the book: whole files, single items, and what differs between two files.

use std::fs;

use anyhow::{Context, Result, bail};
use similar::TextDiff;
use syn::spanned::Spanned;

/// A whole file, with its name above it.
///
/// # Errors
///
/// When it cannot be read.
pub fn file(path: &str) -> Result<String> {
    Ok(fenced(path, "rust", &read(path)?))
}

/// One item of a file by its name: a function, type, constant, or a method; without the
/// sections of its comment, which say what only a caller of it asks.
///
/// # Errors
///
/// When the file has no such item, or is not Rust.
pub fn item(path: &str, name: &str) -> Result<String> {
    let text = read(path)?;
    let parsed = syn::parse_file(&text).with_context(|| format!("{path} is not Rust"))?;
    let Some((first, last)) = find(&parsed.items, name) else {
        bail!("{path} has no item '{name}'");
    };
    let lines: Vec<&str> = text
        .lines()
        .skip(first - 1)
        .take(last + 1 - first)
        .collect();
    let indent = lines[0].len() - lines[0].trim_start().len();
    let lines: Vec<&str> = lines
        .iter()
        .map(|line| line.get(indent..).unwrap_or(""))
        .collect();
    Ok(fenced(path, "rust", &without_sections(&lines).join("\n")))
}

fn without_sections<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let comment = lines.iter().take_while(|line| line.starts_with("///"));
    let comment = comment.count();
    let said = lines[..comment]
        .iter()
        .position(|line| line.starts_with("/// #"));
    // An empty line of the comment stands before its first section.
    let said = said.map_or(comment, |section| section.saturating_sub(1));
    [&lines[..said], &lines[comment..]].concat()
}

/// An item, and the whole file folded below it.
///
/// # Errors
///
/// As [`item`].
pub fn item_and_rest(path: &str, name: &str) -> Result<String> {
    let rest = folded("The whole file", &file(path)?);
    Ok(item(path, name)? + &rest)
}

/// The lines in which `new` differs from `old`, with two around each. The `use` lines come
/// folded below: they say nothing that the others do not.
///
/// # Errors
///
/// When one cannot be read, or nothing but the `use` lines differs.
pub fn diff(old: &str, new: &str) -> Result<String> {
    let (before, after) = (read(old)?, read(new)?);
    let ((uses_before, before), (uses_after, after)) = (uses_apart(&before), uses_apart(&after));
    let Some(code) = unified(old, new, &before, &after) else {
        bail!("{old} and {new} do not differ");
    };
    let uses = unified(old, new, &uses_before, &uses_after);
    Ok(code + &uses.map_or(String::new(), |uses| folded("The imports", &uses)))
}

/// The `use` lines of a file with the empty lines behind them, and all others.
fn uses_apart(text: &str) -> (String, String) {
    let (mut inside, mut behind) = (false, false);
    text.split_inclusive('\n').partition(|line| {
        let belongs = inside || line.starts_with("use ") || (behind && line.trim().is_empty());
        inside = belongs && !line.trim().is_empty() && !line.trim_end().ends_with(';');
        behind = belongs;
        belongs
    })
}

fn unified(old: &str, new: &str, before: &str, after: &str) -> Option<String> {
    let diff = TextDiff::from_lines(before, after);
    let mut unified = diff.unified_diff();
    let text = unified.context_radius(2).header(old, new).to_string();
    (!text.is_empty()).then(|| format!("\n```diff\n{}\n```\n", text.trim_end()))
}

fn folded(title: &str, text: &str) -> String {
    format!("\n<details class=\"rest\"><summary>{title}</summary>\n{text}\n</details>\n")
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {path}"))
}

fn fenced(path: &str, language: &str, code: &str) -> String {
    format!(
        "\n<p class=\"listing\">{path}</p>\n\n```{language}\n{}\n```\n",
        code.trim_end()
    )
}

/// The first and last line of the item, its comments included.
fn find(items: &[syn::Item], name: &str) -> Option<(usize, usize)> {
    items.iter().find_map(|item| {
        let ident = match item {
            syn::Item::Const(item) => Some(&item.ident),
            syn::Item::Enum(item) => Some(&item.ident),
            syn::Item::Fn(item) => Some(&item.sig.ident),
            syn::Item::Static(item) => Some(&item.ident),
            syn::Item::Struct(item) => Some(&item.ident),
            syn::Item::Trait(item) => Some(&item.ident),
            syn::Item::Impl(item) => return find_method(&item.items, name),
            _ => None,
        };
        ident.filter(|ident| *ident == name).map(|_| lines(item))
    })
}

fn find_method(items: &[syn::ImplItem], name: &str) -> Option<(usize, usize)> {
    items.iter().find_map(|item| match item {
        syn::ImplItem::Fn(method) if method.sig.ident == name => Some(lines(item)),
        _ => None,
    })
}

fn lines(item: &impl Spanned) -> (usize, usize) {
    let span = item.span();
    (span.start().line, span.end().line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_comes_with_its_comment_and_without_its_neighbors() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../stage1-write-read/src/write.rs"
        );
        let listing = item(path, "fill_pipe").unwrap();
        let code: Vec<&str> = listing
            .lines()
            .skip_while(|line| !line.starts_with("```"))
            .collect();
        assert!(
            code[1].starts_with("/// Ends only by an error"),
            "{listing}"
        );
        assert!(code[2].starts_with("fn fill_pipe("), "{listing}");
        assert_eq!(code[code.len() - 2..], ["}", "```"]);
        assert!(item(path, "drain_the_sea").is_err());
        assert!(file("no/such/file.rs").is_err());
    }

    #[test]
    fn a_comment_ends_where_its_sections_begin() {
        let lines = [
            "/// Does it.",
            "///",
            "/// # Errors",
            "///",
            "/// If not.",
            "fn a() {",
            "}",
        ];
        assert_eq!(without_sections(&lines), ["/// Does it.", "fn a() {", "}"]);
        assert_eq!(without_sections(&lines[5..]), lines[5..]);
        assert_eq!(without_sections(&lines[2..]), lines[5..]);
    }

    #[test]
    fn a_diff_shows_both_sides() {
        let stage = |name| format!("{}/../../{name}/src/write.rs", env!("CARGO_MANIFEST_DIR"));
        let (old, new) = (stage("stage2-vmsplice"), stage("stage4-hugepages"));
        let text = diff(&old, &new).unwrap();
        assert!(
            text.contains("\n-        let buffers = [Buffer::filled"),
            "{text}"
        );
        assert!(
            text.contains("\n+        let buffers = huge_buffers"),
            "{text}"
        );
        let (code, imports) = text.split_once("<details").unwrap();
        assert!(!code.contains("+use "), "{code}");
        assert!(imports.contains("+use "), "{imports}");
        assert!(diff(&old, &old).is_err());
    }
}
