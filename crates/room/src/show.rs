//! `lab room`: one page of everybody's texts.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use common::{print, say};

use crate::folder::{LeftOut, Room};
use crate::page;

/// The options of `lab room`.
#[derive(Args)]
pub struct Options {
    /// The folder that the texts come into; a file's name is its owner's
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// The page
    #[arg(long, value_name = "FILE", default_value = "room.html")]
    page: PathBuf,
}

/// Builds the page.
///
/// # Errors
///
/// When the folder cannot be read, or the page cannot be written.
pub fn run(options: &Options) -> Result<()> {
    build(&options.folder, &options.page)
}

fn build(folder: &Path, page: &Path) -> Result<()> {
    let room = Room::read(folder)?;
    for LeftOut { file, why } in &room.left_out {
        say(format_args!("{file} is left out: {why}"));
    }
    measured::write_whole(page, page::of(&room)?.as_bytes())?;
    print(format_args!(
        "{} machines, {} files left out: {}\n",
        room.people.len(),
        room.left_out.len(),
        page.display()
    ))
}
