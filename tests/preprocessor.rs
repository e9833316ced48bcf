//! The book's preprocessor, given one chapter.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use serde_json::json;

use crate::{Ending, copy, program, wait, workspace};

/// Makes this folder a workspace with a book of one chapter, and nothing that measures
/// or compiles.
///
/// # Panics
///
/// When it cannot.
pub fn small_book(folder: &Path, chapter: &str) {
    let book = folder.join("book");
    copy(
        &workspace().join("book/measured/reference"),
        &book.join("measured/reference"),
    );
    for code in ["beyond", "crates", "exercises", "book/src", "book/theme"] {
        fs::create_dir_all(folder.join(code)).unwrap();
    }
    fs::write(folder.join("beyond/code.rs"), "fn one() {}\n").unwrap();
    let config = "[book]\ntitle = \"Small\"\n[preprocessor.fast-pipes]\ncommand = \"false\"\n";
    fs::write(book.join("book.toml"), config).unwrap();
    fs::write(book.join("src/SUMMARY.md"), "[One](one.md)\n").unwrap();
    fs::write(book.join("src/one.md"), chapter).unwrap();
}

/// What the preprocessor says to a chapter of this text, in a workspace's folder.
///
/// # Panics
///
/// When it cannot be started or does not end.
#[track_caller]
pub fn preprocess(text: &str, workspace: &Path) -> Ending {
    let context = json!({
        "root": workspace.join("book"),
        "config": {},
        "renderer": "html",
        "mdbook_version": "0.5.4",
    });
    let chapter = json!({
        "name": "chapter", "content": text, "number": null, "sub_items": [],
        "path": "chapter.md", "source_path": "chapter.md", "parent_names": [],
    });
    let book = json!({ "items": [{ "Chapter": chapter }] });
    let mut child = program("preprocessor")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut input = child.stdin.take().expect("it has been given one");
    input
        .write_all(json!([context, book]).to_string().as_bytes())
        .expect("it reads its input");
    drop(input);
    wait(child)
}

/// The chapter as the preprocessor gave it back.
///
/// # Panics
///
/// When it gave none.
#[track_caller]
pub fn chapter(ending: &Ending) -> String {
    assert_eq!(ending.code, 0, "{}", ending.stderr);
    let book: serde_json::Value = serde_json::from_slice(&ending.stdout).expect("it prints a book");
    let content = &book["items"][0]["Chapter"]["content"];
    content.as_str().expect("a chapter has text").to_owned()
}
