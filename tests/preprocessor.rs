//! The book's preprocessor, given one chapter.

use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use serde_json::json;

use crate::{Ending, program, wait};

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
