//! The reference's data, and all the ways to spoil it.

use std::fs;
use std::path::{Path, PathBuf};

use tests::{copy, workspace};

/// A file of rows that is committed with the book.
pub struct Kind {
    /// Whose it is: the folder in book/measured.
    pub machine: &'static str,
    pub file: &'static str,
    /// What shows it in the book.
    pub directives: &'static str,
    /// Its columns of numbers. Behind `*`: nothing, 0, is a number there.
    pub numbers: &'static str,
}

const fn kind(
    machine: &'static str,
    file: &'static str,
    directives: &'static str,
    numbers: &'static str,
) -> Kind {
    Kind {
        machine,
        file,
        directives,
        numbers,
    }
}

const SPEED: &str = "round gib_per_s hand_over_ns";

/// All of them.
pub const KINDS: [Kind; 13] = [
    kind(
        "reference",
        "runs.csv",
        "{{#three stage2}}\n\n{{#table stages}}\n\n{{#calls stages/stage2 caption}}",
        "round gib_per_s bytes stolen* hand_over_ns hand_over_after_ns awake_gib_per_s slept* \
         slept_us calls* reader_sleeps* writer_sleeps*",
    ),
    kind(
        "reference",
        "beyond.csv",
        "{{#beyond}}\n\n{{#beyond distance}}",
        SPEED,
    ),
    kind(
        "reference",
        "without-vmsplice.csv",
        "{{#beyond without-vmsplice}}",
        SPEED,
    ),
    kind("reference", "fizzbuzz.csv", "{{#beyond fizzbuzz}}", SPEED),
    kind(
        "reference",
        "fizzbuzz-asleep.csv",
        "{{#beyond distance fizzbuzz-asleep}}",
        SPEED,
    ),
    kind(
        "reference",
        "price.csv",
        "{{#beyond price}}",
        "round slot_ns call_ns",
    ),
    kind("reference", "beside.csv", "{{#beyond beside}}", SPEED),
    kind(
        "reference",
        "waiting.csv",
        "{{#beyond waiting}}",
        "round median_us p99_us hand_over_ns",
    ),
    kind(
        "reference",
        "pages.csv",
        "{{#pages}}",
        "page_size pages_per_call ns_per_page lower_quartile upper_quartile",
    ),
    kind(
        "reference",
        "perf/counts.csv",
        "{{#counts}}",
        "bytes system_calls_per_gib* page_faults_per_gib* voluntary_switches_per_gib* \
         involuntary_switches_per_gib* wakeups_per_gib*",
    ),
    kind(
        "reference",
        "pipelines.csv",
        "{{#pipelines}}\n\n{{#pipeline gain tar-gzip}}",
        "round seconds at_most* watcher*",
    ),
    kind(
        "kernels",
        "counts.csv",
        "{{#instructions picture x86-64}}\n\n{{#instructions table x86-64}}",
        "page_size instructions least most copying* program* sleeps_per_mib*",
    ),
    kind(
        "kernels",
        "functions.csv",
        "{{#instructions step 6.1 6.12 stage1 write}}",
        "instructions*",
    ),
];

/// The line that is spoiled, from 1.
pub const LINE: usize = 4;

/// A file's content as it should not be, with what is wrong and the line that an
/// error must name: 0 for the file as a whole.
pub struct Spoiled {
    pub what: String,
    /// Nothing for a folder in its place.
    pub content: Option<Vec<u8>>,
    pub line: usize,
}

pub fn spoiled(text: &str, numbers: &str) -> Vec<Spoiled> {
    let mut all = vec![Spoiled {
        what: "a folder".to_owned(),
        content: None,
        line: 0,
    }];
    let mut add = |what: &str, content: Vec<u8>, line: usize| {
        let what = what.to_owned();
        all.push(Spoiled {
            what,
            content: Some(content),
            line,
        });
    };
    let lines: Vec<&str> = text.lines().collect();
    let header: Vec<&str> = lines[0].split(',').collect();
    let with_line = |number: usize, line: &str| {
        let mut lines = lines.clone();
        lines[number - 1] = line;
        format!("{}\n", lines.join("\n")).into_bytes()
    };
    let with_each = |edit: &dyn Fn(&str, usize) -> String| {
        let lines = lines
            .iter()
            .enumerate()
            .map(|(index, line)| edit(line, index));
        format!("{}\n", lines.collect::<Vec<_>>().join("\n")).into_bytes()
    };
    for number in numbers.split_whitespace() {
        let (column, zero) = (number.trim_end_matches('*'), number.ends_with('*'));
        let at = header.iter().position(|name| *name == column).unwrap();
        for value in ["NaN", "-5", "0", "inf", "1e300", "x"] {
            if value == "0" && zero {
                continue;
            }
            let mut row = cells(lines[LINE - 1]);
            row[at] = value;
            let what = format!("{column} is {value}");
            add(&what, with_line(LINE, &row.join(",")), LINE);
        }
    }
    let (first_gone, extra) = (
        with_each(&|line, _| line.split_once(',').unwrap().1.to_owned()),
        with_each(&|line, index| format!("{line},{}", if index == 0 { "more" } else { "1" })),
    );
    add("a column less", first_gone, 0);
    add("a column more", extra, 0);
    for columns in [1, 2] {
        let few = with_each(&|line, _| line.split(',').take(columns).collect::<Vec<_>>().join(","));
        add(&format!("{columns} columns"), few, 0);
    }
    let short_row = lines[LINE - 1].rsplit_once(',').unwrap().0;
    add("a row with a column less", with_line(LINE, short_row), LINE);
    let mut not_text = with_line(LINE, "?");
    let at = not_text.iter().position(|&byte| byte == b'?').unwrap();
    not_text[at] = 0xff;
    add("not UTF-8", not_text, LINE);
    add("cut off", text.as_bytes()[..text.len() - 3].to_vec(), 0);
    add("a header only", format!("{}\n", lines[0]).into_bytes(), 0);
    add("empty", Vec::new(), 0);
    all
}

/// A row's cells, as they stand in it: a comma between quotes parts none.
fn cells(row: &str) -> Vec<&str> {
    let mut quoted = false;
    row.split(|letter| {
        quoted ^= letter == '"';
        letter == ',' && !quoted
    })
    .collect()
}

/// What measuring leaves when it is killed at a bad moment is a beginning, and no fault.
pub fn is_a_beginning(file: &str, what: &str) -> bool {
    file == "runs.csv" && ["cut off", "a header only", "empty"].contains(&what)
}

/// A workspace with the reference's data, twice: as such, and as the reader's.
pub fn two_machines() -> tempfile::TempDir {
    twice("reference")
}

/// A workspace with the reference's data, and with those of a folder of the book: as such,
/// and as the reader's.
pub fn twice(machine: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let committed = workspace().join("book/measured");
    for (of, name) in [
        ("reference", "reference"),
        (machine, machine),
        (machine, "yours"),
    ] {
        let to = folder.path().join("book/measured").join(name);
        if !to.exists() {
            copy(&committed.join(of), &to);
        }
    }
    folder
}

/// Puts `content` in the file's place, or a folder for nothing, while `body` runs.
pub fn instead(path: &Path, content: Option<&[u8]>, body: impl FnOnce()) {
    let kept: PathBuf = path.with_extension("kept");
    fs::rename(path, &kept).unwrap();
    match content {
        Some(content) => fs::write(path, content).unwrap(),
        None => fs::create_dir(path).unwrap(),
    }
    body();
    match content {
        Some(_) => fs::remove_file(path).unwrap(),
        None => fs::remove_dir(path).unwrap(),
    }
    fs::rename(kept, path).unwrap();
}
