//! Builds the book as `mdbook build book` does, by mdBook's own libraries.

use std::env;
use std::io::stderr;

use anyhow::{Context, Result};
use mdbook_driver::MDBook;
use mdbook_preprocessor::book::Book;
use mdbook_preprocessor::{Preprocessor, PreprocessorContext};
use tracing_subscriber::filter::LevelFilter;

use crate::sources::Sources;
use crate::weave;

/// Where the pages are, seen from the workspace's folder.
pub const FOLDER: &str = "book/book";

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
    book.with_preprocessor(FastPipes).build()
}
