//! Weaves code, figures and what was measured into the book, so that none of it
//! is typed by hand; and builds the book of it.

mod asides;
mod build;
mod calls;
mod console;
mod directive;
mod flame;
mod listing;
mod numbering;
mod of_which;
mod pictures;
mod play;
mod reading_time;
mod serve;
mod sources;
mod tables;
mod unbroken;
mod weave;
mod yours;

use std::io;
use std::process::ExitCode;

use anyhow::{Result, anyhow};
use bench::pair;
use clap::{Parser, Subcommand};
use mdbook_preprocessor::{Preprocessor, parse_input};

use build::FastPipes;

/// Weave code, figures and what was measured into the book that mdBook hands over
#[derive(Parser)]
struct Options {
    /// End when the program that started this one does, as make does
    #[arg(long, hide = true)]
    end_with_parent: bool,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Whether this is for a renderer, when mdBook asks: yes
    Supports {
        /// The renderer's name
        renderer: String,
    },
    /// Build the book into book/book
    Build,
    /// Build it, show it in a browser, and build it again at each change
    Serve(serve::Options),
    /// Draw the picture of README.md, or check that it shows the data as they are
    Picture {
        /// Change nothing; fail if it is not current
        #[arg(long)]
        check: bool,
    },
    /// Record what the commands in the book print, or check it
    Console(console::Options),
}

fn main() -> ExitCode {
    let options = Options::parse();
    common::run(|| {
        if options.end_with_parent {
            pair::end_with_parent()?;
        }
        match options.command {
            None => preprocess(),
            Some(Command::Supports { renderer: _ }) => Ok(()),
            Some(Command::Build) => build::run(),
            Some(Command::Serve(options)) => serve::run(&options),
            Some(Command::Picture { check }) => pictures::of_the_readme(check),
            Some(Command::Console(options)) => console::run(&options),
        }
    })
}

/// Reads the book from standard input, as mdBook writes it, and writes it back
/// with every directive replaced.
///
/// # Errors
///
/// When a directive names what does not exist; with its file and line.
fn preprocess() -> Result<()> {
    let (context, book) = parse_input(io::stdin()).map_err(|error| anyhow!("{error}"))?;
    let book = FastPipes.run(&context, book)?;
    serde_json::to_writer(io::stdout(), &book)?;
    Ok(())
}
