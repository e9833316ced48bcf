//! `lab room`: one page of everybody's texts.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use common::{print, say};

use crate::folder::{LeftOut, Room};
use crate::page;

/// How often it is looked for what has come. Nobody tells of what another machine puts into a
/// shared folder, so waiting to be told would not do; and twenty small texts are soon read.
const LOOK: Duration = Duration::from_secs(2);

/// The options of `lab room`.
#[derive(Args)]
pub struct Options {
    /// The folder that the texts come into; a file's name is its owner's
    #[arg(value_name = "DIR")]
    folder: PathBuf,

    /// The page
    #[arg(long, value_name = "FILE", default_value = "room.html")]
    page: PathBuf,

    /// Build it again whenever a text comes, changes or goes, until Ctrl-C; a browser that
    /// shows it follows
    #[arg(long)]
    watch: bool,
}

/// Builds the page, and again at each change if it is to be watched.
///
/// # Errors
///
/// When the folder cannot be read, or the page cannot be written.
pub fn run(options: &Options) -> Result<()> {
    let Options {
        folder,
        page,
        watch,
    } = options;
    let mut known = Room::read(folder)?;
    build(&known, page, *watch)?;
    if !watch {
        return Ok(());
    }
    say(format_args!(
        "watching {}; Ctrl-C ends it",
        folder.display()
    ));
    loop {
        thread::sleep(LOOK);
        let room = Room::read(folder)?;
        if room != known {
            build(&room, page, true)?;
            known = room;
        }
    }
}

fn build(room: &Room, page: &Path, watched: bool) -> Result<()> {
    for LeftOut { file, why } in &room.left_out {
        say(format_args!("{file} is left out: {why}"));
    }
    measured::write_whole(page, page::of(room, watched)?.as_bytes())?;
    print(format_args!(
        "{} machines, {} files left out: {}\n",
        room.people.len(),
        room.left_out.len(),
        page.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::fs;
    use std::time::Instant;

    use crate::folder::tests::twenty;
    use crate::shared::tests::sample;
    use crate::text;

    /// Waits until the page is one that fits, however slow the machine is.
    #[track_caller]
    fn until(page: &Path, fits: impl Fn(&str) -> bool) {
        let start = Instant::now();
        while !fs::read_to_string(page).is_ok_and(|page| fits(&page)) {
            assert!(start.elapsed() < Duration::from_secs(60), "{page:?}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    #[test]
    fn the_page_follows_what_comes_changes_and_goes() {
        let texts = twenty();
        let elsewhere = tempfile::tempdir().unwrap();
        let page = elsewhere.path().join("room.html");
        let options = Options {
            folder: texts.path().to_owned(),
            page: page.clone(),
            watch: true,
        };
        let watching = thread::spawn(move || run(&options));
        until(&page, |page| page.contains(">person 19<"));
        let late = texts.path().join("late.toml");
        let text = text::write(&sample(20)).unwrap();
        let half = &text[..text.len() / 2];
        fs::write(&late, half).unwrap();
        until(&page, |page| page.contains("Left out"));
        fs::write(&late, &text).unwrap();
        until(&page, |page| {
            page.contains(">late<") && !page.contains("Left out")
        });
        fs::remove_file(&late).unwrap();
        until(&page, |page| !page.contains(">late<"));
        // Without its folder it cannot go on, and says so.
        drop(texts);
        watching.join().unwrap().unwrap_err();
    }
}
