//! The book's sources: code and figures come from where they are made, and
//! every command does what the book says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tests::preprocessor::{chapter, preprocess};
use tests::{copy, program, wait_for, workspace};

/// Each chapter's path, and its text line by line with the lines' numbers.
fn chapters() -> Vec<(PathBuf, Vec<(usize, String)>)> {
    let folder = workspace().join("book/src");
    let mut chapters: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let lines = text.lines().map(str::to_owned).enumerate();
            (path, lines.map(|(index, line)| (index + 1, line)).collect())
        })
        .collect();
    chapters.sort();
    assert!(chapters.len() > 10, "no book in {}", folder.display());
    chapters
}

#[test]
fn every_rust_listing_comes_from_the_crates() {
    for (path, lines) in chapters() {
        for (number, line) in lines {
            assert!(
                !line.starts_with("```rust"),
                "{}:{number}: use {{{{#code …}}}}",
                path.display()
            );
        }
    }
}

/// A figure before GiB/s was measured, so a directive must put it there.
#[test]
fn no_measured_figure_is_typed_by_hand() {
    for (path, lines) in chapters() {
        for (number, line) in lines {
            let by_hand = line.match_indices("GiB/s").any(|(at, _)| {
                let before = line[..at].trim_end_matches([' ', '\u{a0}']);
                before.ends_with(|c: char| c.is_ascii_digit())
            });
            assert!(
                !by_hand,
                "{}:{number}: use {{{{#measured …}}}} or {{{{#post …}}}}: {line}",
                path.display()
            );
        }
    }
}

/// The book's kernel structures are sketches, and say of what.
#[test]
fn every_sketch_of_the_kernel_names_its_file_and_version() {
    for (path, lines) in chapters() {
        for pair in lines.windows(2) {
            let [(number, fence), (_, first)] = pair else {
                unreachable!()
            };
            if fence.trim_end() == "```c" {
                let of_the_kernel = first.starts_with("/* sketch of ") && first.contains("Linux ");
                let of_the_interface = first.starts_with("/* sketch of the interface: see ");
                let named = of_the_kernel || of_the_interface;
                assert!(named, "{}:{number}: {first}", path.display());
            }
        }
    }
}

#[test]
fn every_command_of_the_book_runs_and_prints_what_it_shows() {
    let mut preprocessor = program("preprocessor");
    preprocessor
        .args(["console", "--check"])
        .current_dir(workspace());
    let preprocessor = preprocessor
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let ending = wait_for(preprocessor, Duration::from_secs(15 * 60));
    assert_eq!(ending.code, 0, "{}\n{}", ending.text(), ending.stderr);
    let _ = fs::remove_dir_all(workspace().join("book/measured/of-the-tests"));
}

/// README.md opens with a picture of the data, and data are measured anew.
#[test]
fn the_picture_of_the_readme_is_current() {
    let check = |folder: &Path| {
        let mut preprocessor = program("preprocessor");
        let preprocessor = preprocessor.args(["picture", "--check"]);
        preprocessor.current_dir(folder).output().unwrap()
    };
    let checked = check(&workspace());
    assert!(checked.status.success(), "{checked:?}");
    let other = tempfile::tempdir().unwrap();
    for folder in ["book/pictures", "book/measured/reference"] {
        copy(&workspace().join(folder), &other.path().join(folder));
    }
    let runs = other.path().join("book/measured/reference/runs.csv");
    let text = fs::read_to_string(&runs).unwrap();
    fs::write(&runs, text.replace(",stages,stage5,", ",stages,stage6,")).unwrap();
    let checked = check(other.path());
    let complaint = String::from_utf8_lossy(&checked.stderr);
    assert!(complaint.contains("make picture"), "{complaint}");
}

/// The reader's figures stand beside the reference machine's, or under a fold where
/// there is no room beside them, as soon as they exist.
#[test]
fn what_the_reader_has_measured_is_in_the_book() {
    let folder = tempfile::tempdir().unwrap();
    let measured = folder.path().join("book/measured");
    let reference = workspace().join("book/measured/reference");
    let frames = "book/play/frames";
    copy(&workspace().join(frames), &folder.path().join(frames));
    copy(&reference, &measured.join("reference"));
    let directives = [
        "{{#three stage2}}",
        "{{#ladder}}",
        "{{#bars busy title}}",
        "{{#bars buffer title}}",
        "{{#table ablation}}",
        "{{#perf stage1.write}}",
        "{{#flamegraph stage1.write caption}}",
        "{{#flamegraph stage2.write.diff caption}}",
        "{{#play page-walk caption}}",
        "{{#play touched caption}}",
        "{{#counts}}",
        "{{#pages}}",
        "{{#beyond}}",
        "{{#beyond distance}}",
        "{{#beyond distance fizzbuzz}}",
        "{{#beyond fizzbuzz}}",
        "{{#beyond price}}",
        "{{#beyond beside}}",
        "{{#beyond waiting}}",
    ];
    for directive in directives {
        let text = preprocessed(directive, folder.path());
        assert!(!text.contains("{{#"), "{directive}: {text}");
        assert!(!text.contains("on your machine"), "{directive}: {text}");
    }
    // Somebody who has measured the same, for want of a second machine.
    copy(&reference, &measured.join("yours"));
    for directive in directives {
        let text = preprocessed(directive, folder.path());
        let shown = [
            "on your machine",
            "yours, GiB/s",
            ">yours<",
            ">\nyours\n<",
            "yours ",
            "\"your machine\"",
        ];
        assert!(
            shown.iter().any(|words| text.contains(words)),
            "{directive}: {text}"
        );
        assert!(!text.contains("run `make measure`"), "{directive}: {text}");
    }
}

/// A chapter of this text, as the preprocessor gives it back to mdBook.
fn preprocessed(text: &str, workspace: &Path) -> String {
    chapter(&preprocess(text, workspace))
}
