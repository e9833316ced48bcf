//! Save, and see the verdict: one exercise after the other, on one screen.

mod happening;
mod keys;
mod screen;
mod trial;

use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use notify::{Event, EventKind, RecursiveMode, Watcher};

use self::happening::Happening;
use self::keys::Keys;
use self::screen::Screen;
use self::trial::Trial;
use crate::exercise::{ALL, Exercise};
use crate::progress::Progress;
use crate::{hints, reset};

/// How long an editor may take to write a file in several steps.
const SETTLED: Duration = Duration::from_millis(50);

/// Builds and checks the learner's file at each change of it, until they quit.
///
/// # Errors
///
/// When standard input or output is no terminal, or the file cannot be watched.
pub fn watch(first: &'static Exercise, exercises: &Path) -> Result<()> {
    ensure!(
        keys::at_a_terminal(),
        "watching takes a terminal: it shows one screen, and is told by keys\n\
         to check once: make exercise{}",
        first.number
    );
    let (tell, happenings) = mpsc::channel();
    let keys = Keys::listen(tell.clone())?;
    let mut exercise = first;
    while let Some(next) = one(exercise, exercises, &tell, &happenings, &keys)? {
        exercise = next;
    }
    Ok(())
}

/// The next exercise, unless they quit.
fn one(
    exercise: &'static Exercise,
    exercises: &Path,
    tell: &Sender<Happening>,
    happenings: &Receiver<Happening>,
    keys: &Keys,
) -> Result<Option<&'static Exercise>> {
    let _watcher = watch_file(exercise, exercises, tell.clone())?;
    let screen = Screen::of(exercise);
    // A key that was pressed while a file was being saved.
    let mut pressed = None;
    'changed: loop {
        let mut trial = Trial::start(exercise, exercises, &screen)?;
        let mut asked = false;
        loop {
            let happening = match pressed.take() {
                Some(key) => key,
                None => trial.until(happenings)?,
            };
            let again = match happening {
                Happening::Saved => true,
                Happening::Key('y') if asked => {
                    trial.cut_short();
                    screen.clear()?;
                    reset::bring_back(exercise, exercises)?;
                    true
                }
                Happening::Key('h') => {
                    trial.cut_short();
                    screen.show(&hint(exercise, exercises)?)?;
                    false
                }
                Happening::Key('r') => {
                    trial.cut_short();
                    let file = exercises.join(exercise.folder).join("starter.rs");
                    screen.show(&format!(
                        "This throws away what you wrote in {}.\n\nGo on? Then press y.",
                        file.display()
                    ))?;
                    asked = true;
                    keys.go_on();
                    continue;
                }
                Happening::Key('n') => {
                    trial.cut_short();
                    let next = Exercise::find(exercise.number + 1);
                    keys.go_on();
                    return Ok(Some(next.unwrap_or(&ALL[0])));
                }
                Happening::Key('q') => {
                    trial.cut_short();
                    return Ok(None);
                }
                Happening::Key(_) => false,
            };
            asked = false;
            if let Happening::Key(_) = happening {
                keys.go_on();
            }
            if again {
                // The rest of the same change.
                while pressed.is_none()
                    && let Ok(happening) = happenings.recv_timeout(SETTLED)
                {
                    pressed = Some(happening).filter(|it| !matches!(it, Happening::Saved));
                }
                continue 'changed;
            }
        }
    }
}

fn watch_file(
    exercise: &Exercise,
    exercises: &Path,
    tell: Sender<Happening>,
) -> Result<impl Watcher> {
    let folder = exercises.join(exercise.folder);
    let changed = move |event: notify::Result<Event>| {
        let is_change = |event: &Event| {
            !matches!(event.kind, EventKind::Access(_))
                && event.paths.iter().any(|path| path.ends_with("starter.rs"))
        };
        if event.is_ok_and(|event| is_change(&event)) {
            let _ = tell.send(Happening::Saved);
        }
    };
    let cannot = || format!("cannot watch {}", folder.display());
    let mut watcher = notify::recommended_watcher(changed).with_context(cannot)?;
    // The folder: many editors put a new file in the place of the old one.
    watcher
        .watch(&folder, RecursiveMode::NonRecursive)
        .with_context(cannot)?;
    Ok(watcher)
}

/// The next hint, as `workshop hint` gives it.
fn hint(exercise: &Exercise, exercises: &Path) -> Result<String> {
    let mut text = Vec::new();
    hints::give(exercise, &mut Progress::lock(exercises)?, &mut text)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
