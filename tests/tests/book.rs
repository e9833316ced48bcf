//! The book's sources: code and figures come from where they are made, and
//! every command does what the book says.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tests::{program, wait_for, workspace};

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
    let mut lab = program("lab");
    lab.args(["console", "--check"]).current_dir(workspace());
    let lab = lab
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let ending = wait_for(lab, Duration::from_secs(15 * 60));
    assert_eq!(ending.code, 0, "{}\n{}", ending.text(), ending.stderr);
    let _ = fs::remove_dir_all(workspace().join("book/measured/yours/of-the-tests"));
}
