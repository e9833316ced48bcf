//! The functions of the kernel that the book names: recorded in a stack, counted on another
//! kernel, or read in a source whose version is on the list.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use tests::workspace;

const LIST: &str = "book/checks/kernel-names.txt";

/// What a sentence has in it that speaks of what was recorded.
const SEEN: [&str; 5] = [
    "perf` shows",
    "perf on 6.18",
    "perf trees",
    "a profile of",
    "see in the tree",
];

#[test]
fn every_function_that_the_book_names_was_recorded_or_read() {
    let (recorded, counted) = (recorded(), counted());
    let read = read_in_source();
    let mut named = BTreeSet::new();
    let mut unknown = Vec::new();
    for (chapter, text) in chapters() {
        for name in names(&text) {
            if !recorded.contains(&name) && !counted.contains(&name) && !read.contains_key(&name) {
                unknown.push(format!("{chapter}: `{name}`"));
            }
            named.insert(name);
        }
    }
    assert!(
        unknown.is_empty(),
        "in no recorded stack, not counted, and not in {LIST}:\n{}",
        unknown.join("\n")
    );
    let needless: Vec<_> = read
        .keys()
        .filter(|name| !named.contains(*name) || recorded.contains(*name))
        .collect();
    assert!(needless.is_empty(), "{LIST} need not have {needless:?}");
}

#[test]
fn what_the_book_says_was_seen_is_in_a_recorded_stack() {
    let recorded = recorded();
    let read = read_in_source();
    for (chapter, text) in chapters() {
        for sentence in text.replace('\n', " ").split(". ") {
            if !SEEN.iter().any(|words| sentence.contains(words)) {
                continue;
            }
            for name in names(sentence) {
                assert!(recorded.contains(&name), "{chapter}: `{name}`: {sentence}");
            }
        }
    }
    let changes = &chapters()["kernel-changes.md"];
    let mut of_6_18 = false;
    let mut cells = 0;
    for row in changes.lines().filter(|line| line.starts_with('|')) {
        let last = row.trim_end_matches([' ', '|']).rsplit('|').next().unwrap();
        if row.contains(" 6.12 |") {
            of_6_18 = last.trim() == "6.18";
        }
        for name in names(last).into_iter().filter(|_| of_6_18) {
            let symbol = read.get(&name).is_some_and(|read| read.contains("6.18"));
            assert!(
                recorded.contains(&name) || symbol,
                "not on 6.18: `{name}` in {row}"
            );
            cells += 1;
        }
    }
    assert!(cells > 5, "no table of names in kernel-changes.md");
}

/// Each chapter's text without its listings.
fn chapters() -> BTreeMap<String, String> {
    let folder = workspace().join("book/src");
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let prose = text.split("```").step_by(2).collect();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, prose)
        })
        .collect()
}

/// What stands between backquotes and looks like a function's name.
fn names(text: &str) -> BTreeSet<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| word.contains('_') && !word.starts_with(|c: char| c.is_ascii_digit()))
        .map(without_suffix)
        .filter(|word| {
            word.bytes()
                .all(|c| c == b'_' || c.is_ascii_lowercase() || c.is_ascii_digit())
        })
        .map(str::to_owned)
        .collect()
}

/// Compilers name their own versions of a function `name.isra.0` and the like.
fn without_suffix(name: &str) -> &str {
    name.split_once('.').map_or(name, |(name, _)| name)
}

/// All functions in the stacks of the reference machine.
fn recorded() -> BTreeSet<String> {
    let folder = workspace().join("book/measured/reference/perf");
    let stacks: String = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "folded")
        })
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let functions: BTreeSet<_> = stacks
        .lines()
        .filter_map(|line| line.rsplit_once(' '))
        .flat_map(|(stack, _)| stack.split(';'))
        .map(|name| without_suffix(name).to_owned())
        .collect();
    assert!(functions.len() > 100, "no stacks of the reference machine");
    functions
}

/// All functions that `make kernels` has counted instructions in.
fn counted() -> BTreeSet<String> {
    let file = workspace().join("book/measured/kernels/functions.csv");
    let rows = fs::read_to_string(file).unwrap();
    let mut lines = rows.lines();
    let column = lines
        .next()
        .and_then(|head| head.split(',').position(|name| name == "function"));
    let column = column.expect("no column of functions");
    lines
        .filter_map(|row| row.split(',').nth(column))
        .map(|name| without_suffix(name).to_owned())
        .collect()
}

/// The names on the list, each with the versions in which it was read.
fn read_in_source() -> BTreeMap<String, String> {
    let list = fs::read_to_string(workspace().join(LIST)).unwrap_or_default();
    list.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let (name, read) = line
                .split_once(' ')
                .expect("a name, then where it was read");
            (name.to_owned(), read.trim().to_owned())
        })
        .collect()
}
