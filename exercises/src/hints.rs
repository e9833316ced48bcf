//! Hints: three for each exercise, one at a time.

use std::io::Write;

use anyhow::Result;

use crate::exercise::Exercise;
use crate::progress::Locked;

/// The hints of a `hints.md`: each begins with a heading of the second level.
pub fn parse(text: &str) -> Vec<&str> {
    text.split("\n## ")
        .skip(1)
        .map(|hint| hint.split_once('\n').map_or("", |(_, body)| body.trim()))
        .collect()
}

/// Gives the next hint, and remembers that.
///
/// # Errors
///
/// When nobody takes it, or it cannot be remembered.
pub fn give(exercise: &Exercise, progress: &mut Locked, out: &mut impl Write) -> Result<()> {
    let hints = parse(exercise.hints);
    let shown = progress.of(exercise.number).hints;
    // After the last one, the last again.
    let next = shown.min(hints.len() - 1);
    writeln!(
        out,
        "Exercise {}, {}, hint {} of {}:\n\n{}",
        exercise.number,
        exercise.title,
        next + 1,
        hints.len(),
        hints[next]
    )?;
    if next + 1 == hints.len() {
        writeln!(
            out,
            "\nThere are no more. All {}: exercises/{}/hints.md\n\
             The solution: exercises/solutions/{}.rs",
            hints.len(),
            exercise.folder,
            exercise.folder
        )?;
    }
    progress.update(exercise.number, |standing| standing.hints = next + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::ALL;

    #[test]
    fn every_exercise_has_three_hints() {
        for exercise in &ALL {
            let hints = parse(exercise.hints);
            assert_eq!(hints.len(), 3, "{}", exercise.folder);
            assert!(hints.iter().all(|hint| !hint.is_empty()));
        }
    }
}
