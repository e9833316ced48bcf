//! Measured data that cannot be right: an error that names the file and its line,
//! and never a figure. The reader's own does not stop the book, which says so.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use tests::child::refuse;
use tests::preprocessor::{chapter, preprocess};
use tests::{Ending, copy, program, run, workspace};

/// Each file of rows, what shows it in the book, and its columns of numbers.
/// Behind `*`: nothing, 0, is a number there.
const FILES: [(&str, &str, &str); 8] = [
    (
        "runs.csv",
        "{{#three stage2}}\n\n{{#table stages}}",
        "round gib_per_s bytes stolen*",
    ),
    (
        "beyond.csv",
        "{{#beyond}}\n\n{{#beyond distance}}",
        "round gib_per_s hand_over_ns",
    ),
    (
        "without-vmsplice.csv",
        "{{#beyond without-vmsplice}}",
        "round gib_per_s hand_over_ns",
    ),
    (
        "fizzbuzz.csv",
        "{{#beyond fizzbuzz}}",
        "round gib_per_s hand_over_ns",
    ),
    (
        "beside.csv",
        "{{#beyond beside}}",
        "round gib_per_s hand_over_ns",
    ),
    (
        "waiting.csv",
        "{{#beyond waiting}}",
        "round median_us p99_us hand_over_ns",
    ),
    (
        "pages.csv",
        "{{#pages}}",
        "page_size pages_per_call ns_per_page lower_quartile upper_quartile",
    ),
    (
        "perf/counts.csv",
        "{{#counts}}",
        "bytes system_calls_per_gib* page_faults_per_gib* voluntary_switches_per_gib* \
         involuntary_switches_per_gib* wakeups_per_gib*",
    ),
];

/// The line that is spoiled, from 1.
const LINE: usize = 4;

/// A file's content as it should not be, with what is wrong and the line that an
/// error must name: 0 for the file as a whole.
struct Spoiled {
    what: String,
    content: Vec<u8>,
    line: usize,
}

fn spoiled(text: &str, numbers: &str) -> Vec<Spoiled> {
    let mut all = Vec::new();
    let mut add = |what: &str, content: Vec<u8>, line: usize| {
        let what = what.to_owned();
        all.push(Spoiled {
            what,
            content,
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
            let mut row: Vec<&str> = lines[LINE - 1].split(',').collect();
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

/// What measuring leaves when it is killed at a bad moment is a beginning, and no fault.
fn is_a_beginning(file: &str, what: &str) -> bool {
    file == "runs.csv" && ["cut off", "a header only", "empty"].contains(&what)
}

/// A workspace with the reference's data, twice: as such, and as the reader's.
fn two_machines() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let reference = workspace().join("book/measured/reference");
    for name in ["reference", "yours"] {
        copy(&reference, &folder.path().join("book/measured").join(name));
    }
    folder
}

/// Puts `content` in the file's place, or a folder for nothing, while `body` runs.
fn instead(path: &Path, content: Option<&[u8]>, body: impl FnOnce()) {
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

fn has_no_figure_that_is_none(page: &str, what: &str) {
    let words = page.split(|c: char| !c.is_alphanumeric());
    for word in words {
        assert!(!["NaN", "inf", "1e300"].contains(&word), "{what}: {page}");
    }
}

/// It stopped, and named the place, in few words.
fn stopped_at(ending: &Ending, place: &str, what: &str) {
    assert_eq!(ending.code, 1, "{what}: {ending:?}");
    assert!(
        ending.stderr.contains(place),
        "{what}: no {place} in {}",
        ending.stderr
    );
    assert!(
        ending.stderr.lines().count() <= 3,
        "{what}: {}",
        ending.stderr
    );
}

/// Every file, spoiled in every way, in the folder of each machine; all that differs
/// from what a test allows, at once.
#[test]
fn the_book_shows_no_figure_that_cannot_be_right() {
    let folder = two_machines();
    let measured = folder.path().join("book/measured");
    for (file, directives, numbers) in FILES {
        let text = fs::read_to_string(measured.join("reference").join(file)).unwrap();
        let both = chapter(&preprocess(directives, folder.path()));
        has_no_figure_that_is_none(&both, file);
        let mut all = spoiled(&text, numbers);
        all.push(Spoiled {
            what: "a folder".to_owned(),
            content: Vec::new(),
            line: 0,
        });
        for Spoiled {
            what,
            content,
            line,
        } in all
        {
            let content = (what != "a folder").then_some(&content[..]);
            let what = format!("{file}, {what}");
            let place = |machine: &str| match line {
                0 => format!("book/measured/{machine}/{file}"),
                line => format!("book/measured/{machine}/{file}:{line}: "),
            };
            let beginning = is_a_beginning(file, what.split_once(", ").unwrap().1);
            instead(&measured.join("reference").join(file), content, || {
                let ending = preprocess(directives, folder.path());
                if !what.ends_with("cut off") || !beginning {
                    stopped_at(&ending, &place("reference"), &what);
                }
            });
            instead(&measured.join("yours").join(file), content, || {
                let ending = preprocess(directives, folder.path());
                let page = chapter(&ending);
                let (notes, figures): (Vec<&str>, Vec<&str>) =
                    page.lines().partition(|line| line.contains("left out"));
                has_no_figure_that_is_none(&figures.join("\n"), &what);
                if beginning {
                    assert!(
                        notes.is_empty() && ending.stderr.is_empty(),
                        "{what}: {ending:?}"
                    );
                    return;
                }
                let place = place("yours");
                assert!(ending.stderr.contains(&place), "{what}: {}", ending.stderr);
                let place = place.trim_end();
                assert!(
                    notes.iter().any(|note| note.contains(place)),
                    "{what}: {page}"
                );
            });
        }
    }
}

/// The same for the two commands that show runs.
#[test]
fn chart_and_compare_draw_nothing_that_cannot_be_right() {
    let folder = two_machines();
    let yours = folder.path().join("book/measured/yours");
    let show = |arguments: &[&str]| run(program("lab").args(arguments).current_dir(folder.path()));
    let (_, _, numbers) = FILES[0];
    let text = fs::read_to_string(yours.join("runs.csv")).unwrap();
    for Spoiled {
        what,
        content,
        line,
    } in spoiled(&text, numbers)
    {
        instead(&yours.join("runs.csv"), Some(&content), || {
            for arguments in [&["chart"][..], &["compare", "reference", "yours"]] {
                let what = format!("{what}, {arguments:?}");
                let ending = show(arguments);
                has_no_figure_that_is_none(&ending.text(), &what);
                match line {
                    _ if what.starts_with("cut off") => ending.assert_clean(),
                    0 if arguments[0] == "chart" && is_a_beginning("runs.csv", &what) => {}
                    0 if arguments[0] == "chart" && ending.code == 0 => {
                        let beginning = what.starts_with("a header") || what.starts_with("empty");
                        assert!(beginning, "{what}: {ending:?}");
                    }
                    0 => stopped_at(&ending, "book/measured/yours", &what),
                    line => {
                        let place = format!("book/measured/yours/runs.csv:{line}: ");
                        stopped_at(&ending, &place, &what);
                    }
                }
            }
        });
    }
    let machine = yours.join("machine.toml");
    let text = fs::read_to_string(&machine).unwrap();
    let cut = text.split_once("\nrelease").unwrap().0;
    for content in [
        Some(cut.as_bytes()),
        Some(b"\xff"),
        Some(b"name = 1\n"),
        None,
    ] {
        instead(&machine, content, || {
            for arguments in [&["chart"][..], &["compare", "reference", "yours"]] {
                stopped_at(
                    &show(arguments),
                    "yours/machine.toml",
                    &format!("{content:?}"),
                );
            }
        });
    }
    let no_date = text.replace("2026-11-23T10:05:25Z", "am 3. März");
    instead(&machine, Some(no_date.as_bytes()), || {
        let ending = show(&["compare", "reference", "yours"]);
        ending.assert_clean();
        assert!(ending.text().contains("am 3. März"), "{ending:?}");
    });
}

/// What is not rows: call trees, flame graphs, the commands' output.
#[test]
fn other_files_that_cannot_be_read_are_named() {
    let folder = two_machines();
    let measured = folder.path().join("book/measured");
    for (file, directive) in [
        ("perf/stage1.write.txt", "{{#perf stage1.write}}"),
        (
            "perf/stage1.write.svg",
            "{{#flamegraph stage1.write caption}}",
        ),
    ] {
        let text = fs::read(measured.join("reference").join(file)).unwrap();
        for content in [
            Some(&text[..text.len() - 9]),
            Some(b"\xff\n"),
            Some(b""),
            None,
        ] {
            let what = content.map_or("a folder".into(), String::from_utf8_lossy);
            let what = &what[..20.min(what.len())];
            instead(&measured.join("reference").join(file), content, || {
                let ending = preprocess(directive, folder.path());
                stopped_at(&ending, &format!("reference/{file}"), what);
            });
            instead(&measured.join("yours").join(file), content, || {
                let ending = preprocess(directive, folder.path());
                assert!(ending.stderr.contains(file), "{what}: {}", ending.stderr);
                assert!(chapter(&ending).contains("left out"), "{what}");
            });
        }
    }
    for content in [Some(&b"a = 1\n"[..]), Some(b"\xff"), None] {
        instead(&measured.join("reference/console.toml"), content, || {
            let ending = preprocess("nothing", folder.path());
            stopped_at(&ending, "reference/console.toml", &format!("{content:?}"));
        });
    }
}

/// What was not there when an older version measured is no fault.
#[test]
fn data_of_before_some_columns_still_shows() {
    let folder = two_machines();
    let path = folder.path().join("book/measured/yours/beyond.csv");
    let text = fs::read_to_string(&path).unwrap();
    let old: String = text
        .lines()
        .map(|line| format!("{}\n", line.rsplit_once(',').unwrap().0))
        .collect();
    instead(&path, Some(old.as_bytes()), || {
        let ending = preprocess("{{#beyond}}", folder.path());
        assert_eq!(ending.stderr, "");
        assert!(chapter(&ending).contains("on your machine"));
        let ending = preprocess("{{#beyond distance}}", folder.path());
        assert_eq!(ending.stderr, "");
        assert!(!chapter(&ending).contains("on your machine"));
    });
}

/// A program that fails has no figures, and those of before stay.
#[test]
fn what_lacks_a_writer_does_not_replace_what_has_all() {
    if thread::available_parallelism().unwrap().get() == 1 {
        eprintln!("skipped: make beyond needs two CPUs");
        return;
    }
    let folder = two_machines();
    let yours = folder.path().join("book/measured/yours");
    let before = fs::read(yours.join("beyond.csv")).unwrap();
    let beyond = || {
        let mut command = program("lab");
        command.args(["beyond", "--bytes", "64M", "--rounds", "1"]);
        command.args(["--machine", "yours"]);
        command.current_dir(folder.path());
        command
    };
    let mut without_tee = beyond();
    refuse(&mut without_tee, libc::SYS_tee, libc::EPERM);
    let ending = run(&mut without_tee);
    assert_eq!(ending.code, 1, "{ending:?}");
    for words in [
        "not all got through: ",
        "lacks slots and 2 more",
        "beyond.incomplete.csv",
    ] {
        assert!(ending.stderr.contains(words), "{ending:?}");
    }
    assert_eq!(fs::read(yours.join("beyond.csv")).unwrap(), before);
    let beside = fs::read_to_string(yours.join("beyond.incomplete.csv")).unwrap();
    assert_eq!(beside.lines().count(), 2, "{beside}");

    run(&mut beyond()).assert_clean();
    let after = fs::read_to_string(yours.join("beyond.csv")).unwrap();
    assert_eq!(after.lines().count(), 5, "{after}");
}

/// What cannot be read is the user's still: it is named, before anything is measured,
/// and it stays.
#[test]
fn what_cannot_be_read_is_not_replaced() {
    let folder = two_machines();
    let yours = folder.path().join("book/measured/yours");
    let spoiled = b"round,name\n1,stage5\n";
    for (file, command) in [
        ("pages.csv", &["pages", "--machine", "yours"][..]),
        ("beyond.csv", &["beyond", "--machine", "yours"]),
        ("waiting.csv", &["beyond", "waiting", "--machine", "yours"]),
    ] {
        if file != "pages.csv" && thread::available_parallelism().unwrap().get() == 1 {
            eprintln!("skipped: make beyond needs two CPUs");
            continue;
        }
        fs::write(yours.join(file), spoiled).unwrap();
        let ending = run(program("lab").args(command).current_dir(folder.path()));
        stopped_at(&ending, &format!("yours/{file}:2: "), file);
        assert!(ending.stderr.contains("move it away"), "{ending:?}");
        assert_eq!(fs::read(yours.join(file)).unwrap(), spoiled);
    }
}
