//! Every file of rows that the book shows, spoiled in every way.

use std::fs;
use std::path::Path;

use tests::preprocessor::{chapter, preprocess};
use tests::{Ending, workspace};

use crate::spoiled::{KINDS, Kind, Spoiled, instead, is_a_beginning, spoiled, twice};
use crate::{has_no_figure_that_is_none, stopped_at};

/// Every file, spoiled in every way, in the book's folder and in the reader's; all that
/// differs from what a test allows, at once.
#[test]
fn the_book_shows_no_figure_that_cannot_be_right() {
    for kind in &KINDS {
        let folder = twice(kind.machine);
        let measured = folder.path().join("book/measured");
        let path = measured.join(kind.machine).join(kind.file);
        let text = fs::read_to_string(path).unwrap();
        let both = chapter(&preprocess(kind.directives, folder.path()));
        has_no_figure_that_is_none(&both, kind.file);
        for spoiled in spoiled(&text, kind.numbers) {
            let shown = || preprocess(kind.directives, folder.path());
            of_the_book(kind, &spoiled, &measured, shown);
            // Nobody else counts kernels' instructions.
            if kind.machine != "kernels" {
                of_the_reader(kind, &spoiled, &measured, shown);
            }
        }
    }
}

fn place(machine: &str, file: &str, line: usize) -> String {
    match line {
        0 => format!("book/measured/{machine}/{file}"),
        line => format!("book/measured/{machine}/{file}:{line}: "),
    }
}

/// The book does not lie about its own machine: it is not built.
fn of_the_book(kind: &Kind, spoiled: &Spoiled, measured: &Path, shown: impl Fn() -> Ending) {
    let &Kind { machine, file, .. } = kind;
    let what = format!("{machine}/{file}, {}", spoiled.what);
    instead(
        &measured.join(machine).join(file),
        spoiled.content.as_deref(),
        || {
            let ending = shown();
            if spoiled.what != "cut off" || !is_a_beginning(file, &spoiled.what) {
                stopped_at(&ending, &place(machine, file, spoiled.line), &what);
            }
        },
    );
}

/// The book is built without the reader's figures, and says so.
fn of_the_reader(kind: &Kind, spoiled: &Spoiled, measured: &Path, shown: impl Fn() -> Ending) {
    let file = kind.file;
    let what = format!("yours, {file} of {}, {}", kind.machine, spoiled.what);
    instead(
        &measured.join("yours").join(file),
        spoiled.content.as_deref(),
        || {
            let ending = shown();
            let page = chapter(&ending);
            let (notes, figures): (Vec<&str>, Vec<&str>) =
                page.lines().partition(|line| line.contains("left out"));
            has_no_figure_that_is_none(&figures.join("\n"), &what);
            if is_a_beginning(file, &spoiled.what) {
                assert!(
                    notes.is_empty() && ending.stderr.is_empty(),
                    "{what}: {ending:?}"
                );
                return;
            }
            let place = place("yours", file, spoiled.line);
            assert!(ending.stderr.contains(&place), "{what}: {}", ending.stderr);
            let place = place.trim_end();
            assert!(
                notes.iter().any(|note| note.contains(place)),
                "{what}: {page}"
            );
        },
    );
}

/// A file of rows that is committed one day is spoiled here, too: on one machine at least.
#[test]
fn every_file_of_rows_is_spoiled() {
    let measured = workspace().join("book/measured");
    let mut machines: Vec<_> = KINDS.iter().map(|kind| kind.machine).collect();
    machines.sort();
    machines.dedup();
    for machine in machines {
        let mut folders = vec![measured.join(machine)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let file = path.strip_prefix(measured.join(machine)).unwrap();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "csv") {
                    let is_spoiled = KINDS.iter().any(|kind| Path::new(kind.file) == file);
                    assert!(is_spoiled, "{machine}/{}", file.display());
                }
            }
        }
    }
}
