//! Brings a starter back to how it came.

use std::fs;
use std::io::{self, BufRead, Write};
use std::path::Path;

use anyhow::{Context, Result};

use crate::exercise::Exercise;

/// Asks first, and then puts the untouched starter in the place of the learner's.
///
/// # Errors
///
/// When the file cannot be written, or nobody can be asked.
pub fn reset(
    exercise: &Exercise,
    exercises: &Path,
    answer: &mut impl BufRead,
    out: &mut impl Write,
) -> Result<()> {
    let file = exercises.join(exercise.folder).join("starter.rs");
    if fs::read_to_string(&file).is_ok_and(|text| text == exercise.untouched) {
        writeln!(out, "{} is as it came.", file.display())?;
        return Ok(());
    }
    write!(
        out,
        "This throws away what you wrote in {}. Go on? [y/N] ",
        file.display()
    )?;
    out.flush()?;
    let mut line = String::new();
    answer
        .read_line(&mut line)
        .context("cannot read an answer from standard input")?;
    if !matches!(line.trim(), "y" | "Y" | "yes") {
        writeln!(out, "Nothing was changed.")?;
        return Ok(());
    }
    bring_back(exercise, exercises)?;
    writeln!(out, "{} is as it came.", file.display())?;
    Ok(())
}

/// Puts the untouched starter in the place of the learner's.
///
/// # Errors
///
/// When the file cannot be written.
pub fn bring_back(exercise: &Exercise, exercises: &Path) -> Result<()> {
    let folder = exercises.join(exercise.folder);
    let file = folder.join("starter.rs");
    fs::write(&file, exercise.untouched)
        .or_else(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                fs::create_dir_all(&folder)?;
                fs::write(&file, exercise.untouched)
            }
            _ => Err(error),
        })
        .with_context(|| format!("cannot write {}", file.display()))
}
