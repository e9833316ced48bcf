//! Measured data that cannot be right: an error that names the file and its line,
//! and never a figure. The reader's own does not stop the book, which says so.

mod in_the_book;
mod kept;
mod spoiled;

use std::fs;
use std::io;
use std::process::Stdio;

use tests::preprocessor::{chapter, preprocess};
use tests::{Ending, program, run, wait};

use spoiled::{KINDS, Spoiled, instead, is_a_beginning, spoiled, two_machines};

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

/// The same for the two commands that show runs.
#[test]
fn chart_and_compare_draw_nothing_that_cannot_be_right() {
    let folder = two_machines();
    let yours = folder.path().join("book/measured/yours");
    let show = |arguments: &[&str]| run(program("lab").args(arguments).current_dir(folder.path()));
    let numbers = KINDS[0].numbers;
    let text = fs::read_to_string(yours.join("runs.csv")).unwrap();
    for Spoiled {
        what,
        content,
        line,
    } in spoiled(&text, numbers)
    {
        instead(&yours.join("runs.csv"), content.as_deref(), || {
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
    let dated = text.lines().find(|line| line.starts_with("date = "));
    let no_date = text.replace(dated.unwrap(), "date = 'am 3. März'");
    instead(&machine, Some(no_date.as_bytes()), || {
        let ending = show(&["compare", "reference", "yours"]);
        ending.assert_clean();
        assert!(ending.text().contains("am 3. März"), "{ending:?}");
    });
}

/// Where nobody takes what is shown, that is said and no panic.
#[test]
fn outputs_that_are_full_or_closed() {
    let folder = two_machines();
    for words in [
        &["chart"][..],
        &["compare", "reference", "yours"],
        &["share"],
        &["room", "."],
    ] {
        let mut command = program("lab");
        command.args(words).current_dir(folder.path());
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        command.stdout(full).stderr(Stdio::piped());
        let ending = wait(command.spawn().unwrap());
        assert_eq!(ending.code, 1, "{words:?}: {ending:?}");
        let said = "lab: cannot print the result: No space left on device";
        assert!(ending.stderr.contains(said), "{words:?}: {ending:?}");

        let (_, nobody) = io::pipe().unwrap();
        let ending = wait(command.stdout(nobody).spawn().unwrap());
        assert!([0, -libc::SIGPIPE].contains(&ending.code), "{ending:?}");
        assert!(!ending.stderr.contains("print"), "{words:?}: {ending:?}");
    }
}

/// What is not rows: call trees, flame graphs, the commands' output.
#[test]
fn other_files_that_cannot_be_read_are_named() {
    let folder = two_machines();
    let measured = folder.path().join("book/measured");
    for (file, directive) in [
        ("perf/stage1.write.txt", "{{#perf stage1.write}}"),
        (
            "perf/stage1.write.folded",
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
        .map(|line| line.split(',').take(3).collect::<Vec<_>>().join(",") + "\n")
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
