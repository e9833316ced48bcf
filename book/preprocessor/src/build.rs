//! Builds the book as `mdbook build book` does, by mdBook's own libraries.

use std::env;
use std::fs::{self, File};
use std::io::{self, stderr};
use std::path::Path;

use anyhow::{Context, Result};
use mdbook_driver::MDBook;
use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use tracing_subscriber::filter::LevelFilter;

use crate::sources::Sources;
use crate::weave;

/// Where the pages are, seen from the workspace's folder.
pub const FOLDER: &str = "book/book";

/// Where they are until all are there.
const UNFINISHED: &str = "book/book.unfinished";

/// What weaves code, figures and what was measured into the pages.
pub struct FastPipes;

impl Preprocessor for FastPipes {
    /// As in book.toml, so that it stands there in the place of the command.
    fn name(&self) -> &str {
        "fast-pipes"
    }

    fn run(&self, context: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let workspace = context
            .root
            .parent()
            .context("the book's folder is in no other")?;
        env::set_current_dir(workspace)?;
        let sources = Sources::read()?;
        weave::replace_all(&mut book, &sources)?;
        sources.yours.warn();
        Ok(book)
    }
}

/// Builds the book, and shows what mdBook warns of.
///
/// # Errors
///
/// As [`build`].
pub fn run() -> Result<()> {
    show_warnings();
    build()
}

/// Sends mdBook's warnings to standard error; to be called once.
pub fn show_warnings() {
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::WARN)
        .with_writer(stderr)
        .with_target(false)
        .without_time()
        .init();
}

/// Builds the book into [`FOLDER`].
///
/// # Errors
///
/// When the book is not below the current folder, a directive names what does
/// not exist (with its file and line), or the pages cannot be written.
pub fn build() -> Result<()> {
    let mut book = MDBook::load(env::current_dir()?.join("book"))
        .context("cannot read the book: start me in the workspace's folder")?;
    // Two at once take turns; of who is killed, the kernel takes the lock back.
    let turn = File::open("book/book.toml").and_then(|file| file.lock().map(|()| file));
    let _turn = turn.context("cannot lock book/book.toml, by which two builds take turns")?;
    // Beside the pages of before, which stay where somebody ends this.
    book.config.build.build_dir = "book.unfinished".into();
    book.with_preprocessor(FastPipes).build()?;
    show().with_context(|| format!("cannot put the pages into {FOLDER}"))
}

/// Puts the finished pages in the place of those of before, in one step.
fn show() -> io::Result<()> {
    if !Path::new(FOLDER).exists() {
        return fs::rename(UNFINISHED, FOLDER);
    }
    match renameat_with(CWD, UNFINISHED, CWD, FOLDER, RenameFlags::EXCHANGE) {
        Ok(()) => fs::remove_dir_all(UNFINISHED),
        // Not every file system can.
        Err(_) => fs::remove_dir_all(FOLDER).and_then(|()| fs::rename(UNFINISHED, FOLDER)),
    }
}
